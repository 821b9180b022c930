"""The demo shop and its staff, for tests in a browser (`hand.do("shopfloor.demo")`)."""

from io import StringIO
from typing import Any

from django.core.management import call_command

from talk.models import Operator
from tests.site.backstage import session


def demo(conversations: int) -> None:
    """Make the demo's inboxes and staff, and conversations to stand around those of the tests."""
    call_command("demo", conversations=conversations, stdout=StringIO())


def staff(mail: str) -> dict[str, Any]:
    """Return one of the demo's operators, by the first part of their address, with a session."""
    operator = Operator.objects.get(email=f"{mail}@demo.example")
    return {
        "id": str(operator.id),
        "name": operator.name,
        "email": operator.email,
        "session": session(str(operator.id)),
    }
