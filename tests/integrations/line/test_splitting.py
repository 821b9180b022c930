"""Texts as LINE counts them, and where they are cut."""

import pytest

from integrations.line.splitting import bubbles, head_of, shortened
from integrations.line.utf16 import units


def test_check_28_an_apple_is_two_units() -> None:
    assert bubbles("🍎" * 2500) == ["🍎" * 2500]
    assert bubbles("🍎" * 2501) == ["🍎" * 2500, "🍎"]
    assert bubbles("a" + "🍎" * 2500) == ["a" + "🍎" * 2499, "🍎"], "no half of one is left"


def test_check_28_a_text_without_any_end_fills_its_bubbles() -> None:
    text = "".join(chr(0x4E00 + number % 5000) for number in range(26_000))
    found = bubbles(text)
    assert [len(each) for each in found] == [5000] * 5 + [1000]
    assert "".join(found) == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一二三\n\n四五六七", ["一二三", "四五六七"]),
        ("一二三四\n五六七八", ["一二三四", "五六七八"]),
        ("一二三四。五六七八", ["一二三四。", "五六七八"]),
        ("「一二。」四五六七八", ["「一二。」", "四五六七八"]),
        ("one two three", ["one two ", "three"]),
        ("一\n二三四五六七八九", ["一\n二三四五六七", "八九"]),
        ("一二三四五六七八\n\n九十", ["一二三四五六七八", "九十"]),
        ("一二三四五六七八九", ["一二三四五六七八", "九"]),
        ("{name} は「{」", ["{name} ", "は「{」"]),
        ("\n\n\n\n\n\n\n\n\n\n終", ["終"]),
        ("一二三四五六七八", ["一二三四五六七八"]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_a_reader_would_pause(text: str, found: list[str]) -> None:
    assert bubbles(text, 8) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("123456👩‍👩‍👧", ["123456", "👩‍👩‍👧"]),
        ("1234567🇯🇵", ["1234567", "🇯🇵"]),
        ("12345🇯🇵🇯🇵", ["12345", "🇯🇵🇯🇵"]),
        ("1234567e\u0301", ["1234567", "e\u0301"]),
        ("1234567ｶﾞ", ["1234567", "ｶﾞ"]),
        ("123456👍🏽", ["123456", "👍🏽"]),
    ],
)
def test_no_character_is_torn_that_is_made_of_several(text: str, found: list[str]) -> None:
    assert bubbles(text, 8) == found


def test_nothing_but_empty_lines_is_lost() -> None:
    text = "あいう えお。\nかき、くけこ！\n\nさしす「せそ。」" * 400
    for most in (7, 50, 499, 5000):
        found = bubbles(text, most)
        assert all(0 < units(each) <= most for each in found)
        assert "".join(found).replace("\n", "") == text.replace("\n", "")


def test_what_is_too_long_is_shortened_between_characters() -> None:
    assert shortened("一二三", 3) == "一二三"
    assert shortened("一二三四", 3) == "一二…"
    assert shortened("一👍🏽二", 4) == "一…"
    assert head_of("🍎🍎", 3) == "🍎"
