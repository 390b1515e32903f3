"""Invented and real records are never mixed: whoever reads a board must know that every case on it is real, or none."""

from collections.abc import Iterable

from sqlalchemy import Connection

from models.errors import StoreError
from models.queries.authorities import authority_codes
from models.store import shown_address

DEMO = "999"
"""The authority of the demo council; no English authority has this code."""

INVENTED = frozenset({"998", DEMO})


def refuse_mixture(connection: Connection, authorities: Iterable[str]) -> None:
    """StoreError if the records held and those of these authorities are not all invented or all real."""
    held, coming = authority_codes(connection), sorted(authorities)
    if not held or not coming or len({code in INVENTED for code in (*held, *coming)}) == 1:
        return
    what, words = ("real", "invented") if INVENTED & {*coming} else ("invented", "real")
    raise StoreError(
        f"The database holds {what} cases; {words} ones were not mixed in, and nothing was changed.",
        where=shown_address(),
        why=f"It holds authority {', '.join(held)}; what came is of authority {', '.join(coming)}.",
        remedy="Point EHC_HOME (or EHC_DATABASE_URL) at another place for one of the two.",
    )
