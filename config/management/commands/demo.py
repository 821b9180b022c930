"""`manage.py demo`: a believable small company with its conversations of the last 30 days."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils import timezone

from config.demo.data.copying import analyze
from config.demo.data.doubles import make_pair
from config.demo.data.kept import keep_about_customers
from config.demo.data.making import Making
from config.demo.data.progress import ProgressBar
from config.demo.data.staff import logins_file, make_staff
from talk.models import Conversation, Inbox

CONVERSATIONS = 300
USUAL_LENGTH = 8


class Command(BaseCommand):
    help = "Make inboxes, teams, operators and conversations to look at. Does nothing if any exist."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--conversations", type=int, default=CONVERSATIONS)
        parser.add_argument(
            "--messages", type=int, help=f"in all of them together; {USUAL_LENGTH} each by default"
        )
        parser.add_argument("--seed", default="sobani", help="another seed writes other words")
        parser.add_argument(
            "--force", action="store_true", help="add conversations even if there is an inbox"
        )

    def handle(
        self,
        *_: Any,
        conversations: int,
        messages: int | None,
        seed: str,
        force: bool,
        **__: Any,
    ) -> None:
        if Inbox.objects.exists() and not force:
            self.stdout.write("There is data already; nothing was made (--force adds more).")
            return
        bar = ProgressBar(self.stdout, conversations, "conversations")
        wanted = messages if messages is not None else conversations * USUAL_LENGTH
        # All or nothing: half of it would look like data that is there already.
        with transaction.atomic(), connection.cursor() as cursor:
            # Much is made up between two statements; nobody hangs here.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            # Another seed each time, or a second run would write the same words again.
            making = Making(f"{seed}/{Conversation.objects.count()}", make_staff(), timezone.now())
            try:
                making.run(conversations=conversations, messages=wanted, on_progress=bar.show)
            except ValueError as error:
                raise CommandError(str(error)) from None
            make_pair(making.inboxes[0].id)
            keep_about_customers(seed)
        analyze()
        self.stdout.write(
            f"Made {conversations:,} conversations with {wanted:,} messages. "
            f"Log-ins: {logins_file()}"
        )
