"""What a channel decides about messages to it: their order, their next attempt, what it carries."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from talk import channel_news, channels, database, logged, queries, tasks, wakes
from talk.actions import channel_messages, channel_state, conversations, deliveries, messages
from talk.channel_states import ConversationChannel, InboxChannel, Quota
from talk.channels import Permanent, Transient, Unconfirmed
from talk.errors import CannotSend, Invalid
from talk.models import Delivery, Event, Inbox
from talk.said import Said, Sticker
from talk.sockets import missed
from tests.asynchronous import in_database
from tests.cast import Cast, actor

pytestmark = pytest.mark.django_db


class Channel:
    """Takes what it is given unless told otherwise, and remembers it."""

    def __init__(self) -> None:
        self.accepted: list[UUID] = []
        self.raises: Exception | None = None
        self.typing: list[UUID] = []
        self.read: list[tuple[UUID, int]] = []
        self.checked: list[tuple[UUID, str, Said]] = []

    def send(self, message_id: UUID) -> None:
        if self.raises is not None:
            raise self.raises
        self.accepted.append(message_id)

    def check(self, inbox_id: UUID, body: str, said: Said) -> None:
        self.checked.append((inbox_id, body, said))
        if body == "too much":
            raise Invalid("body", "Not in this channel")

    def on_read(self, conversation_id: UUID, seq: int) -> None:
        self.read.append((conversation_id, seq))


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    made = Channel()
    monkeypatch.setattr(channels, "_channels", {})
    channels.register(
        "line",
        made.send,
        check=made.check,
        ordered=True,
        lease_seconds=200,
        on_typing=made.typing.append,
        on_read=made.on_read,
    )
    return made


@pytest.fixture
def conversation_id(cast: Cast) -> UUID:
    Inbox.objects.filter(id=cast.shop.id).update(kind="line")
    return hear(cast)


def hear(cast: Cast) -> UUID:
    guest = cast.guest()
    stored = channel_messages.receive(
        guest.inbox.id,
        guest.visitor.profile_id,
        client_id=uuid4(),
        body="?",
        data={},
        said_at=timezone.now(),
    )
    return stored.conversation.id


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    told: list[UUID] = []
    monkeypatch.setattr(wakes.deliveries, "tell", told.append)
    return told


def say(cast: Cast, conversation_id: UUID, body: str = "!", **rest: Any) -> UUID:
    stored = messages.send(
        actor(cast.oto), conversation_id=conversation_id, client_id=uuid4(), body=body, **rest
    )
    return stored.message.id


def state(message_id: UUID) -> tuple[str, str]:
    found = Delivery.objects.get(message_id=message_id)
    return found.state, found.reason


def test_what_was_said_later_waits_for_what_is_still_to_leave(
    cast: Cast, channel: Channel, conversation_id: UUID
) -> None:
    first, second = say(cast, conversation_id), say(cast, conversation_id)
    elsewhere = say(cast, hear(cast))
    channel.raises = Transient("busy", after_seconds=30)
    deliveries.deliver(first)
    channel.raises = None
    deliveries.deliver(second)
    assert deliveries.due() == [elsewhere]
    tasks.sweep_deliveries()
    assert channel.accepted == [elsewhere]
    Delivery.objects.filter(message_id=first).update(due_at=Now())
    assert deliveries.due() == [first]
    tasks.sweep_deliveries()
    tasks.sweep_deliveries()
    assert channel.accepted == [elsewhere, first, second]


def test_one_that_is_on_its_way_holds_those_behind_it(
    cast: Cast, channel: Channel, conversation_id: UUID
) -> None:
    first, second = say(cast, conversation_id), say(cast, conversation_id)
    held = deliveries._lease(first)
    assert held is not None
    assert held.leased_until is not None
    deliveries.deliver(second)
    assert (channel.accepted, state(second)) == ([], ("queued", ""))
    lease = Delivery.objects.get(message_id=first).leased_until
    assert lease is not None
    assert timedelta(seconds=190) < lease - timezone.now() < timedelta(seconds=210)


@pytest.mark.parametrize(
    ("end", "settled"),
    [(None, "accepted"), (Permanent("blocked"), "failed"), (Unconfirmed("lost"), "unknown")],
)
def test_what_settles_wakes_the_next(
    cast: Cast,
    channel: Channel,
    conversation_id: UUID,
    woken: list[UUID],
    django_capture_on_commit_callbacks: Any,
    end: Exception | None,
    settled: str,
) -> None:
    first, second, _third = (say(cast, conversation_id) for _ in range(3))
    channel.raises = end
    with django_capture_on_commit_callbacks(execute=True):
        deliveries.deliver(first)
    assert (state(first)[0], woken) == (settled, [second])


def test_what_is_to_be_tried_again_wakes_nobody(
    cast: Cast,
    channel: Channel,
    conversation_id: UUID,
    woken: list[UUID],
    django_capture_on_commit_callbacks: Any,
) -> None:
    first, _ = say(cast, conversation_id), say(cast, conversation_id)
    channel.raises = Transient("busy")
    with django_capture_on_commit_callbacks(execute=True):
        deliveries.deliver(first)
    assert (state(first), woken) == (("queued", "busy"), [])


def test_what_is_to_be_tried_again_soon_does_not_wait_for_the_sweeper(
    cast: Cast, channel: Channel, conversation_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    later: list[Any] = []
    monkeypatch.setattr(wakes.deliveries, "tell", lambda *told: later.append(told))
    message_id = say(cast, conversation_id)
    for seconds in (2, 60):
        channel.raises = Transient("unreachable", after_seconds=seconds)
        Delivery.objects.filter(message_id=message_id).update(due_at=Now())
        deliveries.deliver(message_id)
    assert later == [(message_id, 2.1)]


def test_a_channel_that_keeps_no_order_lets_others_pass(
    cast: Cast, channel: Channel, conversation_id: UUID
) -> None:
    channels.register("line", channel.send)
    first, second = say(cast, conversation_id), say(cast, conversation_id)
    channel.raises = Transient("busy", after_seconds=30)
    deliveries.deliver(first)
    channel.raises = None
    tasks.sweep_deliveries()
    assert channel.accepted == [second]


def test_a_channel_may_keep_the_count_of_its_attempts_itself(
    cast: Cast, channel: Channel, conversation_id: UUID
) -> None:
    message_id = say(cast, conversation_id)
    for attempt in range(1, deliveries.MOST_ATTEMPTS + 3):
        channel.raises = Transient("unreachable", after_seconds=2)
        deliveries.deliver(message_id)
        delivery = Delivery.objects.get(message_id=message_id)
        assert (delivery.state, delivery.attempts) == ("queued", attempt)
        assert delivery.due_at is not None
        assert abs((delivery.due_at - timezone.now()).total_seconds() - 2) < 2
        Delivery.objects.filter(message_id=message_id).update(due_at=Now())
    channel.raises = Transient("expired", after_seconds=2, is_last=True)
    deliveries.deliver(message_id)
    assert state(message_id) == ("failed", "expired")


@pytest.mark.usefixtures("channel")
def test_after_its_end_nothing_is_stored_but_what_is_free(
    cast: Cast, conversation_id: UUID
) -> None:
    over = (timezone.now() - timedelta(seconds=1)).isoformat().replace("+00:00", "Z")
    ahead = (timezone.now() + timedelta(seconds=40)).isoformat()
    channel_state.tell_conversation(conversation_id, ConversationChannel(push_until=over))
    with pytest.raises(CannotSend) as refused:
        say(cast, conversation_id)
    assert refused.value.extra == {"why": "seven_days"}
    for state in (
        ConversationChannel(push_until=over, free_until=ahead),
        ConversationChannel(push_until=ahead),
    ):
        channel_state.tell_conversation(conversation_id, state)
        say(cast, conversation_id)


@pytest.mark.usefixtures("channel")
def test_where_nothing_can_be_sent_nothing_is_stored(cast: Cast, conversation_id: UUID) -> None:
    blocked = ConversationChannel(can_send=False, why="blocked", is_friend=False)
    assert channel_state.tell_conversation(conversation_id, blocked)
    with pytest.raises(CannotSend) as refused:
        say(cast, conversation_id)
    assert (refused.value.status, refused.value.code) == (409, "cannot_send")
    assert refused.value.extra == {"why": "blocked"}
    assert Delivery.objects.count() == 0
    channel_state.tell_conversation(conversation_id, ConversationChannel(is_friend=True))
    assert state(say(cast, conversation_id)) == ("queued", "")


def test_the_channel_is_asked_what_it_carries(
    cast: Cast, channel: Channel, conversation_id: UUID
) -> None:
    data = {"kind": "sticker", "package_id": "446", "sticker_id": "1988"}
    message_id = say(cast, conversation_id, body="", data=data)
    assert channel.checked == [
        (cast.shop.id, "", Sticker(package_id="446", sticker_id="1988")),
    ]
    stored = queries.thread(actor(cast.oto), conversation_id).messages[-1]
    assert (stored.id, stored.data) == (message_id, data)
    channel_state.tell_conversation(conversation_id, ConversationChannel())
    with pytest.raises(Invalid):
        say(cast, conversation_id, body="too much")


def test_an_answer_quotes_a_message_of_its_own_conversation(
    cast: Cast, channel: Channel, conversation_id: UUID
) -> None:
    row = actor(cast.oto)
    asked = queries.thread(row, conversation_id).messages[0].id
    quoting = {"quoted": {"message_id": str(asked)}}
    say(cast, conversation_id, body="はい", data=quoting)
    assert queries.thread(row, conversation_id).messages[-1].data == {"kind": "text", **quoting}
    for other in (uuid4(), say(cast, hear(cast))):
        with pytest.raises(Invalid) as refused:
            say(cast, conversation_id, data={"quoted": {"message_id": str(other)}})
        assert refused.value.field == "data.quoted"


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "unsent"},
        {"kind": "image", "state": "here"},
        {"kind": "sticker"},
        {"kind": "hologram"},
        {"after_seq": 1},
        {"is_edited": True},
        {"author": {"name": "お客様"}},
        {"kind": "sticker", "package_id": "a\x00", "sticker_id": "1"},
        {"kind": "template", "alt": "x", "contents": {"a": ["\ud800"]}},
    ],
)
@pytest.mark.usefixtures("channel")
def test_operators_say_what_is_theirs_to_say(
    cast: Cast, conversation_id: UUID, data: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        say(cast, conversation_id, data=data)


def test_the_web_carries_text_and_files_alone(cast: Cast) -> None:
    begun = messages.receive(cast.guest().visitor, client_id=uuid4(), body="?").conversation
    with pytest.raises(Invalid) as refused:
        say(cast, begun.id, body="", data={"kind": "sticker", "package_id": "1", "sticker_id": "2"})
    assert refused.value.field == "data"
    say(cast, begun.id)


def test_a_channel_hears_that_its_customer_is_read(
    cast: Cast,
    channel: Channel,
    conversation_id: UUID,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    monkeypatch.setattr(wakes.reading, "tell", channel_news.tell_read)
    channel_state.tell_conversation(conversation_id, ConversationChannel())
    with django_capture_on_commit_callbacks(execute=True):
        for seq in (1, 1):
            conversations.mark_read(actor(cast.oto), conversation_id=conversation_id, seq=seq)
    assert channel.read == [(conversation_id, 1)]


def test_a_channel_hears_that_somebody_types_and_its_faults_are_its_own(
    channel: Channel, conversation_id: UUID
) -> None:
    tasks.tell_typing(str(conversation_id))
    assert channel.typing == [conversation_id]

    def break_down(conversation_id: UUID) -> None:
        raise ZeroDivisionError

    channels.register("line", channel.send, on_typing=break_down)
    tasks.tell_typing(str(conversation_id))
    tasks.tell_typing(str(uuid4()))


def test_the_same_state_is_told_once(cast: Cast, conversation_id: UUID) -> None:
    soon = "2026-11-28T00:00:50+00:00"
    before = queries.conversation_row(actor(cast.oto), conversation_id)
    told = [
        channel_state.tell_conversation(conversation_id, ConversationChannel(free_until=soon))
        for _ in range(2)
    ]
    after = queries.conversation_row(actor(cast.oto), conversation_id)
    assert (told, after.version - before.version) == ([True, False], 1)
    assert after.channel == {
        "can_send": True,
        "why": "",
        "free_until": soon,
        "push_until": None,
        "is_friend": None,
        "chat": "user",
        "members": None,
    }


def test_an_inboxes_state_is_told_to_those_who_see_it(cast: Cast) -> None:
    before = Inbox.objects.get(id=cast.shop.id).version
    since = Event.objects.count()
    full = InboxChannel(quota=Quota(used=200, limit=200, at="2026-11-28T00:00:00+00:00"))
    assert channel_state.tell_inbox(cast.shop.id, full)
    assert not channel_state.tell_inbox(cast.shop.id, full)
    [event] = Event.objects.order_by("id")[since:]
    assert (event.kind, event.inbox_id, event.conversation_id) == (
        "inbox.changed",
        cast.shop.id,
        None,
    )
    [row] = queries.inboxes(actor(cast.oto))
    assert (row.version, row.channel["quota"]["used"]) == (before + 1, 200)
    assert queries.inboxes(actor(cast.ren))[0].id == cast.salon.id


async def test_who_was_away_is_told_of_an_inbox_that_they_see(
    transactional_db: None, cast: Cast
) -> None:
    who = await in_database(lambda: (actor(cast.oto), actor(cast.ren), actor(cast.aoi)))()
    _, watermark = await logged.position()
    state = InboxChannel(quota=Quota(used=1, limit=200, at="2026-11-28T00:00:00+00:00"))
    await in_database(channel_state.tell_inbox)(cast.shop.id, state)
    heard = [await missed.of_operator(each, watermark) for each in who]
    await database.close()
    told = [[json.loads(one.text) for one in each or []] for each in heard]
    names = [
        [event["rows"]["inbox"]["name"] for event in each if event["kind"] == "inbox.changed"]
        for each in told
    ]
    assert names == [["shop"], [], ["shop"]]
