"""The console offers the stickers that the server lets through, and no others."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from integrations.line.stickers import PACKAGES, is_sendable

ROW = re.compile(r"id: (\d+),\s+first: (\d+),\s+last: (\d+)")


def test_the_console_has_the_same_stickers() -> None:
    file = finders.find("console/line/stickers.js")
    assert isinstance(file, str)
    rows = ROW.findall(Path(file).read_text())
    assert {int(id): (int(first), int(last)) for id, first, last in rows} == PACKAGES


def test_a_sticker_is_sent_with_its_own_package_alone() -> None:
    asked = [("446", "1988"), ("446", "2027"), ("446", "2028"), ("789", "1988"), ("1", "1")]
    assert [is_sendable(*each) for each in asked] == [True, True, False, False, False]
