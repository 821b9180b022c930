"""Somebody in LINE who has proved, on our side, which customer of the web they are."""

from django.db.models.functions import Now

from customers.actions.vouching import vouch
from customers.identifiers import BadIdentifier, Kind, Verifier
from integrations.line import wire
from integrations.line.actions import account_link
from integrations.line.models import AccountLink, LineEvent, LinkNonce
from talk.actions.access import digest

State = LineEvent.State


def link_account(event: LineEvent) -> str:
    """Join the two when LINE brings back the nonce of this chat: once, and not too late.

    Whether they may be one is for `customers.actions.vouching`, which tells operators if not.
    """
    link = wire.part(event.raw, "link")
    if event.chat.kind != "user":
        return State.IGNORED
    if wire.text(link, "result") != "ok":
        return _fail(event)
    nonce_hash = digest(wire.text(link, "nonce"))
    nonces = LinkNonce.objects.filter(nonce_hash=nonce_hash, chat=event.chat)
    # One UPDATE decides: whoever brings the nonce again changes nothing.
    if not nonces.filter(used_at=None, expires_at__gt=Now()).update(used_at=Now()):
        is_repeat = nonces.filter(used_at__isnull=False).exists()
        return State.IGNORED if is_repeat else _fail(event)
    nonce = nonces.select_related("profile").get()
    try:
        kept = vouch(nonce.profile, Kind.LINE, event.chat.line_id, Verifier.LINE)
    except BadIdentifier:
        return _fail(event)
    if kept is None:
        return _fail(event, is_conflict=True)
    account_link.note_linked(event.chat, way=AccountLink.Way.ACCOUNT, key=event.webhook_event_id)
    return State.DONE


def _fail(event: LineEvent, *, is_conflict: bool = False) -> str:
    account_link.tell_failed(event.chat, event.webhook_event_id, is_conflict=is_conflict)
    return State.DONE if is_conflict else State.IGNORED
