"""The one switch that stops all sending: who turned it, when and why; the newest turn stands."""

from datetime import datetime

from sqlalchemy import Connection

from models.casework.recording.recorded import refusal, unsigned
from models.queries.instants import as_instant
from models.queries.outbox.outbox import stopped_because
from models.store import fetch, insert_rows, next_id

_COLUMNS = ("id", "is_sending", "reason", "turned_at", "turned_by")


def is_sending(connection: Connection) -> bool:
    """True unless somebody stopped all sending and nobody has let it go on since."""
    return stopped_because(connection) is None


def standing(connection: Connection) -> str:
    """How the switch stands, in a sentence: who turned it, when and why."""
    at = "CAST(turned_at AS TEXT)"
    rows = fetch(connection, f"SELECT is_sending, {at}, turned_by, reason FROM switches ORDER BY id DESC LIMIT 1")
    if not rows:
        return "Sending is on; it was never turned off."
    is_on, turned_at, by, reason = rows[0]
    return f"Sending is {'on' if is_on else 'off'}, turned {turned_at[:16]} UTC by {by}: {reason}."


def switch(connection: Connection, *, is_on: bool, reason: str, by: str, now: datetime) -> str:
    """Stop all sending, or let it go on; answers in a sentence what is so now.

    Raises:
        RecordingRefusedError: no reason, nobody who turns it, or it stands so already; nothing was changed.
    """
    faults = [] if reason.strip() else ["It is not said why."]
    faults += unsigned(by)
    if is_sending(connection) is is_on:
        faults.append(f"Nothing would change: sending is {'on' if is_on else 'off'} already.")
    if faults:
        raise refusal(faults)
    row = (next_id(connection, "switches"), is_on, reason.strip(), as_instant(now), by.strip())
    insert_rows(connection, "switches", _COLUMNS, [row])
    if is_on:
        return "Sending is on: what waits goes out with the next delivery."
    return "Sending is off: nothing goes out until somebody turns it on. What is due is kept and waits."
