"""What a night asks is looked up: else its time grows with the square of all there is, or with every night."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import Connection, event

from models.queries.outbox.lists import awaited_advice
from models.queries.outbox.spoken import written_to
from models.queries.outbox.told_apart import Named, told_apart
from models.store import engine, fetch, reading
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


def _plan(address: str, ask: Callable[[Connection], object]) -> list[str]:
    """How SQLite goes about the last thing that is asked."""
    asked: list[tuple[str, dict[str, object]]] = []

    def hear(_connection: object, _cursor: object, sql: str, values: dict[str, object], *_: object) -> None:
        asked.append((sql, values))

    with reading(address) as connection:
        event.listen(engine(address), "before_cursor_execute", hear)
        ask(connection)
        event.remove(engine(address), "before_cursor_execute", hear)
        sql, values = asked[-1]
        return [words for *_, words in fetch(connection, f"EXPLAIN QUERY PLAN {sql}", **values)]
