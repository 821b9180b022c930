"""Groups and rooms: not ours, or each a conversation of its own (check 22)."""

import pytest

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.edges import (
    AT,
    GROUP,
    ROOM,
    U_A,
    body_of,
    event,
    group,
    room,
    text,
    unsend,
)
from tests.integrations.line.house import House, until
from tests.integrations.line.official import Official
from tests.integrations.line.platform import Platform


@pytest.fixture
def account(platform: Platform) -> OfficialAccount:
    return platform.account()


@pytest.fixture
def apart(house: House, account: OfficialAccount, stage_of_line: str) -> Official:
    """An account that keeps a conversation for each group."""
    return Official(house, account, stage_of_line, group_policy="separate")


def test_check_22_groups_are_no_conversations_unless_somebody_wants_them(
    official: Official,
) -> None:
    official.tell(event("join", source=group("")), text("みんなへ", source=group()))
    official.tell(text("部屋で", source=room()), text("誰か", source=group("")))
    assert official.messages == []
    assert {state for _, state in official.do("events")} == {"ignored"}
    official.tell(text("一対一"))
    assert official.bodies == ["一対一"]


def test_a_group_that_we_do_not_take_part_in_is_told_so_once_and_left_where_that_is_wanted(
    platform: Platform, house: House, stage_of_line: str
) -> None:
    for leaves in (False, True):
        account = platform.account()
        official = Official(house, account, stage_of_line, leaves_groups=leaves)
        place = account.group("買い物の会", account.phone("葵"))
        until(lambda: account.calls("POST /v2/bot/message/reply"), "the greeting")  # noqa: B023
        if leaves:
            until(lambda: account.calls(f"POST /v2/bot/group/{place.id}/leave"), "the leaving")  # noqa: B023
        assert len(account.calls("POST /v2/bot/message/reply")) == 1
        assert official.messages == []


def test_a_group_that_could_not_be_left_is_left_later(
    house: House, platform: Platform, stage_of_line: str
) -> None:
    account = platform.account()
    official = Official(house, account, stage_of_line, leaves_groups=True)
    place = account.group("買い物の会", account.phone("葵"))
    leaving = f"POST /v2/bot/group/{place.id}/leave"
    account.fault(leaving, "error", times=2)
    until(lambda: account.calls(leaving), "the leaving")
    assert official.do("leave_groups") == 0, "it has only just been greeted"
    assert official.do("leave_groups", after_minutes=3) == 1
    assert official.do("leave_groups", after_minutes=3) == 1
    assert official.do("leave_groups", after_minutes=3) == 0
    assert [each["status"] for each in account.calls(leaving)] == [500, 500, 200]


def test_check_22_a_group_is_a_conversation_with_names_and_nobodys_own(
    apart: Official, account: OfficialAccount, stage_of_line: str
) -> None:
    aoi, ren = account.phone("葵"), account.phone("蓮")
    place = account.group("注文の相談", aoi, ren)
    aoi.say("一対一で")
    apart.settle()
    [own] = apart.messages
    for phone, words in zip(place.phones, ("葵です", "蓮です"), strict=True):
        phone.say(words)
    apart.settle()

    def are_named() -> bool:
        apart.house.do("sweep")
        authors = [said["author"]["name"] for said in apart.said if "author" in said]
        return sorted(authors) == ["葵", "蓮"]

    until(are_named, "the names")
    named = [row for row in apart.messages if "author" in row["data"]]
    assert [(row["body"], row["data"]["author"]["name"]) for row in named] == [
        ("葵です", "葵"),
        ("蓮です", "蓮"),
    ]
    assert {row["conversation"] for row in named} != {own["conversation"]}
    assert len({row["conversation"] for row in named}) == 1
    chats = apart.do("chats")
    assert until(lambda: apart.do("chats")[f"group:{place.id}"]["name"], "its name") == "注文の相談"
    assert until(lambda: apart.do("chats")[f"group:{place.id}"]["member_count"], "its size") == 2
    apart.do("answer", cast=stage_of_line, chat_key=f"group:{place.id}", body="承知しました")
    for phone in place.phones:
        assert until(phone.texts, "the answer") == ["承知しました"]
    assert aoi.texts() == []
    thread = [row["body"] for row in apart.messages if row["conversation"] == own["conversation"]]
    assert thread == ["一対一で"]
    group_customer = apart.house.do("customer_of", profile=chats[f"group:{place.id}"]["profile"])
    assert apart.house.do("holders", user_id=aoi.user_id) != [group_customer]


