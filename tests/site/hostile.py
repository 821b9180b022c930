"""A team whose customers, colleagues and inboxes all have hostile names and say hostile things."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.utils import timezone

from customers.actions import create_visitor_profile
from customers.actions.resolving import NAME
from customers.actions.traits import tell_traits
from customers.models import Claim, Context
from talk import queries
from talk.actions import access, conversations, marks, messages, notes
from talk.actions.tool_links import give_secret
from talk.models import (
    Attachment,
    HeadlineClause,
    Inbox,
    Label,
    Operator,
    SidebarLayout,
    SidebarLine,
    Team,
    ToolLink,
)
from talk.models.conversations import MOST_LABELS
from talk.policy import Actor, Visitor, actor_of_operator
from talk.queries.marks import marks_row


@dataclass(frozen=True)
class Scene:
    """What one text stands in."""

    text: str
    inbox: Inbox
    operator: Operator


def plant(texts: list[str], origins: list[str]) -> dict[str, Any]:
    """Put each text into every field that somebody outside or a colleague can fill.

    Written past the cleaning of the edges, so that only the showing is left to be safe. Returns
    the mail of an operator who sees it all, the inboxes' public ids, and one visitor (`chorus`)
    to whom all these operators have said all these texts.
    """
    team = Team.objects.create(name=f"hostile {uuid4().hex}")
    scenes = [_scene(text, team, origins) for text in texts]
    for scene in scenes:
        _converse(scene)
    chorus, token = _visitor(scenes[0].inbox, "合唱")
    for scene in scenes:
        _say(chorus, scene)
    reader = _operator("まとめ役", team)
    return {
        "reader": reader.email.partition("@")[0],
        "inboxes": [scene.inbox.public_id for scene in scenes],
        "token": token,
    }


def administer(texts: list[str]) -> dict[str, Any]:
    """Put each text into everything that an administrator words or that is kept of a customer.

    Returns the mail of an operator who sees it all beside the one conversation of their inbox.
    """
    team = Team.objects.create(name=f"administered {uuid4().hex}")
    inbox = Inbox.objects.create(name="事務局", allowed_origins=[])
    team.inboxes.add(inbox)
    operator = _operator("事務", team)
    visitor, _ = _visitor(inbox, "お客様")
    id = messages.receive(visitor, client_id=uuid4(), body="聞いてください").conversation.id
    tell_traits(visitor.profile_id, {f"k{n}": text for n, text in enumerate(texts)}, source="crm")
    _lay_out(team, texts)
    _mark(actor_of_operator(operator), visitor.customer_id, id, texts)
    for n, text in enumerate(texts[:3]):
        HeadlineClause.objects.create(
            position=n, kind="trait", trait=f"k{n}", text_ja=text, text_en=text
        )
    for n, text in enumerate(texts):
        give_secret(ToolLink(name=text, template=f"https://crm.example/{n}/{{customer_id}}"))
    return {"reader": operator.email.partition("@")[0]}


def stop_administering() -> None:
    """Take away what would stand beside the conversations of other tests."""
    HeadlineClause.objects.all().delete()
    ToolLink.objects.filter(template__startswith="https://crm.example/").delete()
    Label.objects.filter(description="hostile").update(is_archived=True)


def _lay_out(team: Team, texts: list[str]) -> None:
    layout = SidebarLayout.objects.create(name=texts[0])
    layout.teams.add(team)
    lines = [("labels", "", ""), ("notes", "", ""), ("links", "", "")]
    for n, text in enumerate(texts):
        lines += [("section", "", text), ("value", f"k{n}", text)]
    for position, (kind, key, label) in enumerate(lines):
        SidebarLine.objects.create(
            layout=layout, position=position, kind=kind, key=key, label=label
        )


def _mark(actor: Actor, customer_id: UUID, conversation_id: UUID, texts: list[str]) -> None:
    for text in texts:
        marks.add_note(actor, customer_id=customer_id, client_id=uuid4(), body=text)
    fresh = {"description": "hostile", "is_archived": False}
    made = [Label.objects.update_or_create(name=text, defaults=fresh) for text in texts]
    labels = [label.id for label, _ in made]
    row = queries.conversation_row(actor, conversation_id)
    conversations.set_labels(
        actor,
        conversation_id=conversation_id,
        version=row.version,
        label_ids=labels[:MOST_LABELS],
    )
    version = marks_row(actor, customer_id).version
    marks.set_labels(
        actor, customer_id=customer_id, version=version, label_ids=labels[-MOST_LABELS:]
    )


def _scene(text: str, team: Team, origins: list[str]) -> Scene:
    inbox = Inbox.objects.create(name=text, greeting=text, allowed_origins=origins)
    team.inboxes.add(inbox)
    return Scene(text, inbox, _operator(text, team))


def _operator(name: str, team: Team) -> Operator:
    mail = f"{uuid4().hex}@demo.example"
    # Nobody logs in with a password here, and each would cost a quarter of a second.
    operator = Operator.objects.create_user(mail, None, name=name, role=Operator.Role.OPERATOR)
    team.operators.add(operator)
    return operator


def _visitor(inbox: Inbox, name: str) -> tuple[Visitor, str]:
    profile = create_visitor_profile(locale="ja")
    tell_traits(profile.id, {NAME: name}, source="site")
    token = access.issue_visitor_token(inbox, profile)
    return Visitor(profile.id, profile.customer_id, inbox.id), token


def _converse(scene: Scene) -> None:
    visitor, _ = _visitor(scene.inbox, scene.text)
    text, now = scene.text, timezone.now().isoformat()
    page = {"url": text, "title": text, "at": now}
    untitled = {"url": f"https://a.example/?{text}", "title": "", "at": now}
    line = {"item_id": text, "name": text, "price": 1, "quantity": 1, "url": text}
    item = {"item_id": text, "name": text, "price": 1, "url": text, "image_url": text, "at": now}
    Context.objects.filter(customer_id=visitor.customer_id).update(
        data={
            "page": {"url": text, "title": text, "since": now},
            "pages": [page, untitled],
            "referrer": text,
            "device": {"kind": "desktop", "browser": text, "browser_version": text, "os": text},
            "language": text,
            "time_zone": text,
            "screen": text,
            "first_seen": now,
            "last_seen": now,
            "visits": 1,
            "shopping": {
                "items": [item],
                "cart": {"at": now, "lines": [line], "quantity": 1, "total": 1, "currency": text},
                "order": {"id": text, "revenue": 1, "currency": "", "lines": [line], "at": now},
                "errors": [{"kind": text, "message": text, "url": text, "at": now}],
            },
        }
    )
    tell_traits(visitor.profile_id, {text: text}, source="claim")
    Claim.objects.create(
        profile_id=visitor.profile_id, kind="email", value=text, value_norm=text.casefold()
    )
    conversation_id = _say(visitor, scene)
    actor = actor_of_operator(scene.operator)
    notes.add(actor, conversation_id=conversation_id, client_id=uuid4(), body=text)
    row = queries.conversation_row(actor, conversation_id)
    conversations.assign(
        actor,
        conversation_id=conversation_id,
        version=row.version,
        assignee_id=scene.operator.id,
        team_id=None,
    )


def _say(visitor: Visitor, scene: Scene) -> Any:
    """Let the visitor say the text, with a file of that name, and the operator repeat it."""
    file = Attachment(inbox_id=visitor.inbox_id, profile_id=visitor.profile_id, size=5)
    file.name, file.media_type = scene.text, "text/plain"
    file.file.save("x.txt", ContentFile(b"12345"), save=False)
    file.save(force_insert=True)
    stored = messages.receive(
        visitor, client_id=uuid4(), body=scene.text, attachment_ids=(file.id,)
    )
    messages.send(
        actor_of_operator(scene.operator),
        conversation_id=stored.conversation.id,
        client_id=uuid4(),
        body=scene.text,
    )
    return stored.conversation.id
