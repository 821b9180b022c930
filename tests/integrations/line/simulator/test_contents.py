"""Files that people send: prepared first, gone when they are unsent."""

from io import BytesIO

import httpx2
from PIL import Image

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.simulator.hook import Hook


def jpeg(width: int = 800, height: int = 600) -> bytes:
    written = BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, "JPEG")
    return written.getvalue()


def get(shop: OfficialAccount, message_id: str, more: str = "") -> httpx2.Response:
    return shop.api("GET", f"/v2/bot/message/{message_id}/content{more}")


def test_a_video_is_prepared_before_it_can_be_had(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    video = aoi.video(b"mp4", asks_before_ready=2)
    message = hook.events[0]["message"]
    assert (message["duration"], message["contentProvider"]) == (60_000, {"type": "line"})
    status = get(shop, video.message_id, "/transcoding").json()
    assert (status, get(shop, video.message_id).status_code) == ({"status": "processing"}, 202)
    answer = get(shop, video.message_id)
    assert (answer.status_code, answer.content) == (200, b"mp4")
    assert answer.headers["content-type"] == "video/mp4"
    assert get(shop, video.message_id, "/transcoding").json() == {"status": "succeeded"}
    slow = aoi.audio(b"m4a", ready_seconds=30)
    assert get(shop, slow.message_id).status_code == 202
    shop.move_clock(31)
    assert get(shop, slow.message_id).content == b"m4a"
    failed = aoi.video(transcoding="failed")
    assert get(shop, failed.message_id, "/transcoding").json() == {"status": "failed"}
    assert get(shop, failed.message_id).status_code == 202


def test_a_picture_has_a_smaller_one_and_a_file_has_none(shop: OfficialAccount, aoi: Phone) -> None:
    picture = aoi.image(jpeg())
    with Image.open(BytesIO(get(shop, picture.message_id, "/preview").content)) as small:
        assert small.size == (240, 180)
    assert get(shop, picture.message_id, "/transcoding").status_code == 400
    assert get(shop, aoi.file("a.pdf", b"%PDF").message_id, "/preview").status_code == 400
    assert get(shop, "1").status_code == 404


def test_what_was_unsent_is_gone(shop: OfficialAccount, aoi: Phone, hook: Hook) -> None:
    picture = aoi.image(jpeg())
    assert get(shop, picture.message_id).status_code == 200
    aoi.unsend(picture.message_id)
    assert get(shop, picture.message_id).status_code == 410
    event = hook.events[-1]
    assert (event["type"], event["unsend"]) == ("unsend", {"messageId": picture.message_id})
    assert "replyToken" not in event


def test_a_set_of_pictures_is_one_message_each(aoi: Phone, hook: Hook) -> None:
    aoi.images(b"one", b"two")
    sets = [event["message"]["imageSet"] for event in hook.events]
    assert [(one["index"], one["total"]) for one in sets] == [(1, 2), (2, 2)]
    assert sets[0]["id"] == sets[1]["id"]


def test_another_accounts_files_are_not_found(shop: OfficialAccount, aoi: Phone) -> None:
    picture = aoi.image(jpeg())
    other = OfficialAccount(shop.http, {**shop.row, **_another(shop)})
    assert get(other, picture.message_id).status_code == 404


def _another(shop: OfficialAccount) -> dict[str, str]:
    answer = shop.http.post("/line-simulator/api/accounts", json={"name": "別"})
    return dict(answer.json())
