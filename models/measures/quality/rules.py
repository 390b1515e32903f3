"""Every rule tried on the records of one authority."""

from collections.abc import Callable, Iterator
from datetime import date

from sqlalchemy import Connection

from models.measures.quality import claims, records, together
from models.measures.quality.hits import Hit, Looked, once
from models.practice.schema import Practice
from models.statute.register import Register

_READINGS: tuple[Callable[[Looked], Iterator[Hit]], ...] = (
    records.case_hits,
    records.advice_hits,
    records.asking_hits,
    records.order_hits,
    claims.claim_hits,
    together.staff_hits,
    together.child_hits,
    together.held_hits,
    together.late_hits,
    together.quarantine_hits,
)


def hits_of(
    connection: Connection, register: Register, practice: Practice, authority_code: str, as_of: date
) -> list[Hit]:
    """What is wrong with the records of an authority on a day, each record once for each rule.

    The records are looked at as they are: `as_of` says only which day is today.
    """
    looked = Looked(connection, register, practice, authority_code, as_of)
    return once(hit for reading in _READINGS for hit in reading(looked))
