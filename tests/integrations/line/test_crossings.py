"""The way to LINE by itself: codes, addresses, the QR code."""

import re

import pytest

from integrations.line import crossings
from integrations.line.crossings import Proof


def test_a_code_is_found_in_the_message_that_brings_it_and_nowhere_else() -> None:
    code = crossings.new_code()
    for language in ("ja", "en"):
        assert crossings.code_in(crossings.WORDS[language].format(code=code)) == code
    assert crossings.code_in("電話は 090-1234-5678 です") == ""
    assert crossings.code_in(f"X{code}") == ""
    assert crossings.code_in("あ" * 300 + code) == ""


def test_the_address_opens_the_chat_with_the_words_written() -> None:
    address = crossings.chat_address(
        "https://line.me", basic_id="@shop", code="7KQ2-M9XP", language="en"
    )
    assert address == (
        "https://line.me/R/oaMessage/%40shop/?I%20come%20from%20your%20website%E2%80%99s%20chat"
        "%20%287KQ2-M9XP%29"
    )


def test_a_log_in_asks_line_for_who_it_is_and_offers_the_account() -> None:
    address = crossings.login_address(
        "https://access.line.me",
        channel_id="2001",
        back="https://chat.example/line/login",
        proof=Proof("s", "n", "v"),
        challenge="c",
    )
    assert address == (
        "https://access.line.me/oauth2/v2.1/authorize?response_type=code&client_id=2001"
        "&redirect_uri=https%3A%2F%2Fchat.example%2Fline%2Flogin&state=s&scope=openid+profile"
        "&nonce=n&bot_prompt=aggressive&code_challenge=c&code_challenge_method=S256"
    )


@pytest.mark.parametrize("text", ["https://line.me/R/ti/p/%40shop", "あ" * 200])
def test_the_qr_code_s_path_draws_each_dark_square_once(text: str) -> None:
    code = crossings.qr_code(text)
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", code.path)
    assert "".join(f"M{x} {y}h{w}v1h-{w}z" for x, y, w, _ in runs) == code.path
    dark = [(int(x) + step, int(y)) for x, y, w, _ in runs for step in range(int(w))]
    assert len(set(dark)) == len(dark)
    finder = {(x, 0) for x in range(7)}
    assert finder <= set(dark)
    assert max(max(x, y) for x, y in dark) < code.size
