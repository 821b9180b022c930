"""Pictures, films and files of customers: shown at once, fetched later (checks 16 to 19)."""

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image

from tests.flows.client import Console
from tests.integrations.line.edges import AT, body_of, image, message, text
from tests.integrations.line.house import until
from tests.integrations.line.official import Official

CONTENT = "GET /v2/bot/message"


def picture(color: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (16, 12), color).save(out, "JPEG")
    return out.getvalue()


def jobs(official: Official) -> list[dict[str, Any]]:
    return list(official.do("contents"))


def states(official: Official) -> list[str]:
    return [job["state"] for job in jobs(official)]


def await_first_try(official: Official) -> None:
    def is_over() -> bool:
        return any(job["attempts"] and job["is_at_rest"] for job in jobs(official))

    until(is_over, "the first try")


def test_check_16_pictures_of_one_album_are_one_whatever_their_order(official: Official) -> None:
    album = "E005D41A7288F41B65593ED38FF6E9834B046AB36A37921A56BC236F13A91855"
    official.tell(image(id="30", at=AT + 1, imageSet={"id": album, "index": 2, "total": 2}))
    official.tell(image(id="29", at=AT, imageSet={"id": album, "index": 1, "total": 2}))
    official.tell(image(id="31", at=AT + 2, imageSet={"id": album[:63] + "0"}))
    official.tell(image(id="32", at=AT + 3))
    by_place = sorted(official.said, key=lambda said: said.get("album", {}).get("index") or 9)
    assert [said.get("album") for said in by_place] == [
        {"id": album, "index": 1, "total": 2},
        {"id": album, "index": 2, "total": 2},
        {"id": album[:63] + "0"},
        None,
    ]
    assert {said["kind"] for said in by_place} == {"image"}


def test_check_16_six_pictures_of_somebody_new_at_once_are_one_conversation(
    official: Official,
) -> None:
    album = {"id": "S" * 64, "total": 6}
    bodies = [
        body_of(official.account.bot_user_id, image(imageSet={**album, "index": n}, at=AT + n))
        for n in range(1, 7)
    ]
    with ThreadPoolExecutor(6) as crowd:
        assert set(crowd.map(official.post, bodies)) == {200}
    official.settle()
    assert len(official.messages) == 6
    assert len({row["conversation"] for row in official.messages}) == 1


async def test_a_picture_is_shown_as_soon_as_it_is_there(official: Official, oto: Console) -> None:
    phone = official.account.phone()
    phone.image(picture())
    await oto.until(lambda: oto.sim.conversations, "the conversation")
    [id] = oto.sim.conversations
    await oto.open(id)
    await oto.until(lambda: _first(oto, id)["data"]["state"] == "here", "the picture")
    row = _first(oto, id)
    [file] = row["attachments"]
    assert (file["media_type"], file["width"], file["height"]) == ("image/jpeg", 16, 12)
    assert row["data"]["kind"] == "image"
    assert "preview_id" not in row["data"]


def _first(console: Console, id: str) -> dict[str, Any]:
    row: dict[str, Any] = console.sim.threads[id].picture()["messages"][0]
    return row


def test_check_17_a_film_is_there_at_once_and_its_file_when_line_has_it_ready(
    official: Official,
) -> None:
    official.account.phone().video(b"mp4", duration=60_000, asks_before_ready=3)
    await_first_try(official)
    [said] = official.said
    assert (said["kind"], said["state"], said["duration_ms"]) == ("video", "coming", 60_000)
    waits = []
    while states(official) == ["waiting"]:
        waits.append(round(jobs(official)[0]["wait"]))
        official.hurry()
        assert len(waits) < 9
    # With one try at once: after 2, 4 and 8 seconds more, so fewer than five in the first ten.
    assert waits == [2, 4, 8]
    [said] = official.said
    assert (said["state"], said["size"]) == ("here", 3)
    stored = " ".join(official.do("attachment_paths"))
    files = [Path(name) for name in official.house.do("file_names")]
    assert b"mp4" in [path.read_bytes() for path in files if path.name in stored]
    assert len(official.account.calls(CONTENT)) <= 6


def test_check_17_a_film_that_line_cannot_make_over_is_given_up(official: Official) -> None:
    official.account.phone().video(b"mp4", transcoding="failed")
    await_first_try(official)
    official.hurry()
    assert (states(official), jobs(official)[0]["reason"]) == (["failed"], "transcoding")
    [said] = official.said
    assert (said["state"], said["why"]) == ("failed", "transcoding")
    asked = len(official.account.calls(CONTENT))
    official.hurry()
    assert len(official.account.calls(CONTENT)) == asked


def test_a_file_that_does_not_come_in_time_is_expired_and_not_asked_for_again(
    official: Official,
) -> None:
    official.account.phone().image(picture(), asks_before_ready=1_000)
    await_first_try(official)
    official.do("age_contents", minutes=16)
    official.house.do("sweep")
    assert states(official) == ["failed"]
    [said] = official.said
    assert (said["state"], said["why"]) == ("failed", "expired")


def test_line_out_of_reach_is_tried_again(official: Official) -> None:
    official.account.fault(CONTENT, "error", times=3)
    official.account.phone().file("見積書.pdf", b"%PDF-1.4 quote")
    await_first_try(official)
    until(lambda: official.hurry() or states(official) == ["here"], "the file")
    [said] = official.said
    assert (said["state"], said["name"], said["size"]) == ("here", "見積書.pdf", 14)


def test_check_18_what_somebody_else_holds_is_a_link_and_never_asked_for(
    official: Official,
) -> None:
    provider = {
        "type": "external",
        "originalContentUrl": "https://example.com/original.jpg",
        "previewImageUrl": "https://example.com/preview.jpg",
    }
    official.tell(image(contentProvider=provider))
    official.tell(
        image(contentProvider={**provider, "originalContentUrl": "javascript:alert(1)"}, at=AT + 1)
    )
    good, bad = official.said
    assert (good["state"], good["url"]) == ("external", "https://example.com/original.jpg")
    assert (bad["state"], bad.get("url", "")) == ("external", "")
    assert jobs(official) == []
    assert official.account.calls(CONTENT) == []


async def test_check_19_a_hostile_name_names_nothing_on_our_disk(
    official: Official, oto: Console
) -> None:
    name = "../../etc/\u202egpj.exe/passwd\x00.txt"
    phone = official.account.phone()
    phone.file(name, b"plain words", mime="text/plain")
    until(lambda: states(official) == ["here"], "the file")
    [path] = official.do("attachment_paths")
    assert ".." not in path
    assert path.startswith("attachments/")
    await oto.until(lambda: oto.sim.conversations, "the conversation")
    [id] = oto.sim.conversations
    thread = await oto.get(f"conversations/{id}/thread")
    [file] = thread["messages"][0]["attachments"]
    answer = await oto.http.get(oto.place.http(file["url"]), headers=oto.headers())
    assert answer.content == b"plain words"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename")
    assert "/" not in disposition.partition("''")[2]
    assert "%E2%80%AE" not in disposition.upper()
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_is_larger_than_we_take_is_not_kept(official: Official) -> None:
    """The limit of the house is told by its settings; here the file is only announced."""
    official.tell(message("file", fileName="video.zip", fileSize=10), text("小さい", at=AT + 1))
    until(lambda: states(official) == ["failed"], "the end of what LINE does not know")
    said = official.said[0]
    assert (said["state"], said["why"]) == ("failed", "gone")
