"""`manage.py doctor`: exit code 1 if anything is broken."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.doctor.examination import EXAMINATIONS, KNOWN, examine
from config.doctor.finding import Finding, State


class Command(BaseCommand):
    help = "Say in plain words what is wrong with this deployment, and what to do."
    requires_system_checks = ()  # the doctor must be able to speak when everything else fails

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("parts", nargs="*", help=f"ask only these: {', '.join(KNOWN)}")

    def handle(self, *args: Any, **options: Any) -> None:
        strange = {*options["parts"]} - {*KNOWN}
        if strange:
            raise CommandError(f"{', '.join(strange)}: not one of {', '.join(KNOWN)}")
        findings = []
        for finding in examine(options["parts"] or EXAMINATIONS):
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
