"""Profiles, groups, friends, read marks, the loading animation."""

from tests.integrations.line.account import OfficialAccount
from tests.integrations.line.phone import Phone
from tests.integrations.line.simulator.hook import Hook


def kinds(hook: Hook) -> list[str]:
    return [event["type"] for event in hook.events]


def test_a_profile_is_told_of_friends_and_writers_until_they_block(
    shop: OfficialAccount, aoi: Phone
) -> None:
    path = f"/v2/bot/profile/{aoi.user_id}"
    assert shop.api("GET", path).status_code == 404
    aoi.follow()
    expected = {"userId": aoi.user_id, "displayName": "葵", "language": "ja"}
    assert shop.api("GET", path).json() == expected
    aoi.block()
    assert shop.api("GET", path).status_code == 404
    hidden = shop.phone("匿名", has_profile=False)
    hidden.say("こんにちは")
    assert shop.api("GET", f"/v2/bot/profile/{hidden.user_id}").status_code == 404


def test_coming_back_is_told_apart_from_coming(aoi: Phone, hook: Hook) -> None:
    aoi.follow()
    aoi.block()
    aoi.follow()
    assert kinds(hook) == ["follow", "unfollow", "follow"]
    assert [e["follow"]["isUnblocked"] for e in hook.events[::2]] == [False, True]
    assert ["replyToken" in event for event in hook.events] == [True, False, True]


def test_a_group_is_told_of_by_its_own_id(shop: OfficialAccount, aoi: Phone, hook: Hook) -> None:
    group = shop.group("家族", aoi, shop.phone("蓮"))
    group.phones[0].say("みんな")
    assert kinds(hook) == ["join", "message"]
    source = hook.events[1]["source"]
    assert source == {"type": "group", "groupId": group.id, "userId": aoi.user_id}
    path = f"/v2/bot/group/{group.id}"
    summary = shop.api("GET", f"{path}/summary").json()
    assert summary == {"groupId": group.id, "groupName": "家族"}
    assert shop.api("GET", f"{path}/members/count").json() == {"count": 2}
    member = shop.api("GET", f"{path}/member/{aoi.user_id}").json()
    assert member == {"userId": aoi.user_id, "displayName": "葵"}
    shop.api("POST", "/v2/bot/message/push", {"to": group.id, "messages": [hello()]})
    assert shop.quota_used == 2, "a message in a group costs one for each member"
    assert group.phones[0].texts() == ["おはよう"]
    shop.api("POST", f"{path}/leave")
    assert shop.api("GET", f"{path}/summary").status_code == 404
    refused = shop.api("POST", "/v2/bot/message/push", {"to": group.id, "messages": [hello()]})
    assert refused.json() == {"message": "Failed to send messages"}


def hello() -> dict[str, str]:
    return {"type": "text", "text": "おはよう"}


def test_groups_change_and_edits_are_told_only_there(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    ren = shop.phone("蓮")
    group = shop.group("家族", aoi)
    group.let_in(ren)
    said = group.phones[0].say("まちがい", has_user_id=False)
    group.phones[0].edit(said.message_id, "ただしい")
    group.let_out(ren)
    group.throw_out()
    assert kinds(hook) == [
        "join", "memberJoined", "message", "messageEdited", "memberLeft", "leave",
    ]  # fmt: skip
    assert hook.events[2]["source"] == {"type": "group", "groupId": group.id}
    edited = hook.events[3]["message"]
    assert (edited["id"], edited["text"]) == (said.message_id, "ただしい")
    assert "markAsReadToken" not in edited
    assert hook.events[1]["joined"] == {"members": [{"type": "user", "userId": ren.user_id}]}


def test_a_read_mark_covers_all_that_was_said_before(
    shop: OfficialAccount, aoi: Phone, hook: Hook
) -> None:
    for text in ("一", "二", "三"):
        aoi.say(text)
    token = hook.events[1]["message"]["markAsReadToken"]
    shop.api("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": token})
    assert [one["is_read"] for one in aoi.look()["bubbles"]] == [True, True, False]
    wrong = shop.api("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": "x"})
    assert wrong.status_code == 400


def test_the_loading_animation_runs_in_chats_of_two_until_something_comes(
    shop: OfficialAccount, aoi: Phone
) -> None:
    token = aoi.say("質問").reply_token
    path = "/v2/bot/chat/loading/start"
    start = {"chatId": aoi.user_id, "loadingSeconds": 10}
    assert shop.api("POST", path, start).status_code == 202
    assert aoi.look()["loading_until_ms"] > 0
    body = {"replyToken": token, "messages": [hello()]}
    shop.api("POST", "/v2/bot/message/reply", body)
    assert aoi.look()["loading_until_ms"] == 0
    assert shop.api("POST", path, {**start, "loadingSeconds": 7}).status_code == 400
    group = shop.group("家族", aoi)
    assert shop.api("POST", path, {"chatId": group.id}).status_code == 400
