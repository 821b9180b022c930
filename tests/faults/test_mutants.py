"""The proof that the judge of the faults sees: each seeded bug is caught, and nothing without one.

A file of its own, so that it runs beside the quick profile: both wait more than they work.
"""

import sys

import pytest

from tests.faults.controls import CONTROLS, kill_all, spare_all
from tests.faults.estate import Estate

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


async def test_every_seeded_bug_is_caught(
    estate: Estate, capsys: pytest.CaptureFixture[str]
) -> None:
    lines: list[str] = []
    living = await kill_all(estate, list(CONTROLS), lines.append)
    with capsys.disabled():
        sys.stdout.write(f"\n{lines[-1]}\n")
    assert living == [], "\n".join(lines)
    assert lines[-1] == "mutants killed 10/10"


async def test_without_their_bugs_nothing_is_wrong_at_the_end_of_the_same_plays(
    estate: Estate,
) -> None:
    """The two whose check a client fails that has only not caught up yet, and all of LINE's."""
    lines: list[str] = []
    assert await spare_all(estate, ("m2", "m5"), lines.append) == [], "\n".join(lines)
