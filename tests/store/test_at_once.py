"""Two threads and two connections: what they find is what one finds, and both see the same state."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from threading import Barrier
from time import sleep
from unittest.mock import patch

import pytest

from models.measures.catalogue import load_catalogue
from models.measures.evaluator import Evaluator
from models.measures.frames import frames
from models.queries import at_once
from models.queries.at_once import two_at_once
from models.queries.made_once import MadeOnce
from models.statute.register import load_register
from models.store import beside, engine, fetch, reading, unit_of_work
from tests.store.build import a_case, execute, take, write_extract

COUNT = "SELECT COUNT(*) FROM cases"


def test_measured_at_once_is_measured_one_by_one(database: str, council: Callable[[str], Path]) -> None:
    take(database, council("2026-03-02"))
    tables = []
    for many in (at_once.MANY, 0):
        with patch.object(at_once, "MANY", many), unit_of_work(database) as connection:
            found = frames(connection, load_register(), date(2026, 3, 2))
            tables.append(Evaluator(found, load_catalogue()).table())
    assert tables[0].equals(tables[1])
    assert len(tables[0])


def test_other_connections_see_the_same_state_or_there_are_none(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1")]))
    with reading(database) as connection:
        assert fetch(connection, COUNT) == [(1,)]
        execute(database, "DELETE FROM cases")
        with beside(connection, 2) as others:
            # SQLite does not say what state a reader sees.
            assert len(others) == (0 if database.startswith("sqlite") else 2)
            assert [fetch(other, COUNT) for other in others] == [[(1,)]] * len(others)


def test_there_are_none_where_the_first_has_written(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1")]))
    with unit_of_work(database) as connection:
        with beside(connection, 2) as others:
            assert [fetch(other, COUNT) for other in others] == [[(1,)], [(1,)]]
        connection.exec_driver_sql("UPDATE cases SET team = 'North'")
        with beside(connection, 2) as others:
            assert others == ()


def test_there_are_none_of_a_database_in_memory() -> None:
    writing = engine("sqlite://").connect().execution_options(writing=True)
    with writing as connection, connection.begin(), beside(connection, 2) as others:
        assert others == ()


def test_what_goes_wrong_in_a_thread_is_said() -> None:
    with pytest.raises(ZeroDivisionError), two_at_once(at_once.MANY) as each:
        list(each(lambda number: 1 // number, (1, 0)))


def test_what_two_threads_ask_for_at_once_is_made_once() -> None:
    made: list[str] = []
    both = Barrier(2)

    def make(name: str) -> str:
        sleep(0.01)
        made.append(name)
        return name.upper()

    known = MadeOnce(make)

    def ask(name: str) -> str:
        both.wait()
        return known(name)

    with two_at_once(at_once.MANY) as each:
        assert list(each(ask, ("a", "a"))) == ["A", "A"]
    assert made == ["a"]
