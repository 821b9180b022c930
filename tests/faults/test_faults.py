"""The quick profile, and that its judge sees with every check (`test_mutants`: every bug).

FAULTS_SEED repeats a schedule; `python -m tests.faults --seed N` tells more.
"""

import os
import random
from pathlib import Path

import pytest

from tests.faults.controls import FURTHER, catch_together, kill_all
from tests.faults.estate import Estate
from tests.faults.quick import perform

pytestmark = [pytest.mark.faults, pytest.mark.timeout(400)]


@pytest.mark.parametrize("server", ["daphne", pytest.param("uvicorn", marks=pytest.mark.long)])
async def test_whatever_breaks_nothing_is_lost(estate: Estate, tmp_path: Path, server: str) -> None:
    seed = int(os.environ.get("FAULTS_SEED") or random.randrange(10**6))
    report = await perform(estate, seed, tmp_path, server)
    told = "\n".join(report.lines)
    assert not report.wrong, f"{told}\n{report.wrong}\nhistory: {report.kept}"


async def test_every_check_that_no_other_bug_is_for_sees_one_too(estate: Estate) -> None:
    """All at once, for its checks are about different things; `tests.faults.controls c2` is one."""
    wrong = await catch_together(estate)
    assert {control.check for control in FURTHER.values()} <= wrong.keys(), wrong


@pytest.mark.long
async def test_each_of_these_bugs_alone_is_caught_too(estate: Estate) -> None:
    lines: list[str] = []
    assert await kill_all(estate, list(FURTHER), lines.append) == [], "\n".join(lines)
