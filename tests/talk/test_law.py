"""The law: state before + events = state fetched after, for every kind of event.

In Python and, on the same recorded frames, in the browsers' own reducers: byte for byte.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.actions import erase
from customers.actions.merges import move_profiles, undo_merge
from customers.actions.traits import tell_traits
from customers.client import ClientFacts
from customers.ingest import record
from customers.models import Erasure, MergeLog
from talk.actions import (
    channel_messages,
    channel_state,
    conversations,
    deliveries,
    expiring,
    marks,
    messages,
    notes,
    received_files,
    visitors,
)
from talk.actions.attachments import store_upload
from talk.actions.erasing import erase_conversations
from talk.channel_states import ConversationChannel, InboxChannel, Quota
from talk.models import CustomerNote, Delivery, Inbox, Label, Message
from talk.queries.marks import marks_row
from talk.vocabulary import KINDS
from tests.cast import Cast
from tests.security.files import PDF
from tests.sim import ConsoleSim
from tests.talk import law
from tests.talk.law import Change, Scene

Commit = Callable[..., Any]


def resolve(scene: Scene) -> None:
    conversations.set_status(
        scene.oto, conversation_id=scene.conversation_id, version=scene.version, status="resolved"
    )


def begin_another(scene: Scene) -> None:
    resolve(scene)
    other = scene.cast.guest().visitor
    messages.receive(other, client_id=uuid4(), body="別のお客様です")


def answer(scene: Scene, body: str = "承ります") -> UUID:
    stored = messages.send(
        scene.oto, conversation_id=scene.conversation_id, client_id=uuid4(), body=body
    )
    return stored.message.id


def ask(scene: Scene, body: str = "いつ届きますか") -> None:
    messages.receive(scene.guest.visitor, client_id=uuid4(), body=body)


def fail_delivery(scene: Scene) -> None:
    """A channel that no integration serves refuses for good."""
    Inbox.objects.filter(id=scene.guest.inbox.id).update(kind=Inbox.Kind.LINE)
    message_id = answer(scene)
    Inbox.objects.filter(id=scene.guest.inbox.id).update(kind=Inbox.Kind.WEB)
    Delivery.objects.filter(message_id=message_id).update(due_at=timezone.now())
    deliveries.deliver(message_id)


def add_note(scene: Scene) -> None:
    notes.add(
        scene.oto, conversation_id=scene.conversation_id, client_id=uuid4(), body="常連のお客様"
    )


def snooze(scene: Scene) -> None:
    conversations.set_status(
        scene.oto, conversation_id=scene.conversation_id, version=scene.version, status="snoozed"
    )


def assign(scene: Scene) -> None:
    conversations.assign(
        scene.oto,
        conversation_id=scene.conversation_id,
        version=scene.version,
        assignee_id=scene.cast.oto.id,
        team_id=scene.guest.inbox.teams.get().id,
    )


def read(scene: Scene) -> None:
    conversations.mark_read(scene.oto, conversation_id=scene.conversation_id, seq=1)


def read_by_visitor(scene: Scene) -> None:
    answer(scene)
    visitors.mark_read(scene.guest.visitor, conversation_id=scene.conversation_id, seq=2)


def rename(scene: Scene) -> None:
    tell_traits(scene.guest.visitor.profile_id, {"name": "山田 花子"}, source="site")


def join_with_another(scene: Scene) -> None:
    """The customer turns out to be one who is known already by another name."""
    other = scene.cast.guest()
    tell_traits(other.visitor.profile_id, {"name": "山田 花子"}, source="site")
    ids = [scene.guest.visitor.profile_id]
    move_profiles(ids, winner_id=other.visitor.customer_id, reason="1", actor="aoi")


def part_again(scene: Scene) -> None:
    join_with_another(scene)
    undo_merge(MergeLog.objects.get().id, actor="aoi")
    rename(scene)


def view_page(scene: Scene) -> None:
    at = datetime.now(UTC).isoformat()
    page = {"kind": "page", "url": "https://shop.example/cart", "title": "カート"}
    told = [{"id": str(uuid4()), "at": at, **page}]
    record(scene.guest.visitor.profile_id, told, client=ClientFacts())


def rename_operator(scene: Scene, name: str = "乙") -> None:
    scene.cast.oto.name = name
    scene.cast.oto.save()


def rename_after_the_end(scene: Scene) -> None:
    resolve(scene)
    rename(scene)


def view_page_after_the_end(scene: Scene) -> None:
    resolve(scene)
    view_page(scene)


def let_files_expire(scene: Scene) -> None:
    file = SimpleUploadedFile("注文.pdf", PDF)
    kept = store_upload(scene.guest.visitor, scene.guest.inbox, file)
    messages.receive(
        scene.guest.visitor, client_id=uuid4(), body="こちらです", attachment_ids=(kept.id,)
    )
    resolve(scene)
    assert expiring.forget_files(timezone.now() + timedelta(hours=1)) == 1


def let_words_expire(scene: Scene) -> None:
    answer(scene)
    resolve(scene)
    assert expiring.forget_conversations(timezone.now() + timedelta(hours=1)) == 1


def make_label(scene: Scene, name: str = "返品") -> Label:
    return Label.objects.create(name=name, color="red")


def rename_label(scene: Scene) -> None:
    label = make_label(scene)
    label.name, label.is_archived = "返品・交換", True
    label.save()


def label_conversation(scene: Scene) -> None:
    conversations.set_labels(
        scene.oto,
        conversation_id=scene.conversation_id,
        version=scene.version,
        label_ids=[make_label(scene).id, make_label(scene, "至急").id],
    )


def label_customer(scene: Scene, name: str = "常連") -> None:
    customer_id = scene.guest.visitor.customer_id
    marks.set_labels(
        scene.oto,
        customer_id=customer_id,
        version=marks_row(scene.oto, customer_id).version,
        label_ids=[make_label(scene, name).id],
    )


def keep_note(scene: Scene, body: str = "電話は午後に") -> None:
    customer_id = scene.guest.visitor.customer_id
    marks.add_note(scene.oto, customer_id=customer_id, client_id=uuid4(), body=body)


def edit_and_delete_notes(scene: Scene) -> None:
    keep_note(scene)
    keep_note(scene, "領収書は宛名なし")
    first, second = CustomerNote.objects.order_by("id")
    marks.change_note(scene.oto, note_id=first.id, version=1, body="電話は夕方に")
    marks.delete_note(scene.oto, note_id=second.id, version=1)


def keep_a_long_note_after_the_end(scene: Scene) -> None:
    """Larger than what fits a ring."""
    resolve(scene)
    for nth in range(4):
        keep_note(scene, f"{nth}" + "あ" * 1_900)


def join_with_one_who_has_marks(scene: Scene) -> None:
    keep_note(scene, "こちらのメモ")
    joined = scene.cast.guest()
    actor_of_joined = {"customer_id": joined.visitor.customer_id, "client_id": uuid4()}
    messages.receive(joined.visitor, client_id=uuid4(), body="別の端末から")
    marks.add_note(scene.oto, **actor_of_joined, body="あちらのメモ")
    ids = [joined.visitor.profile_id]
    winner_id = scene.guest.visitor.customer_id
    move_profiles(ids, winner_id=winner_id, reason="1", actor="aoi")


def part_from_one_who_has_marks(scene: Scene) -> None:
    join_with_one_who_has_marks(scene)
    label_customer(scene)
    undo_merge(MergeLog.objects.get().id, actor="aoi")


def hear(
    scene: Scene,
    body: str = "こんにちは",
    *,
    ago: int = 0,
    said_at: datetime | None = None,
    **data: Any,
) -> UUID:
    """What the customer says by way of a channel."""
    stored = channel_messages.receive(
        scene.guest.inbox.id,
        scene.guest.visitor.profile_id,
        client_id=uuid4(),
        body=body,
        data=data,
        said_at=said_at or timezone.now() - timedelta(seconds=ago),
    )
    return stored.message.id


def hear_late(scene: Scene) -> None:
    """Some were said before anything else, one between two others."""
    first = hear(scene, "一")
    hear(scene, "三")
    answer(scene)
    for ago, words in ((20, "遅い"), (40, "もっと遅い"), (4_000, "最初")):
        hear(scene, words, ago=ago)
    add_note(scene)
    hear(scene, "二", said_at=Message.objects.get(id=first).created_at)


def take_back(scene: Scene) -> None:
    assert channel_messages.unsend(hear(scene, "忘れてください"))


def take_back_an_earlier_one(scene: Scene) -> None:
    earlier = hear(scene, "忘れてください")
    answer(scene)
    assert channel_messages.unsend(earlier)


def correct(scene: Scene) -> None:
    assert channel_messages.edit(hear(scene, "明目"), "明日", {})


def see_a_picture_arrive(scene: Scene) -> None:
    message_id = hear(scene, "", kind="image", state="coming")
    picture = received_files.keep(
        scene.guest.inbox.id,
        scene.guest.visitor.profile_id,
        [PDF],
        name="x.png",
        largest_bytes=10_000,
    )
    assert channel_messages.attach(message_id, (picture.id,), {"kind": "image", "state": "here"})


def be_blocked(scene: Scene) -> None:
    channel_messages.note_line(scene.conversation_id, {"code": "blocked"})


def be_told_of_the_channel(scene: Scene) -> None:
    state = ConversationChannel(can_send=False, why="blocked", is_friend=False)
    assert channel_state.tell_conversation(scene.conversation_id, state)


def spend_of_the_quota(scene: Scene) -> None:
    quota = Quota(used=187, limit=200, at="2026-11-28T00:00:00+00:00")
    assert channel_state.tell_inbox(scene.guest.inbox.id, InboxChannel(quota=quota))


def rename_inbox(scene: Scene) -> None:
    scene.guest.inbox.name = "本店"
    scene.guest.inbox.save()


CASES: dict[str, list[Callable[[Scene], object]]] = {
    "conversation.created": [begin_another],
    "conversation.changed": [
        snooze,
        assign,
        read,
        read_by_visitor,
        rename,
        rename_after_the_end,
        join_with_another,
        part_again,
        let_words_expire,
        label_conversation,
        be_blocked,
        be_told_of_the_channel,
    ],
    "message.created": [answer, ask, hear, hear_late],
    "message.changed": [
        fail_delivery,
        let_files_expire,
        take_back,
        take_back_an_earlier_one,
        correct,
        see_a_picture_arrive,
    ],
    "note.created": [add_note],
    "context.changed": [view_page, view_page_after_the_end],
    "marks.changed": [
        label_customer,
        keep_note,
        edit_and_delete_notes,
        keep_a_long_note_after_the_end,
        join_with_one_who_has_marks,
        part_from_one_who_has_marks,
    ],
    "label.changed": [make_label, rename_label],
    "operator.changed": [rename_operator],
    "inbox.changed": [spend_of_the_quota, rename_inbox],
}


# Of channels other than the web, whose customers have no widget.
ELSEWHERE = (
    hear,
    hear_late,
    take_back,
    take_back_an_earlier_one,
    correct,
    see_a_picture_arrive,
    be_blocked,
    be_told_of_the_channel,
)
UNSEEN_BY_VISITORS = (
    assign,
    label_conversation,
    rename,
    begin_another,
    join_with_another,
    part_again,
    fail_delivery,
)


def test_every_kind_of_event_has_a_case_and_there_is_none_besides() -> None:
    without_rows = {name for name, kind in KINDS.items() if not kind.rows}
    assert without_rows == {"layout.changed"}  # nothing to apply: `test_layout_news.py`
    assert set(CASES) == set(KINDS) - without_rows


@pytest.mark.parametrize(
    ("kind", "act"),
    [(kind, act) for kind, acts in CASES.items() for act in acts],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_state_before_and_events_are_the_state_fetched_after(
    cast: Cast,
    django_capture_on_commit_callbacks: Commit,
    kind: str,
    act: Callable[[Scene], object],
) -> None:
    scene = law.begin(cast)
    near, far = scene.fetch_console(opened=True), scene.fetch_console(opened=False)
    widget = scene.fetch_widget()
    told = scene.record(lambda: commit(django_capture_on_commit_callbacks, act, scene))
    assert kind in {event["kind"] for event in told.near}
    after = scene.fetch_console(opened=True)
    assert law.console_picture(near) != law.console_picture(after), "nothing has happened"
    agree("console", near + told.near, after)
    agree("console", far + told.far, scene.fetch_console(opened=False))
    if act in ELSEWHERE:
        return
    agree("widget", widget + told.widget, scene.fetch_widget())
    told_visitor = KINDS[kind].visitor and act not in UNSEEN_BY_VISITORS
    assert {event["kind"] for event in told.widget if event["kind"] == kind} == (
        {kind} if told_visitor else set()
    )


def test_a_console_that_has_an_erased_conversation_open_ends_with_what_is_left_of_it(
    cast: Cast, django_capture_on_commit_callbacks: Commit
) -> None:
    """As it is told, and as it is told again from the log, whose words are gone as well."""
    scene = law.begin(cast)
    for act in (answer, add_note, assign, ask):
        act(scene)
    near, far = scene.fetch_console(opened=True), scene.fetch_console(opened=False)
    customer_id = scene.guest.visitor.customer_id
    begun: list[Erasure] = []
    first = scene.record(
        lambda: begun.append(erase.erase_customer(scene.oto.who, customer_id, reason="asked"))
    )
    [erasure] = begun
    subject = erase.subject_of(erasure)
    live = scene.record(lambda: erase_conversations(subject))
    after = scene.fetch_console(opened=True)
    assert "常連" in str(near)
    assert "いつ届きますか" not in str(after)
    agree("console", healed(scene, near + first.near + live.near), after)
    commit(django_capture_on_commit_callbacks, lambda _: erase.carry_on(erasure.id), scene)
    again = scene.record(lambda: None, since=0)
    assert len(again.near) > len(first.near + live.near)
    assert "いつ届きますか" not in str(again)
    agree("console", healed(scene, near + again.near), scene.fetch_console(opened=True))
    agree("console", far + again.far, scene.fetch_console(opened=False))


def test_frames_in_any_order_twice_or_lost_and_healed_give_the_same_state(
    cast: Cast, django_capture_on_commit_callbacks: Commit
) -> None:
    """Python judges every trace, node the same traces after it."""
    scene = law.begin(cast)
    before = scene.fetch_console(opened=True)
    widget_before = scene.fetch_widget()
    told = scene.record(lambda: commit(django_capture_on_commit_callbacks, live_a_day, scene))
    assert len(told.near) >= 20
    after = law.console_picture(scene.fetch_console(opened=True))
    widget_after = law.widget_picture(scene.fetch_widget())
    traces: list[list[Change]] = []
    widget_traces: list[list[Change]] = []

    @settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(st.data())
    def any_trace(data: st.DataObject) -> None:
        lost = {n for n in data.draw(some_of(told.near)) if in_chain(told.near[n])}
        order = data.draw(shuffled(told.near))
        trace = healed(scene, before + [told.near[n] for n in order if n not in lost])
        traces.append(trace)
        assert law.console_picture(trace) == after
        frames = [told.widget[n] for n in data.draw(shuffled(told.widget))]
        widget_traces.append(widget_before + frames)
        assert law.widget_picture(widget_traces[-1]) == widget_after

    any_trace()
    assert set(law.replay("console", traces)) == {after}
    pictures = [law.widget_picture(trace) for trace in widget_traces]
    assert law.replay("widget", widget_traces) == pictures


def live_a_day(scene: Scene) -> None:
    # First: a message's row carries its author's name, which an earlier message's row keeps.
    rename_operator(scene)
    rename_operator(scene, "乙女")
    for round in range(3):
        ask(scene, f"質問 {round}")
        answer(scene, f"回答 {round}")
        add_note(scene)
        view_page(scene)
    for act in (assign, snooze, rename, fail_delivery, read_by_visitor):
        act(scene)
    ask(scene)
    messages.receive(scene.guest.visitor, client_id=uuid4(), body="長" * 10_000)


def healed(scene: Scene, changes: list[Change]) -> list[Change]:
    """Add what a console does about holes: a heartbeat tells of the newest, then it fetches."""
    id = str(scene.conversation_id)
    whole = [*changes, {"kind": "versions.heard", "versions": {id: scene.version}}]
    sim = ConsoleSim()
    for change in whole:
        sim.apply(change)
    while sim.syncing():
        fetched = scene.fetch_changes(sim.threads[id].version)
        whole.append(fetched)
        sim.apply(fetched)
    return whole


def some_of(events: list[Change]) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(0, len(events) - 1), max_size=8)


def shuffled(events: list[Change]) -> st.SearchStrategy[list[int]]:
    """Every event at least once, some twice, in any order."""
    every = list(range(len(events)))
    return some_of(events).flatmap(lambda twice: st.permutations(every + twice))


def in_chain(event: Change) -> bool:
    return event["kind"] not in ("context.changed", "operator.changed", "inbox.changed")


def commit(capture: Commit, act: Callable[[Scene], object], scene: Scene) -> None:
    with capture(execute=True):
        act(scene)


def agree(reducer: str, told: list[Change], fetched: list[Change]) -> None:
    picture = law.console_picture if reducer == "console" else law.widget_picture
    assert law.replay(reducer, [told]) == [picture(told)]
    assert law.shown(picture(told)) == law.shown(picture(fetched))
