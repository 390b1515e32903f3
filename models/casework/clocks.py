"""Refresh the clock table: evaluate duties of every record, write only what differs, and say what turned."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy import Connection

from models.queries.columns import texts
from models.queries.instants import as_instant
from models.queries.packed import Packed, read_packed
from models.queries.records import KINDS, Loaded, load
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION, STATES, STILL_OPEN, Clocks, clocks
from models.statute.records import DAY, Codes, Flags, Rows
from models.statute.register import Duty, Register
from models.store import as_text, delete_rows, fetch, insert_rows, update_rows

_DATES = ("origin_on", "due_on", "act_by", "done_on", "ended_on")
_WORDS = ("ended_by", "exception")
CHANGES = ("breach", "warning", "recovery")
_TRANSITION = ("duty", "record_id", "due_on", "change", "as_of", "case_id", "is_news")
_COLUMNS = ("duty", "record_id", "case_id", *_DATES, *_WORDS, "evaluated_on")
_AT_ONCE = 1 << 16
"""How many rows are made ready for the database at a time, which bounds the memory."""
_BITS_OF_A_DAY = 23
"""More than the number of any day from the year 1 to the year 9999 needs with its sign."""


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
    progress: Callable[[str], None] | None = None,
) -> Refreshed:
    """The clock table after this agrees with the records as they stood on `as_of`; a second time writes nothing.

    Args:
        connection: the open unit of work.
        register: the law to apply.
        as_of: the day to evaluate for.
        now: the present instant, aware.
        duties: which duties to evaluate, all that the night watches if not given.
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
        for block in clocks(loaded.records, register, as_of, chosen):
            done = _Refresh(connection, block, loaded, register, as_of).run()
            _record_night(connection, block, loaded, done, register, as_of, now)
            total += done
    return total


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

    def run(self) -> Refreshed:
        """Write what differs; answers what was done."""
        stored = self._stored()
        place, known = _places(stored.ids, self.ids)
        differs = np.zeros(len(self.ids), dtype=np.bool_)
        for name, days in self.dates.items():
            differs[known] |= _as_numbers(stored.days(name)[place[known]]) != _as_numbers(days[known])
        for name, words in self.words.items():
            differs[known] |= stored.codes(name).places_in(words.values)[place[known]] != words.index[known]
        turned = self._turn()
        insert_rows(self.connection, "clocks", _COLUMNS, self._rows(np.flatnonzero(~known)))
        self._update(np.flatnonzero(differs))
        _, still_there = _places(self.ids, stored.ids)
        gone = stored.ids[~still_there].tolist()
        if gone:
            delete_rows(self.connection, "clocks", ("duty", "record_id"), [(self.duty.key, x) for x in gone])
        written = int((~known).sum() + differs.sum())
        return Refreshed(0, len(self.ids), written, len(gone), *turned)

    def _stored(self) -> Packed:
        return read_packed(
            self.connection,
            "FROM clocks k WHERE k.duty = :duty",
            key="k.record_id",
            spread="FROM clocks k WHERE k.duty = :duty",
            days={name: as_text(self.connection, f"k.{name}") for name in _DATES},
            words={name: f"k.{name}" for name in _WORDS},
            duty=self.duty.key,
        )

    def _turn(self) -> tuple[int, int, int]:
        """Store which clocks turned and were not known to have; answers how many breached, warned and recovered.

        On the first night of a duty everything that is late already is stored and is no news.
        """
        block = self.block
        if not len(self.ids):
            return 0, 0, 0
        before = bool(fetch(self.connection, "SELECT 1 FROM nights WHERE duty = :d LIMIT 1", d=self.duty.key))
        told = self._told()
        overdue = block.state == STATES.index("overdue")
        running = block.state == STATES.index("running")
        useful_day_came = block.act_by <= np.datetime64(self.as_of, "D")
        flags = {"breach": overdue, "warning": running & useful_day_came, "recovery": ~overdue & ~running}
        news = []
        for change in CHANGES:
            rows = np.flatnonzero(flags[change] & ~np.isnat(block.due_on))
            clocks_ = _with_due(self.ids[rows], block.due_on[rows])
            turned = ~_among(told[change], clocks_)
            if change == "recovery":
                # Only what was told as a breach can be told to be over.
                turned &= _among(told["breach"], clocks_)
            self._store_turned(rows[turned], change, is_news=before)
            news.append(int(turned.sum()) if before else 0)
        breaches, warnings, recoveries = news
        return breaches, warnings, recoveries

    def _told(self) -> dict[str, Rows]:
        """By change, the clocks that are known to have turned, see `_with_due`."""
        table = read_packed(
            self.connection,
            "FROM transitions t WHERE t.duty = :duty",
            key="t.record_id",
            spread="FROM transitions t WHERE t.duty = :duty",
            days={"due_on": as_text(self.connection, "t.due_on")},
            words={"change": "t.change"},
            duty=self.duty.key,
        )
        told, change = _with_due(table.ids, table.days("due_on")), table.codes("change")
        return {name: np.sort(told[change.is_in([name])]) for name in CHANGES}

    def _store_turned(self, rows: Rows, change: str, *, is_news: bool) -> None:
        of = zip(self.ids[rows].tolist(), texts(self.block.due_on[rows]), self.case_ids[rows].tolist(), strict=True)
        turned = [(self.duty.key, x, due, change, self.as_of.isoformat(), case, is_news) for x, due, case in of]
        insert_rows(self.connection, "transitions", _TRANSITION, turned)

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


def _places(haystack: Rows, needles: Rows) -> tuple[Rows, Flags]:
    """Where each needle stands in the sorted haystack, and whether it is there at all."""
    place = np.searchsorted(haystack, needles)
    known = place < len(haystack)
    known[known] = haystack[place[known]] == needles[known]
    return place, known


def _among(haystack: Rows, needles: Rows) -> Flags:
    """True for each needle that is in the sorted haystack."""
    return _places(haystack, needles)[1]


def _with_due(ids: Rows, due_on: Dates) -> Rows:
    """One number for a record and a due date, for no other record and date the same."""
    return (ids << _BITS_OF_A_DAY) + _as_numbers(due_on)


def _as_numbers(days: Dates) -> Rows:
    # An unknown date never equals another, its number does.
    return days.astype(DAY, copy=False).view(np.int64)


def _record_night(
    connection: Connection,
    block: Clocks,
    loaded: Loaded,
    done: Refreshed,
    register: Register,
    as_of: date,
    now: datetime,
) -> None:
    """Say that this duty was evaluated for this day, and for how many records; the last run of a day stands."""
    matching = loaded.records.matching(block.duty.where)
    records = loaded.records.size if matching is None else int(matching.sum())
    columns = {
        "as_of": as_of.isoformat(),
        "duty": block.duty.key,
        "evaluated_at": as_instant(now),
        "register_version": register.version,
        "records": records,
        "clocks": done.evaluated,
        "not_begun": records - done.evaluated,
        "written": done.written,
        "removed": done.removed,
    }
    delete_rows(connection, "nights", ("as_of", "duty"), [(as_of.isoformat(), block.duty.key)])
    insert_rows(connection, "nights", tuple(columns), [tuple(columns.values())])
