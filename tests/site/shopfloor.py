"""The demo shop and its staff, for tests in a browser (`hand.do("shopfloor.demo")`)."""

from datetime import timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.core.management import call_command
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from customers.actions.erase import carry_on, unfinished
from customers.actions.traits import tell_traits
from customers.actions.vouching import vouch
from customers.identifiers import Kind, Verifier
from customers.models import Context
from customers.signals import context_changed
from talk.actions.erasing import EXPIRED, blank
from talk.models import Conversation, FieldRule, Message, Operator, PaneWays
from tests.site.backstage import session


def demo(conversations: int) -> None:
    """Make the demo's inboxes and staff, and conversations to stand around those of the tests."""
    call_command("demo", conversations=conversations, stdout=StringIO())


def demo_by_day(conversations: int) -> None:
    """Make the demo as it looks in the afternoon, when operators are at work, whatever the hour."""
    now = timezone.now()
    afternoon = now.astimezone(ZoneInfo("Asia/Tokyo")).replace(hour=15, minute=10)
    if afternoon > now:
        afternoon -= timedelta(days=1)
    with time_machine.travel(afternoon):
        demo(conversations)
    _move(Conversation.objects.all(), Message.objects.all(), now - afternoon)


def staff(mail: str) -> dict[str, Any]:
    """Return one of the demo's operators, by the first part of their address, with a session."""
    operator = Operator.objects.get(email=f"{mail}@demo.example")
    return {
        "id": str(operator.id),
        "name": operator.name,
        "email": operator.email,
        "session": session(str(operator.id)),
    }


def tidy_desks() -> None:
    """Let every block be open or folded as the layout has it, whatever operators have done."""
    PaneWays.objects.all().delete()


def age(conversation_id: str, days: int) -> None:
    """Make a conversation that has just been resolved one of some days ago."""
    _move(
        Conversation.objects.filter(id=conversation_id),
        Message.objects.filter(conversation_id=conversation_id),
        -timedelta(days=days),
    )


@transaction.atomic
def let_expire(words: str) -> None:
    """Let the conversation in which this was said have been kept long enough."""
    blank(Message.objects.get(body=words).conversation_id, EXPIRED)


def vouch_for(words: str, *, addresses: list[str]) -> None:
    """Let the CRM vouch for mail addresses of whoever has said this."""
    said = Message.objects.get(body=words).conversation
    for address in addresses:
        vouch(said.profile, Kind.EMAIL, address, Verifier.CRM)


@transaction.atomic
def age_visit(conversation_id: str, *, days: int, visits: int) -> None:
    """Let the customer have come first some days ago, and have taken their time on each page."""
    context = Context.objects.get(customer__conversations=conversation_id)
    now = timezone.now()
    minutes = (2, 5, 9, 14, 17, 24 * 60 * days)
    for page, ago in zip(context.data["pages"], minutes, strict=False):
        page["at"] = (now - timedelta(minutes=ago)).isoformat()
    context.data["page"]["since"] = context.data["pages"][0]["at"]
    context.data["first_seen"] = (now - timedelta(days=days)).isoformat()
    context.data["visits"] = visits
    context.version += 1
    context.save()
    context_changed.send(sender=age_visit, customer_id=context.customer_id)


def _move(
    conversations: QuerySet[Conversation], messages: QuerySet[Message], by: timedelta
) -> None:
    messages.update(created_at=F("created_at") + by)
    names = ("created_at", "last_at", "waiting_since", "resolved_at", "snoozed_until")
    conversations.update(**{name: F(name) + by for name in names})


def tell(words: str, values: dict[str, Any]) -> None:
    """Let a survey tell of the customer who has said these words last."""
    conversation = Conversation.objects.get(preview=words)
    tell_traits(conversation.profile_id, values, source="survey")


def erase_all() -> None:
    """Do at once what the worker does step by step."""
    for erasure_id in unfinished():
        carry_on(erasure_id)


@transaction.atomic
def classify(key: str, visibility: str) -> None:
    """Give a key of data its class; none takes it away."""
    if visibility:
        FieldRule.objects.update_or_create(key=key, defaults={"visibility": visibility})
    else:
        FieldRule.objects.get(key=key).delete()
