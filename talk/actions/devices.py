"""A visitor's token that goes on in another device than before: operators are told of it (S-10).

A token is a bearer's: who has a copy is the visitor. So a copy that is used elsewhere must be seen.
"""

from datetime import timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from customers.client import ClientFacts
from customers.device import facts_of
from talk import events
from talk.actions.notes import write_line
from talk.models import Conversation, VisitorToken

NOT_AGAIN_FOR = timedelta(hours=1)
"""Two devices that take turns are pointed out once."""


def is_other_device(device: str, user_agent: str) -> bool:
    """Whether a token that was last used on `device` comes from another one."""
    return _device_of(user_agent) not in ("", device)


def note_device_of(token_hash: bytes, user_agent: str) -> None:
    """The same as `note_device`, for who has only the hash."""
    token = VisitorToken.objects.filter(token_hash=token_hash).first()
    if token is not None:
        note_device(token, user_agent)


@transaction.atomic
def note_device(token: VisitorToken, user_agent: str) -> None:
    """Keep what the token is used on; write a line into its conversation when that has changed.

    What browsers freeze or update (versions, hints) does not count. Appends `note.created`.
    """
    if not is_other_device(token.device, user_agent):
        return
    device = _device_of(user_agent)
    own = VisitorToken.objects.filter(token_hash=token.token_hash)
    # The condition is checked again by the UPDATE: of two requests at once one tells.
    if not own.filter(device=token.device).update(device=device) or not token.device:
        return
    quiet = Q(device_told_at=None) | Q(device_told_at__lt=Now() - NOT_AGAIN_FOR)
    if own.filter(quiet).update(device_told_at=Now()):
        _tell(token, {"code": "device", "from": token.device, "to": device})


def _tell(token: VisitorToken, data: dict[str, str]) -> None:
    """Into the newest conversation: it is the one that goes on."""
    theirs = Conversation.objects.filter(profile_id=token.profile_id, inbox_id=token.inbox_id)
    conversation = theirs.order_by("-created_at").select_for_update(no_key=True).first()
    if conversation is None:
        return
    conversation.version += 1
    conversation.save(update_fields=["version"])
    note = write_line(conversation.id, operator_id=None, data=data)
    events.append("note.created", conversation_id=conversation.id, note_id=note.id)


@lru_cache(maxsize=1024)
def _device_of(user_agent: str) -> str:
    """Return kind, browser and system, or '' for what tells of none. Hints come and go: without."""
    device = facts_of(ClientFacts(user_agent=user_agent[:512])).device
    if device is None or device.kind == "unknown":
        return ""
    return f"{device.kind}/{device.browser}/{device.os}"
