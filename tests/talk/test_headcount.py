"""So many of the same at once, and not one more; who leaves makes room."""

from talk.headcount import Headcount


def test_one_too_many_is_not_let_in_until_somebody_leaves() -> None:
    count = Headcount(2)
    assert [count.enter("a") for _ in range(3)] == [True, True, False]
    assert count.enter("b"), "others have room of their own"
    count.leave("a")
    assert [count.enter("a") for _ in range(2)] == [True, False]


def test_who_has_left_is_forgotten() -> None:
    count = Headcount(2)
    for who in "abc":
        count.enter(who)
        count.leave(who)
    assert len(count) == 0


def test_no_limit_is_none() -> None:
    count = Headcount(0)
    assert all(count.enter("a") for _ in range(1_000))
