"""What turned on a night: said of the whole night, and only of what was known before."""

from datetime import date
from pathlib import Path

import pytest

from models.casework.clocks import stand_at_newest_night
from models.queries.stage import turned_by_night
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tests.store.alerting import evening
from tests.store.build import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    a_case,
    an_advice,
    everything,
    night,
    stored,
    take,
    write_extract,
)

LATE = {"request_received_on": "2026-01-19", "assess_decided_on": None, "assess_decision": None}
"""Six weeks end on 2 March: overdue from the 3rd."""

NOTHING = {"breaches": 0, "warnings": 0, "recoveries": 0}


def test_a_night_run_twice_still_says_what_turned_on_it(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**LATE)]), now=MONDAY)
    night(sqlite_database, "2026-03-02")
    night(sqlite_database, "2026-03-03")
    assert night(sqlite_database, "2026-03-03").breaches == 0
    with reading(sqlite_database) as connection:
        assert turned_by_night(connection, load_register(), date(2026, 3, 2)) == NOTHING
        assert turned_by_night(connection, load_register(), date(2026, 3, 3)) == NOTHING | {"breaches": 1}


def test_what_is_late_already_when_the_first_records_come_is_no_news(sqlite_database: str, tmp_path: Path) -> None:
    assert night(sqlite_database, "2026-03-03").records == 0
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**LATE)]), now=MONDAY)
    assert night(sqlite_database, "2026-03-04").breaches == 0
    with reading(sqlite_database) as connection:
        assert turned_by_night(connection, load_register(), date(2026, 3, 4)) == NOTHING


def _turned(address: str, day: str) -> dict[str, int]:
    with reading(address) as connection:
        return turned_by_night(connection, load_register(), date.fromisoformat(day))


def test_a_night_for_a_past_day_makes_no_news_and_keeps_none_from_the_next(
    sqlite_database: str, tmp_path: Path
) -> None:
    done_late = a_case("was late", **LATE | {"assess_decision": "Y", "assess_decided_on": "2026-03-04"})
    take(sqlite_database, write_extract(tmp_path, cases=[done_late]), now=WEDNESDAY)
    night(sqlite_database, "2026-03-04", now=evening("2026-03-04"))
    came_later = write_extract(tmp_path, extracted_at=WEDNESDAY, cases=[done_late, a_case("came later", **LATE)])
    take(sqlite_database, came_later, now=evening("2026-03-05"))
    past = night(sqlite_database, "2026-03-03", now=evening("2026-03-05"))
    assert (past.breaches, past.warnings, past.recoveries) == (0, 0, 0)
    # Of the one that was late and is no more there is nothing to tell; of the one that came since there is.
    assert night(sqlite_database, "2026-03-05", now=evening("2026-03-05")).breaches == 1
    assert _turned(sqlite_database, "2026-03-03") == NOTHING
    assert _turned(sqlite_database, "2026-03-05") == NOTHING | {"breaches": 1}


def test_nights_that_were_missed_may_be_made_up_for_in_their_order(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**LATE)]), now=MONDAY)
    for day in ("2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"):
        night(sqlite_database, day, now=evening("2026-03-05"))
    assert _turned(sqlite_database, "2026-03-03") == NOTHING | {"breaches": 1}


@pytest.mark.parametrize("later", ["998", "999"])
def test_what_is_late_already_when_an_authority_joins_is_no_news(
    sqlite_database: str, tmp_path: Path, later: str
) -> None:
    first = {"998": "999", "999": "998"}[later]
    here, there = a_case(authority_code=first, **LATE), a_case(authority_code=later, **LATE)
    take(sqlite_database, write_extract(tmp_path, cases=[here]), now=MONDAY)
    night(sqlite_database, "2026-03-02", now=MONDAY)
    take(sqlite_database, write_extract(tmp_path, cases=[there]), now=TUESDAY)
    night(sqlite_database, "2026-03-01", now=TUESDAY)
    assert night(sqlite_database, "2026-03-03", now=evening("2026-03-03")).breaches == 1
    assert _turned(sqlite_database, "2026-03-03") == NOTHING | {"breaches": 1}
    owed = an_advice(authority_code=later, kind="health", requested_on="2026-01-22")
    take(sqlite_database, write_extract(tmp_path, cases=[there], advice=[owed], extracted_at=TUESDAY), now=WEDNESDAY)
    night(sqlite_database, "2026-03-04", now=evening("2026-03-04"))
    night(sqlite_database, "2026-03-05", now=evening("2026-03-05"))
    assert _turned(sqlite_database, "2026-03-04") == NOTHING
    assert _turned(sqlite_database, "2026-03-05") == NOTHING


def test_after_a_night_for_a_past_day_the_clocks_stand_as_on_the_newest_night(database: str, tmp_path: Path) -> None:
    begun_since = a_case("begun since", request_received_on="2026-03-04")
    take(database, write_extract(tmp_path, cases=[a_case(**LATE), begun_since]), now=MONDAY)
    night(database, "2026-03-04", now=evening("2026-03-04"))
    newest = everything(database)
    _past_night(database, "2026-03-02")
    assert {table: stored(database, table) for table in ("clocks", "transitions")} == {
        table: newest[table] for table in ("clocks", "transitions")
    }
    assert {*newest["nights"]} <= {*stored(database, "nights")}
    came_since = [a_case(**LATE), begun_since, a_case("came since", **LATE)]
    take(database, write_extract(tmp_path, extracted_at=WEDNESDAY, cases=came_since), now=WEDNESDAY)
    _past_night(database, "2026-03-03")
    assert stored(database, "transitions") == newest["transitions"]
    assert night(database, "2026-03-05", now=evening("2026-03-05")).breaches == 1


def test_after_the_newest_night_itself_nothing_is_put_back(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**LATE)]), now=MONDAY)
    for day in ("2026-03-03", "2026-03-04"):
        assert not _past_night(sqlite_database, day)


def _past_night(address: str, day: str) -> bool:
    night(address, day, now=evening("2026-03-05"))
    with unit_of_work(address) as connection:
        return stand_at_newest_night(connection, load_register(), date.fromisoformat(day), now=evening("2026-03-05"))
