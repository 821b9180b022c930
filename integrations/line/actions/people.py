"""Who somebody in LINE is to us: a customer from their first word on; a group is nobody else."""

from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from customers.actions.people import begin_line_profile
from customers.actions.vouching import vouch
from customers.identifiers import BadIdentifier, Kind, Verifier
from customers.models import Profile
from integrations.line import wakes
from integrations.line.actions.standing import is_own_thread
from integrations.line.models import AccountLink, LineChannel, LineChat

GROUPS = ("group", "room")
NAME_KEPT = timedelta(hours=24)


def lock_chat(chat_id: UUID) -> LineChat:
    """Before any other row: a worker that handles the chat's events holds it first, too."""
    return (
        LineChat.objects.select_for_update(of=("self",), no_key=True)
        .select_related("channel__inbox", "profile__customer")
        .get(id=chat_id)
    )


def needs_person(chat: LineChat) -> bool:
    """Whether what is said there is kept, and nobody is there to have said it.

    Who was erased begins anew, with nothing of before.
    """
    if chat.kind in GROUPS:
        is_kept = chat.channel.group_policy == LineChannel.GroupPolicy.SEPARATE
    else:
        is_kept = chat.kind == "user"
    return is_kept and (chat.profile is None or is_erased(chat))


def is_erased(chat: LineChat) -> bool:
    return chat.profile is not None and chat.profile.customer.erased_at is not None


@transaction.atomic
def begin_person(chat: LineChat) -> Profile:
    """Give a chat its profile, and ask LINE for the name as soon as possible.

    A person's LINE id is vouched for: who is known by it already is the same customer. Alone in its
    transaction: who changes who is who lets everybody else wait.
    """
    profile = begin_line_profile()
    if chat.kind == "user":
        _vouch(profile, chat.line_id)
    chat.profile, chat.conversation = profile, None
    chat.save(update_fields=["profile", "conversation"])
    ask_name(chat)
    return profile


def leave_foreign_thread(chat: LineChat) -> None:
    """Operators have parted them, and the thread went back to whom it came from."""
    place = chat.conversation_id
    if place is None or is_own_thread(chat):
        return
    chat.conversation = None
    chat.save(update_fields=["conversation"])
    AccountLink.objects.filter(chat=chat, ended_at=None).update(ended_at=Now())


def is_old(asked_at: datetime | None, now: datetime) -> bool:
    """Whether somebody may be called otherwise by now."""
    return asked_at is None or now - asked_at > NAME_KEPT


def ask_name(chat: LineChat) -> None:
    """Have LINE asked what the chat's person or group is called, as soon as possible."""
    chat.profile_due_at, chat.profile_attempts = Now(), 0
    chat.save(update_fields=["profile_due_at", "profile_attempts"])
    transaction.on_commit(partial(wakes.names.tell, chat.id))


def _vouch(profile: Profile, user_id: str) -> None:
    try:
        vouch(profile, Kind.LINE, user_id, Verifier.LINE)
    except BadIdentifier:
        return  # an administrator has blocked it: nobody is joined by it
    profile.refresh_from_db()
