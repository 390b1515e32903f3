"""One database or the other: what is read is the same, and what it refuses is said in words."""

import traceback
import uuid
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from models.errors import ExtractRefusedError, SettingsError, StoreError
from models.store import engine, fetch, insert_rows, make_engine, reading, require_tables, shown_address, unit_of_work
from models.tables.all import METADATA
from tests.conftest import TEMPLATE, run_sql
from tests.store.build import (
    MONDAY,
    TUESDAY,
    a_case,
    chronology,
    clocks_on,
    execute,
    night,
    one_of_each,
    stored,
    take,
    write_extract,
)


class TestAServerWithHabitsOfItsOwn:
    @pytest.fixture(params=["timezone TO 'Europe/London'", "datestyle TO 'SQL, DMY'"])
    def database_of_a_council(self, request: pytest.FixtureRequest, postgresql_server: Any) -> Iterator[str]:
        """A PostgreSQL database set to England's time, or to dates as they are written there."""
        name = f"ehc_{uuid.uuid4().hex}"
        run_sql(postgresql_server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        run_sql(postgresql_server, f"ALTER DATABASE {name} SET {request.param}")
        address = postgresql_server.get_uri(name)
        yield address
        engine(address).dispose()
        run_sql(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")

    def test_gives_the_same_clocks(self, database_of_a_council: str, sqlite_database: str, tmp_path: Path) -> None:
        extract = write_extract(tmp_path, **one_of_each())
        for address in (database_of_a_council, sqlite_database):
            take(address, extract)
            night(address, "2026-03-02")
        assert clocks_on(database_of_a_council, "2026-03-02") == clocks_on(sqlite_database, "2026-03-02")
        assert stored(database_of_a_council, "clocks") == stored(sqlite_database, "clocks")
        assert night(database_of_a_council, "2026-03-02").written == 0
        assert take(database_of_a_council, extract, now=TUESDAY).total.changed == 0

    def test_tells_older_from_newer_in_summer(self, database_of_a_council: str, tmp_path: Path) -> None:
        noon = MONDAY.replace(month=7, hour=12)
        take(database_of_a_council, write_extract(tmp_path, extracted_at=noon), now=noon)
        older = write_extract(tmp_path, extracted_at=noon.replace(hour=11, minute=59))
        (older / "panels.csv").write_text("authority_code,panel,held_on\n")
        with pytest.raises(ExtractRefusedError, match="the newest one taken in at 2026-07-02 12:00 UTC"):
            take(database_of_a_council, older, now=noon)
        newer = write_extract(tmp_path, extracted_at=noon.replace(minute=30), cases=[a_case(team="North")])
        assert take(database_of_a_council, newer, now=noon.replace(hour=13)).total.changed == 1


def test_the_chronology_is_the_same_on_both(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, **one_of_each()))
    assert {entry.recorded_at for entry in chronology(database)} == {"2026-03-02 19:00:00.000000+00:00"}
    # Held here, because another way of sealing entries would break every chain that is kept.
    assert stored(database, "chronology", "hash")[0][0].hex() == (
        "687c5cbbc129bcf4b4cab81a44275dede667e374458773c1fdb25fd53ea3b030"
    )


def test_errors_of_the_database_are_said_in_words(database: str) -> None:
    with pytest.raises(StoreError) as refused, reading(database) as connection:
        connection.exec_driver_sql("SELECT * FROM no_such_table")
    assert "no_such_table" in refused.value.why
    assert refused.value.remedy == "Make the tables: ehc db upgrade."


TEXTS = (
    "",
    "\\N",
    "\\.",
    "a\\tb\\",
    "a\tb\r\nc",
    'O\'Hara, "Anne"',
    "\x01\x1b\x1f\x7f",
    "Zoë \u2028 王 \U0001f600",
    "NULL",
)
"""What a way of writing in bulk may take for an end, a separator, a mark of its own or nothing at all."""


def test_what_is_written_in_bulk_comes_back_as_it_was(database: str) -> None:
    rows = [(number, "999", text, "SENDCo", "Name", None) for number, text in enumerate(TEXTS, 1)]
    with unit_of_work(database) as connection:
        insert_rows(connection, "people", ("id", "authority_code", "team", "role", "name", "address"), rows)
    assert stored(database, "people", "team", "address") == [(text, None) for text in TEXTS]


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_what_is_written_in_bulk_is_known_to_whoever_plans_the_next_query(database: str) -> None:
    rows = [(number, "999", f"{number:01000}", date(2026, 3, 2)) for number in range(200)]
    with unit_of_work(database) as connection:
        insert_rows(connection, "panels", ("id", "authority_code", "panel", "held_on"), rows)
    with reading(database) as connection:
        assert fetch(connection, "SELECT reltuples FROM pg_class WHERE relname = 'panels'") == [(200,)]


def test_bytes_written_in_bulk_come_back_as_they_were(database: str) -> None:
    every_byte = bytes(range(256))
    entry = (1, "999", "C-1", "case", "", None, "2026-03-02 19:00:00+00:00", "us", "here", "{}", every_byte, every_byte)
    columns = tuple(column.name for column in METADATA.tables["chronology"].columns)
    with unit_of_work(database) as connection:
        insert_rows(connection, "chronology", columns, [entry])
    assert stored(database, "chronology", "previous_hash", "happened_on") == [(every_byte, None)]


def test_errors_of_the_bulk_writes_are_said_in_words(database: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError), unit_of_work(database) as connection:
        insert_rows(connection, "panels", ("id", "authority_code", "panel"), [(1, "999", "SEND panel")])


def test_a_file_that_is_no_database_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "ehc.db"
    path.write_text("no database at all, but long enough to be taken for one" * 20)
    address = f"sqlite:///{path}"
    with pytest.raises(StoreError) as refused, reading(address) as connection:
        require_tables(connection)
    assert "not a database" in refused.value.why
    engine(address).dispose()


def test_a_damaged_file_is_not_taken_for_a_full_disk(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(f"C-{x:04}") for x in range(500)]))
    engine(sqlite_database).dispose()
    path = tmp_path / "ehc.db"
    whole = path.read_bytes()
    half = len(whole) // 2
    path.write_bytes(whole[:half] + bytes(len(whole) - half))
    with pytest.raises(StoreError) as refused:
        stored(sqlite_database, "chronology")
    assert "room" not in refused.value.remedy


