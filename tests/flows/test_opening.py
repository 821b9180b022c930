"""What a console gets for opening a conversation, and how many it may have open."""

import pytest

from tests.flows.client import Console
from tests.flows.link import Frame, Refused
from tests.flows.stage import Stage

MOST_OPENED = 20  # talk.sockets.console; docs/protocol.md tells it


async def test_opening_answers_with_the_version_and_the_context(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("一"))["conversation"]["id"]
    profile = visitor.guest["profile_id"]
    stage.site.hand.do("view_page", profile_id=profile, url="https://shop.example/x", title="棚")
    answer = await opened(console, id)
    row = await console.get(f"conversations/{id}")
    assert set(answer) == {"type", "id", "version", "context", "marks"}
    assert answer["version"] == row["version"]
    assert answer["context"]["customer_id"] == visitor.guest["customer_id"]
    assert answer["context"]["data"]["page"]["title"] == "棚"
    assert set(await opened(console, id)) == set(answer), "it may ask again"


async def test_one_more_than_twenty_is_refused_until_one_is_closed(stage: Stage) -> None:
    console = await stage.console()
    ids = [
        (await (await stage.visitor()).send("一"))["conversation"]["id"]
        for _ in range(MOST_OPENED + 1)
    ]
    for id in ids[:-1]:
        await opened(console, id)
    with pytest.raises(Refused) as refused:
        await opened(console, ids[-1])
    assert (refused.value.status, refused.value.problem["field"]) == (400, "conversation_id")
    await opened(console, ids[0])
    await console.ask("conversation.close", conversation_id=ids[0])
    await opened(console, ids[-1])
    assert console.close_code is None


async def opened(console: Console, id: str) -> Frame:
    return await console.ask("conversation.open", conversation_id=id)
