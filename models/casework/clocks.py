"""Refresh the clock table: evaluate every duty of every record, and write only what differs."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.casework.journal import instant
from models.queries.columns import read_table
from models.queries.records import KINDS, Loaded, load
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION, STILL_OPEN, Clocks, clocks
from models.statute.records import Flags, Rows
from models.statute.register import Duty, Register
from models.store import as_text, delete_rows, insert_rows, next_id, update_rows

_DATES = ("origin_on", "due_on", "act_by", "done_on", "ended_on")
_WORDS = ("ended_by", "exception")


@dataclass(frozen=True)
class Refreshed:
    """What one refresh did: records seen, clocks evaluated, rows written and removed."""

    records: int
    evaluated: int
    written: int
    removed: int


def refresh_clocks(
    connection: Connection,
    register: Register,
    as_of: date,
    *,
    now: Callable[[], datetime],
    progress: Callable[[str], None] | None = None,
) -> Refreshed:
    """The clock table after this agrees with the records as they stood on `as_of`; a second time writes nothing.

    Args:
        connection: the open unit of work.
        register: the law to apply.
        as_of: the day to evaluate for.
        now: gives the present instant, aware; asked for the beginning and the end of the night's record.
        progress: is told each kind of record as its turn comes.
    """
    started_at = now()
    records = evaluated = written = removed = 0
    for kind in KINDS:
        if progress:
            progress(f"evaluating every {kind}")
        loaded = load(connection, kind)
        records += loaded.records.size
        for block in clocks(loaded.records, register, as_of):
            evaluated += len(block.row)
            wrote, took = _store(connection, block, loaded, register, as_of)
            written += wrote
            removed += took
    refreshed = Refreshed(records, evaluated, written, removed)
    _record_night(connection, refreshed, register, as_of, started_at, now())
    return refreshed


def _store(connection: Connection, block: Clocks, loaded: Loaded, register: Register, as_of: date) -> tuple[int, int]:
    """Make the stored rows of one duty equal to the block; answers how many were written and removed."""
    duty = block.duty
    ids = loaded.ids[block.row]
    dates = {name: getattr(block, name) for name in _DATES}
    words = {
        "ended_by": _named(("", *_endings(duty)), block.ended_by - STILL_OPEN),
        "exception": _named(("", *register.exceptions), block.exception - NO_EXCEPTION),
    }
    stored = read_table(
        connection,
        ("record_id", *_DATES, *_WORDS),
        f"SELECT record_id, {as_text(connection, *_DATES)}, COALESCE(ended_by, ''), COALESCE(exception, '') "
        "FROM clocks WHERE duty = :duty ORDER BY record_id",
        duty=duty.key,
    )
    stored_ids = stored.numbers("record_id")
    place, known = _places(stored_ids, ids)
    differs = np.zeros(len(ids), dtype=np.bool_)
    for name in _DATES:
        differs[known] |= _differ(stored.days(name)[place[known]], dates[name][known])
    for name in _WORDS:
        before = np.array(stored.words(name), dtype=object)[place[known]] if stored.size else words[name][known]
        differs[known] |= before != words[name][known]

    def rows(chosen: Rows) -> Iterable[Sequence[object]]:
        """What is stored of these clocks; most nights there are few."""
        texts = (_texts(dates[name][chosen]) for name in _DATES)
        named = ([x or None for x in words[name][chosen].tolist()] for name in _WORDS)
        cases = loaded.case_ids[block.row[chosen]].tolist()
        return zip(
            [duty.key] * len(chosen),
            ids[chosen].tolist(),
            cases,
            *texts,
            *named,
            [as_of.isoformat()] * len(chosen),
            strict=True,
        )

    columns = ("duty", "record_id", "case_id", *_DATES, *_WORDS, "evaluated_on")
    insert_rows(connection, "clocks", columns, rows(np.flatnonzero(~known)))
    _update(connection, columns, rows(np.flatnonzero(differs)))
    _, still_there = _places(ids, stored_ids)
    gone = stored_ids[~still_there].tolist()
    if gone:
        delete_rows(connection, "clocks", ("duty", "record_id"), [(duty.key, x) for x in gone])
    return int((~known).sum() + differs.sum()), len(gone)


def _update(connection: Connection, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    keys, values = columns[: columns.index("case_id")], columns[columns.index("case_id") :]
    changed = [(*row[len(keys) :], *row[: len(keys)]) for row in rows]
    if changed:
        update_rows(connection, "clocks", values, keys, changed)


def _endings(duty: Duty) -> tuple[str, ...]:
    """The milestones that `Clocks.ended_by` counts, in its order."""
    return ("done", *duty.stops, *duty.superseded_by)


def _places(haystack: Rows, needles: Rows) -> tuple[Rows, Flags]:
    """Where each needle stands in the sorted haystack, and whether it is there at all."""
    place = np.searchsorted(haystack, needles)
    known = place < len(haystack)
    known[known] = haystack[place[known]] == needles[known]
    return place, known


def _differ(before: Dates, after: Dates) -> Flags:
    # As numbers, because an unknown date never equals another.
    return np.not_equal(before.view(np.int64), after.view(np.int64))


def _named(names: Sequence[str], index: NDArray[np.int8]) -> NDArray[np.object_]:
    found: NDArray[np.object_] = np.array(names, dtype=object)[index]
    return found


def _texts(days: Dates) -> list[str | None]:
    return [None if text == "NaT" else text for text in np.datetime_as_string(days).tolist()]


def _record_night(
    connection: Connection,
    refreshed: Refreshed,
    register: Register,
    as_of: date,
    started_at: datetime,
    finished_at: datetime,
) -> None:
    columns = {
        "id": next_id(connection, "nights"),
        "as_of": as_of.isoformat(),
        "started_at": instant(started_at),
        "finished_at": instant(finished_at),
        "register_version": register.version,
        "records": refreshed.records,
        "evaluated": refreshed.evaluated,
        "written": refreshed.written,
        "removed": refreshed.removed,
    }
    insert_rows(connection, "nights", tuple(columns), [tuple(columns.values())])
