"""M15: an origin is scheme, host and port, exactly; a pattern of hosts lets others in."""

import pytest
from django.test import override_settings

from talk import origins


@pytest.mark.parametrize(
    ("origin", "known"),
    [
        ("https://shop.example", True),
        ("https://shop.example:443", True),
        ("https://SHOP.example", True),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("https://shop.example.evil.example", False),
        ("https://evil-shop.example", False),
        ("https://shop.example@evil.example", False),
        ("https://shop.example/path", False),
        ("ftp://shop.example", False),
        ("chrome-extension://shop.example", False),
        ("null", False),
        ("", False),
        ("*", False),
        (" https://shop.example", False),
        ("https://shop.example\n", False),
        ("https://shop.example:99999", False),
        (None, False),
    ],
)
def test_m15_only_the_exact_origin_is_among_the_allowed(origin: str | None, known: bool) -> None:
    assert origins.is_among(origin, ["https://shop.example"]) is known


@override_settings(PUBLIC_URL="https://talk.example", CONSOLE_ORIGINS=["https://desk.example:8443"])
def test_the_consoles_origins_are_its_address_and_those_named() -> None:
    assert origins.is_console_origin("https://talk.example")
    assert origins.is_console_origin("https://desk.example:8443")
    assert not origins.is_console_origin("https://desk.example")


def test_two_origin_headers_are_none() -> None:
    twice = [(b"origin", b"https://a.example"), (b"origin", b"https://b.example")]
    assert origins.origin_of(twice) is None
    assert origins.origin_of(twice[:1]) == "https://a.example"
