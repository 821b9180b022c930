"""Why customers were joined by themselves is told in the reader's language."""

from pathlib import Path

import pytest

from customers.models import MergeLog

WORDS = Path(__file__).parents[2] / "talk" / "static" / "console" / "i18n"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_console_has_words_for_each_reason(language: str) -> None:
    words = (WORDS / f"{language}.js").read_text()
    missing = [code for code in MergeLog.Because.values if f'"same.because.{code}"' not in words]
    assert missing == []


def test_what_somebody_wrote_stands_as_it_is() -> None:
    assert MergeLog(reason="電話で確認した").reason_text == "電話で確認した"
    assert MergeLog(reason="same_identifier").reason_text == "同じ確認済みの識別子を持っています"
