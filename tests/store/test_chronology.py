"""The chronology: append-only by the database itself, each entry sealed by the one before it for its case."""

from datetime import date
from pathlib import Path

import pytest

from deployments.commands.doctor import findings
from models.errors import StoreError
from models.store import reading
from tests.store.build import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    a_case,
    a_panel,
    an_advice,
    chronology,
    execute,
    one_of_each,
    stored,
    take,
    write_extract,
)

TODAY = date(2026, 3, 5)


def a_history(address: str, tmp_path: Path) -> None:
    """Two cases of which one changed twice; entries 1 to 5, of case C-1 the 1st, 3rd, 4th and 5th."""
    take(address, write_extract(tmp_path, cases=[a_case("C-1"), a_case("C-2")], advice=[an_advice("C-1")]))
    for number, moment in ((1, TUESDAY), (2, WEDNESDAY)):
        cases = [a_case("C-1", team=f"Team {number}"), a_case("C-2")]
        take(address, write_extract(tmp_path, extracted_at=moment, cases=cases), now=moment)


def without_triggers(address: str, *statements: str) -> None:
    """Do what somebody does who owns the database and wants the past to be another."""
    kind = address.partition(":")[0]
    drops = {
        "sqlite": ("DROP TRIGGER chronology_no_update", "DROP TRIGGER chronology_no_delete"),
        "postgresql": ("DROP TRIGGER chronology_append_only ON chronology",),
    }
    execute(address, *drops[kind], *statements)


def doctors_word(address: str) -> tuple[bool, str]:
    """What the doctor says of the chronology."""
    found = next(finding for finding in findings(TODAY) if finding.what == "chronology")
    return found.is_well, found.words


def test_nothing_written_can_be_changed_or_deleted(database: str, tmp_path: Path) -> None:
    a_history(database, tmp_path)
    before = stored(database, "chronology")
    for statement in (
        "UPDATE chronology SET recorded_by = 'nobody'",
        "UPDATE chronology SET id = 99 WHERE id = 1",
        "DELETE FROM chronology",
        "DELETE FROM chronology WHERE id = 1",
    ):
        with pytest.raises(StoreError, match="the chronology is append-only"):
            execute(database, statement)
    assert stored(database, "chronology") == before


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_nothing_written_can_be_emptied_out(database: str, tmp_path: Path) -> None:
    a_history(database, tmp_path)
    with pytest.raises(StoreError, match="the chronology is append-only"):
        execute(database, "TRUNCATE chronology")


def test_nothing_written_can_be_replaced(sqlite_database: str, tmp_path: Path) -> None:
    a_history(sqlite_database, tmp_path)
    with pytest.raises(StoreError, match="the chronology is append-only"):
        execute(sqlite_database, "REPLACE INTO chronology SELECT * FROM chronology WHERE id = 1")


def test_every_entry_carries_the_hash_of_the_one_before_it_for_its_case(database: str, tmp_path: Path) -> None:
    a_history(database, tmp_path)
    heads: dict[str, bytes] = {}
    for case_ref, previous, found in stored(database, "chronology", "case_ref", "previous_hash", "hash"):
        assert previous == heads.get(case_ref, bytes(32))
        heads[case_ref] = found
    assert set(heads) == {"C-1", "C-2"}


def test_a_whole_chain_is_sealed(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, **one_of_each()))
    a_history(database, tmp_path)
    assert all(entry.is_sealed for entry in chronology(database))


def test_chains_can_be_read_alone(sqlite_database: str, tmp_path: Path) -> None:
    a_history(sqlite_database, tmp_path)
    found = chronology(sqlite_database, case_ref="C-1")
    assert [entry.record for entry in found] == ["case", "advice", "case", "case"]
    assert all(entry.is_sealed for entry in found)


def test_what_belongs_to_the_authority_has_a_chain_of_its_own(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, panels=[a_panel("2026-03-10"), a_panel("2026-03-17")]))
    found = chronology(sqlite_database, case_ref="")
    assert [(entry.authority_code, entry.record) for entry in found] == [("999", "panel"), ("999", "panel")]
    assert all(entry.is_sealed for entry in found)


@pytest.mark.parametrize(
    ("alteration", "broken"),
    [
        ("UPDATE chronology SET recorded_by = 'nobody' WHERE id = 1", [1]),
        ("UPDATE chronology SET source = 'canonical #7' WHERE id = 3", [3]),
        ("""UPDATE chronology SET changes = replace(changes, '2026-01-05', '2026-01-12') WHERE id = 1""", [1]),
        ("UPDATE chronology SET recorded_at = '2026-01-01 00:00:00.000000+00:00' WHERE id = 4", [4]),
        ("UPDATE chronology SET record_key = 'health:Another:1' WHERE id = 3", [3]),
        ("UPDATE chronology SET happened_on = '2025-01-05' WHERE id = 1", [1]),
        # The entry after one that was taken out, or given to another case, no longer follows.
        ("DELETE FROM chronology WHERE id = 3", [4]),
        ("UPDATE chronology SET case_ref = 'C-2' WHERE id = 3", [3, 4]),
    ],
)
def test_what_is_altered_all_the_same_is_seen(
    sqlite_database: str, tmp_path: Path, alteration: str, broken: list[int]
) -> None:
    a_history(sqlite_database, tmp_path)
    without_triggers(sqlite_database, alteration)
    numbers = [number for (number,) in stored(sqlite_database, "chronology", "id")]
    sealed = [entry.is_sealed for entry in chronology(sqlite_database)]
    assert [number for number, is_sealed in zip(numbers, sealed, strict=True) if not is_sealed] == broken


def test_the_doctor_says_so(watched: str, tmp_path: Path) -> None:
    a_history(watched, tmp_path)
    assert doctors_word(watched) == (True, "5 entries, every hash follows from the one before")
    without_triggers(watched, "UPDATE chronology SET case_ref = 'C-2' WHERE id = 3")
    is_well, words = doctors_word(watched)
    assert not is_well
    assert words == "2 of 5 entries do not follow from the one before: they were tampered with"


def test_an_entry_resealed_without_those_after_it_is_seen(sqlite_database: str, tmp_path: Path) -> None:
    a_history(sqlite_database, tmp_path)
    without_triggers(sqlite_database, "UPDATE chronology SET hash = previous_hash WHERE id = 1")
    assert [entry.is_sealed for entry in chronology(sqlite_database, case_ref="C-1")] == [False, False, True, True]


def test_up_to_a_moment_there_is_only_what_was_known_then(database: str, tmp_path: Path) -> None:
    from models.casework.chronology.journal import entries

    a_history(database, tmp_path)
    with reading(database) as connection:
        assert [len(list(entries(connection, known_at=at))) for at in (MONDAY, TUESDAY, WEDNESDAY)] == [3, 4, 5]
        assert all(entry.is_sealed for entry in entries(connection, known_at=TUESDAY))
