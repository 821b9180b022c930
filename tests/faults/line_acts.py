"""What happens in the plays with LINE."""

import asyncio
from functools import partial

from tests.faults.line_play import LinePlay

# As if two minutes had passed since the worker was killed.
LET_LEASES_END = "UPDATE talk_delivery SET leased_until = now() WHERE state = 'sending'"
REPLY, PUSH = "POST /v2/bot/message/reply", "POST /v2/bot/message/push"


async def kill_workers(play: LinePlay) -> None:
    """Many say one thing each while nobody works; who begins to is killed in the middle, twice."""
    play.kill_worker()
    phones = await asyncio.to_thread(play.phones, 24)
    await asyncio.gather(*(play.say(each, f"{each.name}の質問") for each in phones))
    for _ in range(2):
        play.start_worker()
        await until_more_is_done(play)
        play.kill_worker()
    play.start_worker()


async def until_more_is_done(play: LinePlay) -> None:
    before = await asyncio.to_thread(play.count, "done")
    for _ in range(2_000):
        if await asyncio.to_thread(play.count, "done") > before:
            return
        if not await asyncio.to_thread(play.count, "pending"):
            return
        await asyncio.sleep(0.005)


async def lose_answers(play: LinePlay) -> None:
    """LINE takes pushes and its answers are lost."""
    phones = await asyncio.to_thread(play.phones, 3)
    await asyncio.gather(*(play.say(each, "質問") for each in phones))
    await play.until_handled()
    await play.do("line.age_reply_tokens", inbox=play.inbox_id, seconds=70)
    await asyncio.to_thread(play.account.fault, PUSH, "error_after_accept", times=3)
    for phone in phones:
        await play.answer(phone, f"{phone.name}への答え")


async def lose_storage_of_webhooks(play: LinePlay) -> None:
    """Connections to the database break while LINE tells what was said: each time of something."""
    phones = await asyncio.to_thread(play.phones, 4)
    over = asyncio.Event()

    async def talk(number: int) -> None:
        count = 0
        while not over.is_set():
            await play.say(phones[number], f"{number}の{count}")
            count += 1
            await asyncio.sleep(0.03)

    talking = asyncio.gather(*map(talk, range(4)))
    for _ in range(20):
        await asyncio.sleep(0.1)
        play.estate.storage.cut()
    over.set()
    await talking


async def meet_everything(play: LinePlay) -> None:
    """F22 and F23, with a worker and a web process that are killed on the way (F1, F2)."""
    phones = await asyncio.to_thread(play.phones, 8)
    await asyncio.gather(*(play.say(each, f"{each.name}の質問") for each in phones))
    await tell_oddly(play)
    await play.until_handled()
    await break_calls(play)

    async def answer(number: int) -> None:
        for count in range(3):
            await play.answer(phones[number], f"{number}への{count}")

    answering = asyncio.gather(*map(answer, range(8)))
    await asyncio.sleep(1)
    play.kill_worker()
    play.estate.webs.kill(0)
    play.start_worker()
    play.estate.webs.launch_at(0)
    await answering
    await asyncio.sleep(1)
    await asyncio.to_thread(play.estate.query, LET_LEASES_END)
    await asyncio.gather(*(play.say(each, f"{each.name}のお礼") for each in phones[:3]))


async def tell_oddly(play: LinePlay) -> None:
    """A hundred events in one body and the wrong way round; the same tenfold at once, and again."""
    account = play.account
    phones = await asyncio.to_thread(play.phones, 4)
    await asyncio.to_thread(account.hold)
    for count in range(25):
        await asyncio.gather(*(play.say(each, f"{each.name}の{count}") for each in phones))
    ids = await asyncio.to_thread(account.held)
    [sent] = await asyncio.to_thread(account.release, [*reversed(ids)])
    await asyncio.gather(*(play.repeat(sent["body"]) for _ in range(10)))
    await play.until_handled()
    await play.repeat(sent["body"])


async def break_calls(play: LinePlay) -> None:
    """Each of the next replies and pushes meets something else."""
    kinds = ("error_after_accept", "drop_after_accept", "error", "garbage", "garbage_after_accept")
    for kind in kinds:
        await asyncio.to_thread(play.account.fault, REPLY, kind)
    for kind in (*kinds, "rate", "same_user", "drop", "unauthorized"):
        await asyncio.to_thread(play.account.fault, PUSH, kind)
    hang = partial(play.account.fault, PUSH, "hang_after_accept", seconds=4)
    await asyncio.to_thread(hang)
    await asyncio.to_thread(partial(play.account.fault, PUSH, "error", status=400))
