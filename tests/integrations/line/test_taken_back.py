"""What is taken back leaves nothing but its place (checks 13 to 15)."""

from typing import Any

from tests.flows.client import Console
from tests.integrations.line.edges import AT, text, unsend
from tests.integrations.line.house import House, until
from tests.integrations.line.official import Official

FORGOTTEN = "合言葉を忘れました"


def state_of(official: Official) -> Any:
    jobs = official.do("contents")
    return jobs[0]["state"] if jobs else None


async def test_check_13_what_is_unsent_is_gone_from_every_table_and_file(
    house: House, official: Official, oto: Console
) -> None:
    said = text(FORGOTTEN)
    official.tell(said)
    await oto.until(lambda: len(oto.sim.conversations) == 1, "the conversation")
    [id] = oto.sim.conversations
    await oto.open(id)
    assert {"line_lineevent", "talk_message", "talk_conversation"} <= set(
        house.do("places", words=FORGOTTEN)
    )
    official.tell(unsend(said["message"]["id"]))
    await oto.until(lambda: messages_of(oto, id)[0]["data"].get("kind") == "unsent", "the news")
    [shell] = messages_of(oto, id)
    assert (shell["body"], shell["data"], shell["attachments"]) == ("", {"kind": "unsent"}, [])
    assert shell["created_at"].startswith("2026-08-06T07:06:40.001")
    assert oto.sim.conversations[id]["preview"] == ""
    assert house.do("places", words=FORGOTTEN) == []
    fresh = await oto.get(f"conversations/{id}/thread")
    assert [row["body"] for row in fresh["messages"]] == [""]
    official.tell({**said, "webhookEventId": "once-more"})
    assert house.do("places", words=FORGOTTEN) == []
    assert official.do("events") == [
        ["message", "redacted"],
        ["message", "redacted"],
        ["unsend", "done"],
    ]


def messages_of(console: Console, id: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = console.sim.threads[id].picture()["messages"]
    return rows


def test_check_14_what_was_taken_back_before_it_came_comes_as_a_shell(
    house: House, official: Official
) -> None:
    late = text(FORGOTTEN, id="500000000000000099", at=AT + 1_000)
    official.tell(unsend("500000000000000099", at=AT))
    official.tell(late)
    [row] = official.messages
    assert (row["body"], row["data"]) == ("", {"kind": "unsent"})
    assert house.do("places", words=FORGOTTEN) == []


def test_check_15_a_file_that_is_taken_back_while_it_is_fetched_is_not_kept(
    house: House, official: Official
) -> None:
    phone = official.account.phone()
    sent = phone.image(b"not ready", asks_before_ready=1_000)
    until(lambda: state_of(official) == "waiting", "the job")
    until(lambda: official.account.calls("GET /v2/bot/message"), "the first try")
    before = set(house.do("file_names"))
    taken = phone.unsend(sent.message_id)
    assert taken.status == 200
    official.settle()
    assert official.said == [{"kind": "unsent"}]
    official.hurry()
    assert state_of(official) == "gone"
    assert set(house.do("file_names")) <= before


def test_what_line_says_was_taken_back_is_so_before_the_event_comes(official: Official) -> None:
    """LINE answers 410; the event is held back."""
    phone = official.account.phone()
    sent = phone.video(asks_before_ready=1)
    until(lambda: state_of(official) == "waiting", "the job")
    official.account.hold()
    phone.unsend(sent.message_id)
    official.hurry()
    until(lambda: [*official.said, None][0] == {"kind": "unsent"}, "the shell")
    assert official.do("raw", type="message")[0].get("message") is None
