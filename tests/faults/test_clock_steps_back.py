"""A clock that steps back: what is learnt is kept in its order, no night undoes a later one, nothing goes out twice."""

import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from models.casework.chronology.replay import replay
from models.store import fetch, reading
from tests.faults.conftest import Eve
from tests.faults.nights import NOW, STEPS, YESTERDAY, Night, differences, what_stays
from tests.notifications.build import Clock, Post, a_message, a_person, run, statuses
from tests.store.build import MONDAY, TUESDAY, WEDNESDAY, a_case, an_advice, chronology, stored, take, write_extract

OF_A_NIGHT = {"nights", "standings"}
"""The tables that keep a line for every night; what turned is kept by the newest alone."""

SHORT = [step for step in STEPS if step not in ("import", "measures", "snapshot")]
"""A night in which nothing comes in and nothing is measured."""


def test_what_is_learnt_while_the_clock_is_behind_is_kept_in_its_order(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, advice=[an_advice()]), now=TUESDAY)
    later = {"cases": [a_case(team="North")], "advice": [an_advice(reply="declined")]}
    take(database, write_extract(tmp_path, extracted_at=TUESDAY, **later), now=MONDAY)
    last = {"cases": [a_case(team="South")], "advice": [an_advice(reply="advice")]}
    take(database, write_extract(tmp_path, extracted_at=WEDNESDAY, **last), now=WEDNESDAY)
    assert stored(database, "cases", "team") == [("South",)]
    assert all(entry.is_sealed for entry in chronology(database))
    with reading(database) as connection:
        for known_at, team, reply in ((MONDAY, "North", "declined"), (TUESDAY, "North", "declined")):
            with replay(connection, known_at=known_at) as then:
                found = fetch(then, "SELECT team, reply FROM cases JOIN advice ON case_id = cases.id")
                assert found == [(team, reply)], known_at
        with replay(connection, known_at=MONDAY - timedelta(hours=1)) as then:
            assert fetch(then, "SELECT * FROM cases") == []


def test_a_night_run_again_by_a_clock_an_hour_behind_changes_nothing(sqlite_database: str, eve: Eve) -> None:
    tonight = _after(sqlite_database, eve)
    replace(tonight, now=NOW - timedelta(hours=1)).run(SHORT)
    assert differences(sqlite_database, eve.whole) == []


def test_a_night_for_a_day_before_the_newest_undoes_nothing_of_it(sqlite_database: str, eve: Eve) -> None:
    tonight = _after(sqlite_database, eve)
    replace(tonight, as_of=YESTERDAY).run(SHORT)
    tonight.run(SHORT)
    assert set(differences(sqlite_database, eve.whole)) == OF_A_NIGHT
    assert _lost(sqlite_database, eve, OF_A_NIGHT) == []


def test_a_night_by_a_clock_a_day_behind_loses_nothing_and_says_nothing(sqlite_database: str, eve: Eve) -> None:
    tonight = _after(sqlite_database, eve)
    replace(tonight, as_of=YESTERDAY, now=NOW - timedelta(days=1)).run(SHORT)
    said = ("alerts", "messages", "family_notices")
    assert {table: stored(sqlite_database, table) for table in said} == {table: eve.whole[table] for table in said}
    tonight.run(SHORT)
    assert set(differences(sqlite_database, eve.whole)) == OF_A_NIGHT
    assert _lost(sqlite_database, eve, OF_A_NIGHT) == []


def test_what_was_sent_is_not_sent_again_by_a_clock_that_is_behind(database: str, post: Post) -> None:
    for name in ("first", "second"):
        a_person(database, name, f"{name}@council.example")
    a_message(database, "first")
    clock = Clock()
    assert run(database, post.settings, clock).sent == 1
    clock.turn(hours=-3)
    a_message(database, "second", not_before=clock.at)
    for _ in range(16):
        clock.turn(minutes=15)
        run(database, post.settings, clock)
    assert statuses(database) == ["sent", "sent"]
    assert sorted(str(mail["X-EHC-Reference"]) for mail in post.mails) == ["ehc-0001", "ehc-0002"]


def _after(address: str, eve: Eve) -> Night:
    """The night, which this database has behind it."""
    shutil.copy(eve.after, address.removeprefix("sqlite:///"))
    return Night(address, eve.tonight)


def _lost(address: str, eve: Eve, tables: Iterable[str]) -> list[object]:
    """The rows of those tables that are no longer there."""
    found = what_stays(address)
    return [row for table in tables for row in eve.whole[table] if row not in set(found[table])]
