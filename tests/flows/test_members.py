"""A member is one person in all their browsers, also in those that were open before."""

from uuid import uuid4

from tests.flows.client import Visitor
from tests.flows.stage import Stage

RESTART, REVOKED = 1012, 4009


async def becomes(stage: Stage, visitor: Visitor, user_id: str) -> None:
    """Identify, and come back with the new token, as the widget does."""
    signed = stage.site.hand.do("identity", inbox=visitor.guest["inbox"], user_id=user_id)
    answer = await visitor.rest("POST", "/widget/v1/identify", json={"token": signed})
    assert await visitor.until_closed() == REVOKED
    visitor.guest |= {"token": answer["token"], "profile_id": answer["profile_id"]}
    await visitor.connect()


async def test_an_open_browser_hears_what_another_of_the_member_begins(stage: Stage) -> None:
    at_home, away, stranger = [await stage.visitor() for _ in range(3)]
    user_id = f"user-{uuid4()}"
    await becomes(stage, at_home, user_id)
    await becomes(stage, away, user_id)
    assert await at_home.until_closed() == RESTART
    await at_home.connect()
    stored = await away.send("外からです")
    id = stored["conversation"]["id"]
    await at_home.until(lambda: id in at_home.sim.conversations, "the other browser's conversation")
    assert at_home.bodies() == ["外からです"]
    assert (await at_home.send("家からです"))["conversation"]["id"] == id
    await away.until(lambda: away.bodies() == ["外からです", "家からです"], "both lines")
    assert stranger.close_code is None
    assert not stranger.sim.conversations


async def test_what_a_browser_said_before_it_was_known_is_the_members(stage: Stage) -> None:
    """No event tells of it: who was open, or away, meanwhile fetches everything anew."""
    open_one, shut_one, late = [await stage.visitor() for _ in range(3)]
    user_id = f"user-{uuid4()}"
    await becomes(stage, open_one, user_id)
    await becomes(stage, shut_one, user_id)
    assert await open_one.until_closed() == RESTART
    await open_one.connect()
    await shut_one.shut()
    id = (await late.send("まだ名乗っていません"))["conversation"]["id"]
    await becomes(stage, late, user_id)
    assert await open_one.until_closed() == RESTART
    for visitor in (open_one, shut_one):
        ready = await visitor.connect()
        assert ready["resynced"]
        assert id in visitor.sim.conversations
