"""Moments in and out of queries: bound as the text that the tables hold, read the same from every database.

Their days are those in England.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

ENGLAND = ZoneInfo("Europe/London")


def as_instant(moment: datetime) -> str:
    """A moment as it is bound in a query, in UTC; texts of this form sort by time."""
    return moment.astimezone(UTC).isoformat(" ", "microseconds")


def from_instant(value: str | datetime) -> datetime:
    """A moment as it was read, in UTC: SQLite gives text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment.astimezone(UTC)
