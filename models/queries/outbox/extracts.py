"""How old the records of each authority are: when its newest extract was made."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from models.queries.certificate import YEARLY
from models.queries.instants import from_instant
from models.store import fetch


class Newest(NamedTuple):
    """The newest extract of an authority: `at` is when it was made, else taken in; a yearly return is never stale."""

    is_nightly: bool
    at: datetime


def newest_extracts(connection: Connection) -> dict[str, Newest]:
    """The newest extract by authority; a yearly return stands only where nothing else was ever taken in."""
    found: dict[str, Newest] = {}
    rows = fetch(connection, "SELECT authorities, source, COALESCE(extracted_at, imported_at) FROM imports")
    for authorities, source, at in rows:
        mine = Newest(source not in YEARLY, from_instant(at))
        for code in authorities.split(","):
            found[code] = max(mine, found.get(code, mine))
    return found
