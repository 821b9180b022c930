"""Tasks about LINE: connecting an account, looking at what became of what LINE told."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from celery import current_app
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import translation

from config.demo.line_menu import add_menu as draw_menu
from customers.models import Identity, Profile
from integrations.line import greeting, tasks, tokens
from integrations.line.models import (
    LineChannel,
    LineChat,
    LineContent,
    LineEvent,
    LineMessage,
    LinePart,
    LineSetup,
    LineToken,
    LinkNonce,
    ReplyToken,
)
from integrations.line.secrets import seal_secret
from talk.actions import messages as messages_of_operators
from talk.actions.access import digest
from talk.models import Conversation, Delivery, Inbox, Message, Note
from talk.policy import actor_of_operator
from tests.site.backstage import _casts


def connect(cast: str, account: dict[str, str], **policies: str) -> dict[str, str]:
    """Connect an official account to a new inbox of the shop's team."""
    inbox = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    _casts[cast].shop.teams.get().inboxes.add(inbox)
    LineChannel.objects.create(
        inbox=inbox,
        channel_id=account["channel_id"],
        bot_user_id=account["bot_user_id"],
        secret=seal_secret(inbox.id, "secret", account["secret"]),
        **policies,
    )
    return {"id": str(inbox.id), "public_id": inbox.public_id}


def change(inbox: str, **fields: Any) -> None:
    """Change fields of a channel; a secret is sealed on the way."""
    for name in ("secret", "next_secret"):
        if fields.get(name):
            fields[name] = seal_secret(UUID(inbox), name, fields[name])
    LineChannel.objects.filter(pk=inbox).update(**fields)


def channel(inbox: str) -> dict[str, Any]:
    row = LineChannel.objects.get(pk=inbox)
    return {
        "heard": row.last_webhook_at is not None,
        "redelivered": row.redelivery_seen_at is not None,
        "error": row.last_error,
    }


def events(inbox: str) -> list[list[str]]:
    """Return type and state of what LINE has told, in the order of its happening."""
    rows = LineEvent.objects.filter(channel_id=inbox).order_by("occurred_at", "webhook_event_id")
    return [list(row) for row in rows.values_list("type", "state")]


def raw(inbox: str, type: str) -> list[dict[str, Any]]:
    rows = LineEvent.objects.filter(channel_id=inbox, type=type).order_by("id")
    return list(rows.values_list("raw", flat=True))


def pending(inbox: str) -> int:
    return LineEvent.objects.filter(channel_id=inbox, state="pending").count()


def chats(inbox: str) -> dict[str, dict[str, Any]]:
    rows = LineChat.objects.filter(channel_id=inbox)
    return {
        row.chat_key: {
            "friend": row.friend,
            "name": row.name,
            "profile": str(row.profile_id),
            "member_count": row.member_count,
            "is_member": row.is_member,
        }
        for row in rows
    }


def messages(inbox: str) -> list[dict[str, Any]]:
    """Return all messages of an inbox, by conversation and place."""
    rows = Message.objects.filter(conversation__inbox_id=inbox).select_related("conversation")
    return [
        {
            "conversation": str(row.conversation_id),
            "profile": str(row.conversation.profile_id),
            "sender": row.sender,
            "body": row.body,
            "data": row.data,
            "created_at": row.created_at.isoformat(),
        }
        for row in rows.order_by("conversation__created_at", "seq")
    ]


def conversations(inbox: str) -> int:
    return Conversation.objects.filter(inbox_id=inbox).count()


def lines(inbox: str) -> list[dict[str, Any]]:
    """Return the system's lines in an inbox's conversations."""
    rows = Note.objects.filter(conversation__inbox_id=inbox, kind="system").order_by("version")
    return list(rows.values_list("data", flat=True))


def sweep_chats() -> None:
    """Do what beat would start: find what nobody was woken for."""
    tasks.sweep_chats()


def sweep() -> None:
    """The same for all that may wait."""
    sweep_chats()
    tasks.sweep_contents()
    tasks.sweep_profiles()


def leave_groups(inbox: str, after_minutes: int = 0) -> int:
    """Do what beat would start so many minutes later; return how many were to be left."""
    chats = LineChat.objects.filter(channel_id=inbox)
    chats.update(last_event_at=F("last_event_at") - timedelta(minutes=after_minutes))
    ids = [each for each in greeting.groups_to_leave() if chats.filter(id=each).exists()]
    for id in ids:
        greeting.leave(id)
    return len(ids)


def contents(inbox: str) -> list[dict[str, Any]]:
    """Return the jobs that fetch files; `wait` is how many seconds until the next try."""
    rows = LineContent.objects.filter(line_message__channel_id=inbox)
    return [
        {
            "state": row.state,
            "attempts": row.attempts,
            "reason": row.reason,
            "is_at_rest": row.lease is None,
            "wait": row.wait.total_seconds(),
        }
        for row in rows.annotate(wait=F("due_at") - Now()).order_by("created_at")
    ]


def hurry(inbox: str) -> None:
    """Let all that waits for its time be due."""
    LineContent.objects.filter(line_message__channel_id=inbox).update(due_at=Now())
    LineEvent.objects.filter(channel_id=inbox).update(due_at=Now())


def age_contents(inbox: str, minutes: int) -> None:
    jobs = LineContent.objects.filter(line_message__channel_id=inbox)
    jobs.update(created_at=F("created_at") - timedelta(minutes=minutes), attempts=20, due_at=Now())


