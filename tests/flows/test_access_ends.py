"""Who may no longer read stops hearing within five seconds."""

from typing import Any

import pytest

from tests.flows.client import Console
from tests.flows.link import NotLetIn, Refused
from tests.flows.stage import Stage

REVOKED, AUTH_NEEDED = 4009, 4001
SOON = 5.0  # I-39 promises this one


async def test_logging_out_closes_the_sockets_of_that_session_alone(stage: Stage) -> None:
    here = await stage.console()
    elsewhere = await stage.console()
    assert here.operator["session"] != elsewhere.operator["session"]
    ticket = (await here.post("socket-ticket", {}))["ticket"]
    await log_out(here)
    assert await here.until_closed(SOON) == REVOKED
    await still_hears(stage, elsewhere)
    with pytest.raises(Refused) as refused:
        await here.get("me")
    assert refused.value.status == 401
    here.hello = lambda: with_ticket(ticket)  # type: ignore[method-assign]
    with pytest.raises(NotLetIn) as kept_out:
        await here.connect()
    assert kept_out.value.code == AUTH_NEEDED


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "supervisor"}])
async def test_a_change_of_rights_closes_all_sockets_of_the_operator(
    stage: Stage, change: dict[str, Any]
) -> None:
    console, colleague = await stage.console(), await stage.colleague("haru")
    ticket = stage.site.hand.do(
        "ticket", operator_id=console.operator["id"], session=console.operator["session"]
    )
    stage.site.hand.do("change_operator", operator_id=console.operator["id"], **change)
    assert await console.until_closed(SOON) == REVOKED
    await still_hears(stage, colleague)
    console.hello = lambda: with_ticket(ticket)  # type: ignore[method-assign]
    with pytest.raises(NotLetIn) as kept_out:
        await console.connect()
    assert kept_out.value.code == AUTH_NEEDED


async def test_leaving_a_team_ends_its_conversations(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    id = (await visitor.send("一"))["conversation"]["id"]
    await console.open(id)
    stage.site.hand.do("leave_teams", operator_id=console.operator["id"])
    assert await console.until_closed(SOON) == REVOKED
    console.opened.clear()
    console.resume = None
    await console.connect()
    assert id not in console.sim.conversations
    with pytest.raises(Refused) as refused:
        await console.ask("conversation.open", conversation_id=id)
    assert refused.value.status == 404
    heard = len(console.frames)
    await visitor.send("二")
    other = await stage.colleague("haru")
    await still_hears(stage, other)
    assert not [frame for frame in console.frames[heard:] if frame.get("conversation_id") == id]


async def test_a_session_that_ended_before_its_socket_was_attached_lets_nobody_in(
    stage: Stage,
) -> None:
    console = await stage.console()
    here = {"operator_id": console.operator["id"], "session": console.operator["session"]}
    ticket = stage.site.hand.do("ticket", **here)
    stage.site.hand.do("lose_session", session=here["session"])
    console.hello = lambda: with_ticket(ticket)  # type: ignore[method-assign]
    with pytest.raises(NotLetIn) as kept_out:
        await console.connect()
    assert kept_out.value.code == REVOKED


async def log_out(console: Console) -> None:
    """Press the button of the page."""
    response = await console.http.post(
        console.place.http("/logout/"),
        headers={**console.headers(), **console.rest_headers()},
    )
    assert response.status_code == 302, response.text


async def test_s_11_identifying_closes_the_socket_of_a_planted_token(stage: Stage) -> None:
    planted = await stage.visitor()
    signed = stage.site.hand.do("identity", inbox=planted.guest["inbox"], user_id="user-42")
    answer = await planted.rest("POST", "/widget/v1/identify", json={"token": signed})
    assert await planted.until_closed(SOON) == REVOKED
    with pytest.raises(NotLetIn):
        await planted.connect()
    planted.guest["token"] = answer["token"]
    await planted.connect()
    assert (await planted.send("本人です"))["message"]["seq"] == 1


async def still_hears(stage: Stage, console: Console) -> None:
    visitor = await stage.visitor()
    id = (await visitor.send("まだ聞こえますか"))["conversation"]["id"]
    await console.until(lambda: id in console.sim.conversations, "news for others")
    assert console.close_code is None


async def with_ticket(ticket: str) -> dict[str, Any]:
    return {"type": "hello", "protocol": 1, "ticket": ticket, "resume": None}
