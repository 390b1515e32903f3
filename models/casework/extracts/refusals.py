"""What a night did not take in: its certificate says so, whenever it is asked for."""

from datetime import date, datetime

from sqlalchemy import Connection

from models.queries.instants import as_instant
from models.store import delete_rows, insert_rows


def keep_refusal(connection: Connection, as_of: date, why: str, now: datetime) -> None:
    """The night of this day is known to have refused its extract after this, and why; with "" to have refused none."""
    delete_rows(connection, "refused_extracts", ("as_of",), [(as_of.isoformat(),)])
    if why:
        insert_rows(
            connection, "refused_extracts", ("as_of", "refused_at", "why"), [(as_of.isoformat(), as_instant(now), why)]
        )
