"""`manage.py doctor`: exit code 1 if anything is broken."""

import sys
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from config.doctor.examination import examine
from config.doctor.finding import Finding, State


class Command(BaseCommand):
    help = "Say in plain words what is wrong with this deployment, and what to do."
    requires_system_checks = ()  # the doctor must be able to speak when everything else fails

    def handle(self, *args: Any, **options: Any) -> None:
        findings = []
        for finding in examine():
            findings.append(finding)
            self.stdout.write(self._line(finding))
            if finding.cure:
                self.stdout.write(f"      → {finding.cure}")
        if any(finding.state is State.BROKEN for finding in findings):
            sys.exit(1)

    def _line(self, finding: Finding) -> str:
        marks = {
            State.GOOD: self.style.SUCCESS(_("good")),
            State.WORTH_KNOWING: self.style.WARNING(_("note")),
            State.BROKEN: self.style.ERROR(_("broken")),
            State.UNKNOWN: _("unknown"),
        }
        return f"[{marks[finding.state]}] {finding.part}: {finding.text}"
