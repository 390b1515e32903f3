"""What a night asks is looked up: else its time grows with the square of all there is, or with every night."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Connection

from models.queries.board import open_cases
from models.queries.outbox.lists import awaited_advice
from models.queries.outbox.spoken import written_to
from models.queries.outbox.told_apart import Named, told_apart
from models.statute.register import load_register
from models.store import fetch, reading
from notifications.slots import kept


@pytest.mark.parametrize(
    "ask",
    [
        lambda connection: awaited_advice(connection, [1, 2]),
        lambda connection: told_apart(connection, [Named("give_advice", 1, 1, "health")]),
    ],
    ids=["the advice that families wait for", "what tells clocks apart"],
)
def test_clocks_of_some_cases_are_not_looked_up_by_their_duty(
    sqlite_database: str, ask: Callable[[Connection], object]
) -> None:
    (clocks,) = (words for words in _plan(sqlite_database, ask) if " k " in words)
    assert "ix_clocks_case (case_id=?)" in clocks


@pytest.mark.parametrize(
    "ask",
    [lambda connection: kept(connection, date(2026, 3, 3)), written_to],
    ids=["what the outbox holds", "who was ever written to"],
)
def test_a_night_does_not_read_past_the_texts_of_every_message(
    sqlite_database: str, ask: Callable[[Connection], object]
) -> None:
    of_messages = [words for words in _plan(sqlite_database, ask) if "messages" in words]
    assert of_messages
    assert all("INDEX" in words for words in of_messages)


def test_what_is_open_is_found_without_what_has_ended(sqlite_database: str) -> None:
    # Five in six clocks of a council have ended, and every night there are more of those.
    plan = _plan(sqlite_database, lambda connection: open_cases(connection, load_register()))
    assert [words for words in plan if "clocks" in words] == ["SEARCH clocks USING INDEX ix_clocks_open (duty=?)"]


def _plan(address: str, ask: Callable[[Connection], object]) -> list[str]:
    """How SQLite goes about the last thing that is asked."""
    asked: list[str] = []
    with reading(address) as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.set_trace_callback(asked.append)
        ask(connection)
        driver.set_trace_callback(None)
        return [words for *_, words in fetch(connection, f"EXPLAIN QUERY PLAN {asked[-1]}")]
