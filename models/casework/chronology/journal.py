"""The chronology: every change of every record, appended, each entry sealed by the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.queries.instants import as_instant
from models.store import as_text, fetch, insert_rows, next_id

Word = str | int | None
"""A value of a record; None is unknown."""

Words = NDArray[np.object_]
"""A column of values."""

FIRST_HASH = bytes(hashlib.sha256().digest_size)
"""What stands where the first entry of a case would carry the hash of the one before."""

_COLUMNS = (
    "id",
    "authority_code",
    "case_ref",
    "record",
    "record_key",
    "happened_on",
    "recorded_at",
    "recorded_by",
    "source",
    "changes",
    "previous_hash",
    "hash",
)
_FEW = 200
"""So many changes find the ends of their chains one by one; more than that read the ends of all of them."""


class Change(NamedTuple):
    """A change of one record: whose it is, which it is, when what is new happened, and the change as JSON.

    `case_ref` is "" for what belongs to the authority as a whole; `changes` is milestone to [before, after].
    """

    authority_code: str
    case_ref: str
    record: str
    record_key: str
    happened_on: str | None
    changes: str


class Entry(NamedTuple):
    """One entry of the chronology as read back; `is_sealed` is false where it, or one before it, was altered."""

    authority_code: str
    case_ref: str
    record: str
    record_key: str
    recorded_at: str
    recorded_by: str
    source: str
    changes: Mapping[str, tuple[Word, Word]]
    is_sealed: bool


def append(connection: Connection, changes: Iterable[Change], *, now: datetime, by: str, source: str) -> None:
    """Append an entry for each change, in their order, within the caller's unit of work."""
    at = as_instant(now)
    coming = iter(changes)
    first = list(islice(coming, _FEW))
    if not first:
        return
    number, heads = next_id(connection, "chronology"), _heads_for(connection, first)
    rows = _entries(chain(first, coming), heads, number, (at, by, source))
    insert_rows(connection, "chronology", _COLUMNS, rows)


def _entries(
    changes: Iterable[Change], heads: dict[tuple[str, str], bytes], number: int, how: tuple[str, str, str]
) -> Iterator[tuple[object, ...]]:
    """The rows of these changes, numbered from `number`, each behind the last of its chain in `heads`."""
    for authority_code, case_ref, record, record_key, happened_on, words in changes:
        case = (authority_code, case_ref)
        previous = heads.get(case, FIRST_HASH)
        found = _seal(previous, authority_code, case_ref, record, record_key, happened_on or "", *how, words)
        heads[case] = found
        yield (number, authority_code, case_ref, record, record_key, happened_on, *how, words, previous, found)
        number += 1


def change_in_json(before: Mapping[str, Word], after: Mapping[str, Word]) -> str:
    """The columns that differ between two states of a record, as JSON: {"column": [before, after]}."""
    return json.dumps({name: [before[name], word] for name, word in after.items() if word != before[name]})


def entries(connection: Connection, *, known_at: datetime | None = None, **of: str) -> Iterator[Entry]:
    """Entries in the order they were written, up to `known_at`, of one authority or case if named."""
    wanted = "".join(f" AND {name} = :{name}" for name in of)
    rows = fetch(
        connection,
        f"SELECT authority_code, case_ref, record, record_key, {as_text(connection, 'happened_on')}, recorded_at, "
        f"recorded_by, source, changes, previous_hash, hash FROM chronology WHERE 1 = 1{wanted} ORDER BY id",
        **of,
    )
    moments = [row[5] if isinstance(row[5], str) else as_instant(row[5]) for row in rows]
    if known_at:
        # A clock that stepped back dates an entry before those that it builds on: by then they were known too.
        limit = as_instant(known_at)
        known = [place for place, at in enumerate(moments, 1) if at <= limit]
        rows = rows[: known[-1] if known else 0]
    heads: dict[tuple[str, str], bytes] = {}
    for row, at in zip(rows, moments, strict=False):
        authority_code, case_ref, record, key, happened_on, _, by, source, changes, previous, found = row
        expected = heads.get((authority_code, case_ref), FIRST_HASH)
        resealed = _seal(expected, authority_code, case_ref, record, key, happened_on or "", at, by, source, changes)
        heads[(authority_code, case_ref)] = bytes(found)
        pairs = {name: (before, after) for name, (before, after) in json.loads(changes).items()}
        sealed = bytes(previous) == expected and bytes(found) == resealed
        yield Entry(authority_code, case_ref, record, key, at, by, source, pairs, sealed)


def _seal(previous: bytes, *words: str) -> bytes:
    """SHA-256 over the hash of the entry before and every word of this one."""
    return hashlib.sha256(previous + "\x1f".join(words).encode()).digest()


def _heads_for(connection: Connection, changes: Sequence[Change]) -> dict[tuple[str, str], bytes]:
    """The last hash of each chain that these changes continue: looked up if they are few, else of all there are."""
    if len(changes) == _FEW:
        return heads(connection)
    found: dict[tuple[str, str], bytes] = {}
    for authority, case in {(change.authority_code, change.case_ref) for change in changes}:
        rows = fetch(
            connection,
            "SELECT hash FROM chronology WHERE authority_code = :a AND case_ref = :c ORDER BY id DESC LIMIT 1",
            a=authority,
            c=case,
        )
        if rows:
            found[authority, case] = bytes(rows[0][0])
    return found


def heads(connection: Connection) -> dict[tuple[str, str], bytes]:
    """The last hash of every chain, by authority and case."""
    rows = fetch(
        connection,
        "SELECT authority_code, case_ref, hash FROM chronology "
        "WHERE id IN (SELECT MAX(id) FROM chronology GROUP BY authority_code, case_ref)",
    )
    return {(authority_code, case_ref): bytes(found) for authority_code, case_ref, found in rows}
