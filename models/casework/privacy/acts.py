"""Record that somebody's data were shown to them; never whose."""

from datetime import datetime

from sqlalchemy import Connection

from models.casework.chronology.journal import instant
from models.store import insert_rows, next_id

_COLUMNS = ("id", "act", "acted_at", "acted_by", "reason", "cases", "chronology")


def record_access(connection: Connection, *, cases: int, entries: int, now: datetime, by: str, reason: str) -> None:
    """A subject access request was answered with so many cases and entries of the chronology."""
    record_act(connection, "subject_access", cases=cases, entries=entries, now=now, by=by, reason=reason)


def record_act(
    connection: Connection, act: str, *, cases: int, entries: int, now: datetime, by: str, reason: str
) -> int:
    """The number under which an act was recorded."""
    number = next_id(connection, "privacy_acts")
    insert_rows(connection, "privacy_acts", _COLUMNS, [(number, act, instant(now), by, reason, cases, entries)])
    return number
