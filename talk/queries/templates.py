"""What operators of an inbox may send ready made."""

from uuid import UUID

from talk import channels
from talk.errors import NotFound
from talk.models import Inbox
from talk.policy import Actor, Permission, require
from talk.rows import TemplateRow


def templates(actor: Actor, inbox_id: UUID) -> list[TemplateRow]:
    """Raise `NotFound` for an inbox that the actor does not see."""
    require(actor, Permission.INBOX_READ)
    seen = Inbox.objects.filter(id=inbox_id)
    if actor.inbox_ids is not None:
        seen = seen.filter(id__in=actor.inbox_ids)
    kind = seen.values_list("kind", flat=True).first()
    if kind is None:
        raise NotFound
    return channels.templates_of(kind, inbox_id)
