import pytest

from customers.client import ClientFacts, client_facts
from customers.context import Device
from customers.device import device_of

WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        (
            WINDOWS + "Chrome/131.0.0.0 Safari/537.36",
            Device("desktop", "Chrome", "131", "Windows", ""),
        ),
        (
            WINDOWS + "Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            Device("desktop", "Edge", "131", "Windows", ""),
        ),
        (
            MAC + "Version/17.4 Safari/605.1.15",
            Device("desktop", "Safari", "17.4", "macOS", ""),
        ),
        (
            IPHONE + "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1",
            Device("mobile", "Safari", "17.4", "iOS", "17.4"),
        ),
        (
            IPHONE + "(KHTML, like Gecko) Mobile/15E148 Safari Line/14.5.0",
            Device("mobile", "LINE", "14.5", "iOS", "17.4"),
        ),
        (
            ANDROID + "Chrome/131.0.0.0 Mobile Safari/537.36",
            Device("mobile", "Chrome", "131", "Android", ""),
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 14; SM-S911B; wv) AppleWebKit/537.36 "
                "(KHTML, like Gecko) Version/4.0 Chrome/120.0 Mobile Safari/537.36 Line/13.20.0/IAB"
            ),
            Device("mobile", "LINE", "13.20", "Android", "14"),
        ),
        (
            (
                "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1"
            ),
            Device("tablet", "Safari", "17.4", "iOS", "17.4"),
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            Device("desktop", "Firefox", "132", "Linux", ""),
        ),
    ],
)
def test_known_browsers_are_named(user_agent: str, device: Device) -> None:
    assert device_of(ClientFacts(user_agent=user_agent)) == device


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "HeadlessChrome/131.0.0.0 Safari/537.36"
        ),
        "curl/8.5.0",
        "python-requests/2.31",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
    ],
)
def test_bots_are_known(user_agent: str) -> None:
    device = device_of(ClientFacts(user_agent=user_agent))
    assert device is not None
    assert device.kind == "bot"


def test_hints_know_what_the_user_agent_hides() -> None:
    headers = {
        "User-Agent": WINDOWS + "Chrome/131.0.0.0 Safari/537.36",
        "Sec-CH-UA": '"Not/A)Brand";v="8", "Chromium";v="131", "Brave";v="131"',
        "Sec-CH-UA-Mobile": "?0",
        "Sec-CH-UA-Platform": '"Windows"',
        "Sec-CH-UA-Platform-Version": '"15.0.0"',
    }
    assert device_of(client_facts(headers)) == Device("desktop", "Brave", "131", "Windows", "11")


def test_an_android_tablet_is_told_by_its_hint() -> None:
    client = ClientFacts(
        user_agent=ANDROID + "Chrome/131.0.0.0 Safari/537.36",
        is_mobile="?0",
        platform='"Android"',
        platform_version='"14.0.0"',
    )
    assert device_of(client) == Device("tablet", "Chrome", "131", "Android", "14")


def test_the_line_browser_stays_line_whatever_its_hints_say() -> None:
    client = ClientFacts(
        user_agent=ANDROID + "Version/4.0 Chrome/131.0 Mobile Safari/537.36 Line/14.1.0/IAB",
        brands='"Chromium";v="131", "Google Chrome";v="131"',
    )
    device = device_of(client)
    assert device is not None
    assert device.browser == "LINE"


def test_nothing_told_is_no_device_and_nonsense_an_unknown_one() -> None:
    assert device_of(ClientFacts()) is None
    nonsense = {"User-Agent": "\ud800x" * 999, "Sec-CH-UA-Platform": '"<b>"'}
    assert device_of(client_facts(nonsense)) == Device()


def test_facts_that_are_not_what_they_should_be_count_as_not_told() -> None:
    told = client_facts({}, language="<b>", time_zone=["x"], screen="wide")
    assert told == ClientFacts()
    told = client_facts({}, language="ja-JP", time_zone="Asia/Tokyo", screen="1920x1080")
    assert (told.language, told.time_zone, told.screen) == ("ja-JP", "Asia/Tokyo", "1920x1080")


def test_a_number_of_another_system_is_not_taken_over() -> None:
    hinted = ClientFacts(user_agent=WINDOWS + "Chrome/141.0.0.0 Safari/537.36", platform='"Linux"')
    assert device_of(hinted) == Device("desktop", "Chrome", "141", "Linux", "")
