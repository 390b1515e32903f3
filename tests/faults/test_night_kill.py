"""A night killed outright at each of its steps and run again ends in the same tables as one that was not killed.

The steps as the tasks of the flows take them, each killed when all is written and nothing committed; the flow itself
is killed in tests/flows.
"""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE
from tests.store.build import everything, stored, take

ROOT = Path(__file__).parents[2]
YESTERDAY, TONIGHT = "2026-08-20", "2026-08-21"
KILLS = 12
"""At the intake, the eight stages, the alerts, the measures and the board."""


def test_killed_at_each_step_and_run_again(
    sqlite_database: str, tmp_path: Path, council: Callable[[str], Path]
) -> None:
    take(sqlite_database, council(YESTERDAY))
    nights = tmp_path / "nights"
    nights.mkdir()
    command = [sys.executable, "-c", NIGHTS, sqlite_database, str(council(TONIGHT)), TONIGHT, str(nights)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == [str(signal.SIGKILL.value)] * KILLS + ["0", "0"]
    whole, killed = (what_stays(f"sqlite:///{nights / name}") for name in ("whole.db", "killed.db"))
    assert [table for table in whole if killed[table] != whole[table]] == []


def what_stays(address: str) -> dict[str, list[tuple[Any, ...]]]:
    """All tables, but that an extract came once more, and that there was less to write for a night run again."""
    counted = ("as_of", "duty", "records", "clocks", "not_begun")
    return {**everything(address, but=["imports", "nights"]), "nights": stored(address, "nights", *counted)}


NIGHTS = """
import os, shutil, signal, sqlite3, sys
from datetime import date
from pathlib import Path

from sqlalchemy import event

from models.casework.clocks import refresh_clocks
from models.casework.measures import refresh_measures
from models.casework.standings import store_standings
from models.practice.loader import practices
from models.statute.register import load_register
from models.store import engine, unit_of_work
from notifications.outbox import raise_alerts
from tests.store.build import TUESDAY, take

seed, extract, nights = Path(sys.argv[1].removeprefix("sqlite:///")), Path(sys.argv[2]), Path(sys.argv[4])
tonight = date.fromisoformat(sys.argv[3])
register = load_register()
watched = [duty for duty in register.duties if duty.is_watched]
stages = list(dict.fromkeys(duty.stage for duty in watched))

def step_of(stage):
    duties = [duty for duty in watched if duty.stage == stage]
    return lambda connection: refresh_clocks(connection, register, tonight, now=TUESDAY, duties=duties)

STEPS = [
    *(step_of(stage) for stage in stages),
    lambda connection: raise_alerts(connection, register, practices(), tonight, TUESDAY),
    lambda connection: refresh_measures(connection, register, tonight),
    lambda connection: store_standings(connection, register, tonight),
]

def night(address):
    take(address, extract, now=TUESDAY, allow_missing=True)
    for step in STEPS:
        with unit_of_work(address) as connection:
            step(connection)

def in_a_process_of_its_own(work):
    sys.stdout.flush()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    return os.waitpid(child, 0)[1]

def killed_at(commit, address):
    left = iter(range(commit))
    def work():
        def die(connection):
            if next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)
        event.listen(engine(address), "commit", die)
        night(address)
    return work

def a_copy(name):
    with sqlite3.connect(seed) as source, sqlite3.connect(nights / name) as copy:
        source.backup(copy)
    return f"sqlite:///{nights / name}"

killed, whole = a_copy("killed.db"), a_copy("whole.db")
for commit in range(len(STEPS) + 1):
    print(in_a_process_of_its_own(killed_at(commit, killed)))
for address in (killed, whole):
    print(in_a_process_of_its_own(lambda: night(address)))
"""
