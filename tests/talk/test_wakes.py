"""A worker is woken once the message is committed; a dead broker costs nobody anything."""

import base64
import json
import threading
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from kombu.exceptions import OperationalError
from redis import Redis

from talk import database, wakes
from talk.actions import deliveries, messages
from talk.group_commit import GroupCommit
from talk.models import Delivery, Inbox
from talk.store import NewMessage
from talk.wakes import Wakes
from tests.cast import Cast, actor

SOON = 5.0


def woken() -> list[str]:
    """Return the ids that the broker holds for the workers."""
    with Redis.from_url(settings.REDIS_URL) as broker:
        jobs = [json.loads(job) for job in broker.lrange("celery", 0, -1)]
    bodies = [json.loads(base64.b64decode(job["body"])) for job in jobs]
    return [
        args[0]
        for job, (args, *_) in zip(jobs, bodies, strict=True)
        if job["headers"]["task"] == "talk.tasks.deliver"
    ]


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("celery")
    return Cast()


def line_conversation(cast: Cast) -> UUID:
    Inbox.objects.filter(id=cast.shop.id).update(kind="line")
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="?")
    return stored.conversation.id


def answer(cast: Cast, conversation_id: UUID) -> UUID:
    sent = messages.send(
        actor(cast.oto), conversation_id=conversation_id, client_id=uuid4(), body="!"
    )
    return sent.message.id


def test_an_answer_and_a_retry_wake_a_worker(cast: Cast) -> None:
    id = answer(cast, line_conversation(cast))
    until(lambda: woken() == [str(id)])
    Delivery.objects.update(state="failed")
    deliveries.retry(actor(cast.oto), message_id=id)
    until(lambda: woken() == [str(id)] * 2)


def test_an_answer_on_the_web_wakes_nobody(cast: Cast) -> None:
    stored = messages.receive(cast.guest().visitor, client_id=uuid4(), body="?")
    answer(cast, stored.conversation.id)
    id = answer(cast, line_conversation(cast))
    until(lambda: woken() == [str(id)])


async def test_an_answer_from_a_socket_wakes_a_worker(cast: Cast) -> None:
    conversation_id, oto = await database_sync_to_async(
        lambda: (line_conversation(cast), cast.oto.id)
    )()
    commit = GroupCommit()
    message = NewMessage(
        conversation_id=conversation_id,
        sender="operator",
        operator_id=oto,
        client_id=uuid4(),
        body="!",
    )
    stored = await commit.submit(message)
    until(lambda: woken() == [str(stored.message_id)])
    await commit.close()
    await database.close()


def test_a_broker_that_hangs_holds_up_nobody_and_keeps_little() -> None:
    release, sent = threading.Event(), list[str]()

    def hang(id: str) -> None:
        release.wait(SOON)
        sent.append(id)

    hanging = Wakes(hang)
    began = time.monotonic()
    for _ in range(5 * wakes.MOST_WAITING):
        hanging.tell(uuid4())
    assert time.monotonic() - began < 1
    release.set()
    until(lambda: len(sent) >= wakes.MOST_WAITING)
    assert len(sent) <= wakes.MOST_WAITING + 1


def test_a_broker_that_is_gone_is_asked_again_for_the_next() -> None:
    asked: list[str] = []

    def refuse_first(id: str) -> None:
        asked.append(id)
        if len(asked) == 1:
            raise OperationalError("refused")

    hesitant = Wakes(refuse_first)
    hesitant.tell(uuid4())
    until(lambda: len(asked) == 1)
    time.sleep(0.05)
    last = uuid4()
    hesitant.tell(last)
    until(lambda: asked[1:] == [str(last)])
