"""What a night asks of some cases is looked up by these cases: else its time grows with the square of all there are."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, event

from models.queries.outbox.lists import awaited_advice
from models.queries.outbox.told_apart import Named, told_apart
from models.store import engine, fetch, reading


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
    asked: list[tuple[str, dict[str, object]]] = []

    def hear(_connection: object, _cursor: object, sql: str, values: dict[str, object], *_: object) -> None:
        asked.append((sql, values))

    with reading(sqlite_database) as connection:
        event.listen(engine(sqlite_database), "before_cursor_execute", hear)
        ask(connection)
        event.remove(engine(sqlite_database), "before_cursor_execute", hear)
        sql, values = asked[-1]
        plan = [words for *_, words in fetch(connection, f"EXPLAIN QUERY PLAN {sql}", **values)]
    (clocks,) = (words for words in plan if " k " in words)
    assert "ix_clocks_case (case_id=?)" in clocks
