"""Every text for people is there in Japanese; English is what the code says."""

import re

import pytest

from config.translations import LANGUAGES, catalogue_path, extracted, load

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def test_no_text_is_without_japanese() -> None:
    japanese = load(catalogue_path("ja"))
    texts = extracted()
    assert len(texts) > 100
    missing = [text for text in texts if not (japanese.get(text) and japanese[text].string)]
    assert missing == [], "run `python -m config.translations`, then fill in the catalogue"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_what_is_used_and_nothing_else(language: str) -> None:
    known = {str(each.id) for each in load(catalogue_path(language)) if each.id}
    assert known == set(extracted())


def test_placeholders_are_those_of_the_english_text() -> None:
    for message in load(catalogue_path("ja")):
        original, translated = str(message.id), str(message.string)
        if original:
            assert sorted(PLACEHOLDER.findall(translated)) == sorted(PLACEHOLDER.findall(original))
            assert not message.fuzzy, original


def test_japanese_is_japanese() -> None:
    kana_or_kanji = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
    for message in load(catalogue_path("ja")):
        if message.id:
            assert kana_or_kanji.search(str(message.string)), message.id
