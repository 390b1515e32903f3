"""Record that data were purged or shown; never whose."""

from datetime import datetime

from sqlalchemy import Connection

from models.queries.instants import as_instant
from models.store import insert_rows, next_id

_COLUMNS = ("id", "act", "acted_at", "acted_by", "reason", "cases", "chronology")


def record_act(
    connection: Connection, act: str, *, cases: int, entries: int, now: datetime, by: str, reason: str
) -> int:
    """The number under which a purge, or an answer to a request for access, was recorded."""
    number = next_id(connection, "privacy_acts")
    insert_rows(connection, "privacy_acts", _COLUMNS, [(number, act, as_instant(now), by, reason, cases, entries)])
    return number
