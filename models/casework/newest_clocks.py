"""After a night for a past day, the clock table as the newest night had it: messages, lists and forms go by it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, Date

from models.casework.clocks import refresh_clocks
from models.queries.instants import as_instant
from models.queries.nights import night_after
from models.statute.register import Register
from models.store import as_text, delete_rows, fetch, insert_rows
from models.tables.all import METADATA

_OF_A_NIGHT = ("nights", "transitions")
"""The tables that say what a night did and saw."""


def stand_at_newest_night(connection: Connection, register: Register, as_of: date, *, now: datetime) -> bool:
    """True if a later night than that of `as_of` was run: then the clocks stand as on the newest after this.

    What that night did and saw stays as it was written down: what was learnt since is for the next to tell.
    """
    newest = night_after(connection, as_of)
    if newest:
        kept = _lines(connection, newest)
        refresh_clocks(connection, register, date.fromisoformat(newest), now=now)
        for table, (columns, rows) in kept.items():
            delete_rows(connection, table, ("as_of",), [(newest,)])
            insert_rows(connection, table, columns, rows)
    return bool(newest)


def _lines(connection: Connection, as_of: str) -> dict[str, tuple[list[str], list[Sequence[object]]]]:
    """By table, its columns and what it says of a night, dates and moments as text."""
    found: dict[str, tuple[list[str], list[Sequence[object]]]] = {}
    for name in _OF_A_NIGHT:
        columns = METADATA.tables[name].columns
        texts = (as_text(connection, x.name) if isinstance(x.type, Date) else x.name for x in columns)
        rows = fetch(connection, f"SELECT {', '.join(texts)} FROM {name} WHERE as_of = :as_of", as_of=as_of)
        found[name] = [x.name for x in columns], [tuple(map(_bound, row)) for row in rows]
    return found


def _bound(value: object) -> object:
    return as_instant(value) if isinstance(value, datetime) else value
