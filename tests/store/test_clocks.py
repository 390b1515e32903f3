"""The clock table: what the engine says of every record, stored once, and written again only where it differs."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.casework.clocks import refresh_clocks
from models.queries.records import KINDS, MADE_OF
from models.statute.calendar import Dates
from models.statute.facts import DERIVED, Facts
from models.statute.records import Records
from models.statute.register import load_register
from models.store import as_text, fetch, reading, unit_of_work
from tests.store.alerting import evening
from tests.store.build import (
    MONDAY,
    TUESDAY,
    a_case,
    an_advice,
    an_exception,
    an_order,
    clocks_on,
    counted,
    execute,
    night,
    one_of_each,
    stored,
    take,
    write_extract,
)

STORED_AND_EVALUATED = ("origin_on", "due_on", "act_by", "done_on", "exception")
"""What both the clock table and the rows a person reads say of a clock."""


def table_of_clocks(address: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The clock table, by authority, case, duty and the record's key."""
    key = {"advice": ("advice", "r.kind"), "order": ("orders", "CAST(r.number AS TEXT)")}
    key |= {"review": ("reviews", "r.review_number"), "transfer": ("transfers", "r.transfer_number")}
    found = {}
    with reading(address) as connection:
        for duty in load_register().duties:
            table, name = key.get(duty.record, ("cases", "''"))
            rows = fetch(
                connection,
                f"SELECT c.authority_code, c.case_ref, {name}, k.record_id, k.exception, "
                f"{as_text(connection, *(f'k.{x}' for x in STORED_AND_EVALUATED[:-1]))} "
                f"FROM clocks k JOIN {table} r ON r.id = k.record_id JOIN cases c ON c.id = k.case_id "
                "WHERE k.duty = :duty",
                duty=duty.key,
            )
            for authority, ref, record_key, record_id, exception, *dates in rows:
                place = (authority, ref, duty.key, record_key, record_id)
                found[place] = (*(day or "" for day in dates), exception or "")
    return found


def test_the_table_says_what_the_engine_says(database: str, tmp_path: Path, council) -> None:
    take(database, council("2026-08-20"), now=evening("2026-08-20"))
    refreshed = night(database, "2026-08-20")
    found = sorted((*place[:4], *said) for place, said in table_of_clocks(database).items())
    expected = sorted(
        (x.authority_code, x.case_ref, x.duty, x.record_key, *(getattr(x, name) for name in STORED_AND_EVALUATED))
        for x in clocks_on(database, "2026-08-20")
    )
    assert found == expected
    assert len(found) == refreshed.evaluated == refreshed.written == counted(database, "clocks")["clocks"]
    assert len({row[2] for row in found}) > 15


def test_a_second_time_writes_nothing(database: str, tmp_path: Path, council) -> None:
    take(database, council("2026-08-20"), now=evening("2026-08-20"))
    first = night(database, "2026-08-20")
    before = stored(database, "clocks")
    again = night(database, "2026-08-20", now=evening("2026-08-20"))
    assert (again.evaluated, again.written, again.removed) == (first.evaluated, 0, 0)
    assert stored(database, "clocks") == before


def test_a_day_that_passes_writes_nothing_by_itself(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, **one_of_each()))
    night(sqlite_database, "2026-03-02")
    before = stored(sqlite_database, "clocks")
    assert night(sqlite_database, "2026-03-03").written == 0
    assert stored(sqlite_database, "clocks") == before


def test_only_what_changed_is_written(database: str, tmp_path: Path) -> None:
    cases = [a_case(f"C-{x}") for x in range(5)]
    take(database, write_extract(tmp_path, cases=cases, advice=[an_advice("C-0"), an_advice("C-3")]))
    night(database, "2026-03-02")
    before = stored(database, "clocks")
    cases[3] = a_case("C-3", assess_decision="Y", assess_decided_on="2026-03-02")
    take(database, write_extract(tmp_path, cases=cases), now=TUESDAY)
    assert night(database, "2026-03-03").written == 1
    changed = [row for row in stored(database, "clocks") if row not in before]
    (clock,) = changed
    names = [
        "duty",
        "record_id",
        "case_id",
        "origin_on",
        "due_on",
        "act_by",
        "done_on",
        "ended_on",
        "ended_by",
        "exception",
        "evaluated_on",
    ]
    said = dict(zip(names, clock, strict=True))
    assert (said["duty"], said["done_on"], said["ended_by"]) == ("decide_whether_to_assess", "2026-03-02", "done")
    assert said["evaluated_on"] == "2026-03-03"


def test_a_clock_begins_on_its_day(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, orders=[an_order(dated_on="2026-03-03")]))
    before = night(sqlite_database, "2026-03-02")
    assert not [row for row in stored(sqlite_database, "clocks", "duty") if row[0].endswith("_after_order")]
    after = night(sqlite_database, "2026-03-03")
    assert after.evaluated > before.evaluated
    assert [row for row in stored(sqlite_database, "clocks", "duty") if row[0].endswith("_after_order")]