def test_a_server_that_is_not_there_is_said_in_words() -> None:
    address = "postgresql://ehc:secret@127.0.0.1:9/ehc"
    with pytest.raises(StoreError) as refused, reading(address):
        pass
    assert "secret" not in str(refused.value)


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be made") as refused:
        make_engine(f"sqlite:///{tmp_path / 'file' / 'ehc.db'}")
    assert "EHC_HOME" in refused.value.remedy


def test_an_error_does_not_bring_the_row_along(database: str) -> None:
    execute(database, "CREATE TABLE checked (name TEXT CHECK (length(name) < 5))")
    with pytest.raises(StoreError) as refused, unit_of_work(database) as connection:
        insert_rows(connection, "checked", ("name",), [("Zebedee",)])
    assert "Zebedee" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.parametrize("address", ["", "nonsense", "mysql://localhost/ehc", "sqlite+nonsense:////tmp/ehc.db"])
def test_addresses_that_cannot_be_used_are_refused(address: str) -> None:
    with pytest.raises(SettingsError, match="EHC_DATABASE_URL"):
        make_engine(address)


def test_only_the_owner_can_read_the_file(sqlite_database: str, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'new' / 'ehc.db'}"
    make_engine(address)
    assert (tmp_path / "new" / "ehc.db").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_a_password_is_never_shown(settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EHC_DATABASE_URL", "postgresql://ehc:secret@localhost/ehc")
    assert shown_address() == "postgresql://ehc:***@localhost/ehc"


def test_a_foreign_key_is_kept(database: str) -> None:
    with pytest.raises(StoreError):
        execute(
            database,
            "INSERT INTO orders (id, case_id, number, kind, requires) VALUES (1, 77, 1, 'tribunal_order', 'assess')",
        )
