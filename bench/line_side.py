"""Make the database of `bench/line.py`: `… bench.line_side SECRET BOT` prints the inbox's id."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from django.core.management import call_command  # noqa: E402

from integrations.line.models import LineChannel  # noqa: E402
from integrations.line.secrets import seal_secret  # noqa: E402
from talk.models import Inbox  # noqa: E402


def make(secret: str, bot: str) -> str:
    """Return what the address of the inbox's webhook has in it."""
    inbox = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    LineChannel.objects.create(
        inbox=inbox,
        channel_id="2000000000",
        bot_user_id=bot,
        secret=seal_secret(inbox.id, "secret", secret),
    )
    return inbox.public_id


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    sys.stdout.write(make(*sys.argv[1:]))
