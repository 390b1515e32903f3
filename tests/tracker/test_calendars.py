"""The calendars as a calendar program reads them."""

import stat
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from deployments.commands.calendars import Written, write_calendars
from models.errors import NotFoundError
from models.practice.loader import practices
from models.statute.register import load_register
from models.store import reading
from tests.store.build import TUESDAY, a_case, a_panel, an_advice, night, take, write_extract

AGREED = {"assess_decision": "Y", "assess_decided_on": "2026-02-02"}
CASES = [
    a_case("C-1", officer="Zoë O'Hara/../x", person_ref="P-1"),
    a_case("C-2", officer="Zoë O'Hara/../x", **AGREED),
    a_case("C-3", officer="Ben"),
    a_case("C-4"),
    a_case("C-5", officer="Ben", withdrawn_on="2026-01-20"),
]


def taken(address: str, folder: Path, **sheets: Any) -> None:
    panels = [a_panel("2026-02-24"), a_panel("2026-03-10")]
    take(address, write_extract(folder, **{"cases": CASES, "advice": [an_advice("C-2")], "panels": panels, **sheets}))
    night(address, "2026-03-02")


def calendars(address: str, folder: Path, as_of: str = "2026-03-02", **options: Any) -> list[Written]:
    with reading(address) as connection:
        day = date.fromisoformat(as_of)
        return write_calendars(folder / "out", connection, load_register(), practices(), day, **options)


def events(one: Written) -> dict[str, Any]:
    """What stands in a file, by its words."""
    calendar = Calendar.from_ical(one.path.read_bytes())
    assert not calendar.errors
    return {str(event["summary"]): event for event in calendar.walk("VEVENT")}


def test_each_officer_with_open_cases_has_a_file_that_only_its_owner_reads(database: str, tmp_path: Path) -> None:
    taken(database, tmp_path)
    found = calendars(database, tmp_path)
    assert [(x.officer, x.path.name) for x in found] == [("Ben", "ben.ics"), ("Zoë O'Hara/../x", "zoe-o-hara-x.ics")]
    assert [stat.S_IMODE(x.path.stat().st_mode) for x in found] == [0o600] * 2
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == 0o700
    assert {x.name for x in (tmp_path / "out").iterdir()} == {"ben.ics", "zoe-o-hara-x.ics"}


def test_a_clock_is_two_days_that_take_up_no_time_and_ring_no_bell(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    found = events(calendars(sqlite_database, tmp_path)[1])
    useful = found["C-1: send final plan, last useful day"]
    lawful = found["C-1: send final plan, last lawful day"]
    assert (useful["dtstart"].dt, lawful["dtstart"].dt) == (date(2026, 5, 22), date(2026, 5, 25))
    assert (lawful["dtend"].dt, lawful["transp"], lawful["status"]) == (date(2026, 5, 26), "TRANSPARENT", "CONFIRMED")
    assert lawful["dtstart"].params["value"] == "DATE"
    assert "reg 13(2)" in lawful["description"]
    assert lawful.subcomponents == []
    assert "C-2: give advice (health), last lawful day" in found
    assert "C-2: serve draft, last day" in found, "practice is not law"


def test_no_child_and_no_other_officer_is_in_it(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    ben, zoe = calendars(sqlite_database, tmp_path)
    assert {words.split(":")[0] for words in events(ben)} == {"C-3", "SEND panel"}
    assert "P-1" not in zoe.path.read_text("utf-8")


def test_panels_to_come_stand_in_it_with_the_cases_they_are_the_last_for(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    found = events(calendars(sqlite_database, tmp_path)[0])
    (panel,) = [event for words, event in found.items() if words.startswith("SEND panel")]
    assert panel["dtstart"].dt == date(2026, 3, 10)
    assert panel["summary"] == "SEND panel: last for 1 of your cases"
    assert panel["description"] == "For: C-3."


def test_the_same_night_writes_the_same_file(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    before = [x.path.read_bytes() for x in calendars(sqlite_database, tmp_path)]
    assert [x.path.read_bytes() for x in calendars(sqlite_database, tmp_path)] == before


def test_what_changed_replaces_what_stood_and_what_ended_is_called_off(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    words = "C-3: send final plan, last lawful day"
    before = events(calendars(sqlite_database, tmp_path)[0])[words]
    later = [a_case("C-3", officer="Ben", request_received_on="2026-01-07")]
    agreed = [a_case("C-1", officer="Ben", assess_decision="N", assess_decided_on="2026-03-03")]
    extract = write_extract(tmp_path, cases=[*CASES[1:2], *CASES[3:], *later, *agreed], extracted_at=TUESDAY)
    take(sqlite_database, extract, now=TUESDAY)
    night(sqlite_database, "2026-03-03", now=TUESDAY)
    found = events(calendars(sqlite_database, tmp_path, "2026-03-03")[0])
    after = found[words]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert (before["dtstart"].dt, after["dtstart"].dt) == (date(2026, 5, 25), date(2026, 5, 27))
    assert found["C-1: decide whether to assess, last lawful day"]["status"] == "CANCELLED"
    month_later = events(calendars(sqlite_database, tmp_path, "2026-04-03")[0])
    assert "C-1: decide whether to assess, last lawful day" not in month_later


def test_what_lies_further_back_than_local_practice_has_it_is_left_out(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    decide = "C-3: decide whether to assess, last lawful day"
    assert events(calendars(sqlite_database, tmp_path, "2026-03-16")[0])[decide]["dtstart"].dt == date(2026, 2, 16)
    month_later = events(calendars(sqlite_database, tmp_path, "2026-03-17")[0])
    assert decide not in month_later
    assert "C-3: send final plan, last lawful day" in month_later


def test_what_had_ended_before_the_first_night_never_stood_there(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    assert all(x.called_off == 0 for x in calendars(sqlite_database, tmp_path))


def test_one_officer_alone_and_one_who_is_not_there(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path)
    assert [x.officer for x in calendars(sqlite_database, tmp_path, officer="Ben")] == ["Ben"]
    with pytest.raises(NotFoundError, match="held by an officer of that name") as refused:
        calendars(sqlite_database, tmp_path, officer="Nobody")
    assert "Ben" not in str(refused.value)
