"""What the stagehand can do, inside Django. Each public function here is a task by its name."""

import time
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from config import heartbeats
from customers.actions.identify import Person, identify
from customers.actions.traits import tell_traits
from customers.client import ClientFacts
from customers.ingest import record
from talk.actions import notes
from talk.actions.access import issue_ticket
from talk.actions.tokens import issue_api_token
from talk.models import (
    Conversation,
    Delivery,
    Epoch,
    Inbox,
    Label,
    Operator,
    SidebarLayout,
    SidebarLine,
    SocketTicket,
)
from talk.policy import Permission, actor_of_operator
from tests.cast import Cast
from tests.widget.signing import Site as SigningSite

_casts: dict[str, Cast] = {}
# A web process takes no such password; ours take longer to make than most flows have to wait.
QUICK = override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"])


def migrate() -> None:
    call_command("migrate", verbosity=0)


def cast() -> str:
    """Begin a new cast, with inboxes of its own; return its name."""
    name = uuid4().hex
    _casts[name] = Cast()
    return name


def operator(cast: str, who: str, *, logs_in: bool = False) -> dict[str, Any]:
    """Return an operator with a live session; only who `logs_in` has a password that is good."""
    with nullcontext() if logs_in else QUICK:
        operator = getattr(_casts[cast], who)
    return {"id": str(operator.id), "name": operator.name, "session": session(str(operator.id))}


def another_operator(cast: str, name: str) -> dict[str, Any]:
    """Return one more operator of the shop's team."""
    place = _casts[cast]
    with QUICK:
        made = place._operator(f"{name}-{uuid4().hex[:8]}", "operator", place.shop)
    return {"id": str(made.id), "name": made.name, "session": session(str(made.id))}


def labels(cast: str, count: int) -> list[str]:
    """Add so many labels to the list; return their ids."""
    made = [Label.objects.create(name=f"{cast[:8]} {n}") for n in range(count)]
    return [str(label.id) for label in made]


def session(operator_id: str) -> str:
    """Return the key of a new session, as a log-in makes it."""
    operator = Operator.objects.get(id=operator_id)
    store = SessionStore()
    now = int(time.time())
    store.update(
        {
            SESSION_KEY: operator_id,
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: operator.get_session_auth_hash(),
            "began_at": now,
            "seen_at": now,
        }
    )
    store.create()
    return str(store.session_key)


def lose_session(session: str) -> None:
    """Remove a session without a word, as what ends between two looks has done."""
    SessionStore(session).delete()


def guest(cast: str, inbox: str = "shop") -> dict[str, Any]:
    found = _casts[cast].guest(getattr(_casts[cast], inbox))
    return {
        "token": found.token,
        "inbox": found.inbox.public_id,
        "inbox_id": str(found.inbox.id),
        "profile_id": str(found.visitor.profile_id),
        "customer_id": str(found.visitor.customer_id),
    }


def be_member(profile: str, user_id: str) -> None:
    """Let the site have signed who they are."""
    identify(UUID(profile), Person(f"{user_id}-{profile}"))


def change_operator(operator_id: str, **fields: Any) -> None:
    """Save an operator as the admin does, one field after the other known by name."""
    operator = Operator.objects.get(id=operator_id)
    for name, value in fields.items():
        setattr(operator, name, value)
    operator.save()


def limit_files(inbox_id: str, *, most: int, most_bytes: int) -> None:
    limits = {"attachments_per_message": most, "attachment_max_bytes": most_bytes}
    Inbox.objects.filter(id=inbox_id).update(**limits)


def leave_teams(operator_id: str) -> None:
    Operator.objects.get(id=operator_id).teams.clear()


def ticket(operator_id: str, session: str) -> str:
    return issue_ticket(Operator.objects.get(id=operator_id), session)


def age_tickets(seconds: int) -> None:
    SocketTicket.objects.update(expires_at=F("expires_at") - timedelta(seconds=seconds))


def age_resolution(conversation_id: str, days: int) -> None:
    """Make a conversation one that was resolved some days earlier."""
    Conversation.objects.filter(id=conversation_id).update(
        resolved_at=F("resolved_at") - timedelta(days=days)
    )


def view_page(profile_id: str, url: str, title: str) -> None:
    """Let the customer of this profile look at a page."""
    view = {
        "id": str(uuid4()),
        "kind": "page",
        "at": datetime.now(UTC).isoformat(),
        "url": url,
        "title": title,
    }
    record(UUID(profile_id), [view], client=ClientFacts())


def change_cart(profile_id: str, status: bool) -> None:
    """Put three teas into the cart, or take everything out."""
    tea = {"item_id": "tea", "name": "煎茶", "price": 1200, "quantity": 3}
    cart = {
        "id": str(uuid4()),
        "kind": "cart",
        "at": datetime.now(UTC).isoformat(),
        "props": {"status": status, "items": [tea]},
    }
    record(UUID(profile_id), [cart], client=ClientFacts())


def tell_trait(profile_id: str, key: str, value: str) -> None:
    tell_traits(UUID(profile_id), {key: value}, source="crm:test")


def identity(inbox: str, user_id: str) -> str:
    """Return what the site of an inbox signs of its member, always with the same key."""
    return _signing_site(inbox).sign(user_id)


@cache
def _signing_site(inbox: str) -> SigningSite:
    return SigningSite(Inbox.objects.get(public_id=inbox))


def slow_note(operator_id: str, conversation_id: str, body: str, seconds: float) -> int:
    """Write a note in a transaction that stays open for a while; return the note's version."""
    actor = actor_of_operator(Operator.objects.get(id=operator_id))
    with transaction.atomic():
        note = notes.add(actor, conversation_id=UUID(conversation_id), client_id=uuid4(), body=body)
        time.sleep(seconds)
    return note.version


def strand_deliveries(conversation_id: str) -> None:
    """Leave every other answer untaken, and the rest in the hands of a worker that is no more."""
    now = timezone.now()
    rows = Delivery.objects.filter(message__conversation_id=conversation_id)
    odd = rows.annotate(odd=F("message__seq") % 2)
    odd.filter(odd=1).update(state="queued", due_at=now)
    odd.filter(odd=0).update(state="sending", leased_until=now - timedelta(seconds=1), attempts=1)


def delivery_states(conversation_id: str) -> dict[str, int]:
    rows = Delivery.objects.filter(message__conversation_id=conversation_id)
    return dict(Counter(rows.values_list("state", flat=True)))


def worker_is_seen() -> bool:
    return heartbeats.age_seconds("worker") is not None


def new_epoch() -> None:
    Epoch.objects.get().renew()


def drop_log_before(xid: int) -> None:
    """Note that events up to a transaction have been removed, as the log's keeper does."""
    Epoch.objects.update(dropped_xid=xid)


def newest_event() -> int:
    """Return the transaction that wrote the newest event: a token above it promises all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(xid)::text::bigint FROM talk_event")
        return int(cursor.fetchone()[0])


def lay_out(label: str, key: str) -> str:
    """Show a value first, beside every open conversation; return the layout's id."""
    with transaction.atomic():
        layout = SidebarLayout.objects.create(name=label, statuses=["open"])
        SidebarLine.objects.create(layout=layout, kind="value", key=key, label=label)
    return str(layout.id)


def take_down(id: str) -> None:
    SidebarLayout.objects.get(id=id).delete()


def email_of(operator_id: str) -> str:
    return Operator.objects.get(id=operator_id).email


def api_token(operator_id: str) -> str:
    """Return the secret of a new token that may do all that its operator may."""
    operator = Operator.objects.get(id=operator_id)
    return issue_api_token(operator, name="test", scopes=list(Permission))[0]
