"""The checklist of a channel, from what LINE has told and what an administrator says."""

from datetime import UTC, datetime

from integrations.line.checklist import Check, Item, Seen, State, is_complete, items

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
TOLD = datetime(2026, 11, 26, 9, tzinfo=UTC)
OURS = "https://chat.example/integrations/line/abc/webhook"


def listed(seen: Seen, **changes: object) -> dict[Check, Item]:
    given = {"address": OURS, "at": AT, "told": {}, "redelivery_seen_at": None, **changes}
    return {item.check: item for item in items(seen, **given)}  # type: ignore[arg-type]  # whole


def test_what_line_tells_stands_by_itself_and_the_rest_waits_for_somebody_to_look() -> None:
    seen = Seen(secret="good", address=OURS, is_on=True, test="OK", chat_mode="chat")
    found = listed(seen)
    assert [*found] == [
        Check.SECRET,
        Check.ADDRESS,
        Check.WEBHOOK,
        Check.REACHED,
        Check.REDELIVERY,
        Check.AUTO_REPLY,
        Check.GREETING,
        Check.STATISTICS,
        Check.CHAT,
    ]
    by_line = [Check.SECRET, Check.ADDRESS, Check.WEBHOOK, Check.REACHED, Check.CHAT]
    assert all(found[check] == Item(check, State.GOOD, "", AT) for check in by_line)
    by_hand = [Check.REDELIVERY, Check.AUTO_REPLY, Check.GREETING, Check.STATISTICS]
    assert all(found[check] == Item(check, State.OPEN) for check in by_hand)
    assert not is_complete([*found.values()])
    whole = listed(seen, told=dict.fromkeys(by_hand, TOLD))
    assert whole[Check.GREETING] == Item(Check.GREETING, State.TOLD, "", TOLD)
    assert is_complete([*whole.values()])


def test_what_is_wrong_says_what() -> None:
    seen = Seen(
        secret="good",
        address="https://other.example/",
        is_on=False,
        test="COULD_NOT_CONNECT",
        chat_mode="bot",
    )
    found = listed(seen)
    bad = {check: item.detail for check, item in found.items() if item.state is State.BAD}
    assert bad == {
        Check.ADDRESS: "other",
        Check.WEBHOOK: "off",
        Check.REACHED: "COULD_NOT_CONNECT",
        Check.CHAT: "bot",
    }
    assert listed(Seen(secret="good"))[Check.ADDRESS].detail == "none"


def test_without_line_s_word_nothing_is_claimed() -> None:
    for seen in (Seen(), Seen(secret="refused"), Seen(secret="unreachable")):
        found = listed(seen)
        states = {found[check].state for check in (Check.ADDRESS, Check.WEBHOOK, Check.CHAT)}
        assert states == {State.UNKNOWN}
    assert listed(Seen(secret="refused"))[Check.SECRET] == Item(
        Check.SECRET, State.BAD, "refused", AT
    )


def test_a_redelivery_that_came_proves_that_it_is_on() -> None:
    found = listed(Seen(), redelivery_seen_at=TOLD)
    assert found[Check.REDELIVERY] == Item(Check.REDELIVERY, State.GOOD, "seen", TOLD)
