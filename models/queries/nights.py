"""Which nights were run."""

from datetime import date

from sqlalchemy import Connection

from models.store import fetch


def newest_night(connection: Connection) -> str:
    """The day of the newest night that was run, ISO; "" where none was."""
    return fetch(connection, "SELECT CAST(MAX(as_of) AS TEXT) FROM nights")[0][0] or ""


def night_before(connection: Connection, as_of: date) -> str:
    """The newest day before this one for which a night was run, ISO; "" if this is the first."""
    newest = "SELECT CAST(MAX(as_of) AS TEXT) FROM nights WHERE as_of < :day"
    return fetch(connection, newest, day=as_of.isoformat())[0][0] or ""
