"""`ehc clocks` and `ehc explain`: the records as they are, or as they were known at a moment of the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

from deployments.commands import show
from models.errors import NotFoundError
from models.queries.clocks import clock_rows
from models.queries.explain import explain_case, find_case
from models.queries.scope import EVERYTHING, Scope
from models.statute.register import load_register
from models.store import fetch, reading, require_tables

if TYPE_CHECKING:
    from sqlalchemy import Connection


def run_clocks(as_of: date, known_at: datetime | None, case: str | None, format_: str, *, advisory: bool) -> None:
    """Print every clock, or those of one case, as it stood on a day."""
    with reading() as connection:
        require_tables(connection)
        scope = find_case(connection, case) if case else EVERYTHING
        with _records(connection, scope, known_at) as then:
            show.clocks(clock_rows(then, load_register(), as_of, scope, advisory=advisory), format_)


def run_explain(case: str, as_of: date, known_at: datetime | None, *, as_json: bool) -> None:
    """Print why every clock of a case says what it says."""
    with reading() as connection:
        require_tables(connection)
        scope = find_case(connection, case)
        with _records(connection, scope, known_at) as then:
            found = explain_case(then, load_register(), as_of, scope, journal=connection, known_at=known_at)
    show.explanations(scope, as_of, found, known_at=known_at, as_json=as_json)


@contextmanager
def _records(connection: "Connection", scope: Scope, known_at: datetime | None) -> "Iterator[Connection]":
    """The records as they are, or as they were known at the moment.

    Raises:
        NotFoundError: the case was not known then.
    """
    if known_at is None:
        yield connection
        return
    from models.casework.chronology.replay import replay

    with replay(connection, known_at=known_at, authority_code=scope.authority_code, case_ref=scope.case_ref) as then:
        if scope.case_ref and not fetch(then, "SELECT 1 FROM cases"):
            raise NotFoundError(
                f"Case {scope.case_ref} was not known at {known_at:%Y-%m-%d %H:%M %Z}.",
                why="Everything that is known of it was recorded later.",
                remedy="Without --known-at you are told what had happened by the day, whenever it was recorded.",
            )
        yield then
