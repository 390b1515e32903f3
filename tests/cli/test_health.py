"""`ehc health`: one line and an exit code, by which a monitor knows the nights have stopped."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from deployments.commands.doctor import findings
from models.practice.loader import Practices, practice
from models.practice.schema import SourcesPolicy
from models.queries.health import health, last_night, worst
from models.store import reading
from tests.store.build import a_case, execute, night, take, whole_night, write_extract

MORNING = datetime(2026, 3, 4, 9, tzinfo=UTC)


USUAL = Practices(practice())


def level(address: str, *, now: datetime = MORNING, policy: Practices = USUAL) -> str:
    with reading(address) as connection:
        return worst(health(connection, now.date(), now, policy))


@pytest.fixture
def running(database: str, tmp_path: Path) -> str:
    """A council whose extract came on Monday and whose night ran."""
    take(database, write_extract(tmp_path))
    whole_night(database, "2026-03-04")
    return database


def test_all_is_well_after_a_night(running: str) -> None:
    assert level(running) == "well"


def test_the_night_of_yesterday_is_still_well_in_the_small_hours(running: str) -> None:
    assert level(running, now=MORNING + timedelta(days=1, hours=-8)) == "well"


def test_nights_that_stopped_are_critical(running: str) -> None:
    assert level(running, now=MORNING + timedelta(days=2)) == "critical"


def test_nights_that_are_broken_off_do_not_count(running: str) -> None:
    for day in ("2026-03-05", "2026-03-06"):
        night(running, day)
    with reading(running) as connection:
        sign = last_night(connection, date(2026, 3, 6))
    assert (sign.level, sign.words) == (
        "critical",
        "for 2026-03-04, 2 days ago; that for 2026-03-06 has not come to its end",
    )
    assert level(running, now=MORNING + timedelta(days=1)) == "well"


def test_a_council_without_any_open_case_has_whole_nights_too(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(withdrawn_on="2026-02-02")]))
    whole_night(sqlite_database, "2026-03-04")
    assert level(sqlite_database) == "well"


def test_an_old_extract_is_a_warning(running: str) -> None:
    whole_night(running, "2026-03-09")
    assert level(running, now=datetime(2026, 3, 9, 9, tzinfo=UTC)) == "warning"


def test_how_old_an_extract_may_be_is_the_practice_of_its_authority(running: str) -> None:
    usual, hasty = USUAL.usual, USUAL.usual.model_copy(update={"sources": SourcesPolicy(stale_after_days=1)})
    assert level(running, policy=Practices(usual, {"999": hasty})) == "warning"
    assert level(running, policy=Practices(hasty, {"999": usual})) == "well"


def test_a_yearly_return_is_never_too_old(running: str) -> None:
    execute(running, "UPDATE imports SET source = 'sen2_xml'")
    whole_night(running, "2026-03-30")
    assert level(running, now=datetime(2026, 3, 30, 9, tzinfo=UTC)) == "well"


@pytest.mark.parametrize("days", [0, 1, 2, 5])
def test_the_doctor_says_the_same_of_the_last_night_and_the_last_extract(
    sqlite_watched: str, tmp_path: Path, days: int
) -> None:
    take(sqlite_watched, write_extract(tmp_path))
    whole_night(sqlite_watched, "2026-03-04")
    day = MORNING.date() + timedelta(days=days)
    with reading(sqlite_watched) as connection:
        told = health(connection, day, MORNING, USUAL)
    doctor = {x.what: x for x in findings(day)}
    levels = {"well": "well", "warning": "warning", "critical": "ill"}
    for sign in told[:2]:
        assert (doctor[sign.what].words, doctor[sign.what].level) == (sign.words, levels[sign.level])


def test_an_empty_database_is_critical(database: str) -> None:
    assert level(database) == "critical"


@pytest.mark.parametrize(
    ("status", "not_before", "expected"),
    [
        ("waiting", "2026-03-04 08:00:00.000000+00:00", "well"),
        ("waiting", "2026-03-04 02:00:00.000000+00:00", "warning"),
        ("waiting", "2026-03-05 08:00:00.000000+00:00", "well"),
        ("permanent_failure", "2026-03-04 08:00:00.000000+00:00", "warning"),
        ("sent", "2026-03-01 08:00:00.000000+00:00", "well"),
    ],
)
def test_messages_that_do_not_go_out_are_a_warning(running: str, status: str, not_before: str, expected: str) -> None:
    execute(
        running,
        "INSERT INTO messages (id, authority_code, team, role, recipient, urgency, day, number, template, "
        "template_version, subject, text, html, reference, created_at, not_before, status, status_at, attempts) VALUES "
        f"(1, '999', 'North', 'officer', 'A', 'digest', '2026-03-04', 1, 't', 'v', 's', 't', 'h', 'r', '{not_before}', "
        f"'{not_before}', '{status}', '{not_before}', 0)",
    )
    assert level(running) == expected


def test_sending_that_is_switched_off_is_a_warning(running: str) -> None:
    execute(running, "INSERT INTO switches VALUES (1, FALSE, 'trial', '2026-03-04 08:00:00+00:00', 'the test')")
    assert level(running) == "warning"
    execute(running, "INSERT INTO switches VALUES (2, TRUE, 'over', '2026-03-04 08:30:00+00:00', 'the test')")
    assert level(running) == "well"
