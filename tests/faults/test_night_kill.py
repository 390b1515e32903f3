"""A night killed outright at any of its steps and run again ends in the same tables as one that was not killed."""

import pytest

from tests.faults.conftest import KILLED, Eve, Nursery
from tests.faults.nights import STEPS, differences

IN_THE_MIDDLE = {"import": 4, "alerts": 3}
"""Steps that write one thing and then another, and after how many writes each is also killed."""


def test_killed_at_each_step_and_run_again(evening: str, eve: Eve, nursery: Nursery) -> None:
    def night(steps: list[str], *die: object) -> int:
        return nursery.bear("night", evening, str(eve.tonight), steps, *die)

    for step in STEPS:
        # Once all is written and nothing committed, and once some is written.
        kills = [("commit", 0), *(("write", spared) for spared in range(IN_THE_MIDDLE.get(step, 0)))]
        assert {kill: night([step], *kill) for kill in kills} == dict.fromkeys(kills, KILLED), step
        assert night([step], "", 0) == 0, step
    assert differences(evening, eve.whole) == []
    assert night([*STEPS], "", 0) == 0
    assert differences(evening, eve.whole) == []


@pytest.mark.soak
def test_killed_at_every_write_and_every_commit(evening: str, eve: Eve, nursery: Nursery) -> None:
    # Each kill is in a whole night, which goes as far as it can; the next one begins anew.
    kills = 0
    for die_at in ("write", "commit"):
        spared = 0
        while nursery.bear("night", evening, str(eve.tonight), [*STEPS], die_at, spared) == KILLED:
            spared += 1
        kills += spared
    assert kills > len(STEPS) * 2
    assert differences(evening, eve.whole) == []
