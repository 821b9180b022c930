"""A closed list of labels on conversations: guarded, told, and found by an index."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from customers.models import AuditEntry
from talk import queries
from talk.actions import conversations, messages
from talk.errors import Forbidden, Invalid, NotFound
from talk.models import Conversation, Event, Label, Note
from talk.models.conversations import MOST_LABELS
from talk.policy import actor_of_operator
from talk.queries.conversations import HAS_LABEL
from tests.cast import Cast, actor
from tests.clients import browser, program

pytestmark = pytest.mark.django_db


def made(*names: str) -> list[Label]:
    return [Label.objects.create(name=name) for name in names]


def said(cast: Cast, body: str = "返品したい") -> Any:
    return messages.receive(cast.guest().visitor, client_id=uuid4(), body=body).conversation


def test_labels_are_put_in_the_order_of_their_ids_with_a_line_that_says_who(cast: Cast) -> None:
    first, second, third = made("返品", "至急", "VIP")
    row, oto = said(cast), actor(cast.oto)
    ids = [second.id, first.id]
    row = conversations.set_labels(oto, conversation_id=row.id, version=row.version, label_ids=ids)
    assert row.label_ids == [first.id, second.id]
    row = conversations.set_labels(
        oto, conversation_id=row.id, version=row.version, label_ids=[third.id, second.id]
    )
    assert row.label_ids == [second.id, third.id]
    lines = Note.objects.filter(conversation_id=row.id).order_by("version")
    assert [(line.operator_id, line.data) for line in lines] == [
        (oto.operator_id, {"code": "labels", "added": ["至急", "返品"], "removed": []}),
        (oto.operator_id, {"code": "labels", "added": ["VIP"], "removed": ["返品"]}),
    ]


def test_the_same_labels_change_nothing_and_tell_nobody(cast: Cast) -> None:
    [label] = made("返品")
    row, oto = said(cast), actor(cast.oto)
    row = conversations.set_labels(
        oto, conversation_id=row.id, version=row.version, label_ids=[label.id]
    )
    events = Event.objects.count()
    again = conversations.set_labels(
        oto, conversation_id=row.id, version=0, label_ids=[label.id, label.id]
    )
    assert (again, Event.objects.count()) == (row, events)


def test_who_comes_late_gets_a_conflict_with_the_row_as_it_is(cast: Cast) -> None:
    [label] = made("返品")
    row = said(cast)
    client, path = browser(cast.oto), f"/api/v1/conversations/{row.id}"
    change = {"version": row.version, "label_ids": [str(label.id)]}
    assert client.patch(path, change, "application/json").json()["label_ids"] == [str(label.id)]
    late = client.patch(path, {**change, "label_ids": []}, "application/json")
    assert (late.status_code, late.json()["current"]["label_ids"]) == (409, [str(label.id)])
    both = {"version": late.json()["current"]["version"], "status": "pending", "label_ids": []}
    changed = client.patch(path, both, "application/json").json()
    assert (changed["status"], changed["label_ids"]) == ("pending", [])


def test_an_archived_label_stays_but_does_not_come(cast: Cast) -> None:
    old, new = made("旧", "新")
    row, oto = said(cast), actor(cast.oto)
    put = {"conversation_id": row.id, "label_ids": [old.id]}
    row = conversations.set_labels(oto, version=row.version, **put)
    old.is_archived = True
    old.save()
    put["label_ids"] = [old.id, new.id]
    row = conversations.set_labels(oto, version=row.version, **put)
    assert row.label_ids == [old.id, new.id]
    row = conversations.set_labels(
        oto, conversation_id=row.id, version=row.version, label_ids=[new.id]
    )
    for bad in ([old.id], [uuid4()], [uuid4() for _ in range(MOST_LABELS + 1)]):
        with pytest.raises(Invalid) as caught:
            conversations.set_labels(
                oto, conversation_id=row.id, version=row.version, label_ids=bad
            )
        assert caught.value.field == "label_ids"
    too_many = [uuid4() for _ in range(MOST_LABELS + 1)]
    with pytest.raises(IntegrityError), transaction.atomic():
        Conversation.objects.update(label_ids=too_many)


def test_others_inboxes_and_narrow_tokens_label_nothing(cast: Cast) -> None:
    [label] = made("返品")
    row = said(cast)
    put = {"conversation_id": row.id, "version": row.version, "label_ids": [label.id]}
    with pytest.raises(NotFound):
        conversations.set_labels(actor(cast.ren), **put)
    reader = actor_of_operator(cast.oto, scopes=frozenset({"conversation.read"}))
    with pytest.raises(Forbidden):
        conversations.set_labels(reader, **put)
    assert program(cast.oto, "conversation.read").get("/api/v1/labels").status_code == 403
    listed = program(cast.oto, "label.read").get("/api/v1/labels").json()
    assert [one["name"] for one in listed["results"]] == ["返品"]


def test_the_list_is_narrowed_to_a_label_in_every_view(cast: Cast) -> None:
    label, other = made("返品", "至急")
    rows, oto = [said(cast, str(nth)) for nth in range(3)], actor(cast.oto)
    for row, ids in zip(rows, ([label.id], [other.id], [other.id, label.id]), strict=True):
        conversations.set_labels(oto, conversation_id=row.id, version=row.version, label_ids=ids)
    client = browser(cast.oto)

    def found(query: str) -> list[str]:
        answer = client.get(f"/api/v1/conversations?{query}").json()
        return [one["preview"] for one in answer["results"]]

    assert found(f"label_id={label.id}") == ["2", "0"]
    assert found(f"label_id={other.id}&inbox_id={cast.shop.id}") == ["2", "1"]
    assert found(f"label_id={label.id}&view=resolved") == []
    page = client.get(f"/api/v1/conversations?label_id={label.id}&limit=1").json()
    assert found(f"label_id={label.id}&cursor={page['next']}") == ["0"]


def test_the_labels_of_conversations_have_an_index_that_the_filter_can_use(cast: Cast) -> None:
    [label] = made("返品")
    said(cast)
    sql = f"EXPLAIN SELECT c.id FROM talk_conversation c WHERE true {HAS_LABEL}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(sql, {"label": label.id})
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "conversation_labels" in plan


def test_a_visitor_hears_nothing_of_labels(cast: Cast) -> None:
    [label] = made("クレーム")
    guest = cast.guest()
    row = messages.receive(guest.visitor, client_id=uuid4(), body="一").conversation
    before = queries.visitor_history(guest.visitor)
    conversations.set_labels(
        actor(cast.oto), conversation_id=row.id, version=row.version, label_ids=[label.id]
    )
    assert queries.visitor_history(guest.visitor) == before
    assert not Event.objects.filter(kind="conversation.changed", profile_id__isnull=False).exists()


def test_administrators_keep_the_list_and_the_audit_says_so(cast: Cast) -> None:
    client = browser(cast.aoi)
    add = reverse("admin:talk_label_add")
    form = {"name": "返品", "color": "red", "description": "", "position": 1}
    assert client.get(add).context["title"] == "ラベル を追加"  # and not the heading of a field
    assert client.post(add, form).status_code == 302
    label = Label.objects.get()
    assert client.post(add, {**form, "color": "#ff0000", "name": "x"}).status_code == 200
    twin = client.post(add, form)
    assert "この名前のラベルはすでにあります" in twin.content.decode()
    change = reverse("admin:talk_label_change", args=[label.id])
    assert client.post(change, {**form, "is_archived": "on"}).status_code == 302
    label.refresh_from_db()
    assert (label.is_archived, label.version) == (True, 2)
    told = Event.objects.filter(kind="label.changed").order_by("id")
    assert [event.rows["label"]["is_archived"] for event in told] == [False, True]
    assert AuditEntry.objects.filter(action="labels.changed").count() == 2
    delete = reverse("admin:talk_label_delete", args=[label.id])
    assert client.post(delete, {"post": "yes"}).status_code == 403
