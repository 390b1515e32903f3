"""The PostgreSQL database that goes from test to test is as new each time, whatever a test did to it."""

from collections.abc import Callable, Iterator

import pytest

from models.store import engine
from tests.lent import Lent
from tests.store.build import counted, execute, take, write_extract

SWITCH = "INSERT INTO switches VALUES (1, FALSE, 'trial', '2026-03-04 08:00:00+00:00', 'the test')"


@pytest.fixture
def lent(postgresql_database: Lent) -> Iterator[Lent]:
    yield postgresql_database
    postgresql_database.give_back()


def test_rows_are_gone_and_the_engine_is_the_same(lent: Lent, tmp_path) -> None:
    address, known = lent.borrow(), engine(lent.borrow())
    take(address, write_extract(tmp_path))
    execute(address, SWITCH)
    lent.give_back()
    assert lent.borrow() == address
    assert not any(counted(address).values())
    engine.cache_clear()
    assert engine(address) is known


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE another (id INTEGER)",
        "DROP TRIGGER chronology_append_only ON chronology",
        "ALTER TABLE chronology DISABLE TRIGGER chronology_append_only",
        "ALTER TABLE cases ADD COLUMN another TEXT",
        "CREATE OR REPLACE FUNCTION refuse_chronology_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "UPDATE alembic_version SET version_num = '9999'",
    ],
)
def test_another_shape_makes_another_database(lent: Lent, change: str) -> None:
    address = lent.borrow()
    execute(address, change)
    lent.give_back()
    assert lent.borrow() != address


@pytest.mark.parametrize("leave", [lambda connection: connection.exec_driver_sql(SWITCH), lambda connection: None])
def test_whoever_is_left_at_work_makes_another_database(lent: Lent, leave: Callable[[object], object]) -> None:
    address = lent.borrow()
    connection = engine(address).connect()
    leave(connection)
    lent.give_back()
    connection.invalidate()
    connection.close()
    assert lent.borrow() != address
