"""The stretches in which a channel did not work, written as they begin, go on and end."""

from datetime import datetime

from sqlalchemy import Connection, text

from models.queries.instants import as_instant
from models.store import fetch, insert_rows, next_id


def note_fault(connection: Connection, channel: str, fault: str, *, now: datetime) -> None:
    """The channel was tried in vain: a stretch begins, or the one that lasts goes on."""
    at = as_instant(now)
    going_on = connection.execute(
        text("UPDATE channel_faults SET seen_at = :now, fault = :fault WHERE channel = :channel AND ended_at IS NULL"),
        {"now": at, "fault": fault, "channel": channel},
    )
    if not going_on.rowcount:
        row = (next_id(connection, "channel_faults"), channel, fault, at, at)
        insert_rows(connection, "channel_faults", ("id", "channel", "fault", "began_at", "seen_at"), [row])


def note_works(connection: Connection, channel: str, *, now: datetime) -> None:
    """The channel works: a stretch in which it did not ends here."""
    connection.execute(
        text("UPDATE channel_faults SET ended_at = :now WHERE channel = :channel AND ended_at IS NULL"),
        {"now": as_instant(now), "channel": channel},
    )


def faulty(connection: Connection) -> dict[str, str]:
    """The channels that did not work when they were last tried, and why."""
    rows = fetch(connection, "SELECT channel, fault FROM channel_faults WHERE ended_at IS NULL")
    return {channel: fault for channel, fault in rows}  # noqa: C416 - rows are tuples of any length to mypy
