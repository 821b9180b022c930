"""Who of a group says something. They are known by their names there, and are nobody's customer."""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from integrations.line import wakes, wire
from integrations.line.actions.people import GROUPS, is_old
from integrations.line.models import LineChat, LineEvent, LineMember, LineMessage
from integrations.line.models.events import OPEN
from talk import said
from talk.actions import channel_messages
from talk.models import Message


def author_of(event: LineEvent) -> said.Author | None:
    """Return who it was, without a name until LINE has told it; None in a chat of two.

    Who is new is asked for as soon as possible, and everybody once a day.
    """
    if event.chat.kind not in GROUPS:
        return None
    user_id = wire.user_id(event.raw)
    if not user_id:
        return said.Author(name="")
    member, is_new = LineMember.objects.get_or_create(
        chat=event.chat, user_id=user_id, defaults={"due_at": Now()}
    )
    if is_new or _ask_anew(member, event):
        transaction.on_commit(partial(wakes.names.tell, event.chat_id))
    return said.Author(name=member.name, picture=member.picture_url)


def _ask_anew(member: LineMember, event: LineEvent) -> bool:
    if member.due_at is not None or not is_old(member.fetched_at, event.received_at):
        return False
    LineMember.objects.filter(id=member.id).update(due_at=Now(), attempts=0)
    return True


def name_messages(member: LineMember) -> None:
    """Put the name of somebody into what they said before LINE told it.

    Appends `message.changed` for each.
    """
    theirs = LineMessage.objects.filter(chat_id=member.chat_id, user_id=member.user_id)
    nameless = Message.objects.filter(
        id__in=theirs.values("message_id"), data__author__name=""
    ).order_by("seq")
    author = said.Author(name=member.name, picture=member.picture_url)
    for message_id in nameless.values_list("id", flat=True)[:200]:
        channel_messages.sign(message_id, author)


def forget(members: QuerySet[LineMember]) -> None:
    """Nobody knows any more who of a group said what; what was said stays the group's.

    Their groups are locked first, as by whoever handles what is told of them.
    """
    groups = LineChat.objects.filter(members__in=members).values("id")
    list(LineChat.objects.select_for_update(no_key=True).filter(id__in=groups).order_by("id"))
    for chat_id, user_id in members.values_list("chat_id", "user_id"):
        theirs = LineMessage.objects.filter(chat_id=chat_id, user_id=user_id)
        for message_id in theirs.values_list("message_id", flat=True):
            channel_messages.sign(message_id, said.Author(name=""))
        theirs.update(user_id="")
        told = LineEvent.objects.filter(chat_id=chat_id, raw__source__userId=user_id)
        told.exclude(state__in=OPEN).update(raw={})
    members.delete()