def test_check_22_who_is_not_named_and_who_is_in_an_old_room_are_heard(apart: Official) -> None:
    apart.tell(text("誰か", source=group("")), text("部屋で", source=room(), at=AT + 1))
    assert sorted(apart.bodies) == ["誰か", "部屋で"]
    assert {said["author"]["name"] for said in apart.said} == {""}
    assert set(apart.do("chats")) == {f"group:{GROUP}", f"room:{ROOM}"}


def test_check_22_an_edit_replaces_the_words_and_an_older_one_nothing(
    apart: Official, house: House
) -> None:
    said = text("間違えた言葉", source=group())
    line_id = said["message"]["id"]
    apart.tell(said)

    def edit(body: str, at: int) -> None:
        words = {"type": "text", "id": line_id, "text": body, "quoteToken": "q"}
        apart.tell(event("messageEdited", source=group(), at=at, message=words))

    edit("正しい言葉", AT + 2_000)
    edit("途中の言葉", AT + 1_000)
    [row] = apart.messages
    assert (row["body"], row["data"]["is_edited"]) == ("正しい言葉", True)
    assert row["data"]["author"] == {"name": ""}
    for old in ("間違えた言葉", "途中の言葉"):
        assert house.do("places", words=old) == []
    apart.tell(unsend(line_id, source=group(), at=AT + 3_000))
    edit("取り消した後", AT + 4_000)
    assert apart.said == [{"kind": "unsent"}]
    assert house.do("places", words="正しい言葉") == []


def test_older_news_of_a_group_change_nothing_and_who_speaks_there_is_heard(
    apart: Official,
) -> None:
    def is_in() -> bool:
        return bool(apart.do("chats")[f"group:{GROUP}"]["is_member"])

    apart.tell(event("join", source=group(""), at=AT + 5), text("一", source=group(), at=AT + 6))
    apart.tell(event("leave", source=group(""), at=AT + 1))
    assert is_in(), "it was told late"
    apart.tell(event("leave", source=group(""), at=AT + 10))
    assert not is_in()
    apart.tell(text("二", source=group(), at=AT + 8))
    assert not is_in(), "it was said before"
    apart.tell(text("三", source=group(), at=AT + 12))
    assert is_in(), "we hear them"


def test_an_edit_that_comes_first_waits_for_its_message(apart: Official) -> None:
    said = text("前", source=group())
    words = {"type": "text", "id": said["message"]["id"], "text": "後"}
    bot = apart.account.bot_user_id
    edit = event("messageEdited", source=group(), at=AT + 1, message=words)
    assert apart.post(body_of(bot, edit)) == 200
    until(lambda: apart.do("events") == [["messageEdited", "pending"]], "the edit")
    assert apart.post(body_of(bot, said)) == 200
    apart.hurry()
    assert apart.bodies == ["後"]


def test_who_comes_and_goes_in_a_group_is_said_in_its_conversation(apart: Official) -> None:
    members = {"members": [{"type": "user", "userId": U_A}]}
    apart.tell(event("join", source=group("")), text("はい", source=group(), at=AT + 1))
    apart.tell(event("memberJoined", source=group(""), at=AT + 2, joined=members))
    apart.tell(event("memberLeft", source=group(""), at=AT + 3, left=members))
    apart.tell(event("leave", source=group(""), at=AT + 4))
    codes = [line["code"] for line in apart.do("lines")]
    assert codes == ["members_joined", "members_left", "left_group"]
