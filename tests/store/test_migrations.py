"""The database's shape: made from nothing, made again, of another release, and interrupted while it is made."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory

from models import migrations
from models.errors import StoreError
from models.store import REVISION, engine, reading, require_tables
from models.tables.all import METADATA
from tests.patience import PATIENCE
from tests.store.build import counted, execute, take, write_extract

ROOT = Path(__file__).parents[2]


def state(address: str) -> str:
    with engine(address).connect() as connection:
        return migrations.state(connection)


def test_an_empty_database_gets_every_table(empty_database: str) -> None:
    assert state(empty_database) == "empty"
    assert migrations.upgrade(empty_database) == "empty"
    assert state(empty_database) == "current"
    assert not any(counted(empty_database).values())


def test_a_second_time_does_nothing(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path))
    before = counted(database)
    assert migrations.upgrade(database) == "current"
    migrations.ensure(database)
    assert counted(database) == before


def test_the_scripts_make_the_tables_that_the_models_describe(database: str) -> None:
    with engine(database).connect() as connection:
        config = migrations.config()
        config.attributes["connection"] = connection
        command.check(config)


def test_the_revision_is_that_of_the_newest_script() -> None:
    assert ScriptDirectory.from_config(migrations.config()).get_current_head() == REVISION


def test_scripts_are_numbered_one_after_the_other() -> None:
    found = sorted((ROOT / "models/migrations/versions").glob("[0-9]*.py"))
    assert [path.name[:4] for path in found] == [f"{number:04}" for number in range(1, len(found) + 1)]


def test_an_empty_database_says_how_to_begin(empty_database: str) -> None:
    with pytest.raises(StoreError, match="nothing in the database yet") as refused, reading(empty_database) as found:
        require_tables(found)
    assert "ehc import" in refused.value.remedy


@pytest.mark.parametrize(
    ("revision", "what", "remedy"),
    [("0000", "an older release", "ehc db upgrade"), ("9999", "a newer release", "Install that release again")],
)
def test_tables_of_another_release_are_not_read(database: str, revision: str, what: str, remedy: str) -> None:
    execute(database, f"UPDATE alembic_version SET version_num = '{revision}'")
    with pytest.raises(StoreError) as refused, reading(database) as connection:
        require_tables(connection)
    assert what in refused.value.what
    assert remedy in refused.value.remedy


@pytest.mark.parametrize("bring", [migrations.upgrade, migrations.ensure])
def test_tables_of_a_newer_release_are_left_as_they_are(database: str, bring) -> None:
    execute(database, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="a newer release"):
        bring(database)
    with pytest.raises(StoreError, match="a newer release"), reading(database) as connection:
        require_tables(connection)


def test_tables_of_an_older_release_are_not_upgraded_unasked(database: str) -> None:
    execute(database, "DELETE FROM alembic_version")
    with pytest.raises(StoreError, match="an older release") as refused:
        migrations.ensure(database)
    assert "ehc db upgrade" in refused.value.remedy
    with pytest.raises(StoreError, match="an older release"), reading(database) as connection:
        require_tables(connection)


KILLED_WHILE_MAKING_TABLES = """
import os, signal, sys
from sqlalchemy import event
from models import migrations
from models.store import engine

made = 0

@event.listens_for(engine(sys.argv[1]), "after_cursor_execute")
def die_in_the_middle(connection, cursor, statement, *rest):
    global made
    made += "CREATE TABLE" in statement
    if made == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)

migrations.upgrade(sys.argv[1])
"""


# PostgreSQL has always made tables in a transaction; SQLite does so only where its driver is told to.
@pytest.mark.parametrize("empty_database", ["sqlite"], indirect=True)
def test_a_migration_killed_in_the_middle_leaves_nothing_behind(empty_database: str) -> None:
    in_the_middle = str(len(METADATA.tables) // 2)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_MAKING_TABLES, empty_database, in_the_middle],
        cwd=ROOT,
        timeout=PATIENCE,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert state(empty_database) == "empty"
    assert migrations.upgrade(empty_database) == "empty"
    assert state(empty_database) == "current"
