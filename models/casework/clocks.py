"""Refresh the clock table: evaluate duties of every record, write only what differs, and say what turned."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection

from models.casework.turned import Turned
from models.queries.columns import places, texts
from models.queries.instants import as_instant
from models.queries.nights import night_after
from models.queries.packed import Packed, read_packed
from models.queries.records import KINDS, Loaded, load
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION, STILL_OPEN, Clocks, clocks
from models.statute.records import DAY, Codes, Rows
from models.statute.register import Duty, Register
from models.store import as_text, delete_rows, insert_rows, update_rows

_DATES = ("origin_on", "due_on", "act_by", "done_on", "ended_on")
_WORDS = ("ended_by", "exception")
_COLUMNS = ("duty", "record_id", "case_id", *_DATES, *_WORDS, "evaluated_on")
_NIGHT = (
    *("as_of", "duty", "evaluated_at", "register_version"),
    *("records", "clocks", "not_begun", "written", "removed"),
)
_AT_ONCE = 1 << 16
"""How many rows are made ready for the database at a time, which bounds the memory."""
_ENDING = "CASE WHEN k.exception IS NULL THEN k.ended_by ELSE COALESCE(k.ended_by, '') || ' ' || k.exception END"
"""What ended a clock and the exception that holds for it as one word, since few clocks have one: see `_endings`."""


@dataclass(frozen=True)
class Refreshed:
    """What one refresh did: records seen, clocks evaluated, rows written and removed, clocks that turned."""

    records: int = 0
    evaluated: int = 0
    written: int = 0
    removed: int = 0
    breaches: int = 0
    warnings: int = 0
    recoveries: int = 0

    def __add__(self, other: "Refreshed") -> "Refreshed":
        mine, others = vars(self).values(), vars(other).values()
        return Refreshed(*(one + another for one, another in zip(mine, others, strict=True)))


def refresh_clocks(
    connection: Connection,
    register: Register,
    as_of: date,
    *,
    now: datetime,
    duties: Sequence[Duty] | None = None,
    is_night: bool = True,
    progress: Callable[[str], None] | None = None,
) -> Refreshed:
    """The clock table after this agrees with the records as they stood on `as_of`; a second time writes nothing.

    Args:
        connection: the open unit of work.
        register: the law to apply.
        as_of: the day to evaluate for.
        now: the present instant, aware.
        duties: which duties to evaluate, all that the night watches if not given.
        is_night: keep that this was a night, and what turned in it.
        progress: is told each kind of record as its turn comes.
    """
    total = Refreshed()
    for kind in KINDS:
        chosen = tuple(d for d in register.of_record(kind) if duties is None or d in duties)
        if not chosen:
            continue
        if progress:
            progress(f"evaluating every {kind}")
        loaded = load(connection, kind, named=False, duties=chosen)
        turned, nights = Turned(connection, kind, chosen) if is_night else None, []
        for block in clocks(loaded.records, register, as_of, chosen):
            done = _Refresh(connection, block, loaded, register, as_of).run(turned)
            nights.append(_night(block.duty, loaded, done, register, as_of, now))
            total += done
        if is_night:
            # The last run of a day stands.
            delete_rows(connection, "nights", _NIGHT[:2], [night[:2] for night in nights])
            insert_rows(connection, "nights", _NIGHT, nights)
    return total


def stand_at_newest_night(connection: Connection, register: Register, as_of: date, *, now: datetime) -> bool:
    """True if a later night than that of `as_of` was run: then the clocks stand as on the newest after this.

    Messages, lists and forms go by the clocks. What that night did and saw stays as it was written down: what was
    learnt since is for the next to tell.
    """
    newest = night_after(connection, as_of)
    if newest:
        refresh_clocks(connection, register, date.fromisoformat(newest), now=now, is_night=False)
    return bool(newest)


class _Refresh:
    """The stored clocks of one duty brought up to a block of evaluated ones."""

    def __init__(self, connection: Connection, block: Clocks, loaded: Loaded, register: Register, as_of: date) -> None:
        self.connection, self.block, self.as_of = connection, block, as_of
        self.duty = block.duty
        self.ids = loaded.ids[block.row]
        self.case_ids = loaded.case_ids[block.row]
        self.dates: dict[str, Dates] = {name: getattr(block, name) for name in _DATES}
        self.words = {
            "ended_by": Codes(("", "done", *self.duty.stops, *self.duty.superseded_by), block.ended_by - STILL_OPEN),
            "exception": Codes(("", *register.exceptions), block.exception - NO_EXCEPTION),
        }

    def run(self, turned: Turned | None) -> Refreshed:
        """Write what differs, and of a night which of the clocks turned; answers what was done."""
        stored = self._stored()
        here, there = _both(self.ids, stored.ids)
        differs = np.zeros(len(self.ids), dtype=np.bool_)
        for name, days in self.dates.items():
            differs[here] |= _as_numbers(stored.days(name)[there]) != _as_numbers(days[here])
        endings = _endings(**self.words)
        differs[here] |= stored.codes("ending").places_in(endings.values)[there] != endings.index[here]
        changes = turned.store(self.block, self.ids, self.case_ids, self.as_of) if turned else ()
        new, gone = _others(self.ids, here), _others(stored.ids, there)
        insert_rows(self.connection, "clocks", _COLUMNS, self._rows(new))
        self._update(np.flatnonzero(differs))
        if len(gone):
            keys = [(self.duty.key, record) for record in stored.ids[gone].tolist()]
            delete_rows(self.connection, "clocks", ("duty", "record_id"), keys)
        return Refreshed(0, len(self.ids), len(new) + int(differs.sum()), len(gone), *changes)

    def _stored(self) -> Packed:
        return read_packed(
            self.connection,
            "FROM clocks k WHERE k.duty = :duty",
            key="k.record_id",
            spread="FROM clocks k WHERE k.duty = :duty",
            days={name: as_text(self.connection, f"k.{name}") for name in _DATES},
            words={"ending": _ENDING},
            duty=self.duty.key,
        )

    def _rows(self, chosen: Rows) -> Iterator[Sequence[object]]:
        """What is stored of these clocks; most nights there are few."""
        words = [np.array([x or None for x in codes.values], dtype=object) for codes in self.words.values()]
        # A part at a time: on a first night they are all clocks there are.
        for first in range(0, len(chosen), _AT_ONCE):
            part = chosen[first : first + _AT_ONCE]
            yield from zip(
                [self.duty.key] * len(part),
                self.ids[part].tolist(),
                self.case_ids[part].tolist(),
                *(texts(days[part]).tolist() for days in self.dates.values()),
                *(values[codes.index[part]].tolist() for values, codes in zip(words, self.words.values(), strict=True)),
                [self.as_of.isoformat()] * len(part),
                strict=True,
            )

    def _update(self, chosen: Rows) -> None:
        keys, values = _COLUMNS[:2], _COLUMNS[2:]
        rows = [(*row[len(keys) :], *row[: len(keys)]) for row in self._rows(chosen)]
        if rows:
            update_rows(self.connection, "clocks", values, keys, rows)


def _both(ids: Rows, stored: Rows) -> tuple[Rows | slice, Rows | slice]:
    """Where the records that are among these and among the stored ones stand in each, without copies if all are."""
    if np.array_equal(ids, stored):
        return slice(None), slice(None)
    place = places(stored, ids)
    here = np.flatnonzero(place >= 0)
    return here, place[here]


def _others(ids: Rows, but: Rows | slice) -> Rows:
    """The places of all the others."""
    other = np.ones(len(ids), dtype=np.bool_)
    other[but] = False
    return np.flatnonzero(other)


def _endings(ended_by: Codes, exception: Codes) -> Codes:
    """Both as one word, as `_ENDING` has it."""
    words = tuple(f"{ended} {code}" if code else ended for ended in ended_by.values for code in exception.values)
    return Codes(words, ended_by.index * np.int32(len(exception.values)) + exception.index)


def _as_numbers(days: Dates) -> Rows:
    # An unknown date never equals another, its number does.
    return days.astype(DAY, copy=False).view(np.int64)


def _night(
    duty: Duty, loaded: Loaded, done: Refreshed, register: Register, as_of: date, now: datetime
) -> tuple[object, ...]:
    """That this duty was evaluated for this day, and for how many records, in the order of `_NIGHT`."""
    matching = loaded.records.matching(duty.where)
    records = loaded.records.size if matching is None else int(matching.sum())
    counts = (records, done.evaluated, records - done.evaluated, done.written, done.removed)
    return (as_of.isoformat(), duty.key, as_instant(now), register.version, *counts)
