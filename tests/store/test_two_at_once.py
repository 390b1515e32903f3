"""Two that meet in the database: writers come one after the other, and a reader sees one state."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from models import migrations
from models.importers.reader import read_extract
from models.store import fetch, reading
from tests.patience import PATIENCE
from tests.store.build import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    a_case,
    an_advice,
    chronology,
    counted,
    night,
    one_of_each,
    stored,
    take,
    write_extract,
)

ROOT = Path(__file__).parents[2]

LONG_ENOUGH = 0.15
"""Seconds in which a second writer would have written, if anything let it."""


class Running(threading.Thread):
    """A function running beside the test; what it raised is raised on joining."""

    def __init__(self, function: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.function, self.error = function, None
        self.start()

    def run(self) -> None:
        try:
            self.function()
        except BaseException as error:  # noqa: BLE001 - raised again by whoever joins
            self.error = error

    def end(self) -> None:
        self.join(timeout=PATIENCE)
        assert not self.is_alive()
        if self.error:
            raise self.error


class Pause:
    """Holds an import at one of its steps until it is told to go on."""

    def __init__(self, at: str) -> None:
        self.at, self.reached, self.go_on = at, threading.Event(), threading.Event()

    def __call__(self, step: str) -> None:
        if step == self.at:
            self.reached.set()
            assert self.go_on.wait(PATIENCE)


def test_two_imports_are_one_after_the_other(database: str, tmp_path: Path) -> None:
    mondays = read_extract(write_extract(tmp_path, cases=[a_case("C-1"), a_case("C-2")], advice=[an_advice("C-1")]))
    tuesdays = read_extract(
        write_extract(
            tmp_path,
            extracted_at=TUESDAY,
            cases=[a_case("C-1", team="North"), a_case("C-2"), a_case("C-3")],
            advice=[an_advice("C-1", reply="declined")],
        )
    )
    pause = Pause("taking in advice")
    first = Running(lambda: take(database, mondays, now=MONDAY, progress=pause))
    assert pause.reached.wait(PATIENCE)
    second = Running(lambda: take(database, tuesdays, now=TUESDAY))
    second.join(LONG_ENOUGH)
    assert second.is_alive(), "the second import did not wait for the first"
    assert counted(database, "cases", "chronology") == {"cases": 0, "chronology": 0}
    pause.go_on.set()
    first.end()
    second.end()
    assert [row[:2] for row in stored(database, "imports", "id", "added", "changed")] == [(1, 3), (2, 1)]
    assert stored(database, "cases", "case_ref", "team") == [("C-1", "North"), ("C-2", None), ("C-3", None)]
    assert stored(database, "advice", "reply") == [("declined",)]
    assert all(entry.is_sealed for entry in chronology(database))


def test_the_same_extract_twice_at_once_is_taken_in_once(database: str, tmp_path: Path) -> None:
    extract = read_extract(write_extract(tmp_path, **one_of_each()))
    for one in [Running(lambda: take(database, extract)) for _ in range(3)]:
        one.end()
    assert [added for (added,) in stored(database, "imports", "added")] == [9, 0, 0]
    assert counted(database, "chronology") == {"chronology": 9}


def test_an_import_and_a_night_are_one_after_the_other(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path))
    pause = Pause("taking in advice")
    withdrawn = write_extract(tmp_path, cases=[a_case(withdrawn_on="2026-03-01")], advice=[an_advice()])
    importing = Running(lambda: take(database, withdrawn, now=TUESDAY, progress=pause))
    assert pause.reached.wait(PATIENCE)
    refreshing = Running(lambda: night(database, "2026-03-03"))
    refreshing.join(LONG_ENOUGH)
    assert refreshing.is_alive(), "the night did not wait for the import"
    pause.go_on.set()
    importing.end()
    refreshing.end()
    assert {ended_by for (ended_by,) in stored(database, "clocks", "ended_by")} == {"withdrawn_on"}


def test_a_reader_sees_one_state_while_another_writes(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1"), a_case("C-2")]))
    pause = Pause("taking in advice")
    more = write_extract(
        tmp_path,
        cases=[a_case("C-1", team="North"), a_case("C-2"), a_case("C-3")],
        advice=[an_advice("C-3")],
    )

    def seen(connection) -> list[int]:
        return [fetch(connection, f"SELECT COUNT(*) FROM {x}")[0][0] for x in ("cases", "advice", "chronology")]

    with reading(database) as before:
        assert seen(before) == [2, 0, 2]
        writing = Running(lambda: take(database, more, now=TUESDAY, progress=pause))
        assert pause.reached.wait(PATIENCE)
        with reading(database) as meanwhile:
            assert seen(meanwhile) == [2, 0, 2]
            pause.go_on.set()
            writing.end()
            assert seen(meanwhile) == [2, 0, 2]
            assert fetch(meanwhile, "SELECT team FROM cases WHERE case_ref = 'C-1'") == [(None,)]
        assert seen(before) == [2, 0, 2]
    with reading(database) as after:
        assert seen(after) == [3, 1, 5]


def test_an_import_that_fails_lets_the_next_one_in(database: str, tmp_path: Path) -> None:
    class StoppedError(Exception):
        pass

    pause = Pause("taking in advice")

    def stop(step: str) -> None:
        pause(step)
        if step == "taking in advice":
            raise StoppedError

    extract = write_extract(tmp_path, advice=[an_advice()])
    failing = Running(lambda: take(database, extract, progress=stop))
    assert pause.reached.wait(PATIENCE)
    waiting = Running(lambda: take(database, extract, now=WEDNESDAY))
    pause.go_on.set()
    with pytest.raises(StoppedError):
        failing.end()
    waiting.end()
    assert stored(database, "imports", "id", "imported_at") == [(1, "2026-03-04 19:00:00.000000+00:00")]


def test_two_that_make_the_tables_at_once_both_find_them_made(empty_database: str, tmp_path: Path) -> None:
    # Two processes, as Alembic keeps its context for the whole of one.
    both = [[sys.executable, "-c", MAKING_TABLES_TOGETHER, empty_database, str(tmp_path), name] for name in "ab"]
    making = [subprocess.Popen(one, cwd=ROOT, stderr=subprocess.PIPE, text=True) for one in both]
    said = [one.communicate(timeout=PATIENCE)[1] for one in making]
    assert [(one.returncode, words) for one, words in zip(making, said, strict=True)] == [(0, ""), (0, "")]
    assert migrations.upgrade(empty_database) == "current"


MAKING_TABLES_TOGETHER = """
import sys, time
from pathlib import Path
from sqlalchemy import event
from models import migrations
from models.store import engine

address, folder, name = sys.argv[1:]

def are_both_here():
    return len(list(Path(folder).glob("*.here"))) == 2

@event.listens_for(engine(address), "before_cursor_execute")
def be_slow(connection, cursor, statement, *rest):
    if "CREATE TABLE alembic_version" in statement:
        time.sleep(0.3)

(Path(folder) / f"{name}.here").touch()
patience = time.monotonic() + 240
while not are_both_here() and time.monotonic() < patience:
    time.sleep(0.005)
migrations.ensure(address)
"""
