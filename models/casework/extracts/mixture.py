"""What does not belong together is never mixed: invented and real records, or two authorities that each have their own.

Whoever reads a board must know that every case on it is real, or none; and that all of it is theirs.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from models.errors import ExtractRefusedError, StoreError
from models.queries.authorities import authority_codes
from models.settings import settings
from models.store import shown_address

DEMO = "999"
"""The authority of the demo council; no English authority has this code."""

INVENTED = frozenset({"998", DEMO})


def refuse_mixture(connection: Connection, authorities: Iterable[str]) -> None:
    """The records held and those of these authorities may be together.

    Raises:
        ExtractRefusedError: an authority's own tables are meant, and these are records of another; or some of the
            records that came are invented and some are real.
        StoreError: what is held is invented and what came is real, or the other way round.
    """
    held, coming = authority_codes(connection), sorted(authorities)
    _refuse_others(settings().whose, coming)
    if _are_mixed(coming):
        invented, real = (", ".join(x for x in coming if (x in INVENTED) is wanted) for wanted in (True, False))
        raise ExtractRefusedError(
            "The extract holds invented cases and real ones; nothing was changed.",
            why=f"Authority {invented} is invented, authority {real} is not.",
            remedy="Make an extract of each, for a place of its own.",
        )
    if not held or not coming or not _are_mixed((*held, *coming)):
        return
    what, words = ("real", "invented") if INVENTED & {*coming} else ("invented", "real")
    raise StoreError(
        f"The database holds {what} cases; {words} ones were not mixed in, and nothing was changed.",
        where=shown_address(),
        why=f"It holds authority {', '.join(held)}; what came is of authority {', '.join(coming)}.",
        remedy="Point EHC_HOME (or EHC_DATABASE_URL) at another place for one of the two.",
    )


def _are_mixed(codes: Iterable[str]) -> bool:
    return len({code in INVENTED for code in codes}) > 1


def _refuse_others(own: str | None, authorities: Iterable[str]) -> None:
    others = sorted({*authorities} - {own})
    if own is not None and others:
        raise ExtractRefusedError(
            "The extract is of another authority; nothing was changed.",
            why=f"These are the tables of authority {own}, and the extract holds records of {', '.join(others)}.",
            remedy="Put each authority's extract into the folder of its own code.",
        )
