"""The database of every release before this one, with data in it, brought to this one by `ehc db upgrade`."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from models import migrations
from models.queries.kpi import KpiRow, kpi_rows, nights_measured
from models.store import engine, fetch, insert_rows, reading, unit_of_work
from models.tables.all import METADATA
from tests.store.build import TUESDAY, chronology, everything, night, one_of_each, take, write_extract

OLDER = sorted(x.revision for x in ScriptDirectory.from_config(migrations.config()).walk_revisions())[:-1]


@pytest.mark.parametrize("revision", OLDER)
def test_every_row_is_kept_and_the_next_night_finds_nothing_to_do(
    revision: str, empty_database: str, sqlite_file: Path, tmp_path: Path
) -> None:
    newest = f"sqlite:///{shutil.copy(sqlite_file, tmp_path / 'newest.db')}"
    extract = write_extract(tmp_path, **one_of_each())
    take(newest, extract)
    night(newest, "2026-03-03")
    _make_tables_of(revision, empty_database)
    _copy(newest, empty_database)

    assert migrations.upgrade(empty_database) == "older"

    with engine(empty_database).connect() as connection:
        assert migrations.state(connection) == "current"
    assert everything(empty_database) == everything(newest)
    assert chronology(empty_database) == chronology(newest)
    assert take(empty_database, extract, now=TUESDAY).total.changed == 0
    refreshed = night(empty_database, "2026-03-03")
    assert refreshed.evaluated > refreshed.written == refreshed.removed == 0


def test_measurements_are_the_same_in_fewer_words(empty_database: str) -> None:
    _make_tables_of("0002", empty_database)
    share = ("2026-02-28", "999", "plans_within_20_weeks", "issued", "month", "2026-02-01", "2026-02-28")
    rows = [
        (*share, "all", "", 1.0, 3.0, 1 / 3),
        (*share, "team", "North", 0.0, 0.0, None),
        ("2026-03-02", "999", "open_cases", "open", "day", "2026-03-02", "2026-03-02", "all", "", 7.0, None, 7.0),
    ]
    with unit_of_work(empty_database) as connection:
        insert_rows(connection, "measurements", ("as_of", *KpiRow._fields), rows)

    migrations.upgrade(empty_database)

    with reading(empty_database) as connection:
        assert nights_measured(connection) == [date(2026, 3, 2), date(2026, 2, 28)]
        kept = [(str(day), *row) for day in nights_measured(connection) for row in kpi_rows(connection, day)]
        assert fetch(connection, "SELECT numerator FROM kpi_latest") == [(7.0,)]
    assert sorted(kept) == sorted(rows)


def _make_tables_of(revision: str, address: str) -> None:
    """The tables as the release of that revision made them."""
    with unit_of_work(address) as connection:
        settings = migrations.config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def _copy(source: str, target: str) -> None:
    """Put into the tables of the older release what it would hold of the data of this one."""
    with reading(source) as new, unit_of_work(target) as old:
        found = inspect(old)
        kept = [table.name for table in METADATA.sorted_tables if table.name in found.get_table_names()]
        there_were = {table: [column["name"] for column in found.get_columns(table)] for table in kept}
        indexes = {index["name"] for table in kept for index in found.get_indexes(table)}
        assert (
            there_were != {name: table.columns.keys() for name, table in METADATA.tables.items()}
            or {str(index.name) for table in METADATA.tables.values() for index in table.indexes} - indexes
        )
        for table, columns in there_were.items():
            names = ", ".join(f'"{name}"' for name in columns)
            insert_rows(old, table, columns, map(tuple, fetch(new, f"SELECT {names} FROM {table}")))
