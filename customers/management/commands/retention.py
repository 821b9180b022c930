"""manage.py retention [--dry-run]: what has been kept long enough, and its removal."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from customers import retention


class Command(BaseCommand):
    help = "Remove what has been kept for as long as it may be; the worker does so every hour."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        self.stdout.write(f"{'kind':<16}{'days':>8}{'too old' if dry_run else 'removed':>12}")
        for rule in retention.RULES.values():
            due = retention.due(rule)
            count = due.count if dry_run else retention.carry_out(rule)
            days = "for ever" if due.days is None else due.days
            self.stdout.write(f"{rule.kind:<16}{days:>8}{count:>12}")
