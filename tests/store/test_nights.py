"""What turned on a night: said of the whole night, and only of what was known before."""

from datetime import date
from pathlib import Path

from models.queries.stage import turned_by_night
from models.statute.register import load_register
from models.store import reading
from tests.store.build import MONDAY, a_case, night, take, write_extract

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