def add_nonce(inbox: str, nonce: str, profile: str, who: str, seconds: int = 600) -> None:
    """One that the person in LINE whose id is `who` has asked for."""
    chat, _ = LineChat.objects.get_or_create(channel_id=inbox, chat_key=f"user:{who}")
    LinkNonce.objects.create(
        nonce_hash=digest(nonce),
        channel_id=inbox,
        chat=chat,
        profile_id=profile,
        expires_at=Now() + timedelta(seconds=seconds),
    )


def is_used(nonce: str) -> bool:
    return LinkNonce.objects.get(nonce_hash=digest(nonce)).used_at is not None


def customer_of(profile: str) -> str:
    return str(Profile.objects.get(id=profile).customer_id)


def holders(user_id: str) -> list[str]:
    """Return the customers that hold a LINE id."""
    rows = Identity.objects.filter(kind="line", value=user_id)
    return [str(id) for id in rows.values_list("profile__customer_id", flat=True)]


def places(words: str) -> list[str]:
    """Return every table and file that has these words in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for name in tables:
            cursor.execute(
                f'SELECT 1 FROM "{name}" t, unnest(%s::text[]) form'  # noqa: S608
                " WHERE strpos(translate(t::text, E'\\\\', ''), form) > 0 LIMIT 1",
                [forms(words)],
            )
            found += [name] * (cursor.fetchone() is not None)
    return sorted(found) + [str(path) for path in files() if holds(path, words)]


def forms(words: str) -> list[str]:
    """Return the words as a row may show them: as they are, escaped as JSON, as bytes in hex."""
    escaped = json.dumps(words)[1:-1].replace("\\", "")
    return [words, escaped, words.encode().hex()]


def holds(path: Path, words: str) -> bool:
    content = path.read_bytes()
    return any(form in content for form in (words.encode(), json.dumps(words)[1:-1].encode()))


def files() -> list[Path]:
    root = Path(settings.MEDIA_ROOT)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def file_names() -> list[str]:
    return sorted(str(path) for path in files())


def attachment_paths(inbox: str) -> list[str]:
    rows = Message.objects.filter(conversation__inbox_id=inbox, attachments__isnull=False)
    return [str(name) for name in rows.values_list("attachments__file", flat=True)]


def bubbles(inbox: str) -> list[str]:
    rows = LineMessage.objects.filter(channel_id=inbox).order_by("occurred_at")
    return list(rows.values_list("line_id", flat=True))


def age_reply_tokens(inbox: str, seconds: int) -> None:
    """Let LINE have told its reply tokens so long ago."""
    earlier = {
        name: F(name) - timedelta(seconds=seconds) for name in ("received_at", "occurred_at")
    }
    ReplyToken.objects.filter(chat__channel_id=inbox).update(**earlier)


def deliveries(inbox: str) -> list[dict[str, Any]]:
    """Return how the answers stand; `wait` is how many seconds until the next try."""
    rows = Delivery.objects.filter(message__conversation__inbox_id=inbox)
    return [
        {
            "state": row.state,
            "reason": row.reason,
            "attempts": row.attempts,
            "wait": row.wait and row.wait.total_seconds(),
        }
        for row in rows.annotate(wait=F("due_at") - Now()).order_by("message__seq")
    ]


def token(inbox: str) -> str:
    """Return the token that this process would call LINE with."""
    return tokens.token_of(LineChannel.objects.get(pk=inbox))


def part_ids(inbox: str) -> list[str]:
    """Return what LINE calls the bubbles that we have sent."""
    parts = LinePart.objects.filter(chat__channel_id=inbox).order_by("message_id", "position")
    return [bubble["id"] for part in parts for bubble in part.sent]


def inbox_channel(inbox: str) -> dict[str, Any]:
    return dict(Inbox.objects.get(id=inbox).channel)


def forget_token(inbox: str) -> None:
    LineToken.objects.filter(channel_id=inbox).update(sealed="")


def add_menu(inbox: str) -> None:
    """Publish the demonstration's rich menu in a channel."""
    with translation.override("ja"):
        draw_menu(LineChannel.objects.select_related("inbox").get(pk=inbox))


def offer(cast: str) -> None:
    """Let the shop's widget offer an account to go on with."""
    shop = _casts[cast].shop
    inbox = Inbox.objects.create(name="LINE", kind=Inbox.Kind.LINE)
    names = {"channel_id": inbox.public_id, "bot_user_id": f"U{inbox.id.hex}"}
    channel = LineChannel.objects.create(inbox=inbox, basic_id="@shop", **names)
    LineSetup.objects.create(channel=channel).offered_on.add(shop)


def answer(cast: str, inbox: str, chat_key: str, body: str) -> str:
    """Let aoi answer somebody in LINE; return the message's id."""
    chat = LineChat.objects.get(channel_id=inbox, chat_key=chat_key)
    conversation = Conversation.objects.get(inbox_id=inbox, profile_id=chat.profile_id)
    rows = messages_of_operators.send(
        actor_of_operator(_casts[cast].aoi),
        conversation_id=conversation.id,
        client_id=uuid4(),
        body=body,
    )
    return str(rows.message.id)


def ring() -> None:
    """Have a worker look for what nobody was woken for."""
    for task in ("integrations.line.tasks.sweep_chats", "talk.tasks.sweep_deliveries"):
        current_app.send_task(task)
