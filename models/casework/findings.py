"""Keep the findings on the data: what is new, what is still there, what is gone, and since when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.measures.quality.catalogue import rules
from models.measures.quality.hits import Hit
from models.measures.quality.rules import hits_of
from models.practice.schema import Practice
from models.queries.authorities import authority_codes
from models.statute.register import Register
from models.store import as_text, fetch, insert_rows, next_id, update_rows

_COLUMNS = (
    "id",
    "rule",
    "authority_code",
    "case_ref",
    "record",
    "record_key",
    "owner",
    "words",
    "first_seen_on",
    "last_seen_on",
)


@dataclass(frozen=True)
class Looked:
    """What a look at the data found; `was_looked` is false where a later day had been looked at already."""

    new: int = 0
    still_there: int = 0
    gone: int = 0
    was_looked: bool = True

    @property
    def open(self) -> int:
        """How many findings there are now."""
        return self.new + self.still_there


def refresh_findings(
    connection: Connection,
    register: Register,
    practice_of: Callable[[str], Practice],
    as_of: date,
    *,
    progress: Callable[[str], None] | None = None,
) -> Looked:
    """The findings after this are those of the records as they are; a second time the same day changes nothing.

    Args:
        connection: the open unit of work.
        register: the law, for what exceptions it allows.
        practice_of: the practice of an authority, by its code.
        as_of: today. The records are as they are now, so a day before the last one looked at changes nothing.
        progress: is told each authority as its turn comes.
    """
    newest = fetch(connection, f"SELECT {as_text(connection, 'MAX(last_seen_on)', 'MAX(gone_on)')} FROM findings")[0]
    if max(filter(None, newest), default="") > as_of.isoformat():
        return Looked(was_looked=False)
    found: list[Hit] = []
    for code in authority_codes(connection):
        if progress:
            progress(f"looking at the records of {code}")
        found += hits_of(connection, register, practice_of(code), code, as_of)
    return _store(connection, found, as_of.isoformat())


def _store(connection: Connection, found: Iterable[Hit], today: str) -> Looked:
    known: dict[tuple[str, ...], tuple[int, str, str]] = {
        tuple(key): (number, owner, words)
        for number, owner, words, *key in fetch(
            connection,
            "SELECT id, owner, words, rule, authority_code, case_ref, record, record_key FROM findings "
            "WHERE gone_on IS NULL",
        )
    }
    number = next_id(connection, "findings")
    new: list[tuple[object, ...]] = []
    changed: list[tuple[object, ...]] = []
    still_there = 0
    for hit in found:
        owner = rules()[hit.rule].owner
        before = known.pop(tuple(hit[:-1]), None)
        if before is None:
            new.append((number + len(new), *hit[:-1], owner, hit.words, today, today))
            continue
        still_there += 1
        if before[1:] != (owner, hit.words):
            changed.append((owner, hit.words, before[0]))
    gone = [(today, number) for number, _, _ in known.values()]
    update_rows(connection, "findings", ("owner", "words"), ("id",), changed)
    update_rows(connection, "findings", ("gone_on",), ("id",), gone)
    connection.exec_driver_sql(f"UPDATE findings SET last_seen_on = '{today}' WHERE gone_on IS NULL")
    insert_rows(connection, "findings", _COLUMNS, new)
    return Looked(len(new), still_there, len(gone))