def test_going_back_to_an_earlier_day_is_as_if_that_day_were_today(
    sqlite_database: str, tmp_path: Path, council
) -> None:
    take(sqlite_database, council("2026-08-20"), now=evening("2026-08-20"))
    night(sqlite_database, "2026-05-01")
    early = table_of_clocks(sqlite_database)
    night(sqlite_database, "2026-08-20")
    assert table_of_clocks(sqlite_database) != early
    night(sqlite_database, "2026-05-01")
    assert table_of_clocks(sqlite_database) == early


def test_clocks_whose_record_went_away_are_removed(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, advice=[an_advice(), an_advice(kind="education")]))
    night(database, "2026-03-02")
    before = counted(database, "clocks")["clocks"]
    execute(database, "DELETE FROM advice WHERE kind = 'education'")
    refreshed = night(database, "2026-03-02")
    assert refreshed.removed == 1
    assert counted(database, "clocks")["clocks"] == before - 1


def test_an_exception_that_comes_to_hold_is_stored(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path))
    night(database, "2026-03-02")
    take(database, write_extract(tmp_path, exceptions=[an_exception()]), now=TUESDAY)
    # It moves no date: nothing else of the clock is new.
    assert night(database, "2026-03-03").written == 1
    assert ("send_final_plan", "absent_4w") in stored(database, "clocks", "duty", "exception")


@pytest.mark.parametrize("ending", [{}, {"withdrawn_on": "2026-02-10"}, {"final_plan_sent_on": "2026-02-10"}])
def test_a_clock_says_together_when_and_by_what_it_ended(sqlite_database: str, tmp_path: Path, ending: dict) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**ending)]))
    night(sqlite_database, "2026-03-02")
    for duty, ended_on, ended_by in stored(sqlite_database, "clocks", "duty", "ended_on", "ended_by"):
        assert (ended_on is None) == (ended_by is None), duty
        assert ended_on in (None, "2026-02-10")


def test_an_empty_database_has_a_quiet_night(sqlite_database: str) -> None:
    refreshed = night(sqlite_database, "2026-03-02")
    assert (refreshed.evaluated, refreshed.written, refreshed.removed) == (0, 0, 0)


def test_the_night_is_written_down(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, **one_of_each()))
    refreshed = night(database, "2026-03-02")
    rows = stored(database, "nights", "as_of", "duty", "register_version", "records", "clocks", "not_begun", "written")
    assert {duty for _, duty, *_ in rows} == {x.key for kind in KINDS for x in load_register().of_record(kind)}
    assert {(as_of, version) for as_of, _, version, *_ in rows} == {("2026-03-02", load_register().version)}
    assert all(records == clocks + not_begun for *_, records, clocks, not_begun, _ in rows)
    assert sum(row[-1] for row in rows) == refreshed.written


def clocks_deleted(address: str, tmp_path: Path) -> list[tuple[Any, ...]]:
    """The clocks of a night that was run and whose clocks are gone."""
    take(address, write_extract(tmp_path, **one_of_each()))
    night(address, "2026-03-02")
    before = stored(address, "clocks")
    execute(address, "DELETE FROM clocks")
    return before


def test_what_the_night_is_not_told_to_evaluate_stays(database: str, tmp_path: Path) -> None:
    before = clocks_deleted(database, tmp_path)
    register = load_register()
    with unit_of_work(database) as connection:
        chosen = [register.duty("send_final_plan")]
        refresh_clocks(connection, register, date(2026, 3, 2), now=MONDAY, duties=chosen)
    assert stored(database, "clocks") == [row for row in before if row[0] == "send_final_plan"]


def test_stage_by_stage_a_night_says_the_same_as_at_once(sqlite_database: str, tmp_path: Path) -> None:
    before = clocks_deleted(sqlite_database, tmp_path)
    register = load_register()
    with unit_of_work(sqlite_database) as connection:
        for stage in {duty.stage for duty in register.duties if duty.is_watched}:
            duties = [duty for duty in register.duties if duty.stage == stage and duty.is_watched]
            refresh_clocks(connection, register, date(2026, 3, 2), now=MONDAY, duties=duties)
    assert sorted(stored(sqlite_database, "clocks")) == sorted(before)


class Asked(dict[str, Dates]):
    """Has no milestone, and knows which were asked for."""

    def get(self, milestone: str) -> None:
        self[milestone] = None


def test_what_a_milestone_is_made_of_is_read_with_it() -> None:
    asked = {}
    for (kind, milestone), derived in DERIVED.items():
        derived(Facts(Records(kind, 1, parts := Asked()), date(2026, 3, 2)))
        asked[milestone] = set(parts)
    assert asked == {milestone: set(parts) for milestone, parts in MADE_OF.items()}
