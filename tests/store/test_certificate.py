"""The certificate of a night: each authority's own practice says when its extract is too old."""

from datetime import date
from pathlib import Path

from models.casework.extracts.refusals import keep_refusal
from models.practice.loader import practices
from models.queries.certificate import certificate
from models.queries.health import Sign, last_extract
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tests.store.build import MONDAY, TUESDAY, WEDNESDAY, a_case, night, take, write_extract


def test_an_extract_is_too_old_by_the_practice_of_its_authority(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(authority_code=x) for x in ("998", "999")]), now=MONDAY)
    night(sqlite_database, "2026-03-02", now=MONDAY)
    folder = tmp_path / "practice"
    folder.mkdir()
    (folder / "998.toml").write_text("[sources]\nstale_after_days = 20\n", encoding="utf-8")
    with reading(sqlite_database) as connection:
        found = certificate(
            connection,
            load_register(),
            date(2026, 3, 2),
            today=date(2026, 3, 12),
            practices=practices(folder),
        )
    assert [(x.authority_code, x.days, x.is_stale) for x in found.sources] == [("998", 10, False), ("999", 10, True)]
    assert found.faults == ("The extract of authority 999 was made 10 days ago.",)


def test_a_clock_that_is_behind_the_newest_night_is_said_to_be(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path), now=MONDAY)
    night(sqlite_database, "2026-03-02", now=MONDAY)
    night(sqlite_database, "2026-03-04", now=WEDNESDAY)

    def faults(today: date) -> tuple[str, ...]:
        with reading(sqlite_database) as connection:
            return certificate(connection, load_register(), today, today=today, practices=practices()).faults

    night(sqlite_database, "2026-03-03", now=MONDAY)
    (fault,) = faults(date(2026, 3, 3))
    assert fault.startswith("A night was run for 2026-03-04, and by this computer's clock it is 2026-03-03: see")
    assert faults(date(2026, 3, 4)) == ()


def test_an_extract_that_a_night_refused_is_said_whenever_it_is_asked_for(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path), now=MONDAY)
    night(sqlite_database, "2026-03-03", now=TUESDAY)

    def said(why: str) -> tuple[tuple[str, ...], Sign]:
        with unit_of_work(sqlite_database) as connection:
            keep_refusal(connection, date(2026, 3, 3), why, TUESDAY)
            found = certificate(
                connection, load_register(), date(2026, 3, 3), today=date(2026, 3, 3), practices=practices()
            )
            return found.faults, last_extract(connection, date(2026, 3, 3), practices())

    faults, sign = said("The extract was not taken in: it is not there.")
    assert faults == ("The extract was not taken in: it is not there.",)
    assert (sign.level, sign.words) == ("warning", "made 1 day ago. The extract was not taken in: it is not there.")
    assert said("") == ((), Sign("last extract", "well", "made 1 day ago"))


def test_an_extract_taken_in_since_is_no_worry_to_a_monitor(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path), now=MONDAY)
    night(sqlite_database, "2026-03-03", now=TUESDAY)
    with unit_of_work(sqlite_database) as connection:
        keep_refusal(connection, date(2026, 3, 3), "The extract was not taken in: it is not there.", TUESDAY)
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(), a_case(case_ref="C-2")]), now=WEDNESDAY)
    with reading(sqlite_database) as connection:
        assert last_extract(connection, date(2026, 3, 4), practices()).level == "well"
