"""Whether the service does its work, in the few lines that a monitor asks for every five minutes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from models.errors import EhcError
from models.practice.loader import Practices
from models.queries.board import newest_whole_night
from models.queries.instants import from_instant
from models.queries.nights import newest_night
from models.queries.outbox.extracts import newest_extracts
from models.queries.outbox.outbox import stopped_because
from models.statute.register import load_register
from models.store import fetch
from models.words import counted

Level = Literal["well", "warning", "critical"]
LEVELS: tuple[Level, ...] = ("well", "warning", "critical")

NIGHTS_MISSED = 2
"""A night whose day is this far behind was missed: the one of yesterday may still be today's newest before 02:30."""

MOST_NAMED = 5

WAITING_TOO_LONG = timedelta(hours=6)
"""A message that could have gone and has not: quiet hours and caps move `not_before` and are no delay."""


@dataclass(frozen=True)
class Sign:
    """One thing looked at, and how it is."""

    what: str
    level: Level
    words: str


def health(connection: Connection, today: date, now: datetime, practices: Practices) -> list[Sign]:
    """The signs of life: the newest night, the newest extract, messages that wait or could not be delivered."""
    return [last_night(connection, today), last_extract(connection, today, practices), *_messages(connection, now)]


def unusable(error: EhcError) -> Sign:
    """What a monitor is told where the database or the local practice cannot be used: no night can run either."""
    return Sign("service", "critical", error.in_one_line.replace("\n", " "))


def worst(signs: list[Sign]) -> Level:
    """The worst level among the signs."""
    return max((sign.level for sign in signs), key=LEVELS.index, default="well")


def last_night(connection: Connection, today: date) -> Sign:
    """How long ago the day was of the newest night that came to its end; one that did not may still be under way."""
    newest, whole = newest_night(connection), newest_whole_night(connection, load_register())
    if not newest:
        return Sign("last night", "critical", "none yet")
    unended = f"that for {newest} has not come to its end"
    if not whole:
        return Sign("last night", "critical", f"none yet; {unended}")
    behind = (today - date.fromisoformat(whole)).days
    words = f"for {whole}, {_ago(behind)}" + (f"; {unended}" if newest > whole else "")
    return Sign("last night", "critical" if behind >= NIGHTS_MISSED else "well", words)


def last_extract(connection: Connection, today: date, practices: Practices) -> Sign:
    """How old the newest extract of each authority is, by its own practice, and whether the last night refused one.

    A yearly return is never too old.
    """
    newest = newest_extracts(connection)
    if not newest:
        return Sign("last extract", "critical", "none was ever taken in")
    ages = {code: x.days_old(today) for code, x in newest.items()}
    stale = [
        code
        for code, days in ages.items()
        if newest[code].is_nightly and days > practices.of(code).sources.stale_after_days
    ]
    oldest = sorted(stale or ages, key=lambda code: (-ages[code], code))[: MOST_NAMED if stale else 1]
    words = ", ".join(
        f"{f'that of authority {code} ' if len(ages) > 1 else ''}made {_ago(ages[code])}" for code in oldest
    )
    words += f", and {len(stale) - MOST_NAMED:,} more are too old" if len(stale) > MOST_NAMED else ""
    refused = _refused_since(connection)
    return Sign("last extract", "warning" if stale or refused else "well", words + refused)


def _refused_since(connection: Connection) -> str:
    """What the newest night says of an extract that it refused, where nothing has been taken in since; else ""."""
    rows = fetch(
        connection,
        "SELECT why FROM refused_extracts WHERE as_of = (SELECT MAX(as_of) FROM nights) "
        "AND refused_at > (SELECT MAX(imported_at) FROM imports)",
    )
    return "".join(f". {why}" for (why,) in rows)


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


def _ago(days: int) -> str:
    if days < 1:
        return "today"
    return f"{counted(days, 'day')} ago"
