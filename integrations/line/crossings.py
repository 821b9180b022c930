"""The way from a website's chat to LINE: codes, addresses and the QR code. Pure."""

import re
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

import msgspec
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0, 1, I or O: some type it
CODE: Final = re.compile(r"(?<![0-9A-Z])([2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4})(?![0-9A-Z])")
LONGEST_CARRIER: Final = 300
"""A message that brings a code along is short."""
# Short: each character of Japanese is nine in the address, and the QR code has to be read.
WORDS: Final = {
    "ja": "チャットの続きです（{code}）",
    "en": "I come from your website’s chat ({code})",
}


class QrCode(msgspec.Struct, frozen=True):
    """`size` squares a side, without the quiet zone; `path` is SVG's, one unit a square."""

    size: int
    path: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What belongs to one log-in with LINE in one browser, made anew from that browser's secret."""

    state: str
    nonce: str
    verifier: str


def new_code() -> str:
    """Return 40 random bits, in two parts that can be read out."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{text[:4]}-{text[4:]}"


def new_number() -> str:
    """Return what somebody compares on two screens."""
    return f"{secrets.randbelow(900) + 100}"


def code_in(text: str) -> str:
    """Return the code that a message brings along, "" for none."""
    if len(text) > LONGEST_CARRIER:
        return ""
    found = CODE.search(text)
    return found[1] if found else ""


def chat_address(base: str, *, basic_id: str, code: str, language: str) -> str:
    """Return the address that opens the account's chat with the code written already."""
    words = WORDS.get(language, WORDS["ja"]).format(code=code)
    return f"{base}/R/oaMessage/{quote(basic_id, safe='')}/?{quote(words, safe='')}"


def friend_address(base: str, basic_id: str) -> str:
    return f"{base}/R/ti/p/{quote(basic_id, safe='')}"


def login_address(base: str, *, channel_id: str, back: str, proof: Proof, challenge: str) -> str:
    """Return where LINE asks who somebody is, and offers to add the account as a friend."""
    asked = {
        "response_type": "code",
        "client_id": channel_id,
        "redirect_uri": back,
        "state": proof.state,
        "scope": "openid profile",
        "nonce": proof.nonce,
        "bot_prompt": "aggressive",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{base}/oauth2/v2.1/authorize?{urlencode(asked)}"


def link_address(base: str, *, link_token: str, nonce: str) -> str:
    """Return where LINE makes sure that the same person has begun and ends the linking."""
    asked = urlencode({"linkToken": link_token, "nonce": nonce})
    return f"{base}/dialog/bot/accountLink?{asked}"


def qr_code(text: str) -> QrCode:
    """Return the code as one path: a stroke of squares for each run in a row."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    return QrCode(len(rows), "".join(_run(y, row) for y, row in enumerate(rows)))


def _run(y: int, row: list[bool]) -> str:
    parts, begin = [], None
    for x, is_dark in enumerate([*row, False]):
        if is_dark and begin is None:
            begin = x
        elif not is_dark and begin is not None:
            parts.append(f"M{begin} {y}h{x - begin}v1h{begin - x}z")
            begin = None
    return "".join(parts)
