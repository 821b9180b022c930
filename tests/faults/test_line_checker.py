"""The judge of LINE finds what is wrong, and nothing where nothing is."""

from tests.faults.line_checker import Answered, Seen, verdict


def seen(**changes: object) -> Seen:
    sound = Seen(
        told={"U1": ["一", "二"]},
        stored={"U1": ["一", "二"]},
        answers=[
            Answered("U1", "甲", "accepted"),
            Answered("U1", "乙", "failed", "quota"),
            Answered("U1", "丙", "unknown"),
            Answered("U1", "丁", "accepted"),
        ],
        shown={"U1": ["甲", "丙", "丁"]},
    )
    for name, value in changes.items():
        setattr(sound, name, value)
    return sound


def test_nothing_is_wrong_where_each_answer_is_as_it_says() -> None:
    assert verdict(seen()) == {}
    assert verdict(seen(shown={"U1": ["甲", "丁"]})) == {}, "unknown may be either"


def test_c8_sees_what_was_sent_twice_lost_disordered_or_never_ended() -> None:
    for shown in ("甲甲丁", "甲", "甲乙丁", "丁甲", "甲丙丙丁"):
        assert list(verdict(seen(shown={"U1": [*shown]}))) == ["C8"], shown
    assert list(verdict(seen(answers=[Answered("U1", "甲", "sending")]))) == ["C8"]


def test_c9_sees_what_is_lost_doubled_disordered_or_waits_for_good() -> None:
    for stored in (["一"], ["一", "一", "二"], ["二", "一"], []):
        assert list(verdict(seen(stored={"U1": stored}))) == ["C9"], stored
    assert list(verdict(seen(pending=1))) == ["C9"]
