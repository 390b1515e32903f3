"""Any day again: what was known on a night, rebuilt from the chronology after everything has moved on."""

from datetime import UTC, date, datetime
from pathlib import Path

from models.casework.chronology.replay import replay
from models.queries.clocks import ClockRow, clock_rows
from models.queries.scope import Scope
from models.statute.register import load_register
from models.store import reading
from tests.store.build import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    a_case,
    an_advice,
    an_exception,
    an_order,
    chronology,
    clocks_on,
    counted,
    night,
    one_of_each,
    take,
    write_extract,
)


def clocks_known(address: str, as_of: str, known_at: datetime, authority_code: str | None = None) -> list[ClockRow]:
    """Every clock of a day, from the records as known at a moment."""
    with reading(address) as now, replay(now, known_at=known_at, authority_code=authority_code) as then:
        return list(clock_rows(then, load_register(), date.fromisoformat(as_of)))


def evening(day: str) -> datetime:
    """Seven o'clock on a day, when extracts are taken in."""
    return datetime.fromisoformat(day).replace(hour=19, tzinfo=UTC)


def test_a_night_three_months_ago_is_reproduced_exactly(database: str, tmp_path: Path, council) -> None:
    take(database, council("2026-08-20"), now=evening("2026-08-20"))
    night(database, "2026-08-20")
    original = clocks_on(database, "2026-08-20")
    for day in ("2026-09-20", "2026-11-20"):
        taken = take(database, council(day), now=evening(day), allow_missing=True)
        assert taken.total.added
        assert taken.total.changed
        night(database, day)
    # One more, by which a record goes away in every sheet it can go away from.
    bare = council("2026-11-20")
    for sheet in ("advice", "exceptions", "orders", "reviews", "transfers"):
        lines = (bare / f"{sheet}.csv").read_text().splitlines(keepends=True)
        (bare / f"{sheet}.csv").write_text("".join(lines[:1] + lines[3:]))
    taken = take(database, bare, now=evening("2026-11-21"), allow_older=True)
    assert all(taken.sheets[x].removed for x in ("advice", "exceptions", "orders", "reviews", "transfers"))

    assert clocks_on(database, "2026-08-20") != original
    assert clocks_known(database, "2026-08-20", evening("2026-08-20")) == original


def test_a_moment_before_anything_was_known_is_empty(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, **one_of_each()), now=TUESDAY)
    assert clocks_known(sqlite_database, "2026-03-03", MONDAY) == []


def test_the_present_moment_is_the_present(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, **one_of_each()))
    assert clocks_known(sqlite_database, "2026-03-02", MONDAY) == clocks_on(sqlite_database, "2026-03-02")


def test_what_was_known_is_one_thing_and_the_day_another(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path))
    late = write_extract(tmp_path, cases=[a_case(assess_decision="Y", assess_decided_on="2026-02-10")])
    take(database, late, now=WEDNESDAY)
    decided = [x.state for x in clocks_on(database, "2026-02-20") if x.duty == "decide_whether_to_assess"]
    as_known = clocks_known(database, "2026-02-20", TUESDAY)
    assert decided == ["met"]
    assert [x.state for x in as_known if x.duty == "decide_whether_to_assess"] == ["overdue"]


def test_a_record_that_came_and_went_and_came_back(database: str, tmp_path: Path) -> None:
    with_order = write_extract(tmp_path, orders=[an_order()])
    take(database, with_order, now=MONDAY)
    with_orders = clocks_on(database, "2026-03-02")
    take(database, write_extract(tmp_path, orders=[], advice=[an_advice()]), now=TUESDAY)
    with_advice = clocks_on(database, "2026-03-02")
    again = write_extract(tmp_path, orders=[an_order()], advice=[an_advice()])
    take(database, again, now=WEDNESDAY)
    assert clocks_known(database, "2026-03-02", MONDAY) == with_orders
    assert clocks_known(database, "2026-03-02", TUESDAY) == with_advice
    assert clocks_known(database, "2026-03-02", WEDNESDAY) == clocks_on(database, "2026-03-02")


def test_a_record_without_a_fact_is_a_record(sqlite_database: str, tmp_path: Path) -> None:
    bare = {"requested_on": "", "body": ""}
    take(
        sqlite_database,
        write_extract(
            tmp_path,
            cases=[a_case(request_received_on="")],
            advice=[an_advice(**bare)],
            exceptions=[an_exception(code="", from_on="", to_on="", claimed_on="", facts="")],
        ),
    )
    assert clocks_known(sqlite_database, "2026-03-02", MONDAY) == clocks_on(sqlite_database, "2026-03-02")


def test_one_authority_may_be_replayed_alone(database: str, tmp_path: Path) -> None:
    for authority in ("301", "302"):
        take(database, write_extract(tmp_path, **one_of_each(authority_code=authority)))
    found = clocks_known(database, "2026-03-02", MONDAY, authority_code="302")
    with reading(database) as connection:
        alone = list(clock_rows(connection, load_register(), date(2026, 3, 2), Scope("302")))
    assert found == alone


def test_replaying_writes_nothing(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, **one_of_each()))
    before, entries = counted(sqlite_database), chronology(sqlite_database)
    clocks_known(sqlite_database, "2026-03-02", MONDAY)
    assert (counted(sqlite_database), chronology(sqlite_database)) == (before, entries)
