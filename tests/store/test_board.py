"""The board: which cases are open is one question, however it is asked."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from models.casework.standings import store_standings
from models.queries.board import open_cases, open_of_all, places_of
from models.statute.register import load_register
from models.store import unit_of_work
from tests.store.build import night, stored, take


def test_the_open_cases_are_those_that_have_a_place_and_all_of_them_are_kept_for_the_trend(
    database: str, council: Callable[[str], Path]
) -> None:
    take(database, council("2026-03-02"))
    night(database, "2026-03-02")
    with unit_of_work(database) as connection:
        found = open_cases(connection, load_register())
        assert found == places_of(open_of_all(connection, load_register(), date(2026, 3, 2))).keys()
        board = store_standings(connection, load_register(), date(2026, 3, 2))
    assert board.open_cases == len(found) > 0
    assert sum(cases for (cases,) in stored(database, "standings", "cases")) == len(found)
    assert sum(line.open_cases for line in board.stages) == len(found)
    assert sum(line.open_cases for line in board.teams) == len(found)
