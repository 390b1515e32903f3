"""An upgrade killed on its way and run again ends in the same database as one that was not killed."""

from alembic import command
from sqlalchemy import inspect

from models import migrations
from models.store import engine, unit_of_work
from tests.faults.conftest import KILLED, Nursery
from tests.store.build import execute

FIRST = "0001"
AN_IMPORT = (
    "INSERT INTO imports (id, source, authorities, digest, imported_at, imported_by, read, added, changed, removed, "
    "quarantined, missing_open_cases) VALUES (1, 'canonical', '999', '', '2026-03-02 19:00:00', 'x', 1, 1, 0, 0, 0, 0)"
)
A_CASE = (
    AN_IMPORT,
    "INSERT INTO cases (id, authority_code, case_ref, last_import_id) VALUES (1, '999', 'C-1', 1)",
)


def test_killed_between_its_scripts_and_in_the_middle_of_one(empty_database: str, nursery: Nursery) -> None:
    _make_tables(empty_database, FIRST)
    execute(empty_database, *A_CASE)
    before = _shape(empty_database)
    for spared in (5, 25):
        assert nursery.bear("make tables", empty_database, "statement", spared) == KILLED
        assert _shape(empty_database) == before
    assert nursery.bear("make tables", empty_database, "commit", 0) == KILLED
    assert _shape(empty_database) == before
    assert migrations.upgrade(empty_database) == "older"
    assert migrations.upgrade(empty_database) == "current"
    with engine(empty_database).connect() as connection:
        assert connection.exec_driver_sql("SELECT case_ref FROM cases").fetchall() == [("C-1",)]
        settings = migrations.config()
        settings.attributes["connection"] = connection
        command.check(settings)


def _make_tables(address: str, revision: str) -> None:
    with unit_of_work(address) as connection:
        settings = migrations.config()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)


def _shape(address: str) -> dict[str, list[str]]:
    """Every table with its columns."""
    found = inspect(engine(address))
    return {table: [str(column["name"]) for column in found.get_columns(table)] for table in found.get_table_names()}
