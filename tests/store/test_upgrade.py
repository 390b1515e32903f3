"""The database of every release before this one, with data in it, brought to this one by `ehc db upgrade`."""

import shutil
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from models import migrations
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
        assert len(kept) < len(METADATA.tables)
        for table in kept:
            columns = [column["name"] for column in found.get_columns(table)]
            names = ", ".join(f'"{name}"' for name in columns)
            insert_rows(old, table, columns, map(tuple, fetch(new, f"SELECT {names} FROM {table}")))
