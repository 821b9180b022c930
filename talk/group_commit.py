"""What arrives while a batch is being committed forms the next batch.

No timer: an idle server commits at once, a busy one in batches that grow with the load.
"""

import asyncio
from collections import deque
from uuid import UUID

import psycopg

from talk import metrics, rings, store, wakes
from talk.errors import BodyChanged, Throttled, Unavailable
from talk.store import NewMessage, Stored
from talk.wire import Wires

MOST_IN_A_BATCH = 256
MOST_WAITING = 5_000
FLUSHERS = 2  # two in flight overlap the latency of the commit

STATEMENT = b"store"
LOCK_MS = 1_000
"""So that whoever shares a batch with a conversation that is held is answered within 5 s."""

HELD = (
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)
"""Nothing was stored: each conversation for itself can lock nobody out of another."""

Waiting = tuple[NewMessage, asyncio.Future[Stored]]


class GroupCommit:
    """Stores messages of this process in batches, each conversation in at most one at a time."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        self._unsettled: dict[tuple[UUID, str, UUID], Waiting] = {}
        self._busy: set[UUID] = set()
        self._flushers: set[asyncio.Task[None]] = set()
        prepared = f"PREPARE {STATEMENT.decode()} (json) AS {store.statement('$1')}"
        self._wires = Wires(prepared, f"SET lock_timeout = '{LOCK_MS}ms'", most=FLUSHERS)

    def submit(self, message: NewMessage) -> asyncio.Future[Stored]:
        """Return the future of the stored message.

        It fails with `Unavailable` when the database does not answer (then nobody knows whether
        it was stored: the same `client_id` may be sent again) and `Throttled` when too much waits.
        """
        twin = self._unsettled.get(message.key)
        if twin is not None:
            return self._of_twin(message, twin)
        future: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        if len(self._waiting) >= MOST_WAITING:
            future.set_exception(Throttled("The server is busy", retry_after=5))
            return future
        self._waiting.append((message, future))
        self._unsettled[message.key] = (message, future)
        if len(self._flushers) < FLUSHERS:
            task = asyncio.create_task(self._flush())
            self._flushers.add(task)
            task.add_done_callback(self._flushers.discard)
        return future

    async def close(self) -> None:
        """Wait until all that was submitted is settled, then disconnect."""
        while self._flushers:
            await asyncio.gather(*self._flushers)
        self._wires.close()

    def _of_twin(self, message: NewMessage, twin: Waiting) -> asyncio.Future[Stored]:
        if message.says_the_same_as(twin[0]):
            return twin[1]
        future: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        future.set_exception(BodyChanged())
        return future

    async def _flush(self) -> None:
        while batch := self._next_batch():
            conversations = {message.conversation_id for message, _ in batch}
            self._busy |= conversations
            try:
                await self._store(batch)
            except BaseException:
                self._fail(batch, Unavailable())  # nobody may wait for ever
                raise
            finally:
                self._busy -= conversations

    def _next_batch(self) -> list[Waiting]:
        """Take what waits, in order, but for conversations that another batch is storing."""
        if not self._busy and len(self._waiting) <= MOST_IN_A_BATCH:
            batch = list(self._waiting)
            self._waiting.clear()
            return batch
        batch, held = [], deque[Waiting]()
        while self._waiting and len(batch) < MOST_IN_A_BATCH:
            entry = self._waiting.popleft()
            (held if entry[0].conversation_id in self._busy else batch).append(entry)
        self._waiting.extendleft(reversed(held))
        return batch

    async def _store(self, batch: list[Waiting]) -> None:
        try:
            stored = await self._write([message for message, _ in batch])
        except HELD:
            await self._store_apart(batch)
        except (psycopg.OperationalError, TimeoutError, OSError):
            metrics.unstored.labels("away").inc(len(batch))
            self._fail(batch, Unavailable())
        except psycopg.Error as error:
            await self._store_one_by_one(batch, error)
        else:
            for (message, future), result in zip(batch, stored, strict=True):
                self._settle(message, future, result)

    async def _store_apart(self, batch: list[Waiting]) -> None:
        """One conversation is held by somebody else for long: the others do not wait for it."""
        groups: dict[UUID, list[Waiting]] = {}
        for entry in batch:
            groups.setdefault(entry[0].conversation_id, []).append(entry)
        for group in groups.values():
            if len(groups) > 1:
                await self._store(group)
            else:
                metrics.unstored.labels("locked").inc(len(group))
                self._fail(group, Unavailable("The conversation is busy"))

    async def _store_one_by_one(self, batch: list[Waiting], error: psycopg.Error) -> None:
        """A bad row fails alone; a twin that another process committed is seen the second time."""
        for entry in batch:
            try:
                [result] = await self._write([entry[0]])
            except psycopg.IntegrityError:
                await self._store_again(entry)
            except psycopg.Error:
                self._fail([entry], Unavailable("This message could not be stored"))
            else:
                self._settle(*entry, result)

    async def _store_again(self, entry: Waiting) -> None:
        try:
            [result] = await self._write([entry[0]])
        except psycopg.Error:
            self._fail([entry], Unavailable("This message could not be stored"))
        else:
            self._settle(*entry, result)

    def _settle(self, message: NewMessage, future: asyncio.Future[Stored], result: Stored) -> None:
        self._unsettled.pop(message.key, None)
        if not future.done():
            future.set_result(result)

    def _fail(self, batch: list[Waiting], problem: Exception) -> None:
        for message, future in batch:
            self._unsettled.pop(message.key, None)
            if not future.done():
                future.set_exception(problem)

    async def _write(self, messages: list[NewMessage]) -> list[Stored]:
        metrics.batches.observe(len(messages))
        with metrics.commits.time():
            rows = await self._wires.execute(STATEMENT, store.batch(messages))
        stored = store.in_order(messages, rows)
        await rings.publish([each.ring for each in stored if each.ring])
        for message_id in store.queued(messages, stored):
            wakes.deliveries.tell(message_id)
        return stored
