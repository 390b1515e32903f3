"""Whether the service does its work, in the few lines that a monitor asks for every five minutes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from models.queries.instants import from_instant
from models.queries.outbox.outbox import stopped_because
from models.store import fetch

Level = Literal["well", "warning", "critical"]
LEVELS: tuple[Level, ...] = ("well", "warning", "critical")

NIGHTS_MISSED = 2
"""A night whose day is this far behind was missed: the one of yesterday may still be today's newest before 02:30."""

WAITING_TOO_LONG = timedelta(hours=6)
"""A message that could have gone and has not: quiet hours and caps move `not_before` and are no delay."""


@dataclass(frozen=True)
class Sign:
    """One thing looked at, and how it is."""

    what: str
    level: Level
    words: str


def health(connection: Connection, today: date, now: datetime, *, stale_after_days: int) -> list[Sign]:
    """The signs of life: the newest night, the newest extract, messages that wait or could not be delivered."""
    return [_night(connection, today), _extract(connection, now, stale_after_days), *_messages(connection, now)]


def worst(signs: list[Sign]) -> Level:
    """The worst level among the signs."""
    return max((sign.level for sign in signs), key=LEVELS.index, default="well")


def _night(connection: Connection, today: date) -> Sign:
    newest = fetch(connection, "SELECT CAST(MAX(as_of) AS TEXT) FROM nights")[0][0]
    if newest is None:
        return Sign("night", "critical", "no night has been run")
    behind = (today - date.fromisoformat(newest)).days
    return Sign(
        "night", "critical" if behind >= NIGHTS_MISSED else "well", f"newest is for {newest}, {_days(behind)} ago"
    )


def _extract(connection: Connection, now: datetime, stale_after_days: int) -> Sign:
    newest = fetch(connection, "SELECT CAST(MAX(COALESCE(extracted_at, imported_at)) AS TEXT) FROM imports")[0][0]
    if newest is None:
        return Sign("extract", "critical", "none was ever taken in")
    days = (now - from_instant(newest)).days
    return Sign("extract", "warning" if days > stale_after_days else "well", f"newest is {_days(days)} old")


def _messages(connection: Connection, now: datetime) -> list[Sign]:
    waiting = fetch(
        connection, "SELECT CAST(not_before AS TEXT) FROM messages WHERE status IN ('waiting', 'temporary_failure')"
    )
    late = [at for (at,) in waiting if now - from_instant(at) > WAITING_TOO_LONG]
    failed = fetch(connection, "SELECT COUNT(*) FROM messages WHERE status = 'permanent_failure'")[0][0]
    signs = [
        Sign("messages", "warning" if late else "well", f"{len(waiting):,} wait, {len(late):,} of them too long"),
        Sign("undeliverable", "warning" if failed else "well", f"{failed:,} messages could not be delivered"),
    ]
    if stopped_because(connection) is not None:
        signs.append(Sign("sending", "warning", "is switched off"))
    return signs


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"
