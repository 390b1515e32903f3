"""Which nights were run, and what turned since the one before."""

from datetime import date

from sqlalchemy import Connection

from models.queries.instants import ENGLAND, from_instant
from models.statute.calendar import england
from models.store import fetch
from models.words import counted


def newest_night(connection: Connection) -> str:
    """The day of the newest night that was run, ISO; "" where none was."""
    return fetch(connection, "SELECT CAST(MAX(as_of) AS TEXT) FROM nights")[0][0] or ""


def night_before(connection: Connection, as_of: date) -> str:
    """The newest day before this one for which a night was run, ISO; "" if this is the first."""
    newest = "SELECT CAST(MAX(as_of) AS TEXT) FROM nights WHERE as_of < :day"
    return fetch(connection, newest, day=as_of.isoformat())[0][0] or ""


def night_of_last_workday(connection: Connection, as_of: date) -> str:
    """The newest working day before this one for which a night was run, ISO: what its readers have seen.

    Where there is none among the newest nights, the newest of them; "" where no night was run before.
    """
    newest = "SELECT DISTINCT CAST(as_of AS TEXT) FROM nights WHERE as_of < :day ORDER BY 1 DESC LIMIT 14"
    nights = [day for (day,) in fetch(connection, newest, day=as_of.isoformat())]
    workdays = (day for day in nights if england().is_working_day(date.fromisoformat(day)))
    return next(workdays, nights[0] if nights else "")


def night_after(connection: Connection, as_of: date) -> str:
    """The newest day after this one for which a night was run, ISO; "" if there is none.

    One that was run for a day before that day had come does not count.
    """
    newest = "SELECT CAST(as_of AS TEXT), CAST(MAX(evaluated_at) AS TEXT) FROM nights WHERE as_of > :day GROUP BY as_of"
    later = fetch(connection, newest, day=as_of.isoformat())
    return max((day for day, at in later if day <= str(from_instant(at).astimezone(ENGLAND).date())), default="")


def news(since: str, *, later: str = "", breaches: int, warnings: int, recoveries: int) -> str:
    """What became late, nearly late or good since a night; `since` is its day as a reader wants it, "" if none was.

    `later` is the day of a later night that was run before, if one was: a night after it finds nothing new any more.
    """
    if later and not breaches + warnings + recoveries:
        return f"A later night was run, for {later}: what turned by then is no news any more."
    if not since:
        return "It was the first night: what was late already is no news."
    turned = (
        counted(breaches, "breach", "breaches"),
        counted(warnings, "warning"),
        counted(recoveries, "recovery", "recoveries"),
    )
    return f"New since the night of {since}: {', '.join(turned)}."
