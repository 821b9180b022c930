"""LINE calls: who is believed, what is kept, and what is answered (checks 1 to 4, 6)."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integrations.line.edges import AT, SECRET, body_of, text
from tests.integrations.line.house import House, until
from tests.integrations.line.official import Official
from tests.integrations.line.platform import Platform

BOT = "U8e742f61d673b39c7fff3cecb7536ef0"
EMPTY = f'{{"destination":"{BOT}","events":[]}}'.encode()
SIGNATURE = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="


@pytest.fixture(scope="module")
def documented(house: House, platform: Platform) -> Official:
    """The account of LINE's own example of a signature."""
    account = platform.account(secret=SECRET, bot_user_id=BOT)
    return Official(house, account, house.site.hand.do("cast"))


def test_check_01_the_verify_button_is_answered_and_nothing_is_kept(documented: Official) -> None:
    assert documented.do("channel")["heard"] is False
    assert documented.post(EMPTY, SIGNATURE) == 200
    assert (documented.do("events"), documented.do("channel")["heard"]) == ([], True)


@pytest.mark.parametrize("name", ["x-line-signature", "X-LINE-SIGNATURE", "X-Line-Signature"])
def test_check_02_the_headers_case_does_not_matter(documented: Official, name: str) -> None:
    answer = documented.house.http.post(documented.url, content=EMPTY, headers={name: SIGNATURE})
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize("signature", ["", "あ", SIGNATURE[:-1] + "0", SIGNATURE + " x"])
def test_check_02_what_is_not_signed_is_refused(documented: Official, signature: str) -> None:
    assert documented.post(EMPTY, signature) == 401
    assert documented.do("channel")["error"] == "bad_signature"
    body = body_of(BOT, text("偽物"))
    assert documented.post(body, signature) == 401
    bare = documented.house.http.post(documented.url, content=body)
    assert (bare.status_code, bare.json(), documented.do("events")) == (401, {}, [])
    assert "Traceback" not in documented.house.site.webs.log.read_text()


def test_check_03_the_same_json_in_other_bytes_is_not_signed(documented: Official) -> None:
    indented = json.dumps(json.loads(EMPTY), indent=2).encode()
    assert documented.post(EMPTY, SIGNATURE) == 200
    assert documented.post(indented, SIGNATURE) == 401


def test_check_04_what_is_no_webhook_of_ours_is_refused(documented: Official) -> None:
    assert documented.post(b" " * (2 * 1024 * 1024), SIGNATURE) == 413
    assert documented.house.http.get(documented.url).status_code == 405
    elsewhere = documented.url.replace(documented.inbox["public_id"], "nobody")
    assert documented.house.http.post(elsewhere, content=EMPTY).status_code == 404
    assert documented.post(b"not json") == 400
    assert documented.post(b"[" * 100_000) == 400
    assert documented.post(b"[]") == 400
    assert documented.post(body_of("U" + "0" * 32, text("他所へ"))) == 400
    assert documented.do("channel")["error"] == "wrong_destination"
    assert documented.do("events") == []


def test_two_secrets_are_good_while_one_is_changed_for_the_other(official: Official) -> None:
    body, former = body_of(official.account.bot_user_id), official.account.secret
    official.do("change", next_secret="next" * 8)
    official.account.secret = "next" * 8
    assert official.post(body) == 200
    official.account.secret = former
    assert official.post(body) == 200
    official.account.secret = "other" * 6
    assert official.post(body) == 401


def test_check_06_what_is_told_again_is_there_once(official: Official) -> None:
    once = text("パスワードを忘れました")
    body = body_of(official.account.bot_user_id, once)
    with ThreadPoolExecutor(20) as crowd:
        assert set(crowd.map(lambda _: official.post(body), range(20))) == {200}
    assert official.do("channel")["redelivered"] is False
    again = body_of(
        official.account.bot_user_id, {**once, "deliveryContext": {"isRedelivery": True}}
    )
    assert [official.post(again) for _ in range(3)] == [200, 200, 200]
    official.settle()
    assert official.bodies == ["パスワードを忘れました"]
    assert official.do("conversations") == 1
    assert official.do("events") == [["message", "done"]]


def test_an_event_without_an_id_is_known_again_by_what_it_says(official: Official) -> None:
    told = text("番号なし", at=AT)
    del told["webhookEventId"]
    official.tell(told)
    official.tell({**told, "deliveryContext": {"isRedelivery": True}})
    official.tell({**told, "timestamp": AT + 1, "message": {**told["message"], "id": "7"}})
    assert official.bodies == ["番号なし", "番号なし"]


def test_what_the_database_cannot_hold_is_replaced_and_loses_nothing_else(
    official: Official,
) -> None:
    odd = text("零\x00と半分\ud83d")
    body = body_of(official.account.bot_user_id).replace(b"[]", b"[%b]")
    events = json.dumps(odd).encode() + b"," + json.dumps(text("良い")).encode()
    deep = b',{"type":"deep","more":' + b"[" * 400 + b"]" * 400 + b'},7,{"timestamp":1e400}'
    assert official.post(body % (events + deep)) == 200
    official.settle()
    assert sorted(official.bodies) == ["良い", "零と半分�"]
    states = dict(Counter(map(tuple, official.do("events"))))
    assert states == {("", "ignored"): 2, ("deep", "ignored"): 1, ("message", "done"): 2}


def test_a_hundred_events_ten_times_at_once_in_another_order_are_there_once(
    official: Official,
) -> None:
    """F23; and once more an hour later."""
    told = [text(f"{number:02d}", at=AT + number) for number in range(100)]
    shuffled = [sorted(told, key=lambda each, n=n: hash((n, each["timestamp"]))) for n in range(10)]
    bodies = [body_of(official.account.bot_user_id, *each) for each in shuffled]
    with ThreadPoolExecutor(10) as crowd:
        # Who waits too long for a twin gets a 503, and comes again as LINE does.
        list(crowd.map(lambda body: until(lambda: official.post(body) == 200), bodies))
    official.settle()
    late = [{**each, "deliveryContext": {"isRedelivery": True}} for each in told]
    official.tell(*late)
    assert official.do("events") == [["message", "done"]] * 100
    assert official.bodies == [f"{number:02d}" for number in range(100)]


def test_no_log_has_what_was_said_or_what_opens_anything(official: Official) -> None:
    said = text("ログに残らない言葉")
    official.tell(said, {**text("壊れた"), "source": {"type": "user", "userId": 7}})
    official.post(body_of(official.account.bot_user_id, said), "wrong")
    logs = official.house.site.webs.log.read_text() + official.house.log.read_text()
    assert official.inbox["public_id"] in logs
    for secret in (official.account.secret, said["replyToken"], "ログに残らない言葉", "q" * 40):
        assert secret not in logs
