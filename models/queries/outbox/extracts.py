"""How old the records of each authority are: when its newest extract was made."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection

from models.queries.instants import ENGLAND, from_instant
from models.store import fetch

YEARLY = ("sen2_xml", "collect_csv")
"""Sources that come once a year, so that they are never late for a night."""


class Newest(NamedTuple):
    """The newest extract of an authority: `at` is when it was made, else taken in; a yearly return is never stale."""

    is_nightly: bool
    at: datetime
    quarantined: int = 0
    missing_open_cases: int = 0

    def days_old(self, today: date) -> int:
        """The days from the one in England on which it was made to today."""
        return (today - self.at.astimezone(ENGLAND).date()).days


def newest_extracts(connection: Connection) -> dict[str, Newest]:
    """The newest extract by authority; a yearly return stands only where nothing else was ever taken in.

    Of two that were made at the same moment it is the one taken in last.
    """
    found: dict[str, Newest] = {}
    rows = fetch(
        connection,
        "SELECT authorities, source, COALESCE(extracted_at, imported_at), quarantined, missing_open_cases FROM imports "
        "ORDER BY id",
    )
    for authorities, source, at, quarantined, missing in rows:
        mine = Newest(source not in YEARLY, from_instant(at), quarantined, missing)
        for code in authorities.split(","):
            if code not in found or mine[:2] >= found[code][:2]:
                found[code] = mine
    return found
