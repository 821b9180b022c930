"""Two people want the same thing at once: exactly one gets it, the other is told who."""

import asyncio
from functools import partial
from typing import Any

from tests.flows.client import Console, Visitor
from tests.flows.link import Refused
from tests.flows.stage import Stage

AGENTS = 8
CLAIMED = 25


async def test_i12_of_two_operators_who_take_a_conversation_one_wins_and_both_see_it(
    stage: Stage,
) -> None:
    oto, haru = await stage.console(), await stage.colleague("haru")
    for round in range(5):
        row = await said(await stage.visitor(), f"{round}", oto)
        answers = await asyncio.gather(take(oto, row), take(haru, row))
        [winner], [loser] = by_outcome(list(answers))
        assert loser["status"] == 409
        assert loser["current"]["assignee_id"] == winner["conversation"]["assignee_id"]
        for console in (oto, haru):
            await console.until(partial(shows, console, winner["conversation"]))


async def test_m12_of_eight_operators_who_claim_the_same_conversations_each_gets_one_owner(
    stage: Stage,
) -> None:
    """Read-then-save gave all of them to more than one (M12)."""
    consoles = [await stage.colleague(f"op{n}") for n in range(AGENTS)]
    rows = [await said(await stage.visitor(), "?", consoles[0]) for _ in range(CLAIMED)]
    claims = [(row, console) for row in rows for console in consoles]
    answers = await asyncio.gather(*(take(console, row) for row, console in claims))
    for n, row in enumerate(rows):
        won, lost = by_outcome(list(answers[n * AGENTS : (n + 1) * AGENTS]))
        assert (len(won), len(lost)) == (1, AGENTS - 1)
        [owned] = [answer["conversation"] for answer in won]
        assert owned["version"] == row["version"] + 1
        assert {problem["status"] for problem in lost} == {409}
        assert {problem["current"]["assignee_id"] for problem in lost} == {owned["assignee_id"]}
        assert (await consoles[0].get(f"conversations/{row['id']}")) == owned


async def test_i13_a_stale_status_is_refused_with_the_row_as_it_is(stage: Stage) -> None:
    visitor = await stage.visitor()
    oto, haru = await stage.console(), await stage.colleague("haru")
    row = await said(visitor, "一", oto)
    done = await oto.ask("conversation.set_status", **change(row, "resolved"))
    for answer in (
        await attempt(haru.ask("conversation.set_status", **change(row, "pending"))),
        await attempt(
            haru.patch(
                f"conversations/{row['id']}", {"version": row["version"], "status": "pending"}
            )
        ),
    ):
        assert answer["status"] == 409
        assert answer["current"] == done["conversation"]
    now = await haru.get(f"conversations/{row['id']}")
    assert now == done["conversation"]


async def test_a_snooze_ends_when_the_customer_writes(stage: Stage) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    row = await said(visitor, "一", console)
    await console.ask("conversation.set_status", **change(row, "snoozed"))
    assert [each["id"] for each in await console.list_view("snoozed")] == [row["id"]]
    assert row["id"] not in {each["id"] for each in await console.list_view("all")}
    await visitor.send("二")
    await console.until(lambda: known(console, row["id"])["status"] == "open", "the end of it")
    assert known(console, row["id"])["snoozed_until"] is None


async def test_a_customers_message_opens_a_resolved_conversation_or_begins_another(
    stage: Stage,
) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    first = await said(visitor, "一", console)
    await console.ask("conversation.set_status", **change(first, "resolved"))
    again = await said(visitor, "二", console)
    assert (again["id"], again["status"]) == (first["id"], "open")
    await console.ask("conversation.set_status", **change(again, "resolved"))
    stage.site.hand.do("age_resolution", conversation_id=first["id"], days=8)
    other = (await visitor.send("三"))["conversation"]
    assert other["id"] != first["id"]
    await console.until(lambda: known(console, other["id"]).get("last_seq") == 1)
    assert (await console.get(f"conversations/{first['id']}"))["status"] == "resolved"


async def test_i13_a_message_that_races_with_resolving_leaves_the_conversation_open(
    stage: Stage,
) -> None:
    visitor, console = await stage.visitor(), await stage.console()
    row = (await visitor.send("はじめ"))["conversation"]
    for round in range(8):
        now = await console.get(f"conversations/{row['id']}")
        await asyncio.gather(
            attempt(console.ask("conversation.set_status", **change(now, "resolved"))),
            visitor.send(f"{round}"),
        )
        after = await console.get(f"conversations/{row['id']}")
        # Whichever came first: the status was stale, or the message opened it again.
        assert (after["status"], after["preview"]) == ("open", f"{round}")


async def said(visitor: Visitor, body: str, console: Console) -> dict[str, Any]:
    """Let the visitor say something; return the conversation as operators have it."""
    id = (await visitor.send(body))["conversation"]["id"]
    row: dict[str, Any] = await console.get(f"conversations/{id}")
    return row


async def take(console: Console, row: dict[str, Any]) -> Any:
    own = console.operator["id"]
    return await attempt(
        console.ask(
            "conversation.assign",
            conversation_id=row["id"],
            version=row["version"],
            assignee_id=own,
            team_id=None,
        )
    )


async def attempt(asked: Any) -> Any:
    """Return the answer, or the problem."""
    try:
        return await asked
    except Refused as refused:
        return refused.problem


def by_outcome(answers: list[Any]) -> tuple[list[Any], list[Any]]:
    won = [answer for answer in answers if "conversation" in answer]
    return won, [answer for answer in answers if answer not in won]


def change(row: dict[str, Any], status: str) -> dict[str, Any]:
    return {
        "conversation_id": row["id"],
        "version": row["version"],
        "status": status,
        "snoozed_until": None,
    }


def shows(console: Console, row: dict[str, Any]) -> bool:
    return known(console, row["id"]) == row


def known(console: Console, id: str) -> dict[str, Any]:
    return console.sim.conversations.get(id, {})
