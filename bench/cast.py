"""Fills one of our databases: `python -m bench.cast make N TICKETS` or `… miss N MESSAGES`.

`make` migrates, makes visitors with a conversation each and tickets for consoles, and prints what
the load client needs as JSON. `miss` stores messages while nobody is connected.
"""

import os
import sys
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

import msgspec  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from customers.models import Context, Customer, Profile  # noqa: E402
from talk import store  # noqa: E402
from talk.actions import access  # noqa: E402
from talk.models import (  # noqa: E402
    Conversation,
    Inbox,
    Operator,
    SocketTicket,
    Team,
    VisitorToken,
)

SESSION = "a-session-of-the-benchmark"
BODY = "t=0.1 お世話になっております。在庫と配送予定日を教えてください。 #"


def make(visitors: int, tickets: int) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    inbox = Inbox.objects.create(name="bench")
    operator = Operator.objects.create_user(
        "bench@sobani.example", "not a secret", name="bench", role=Operator.Role.OPERATOR
    )
    team = Team.objects.create(name="bench")
    team.inboxes.add(inbox)
    team.operators.add(operator)
    made = {
        "inbox": inbox.public_id,
        "session": SESSION,
        "tokens": _make_visitors(inbox, visitors),
        "tickets": _make_tickets(operator, tickets),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT value || '.' || pg_snapshot_xmin(pg_current_snapshot()) FROM talk_epoch"
        )
        return {**made, "resume": cursor.fetchone()[0]}


def _make_visitors(inbox: Inbox, count: int) -> list[str]:
    now = timezone.now()
    customers = Customer.objects.bulk_create(Customer() for _ in range(count))
    Context.objects.bulk_create(Context(customer=customer) for customer in customers)
    profiles = Profile.objects.bulk_create(
        Profile(customer=customer, kind=Profile.Kind.BROWSER) for customer in customers
    )
    Conversation.objects.bulk_create(
        Conversation(inbox=inbox, customer=profile.customer, profile=profile, last_at=now)
        for profile in profiles
    )
    tokens = [f"visitor-{uuid4().hex}" for _ in profiles]
    VisitorToken.objects.bulk_create(
        VisitorToken(token_hash=access.digest(token), inbox=inbox, profile=profile)
        for token, profile in zip(tokens, profiles, strict=True)
    )
    return tokens


def _make_tickets(operator: Operator, count: int) -> list[str]:
    in_a_day = timezone.now() + timedelta(days=1)
    Session.objects.create(session_key=SESSION, session_data="", expire_date=in_a_day)
    tickets = [f"ticket-{uuid4().hex}" for _ in range(count)]
    SocketTicket.objects.bulk_create(
        SocketTicket(
            token_hash=access.digest(ticket),
            operator=operator,
            session_hash=access.digest(SESSION),
            expires_at=in_a_day,
        )
        for ticket in tickets
    )
    return tickets


def miss(conversations: int, messages: int) -> None:
    ids = list(Conversation.objects.order_by("id").values_list("id", flat=True)[:conversations])
    texts = (
        store.NewMessage(
            conversation_id=id, sender="customer", client_id=uuid4(), body=f"{BODY}{number}"
        )
        for id in ids
        for number in range(messages)
    )
    while batch := list(islice(texts, 500)):
        store.write(batch)


if __name__ == "__main__":
    what, first, second = sys.argv[1:]
    if what == "make":
        print(msgspec.json.encode(make(int(first), int(second))).decode())
    else:
        miss(int(first), int(second))
