"""Refresh the clock table: evaluate duties of every record, write only what differs, and say what turned."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.casework.chronology.journal import Words
from models.queries.instants import as_instant
from models.queries.packed import read_packed
from models.queries.records import KINDS, Loaded, load
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION, STATES, STILL_OPEN, Clocks, clocks
from models.statute.records import DAY, Flags, Rows
from models.statute.register import Duty, Register
from models.store import as_text, delete_rows, fetch, insert_rows, update_rows

_DATES = ("origin_on", "due_on", "act_by", "done_on", "ended_on")
_WORDS = ("ended_by", "exception")
CHANGES = ("breach", "warning", "recovery")
_TRANSITION = ("duty", "record_id", "due_on", "change", "as_of", "case_id", "is_news")
_COLUMNS = ("duty", "record_id", "case_id", *_DATES, *_WORDS, "evaluated_on")


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
        loaded = load(connection, kind, named=False)
        for block in clocks(loaded.records, register, as_of, chosen):
            done = _Refresh(connection, block, loaded, register, as_of).run()
            _record_night(connection, block, loaded, done, register, as_of, now)
            total += done
    return total


class _Refresh:
    """The stored clocks of one duty brought up to a block of evaluated ones."""

    def __init__(self, connection: Connection, block: Clocks, loaded: Loaded, register: Register, as_of: date) -> None:
        self.connection, self.block, self.register, self.as_of = connection, block, register, as_of
        self.duty = block.duty
        endings = ("", "done", *self.duty.stops, *self.duty.superseded_by)
        codes = ("", *register.exceptions)
        self.ids = loaded.ids[block.row]
        self.case_ids = loaded.case_ids[block.row]
        self.dates: dict[str, Dates] = {name: getattr(block, name) for name in _DATES}
        self.words = {
            "ended_by": _named(endings, block.ended_by - STILL_OPEN),
            "exception": _named(codes, block.exception - NO_EXCEPTION),
        }

    def run(self) -> Refreshed:
        """Write what differs; answers what was done."""
        stored_ids, stored_dates, stored_words = self._stored()
        place, known = _places(stored_ids, self.ids)
        differs = np.zeros(len(self.ids), dtype=np.bool_)
        for name in _DATES:
            differs[known] |= _differ(stored_dates[name][place[known]], self.dates[name][known])
        for name in _WORDS:
            differs[known] |= stored_words[name][place[known]] != self.words[name][known]
        turned = self._turn()
        insert_rows(self.connection, "clocks", _COLUMNS, self._rows(np.flatnonzero(~known)))
        self._update(np.flatnonzero(differs))
        _, still_there = _places(self.ids, stored_ids)
        gone = stored_ids[~still_there].tolist()
        if gone:
            delete_rows(self.connection, "clocks", ("duty", "record_id"), [(self.duty.key, x) for x in gone])
        written = int((~known).sum() + differs.sum())
        return Refreshed(0, len(self.ids), written, len(gone), *turned)

    def _stored(self) -> tuple[Rows, dict[str, Dates], dict[str, Words]]:
        table = read_packed(
            self.connection,
            "FROM clocks k WHERE k.duty = :duty",
            key="k.record_id",
            spread="FROM clocks k WHERE k.duty = :duty",
            days={name: as_text(self.connection, f"k.{name}") for name in _DATES},
            words={name: f"k.{name}" for name in _WORDS},
            duty=self.duty.key,
        )
        words = {name: np.array(table.codes(name).words(), dtype=object) for name in _WORDS}
        return table.ids, {name: table.days(name) for name in _DATES}, words

    def _turn(self) -> tuple[int, int, int]:
        """Store which clocks turned and were not known to have; answers how many breached, warned and recovered.

        On the first night of a duty everything that is late already is stored and is no news.
        """
        block = self.block
        before = fetch(self.connection, "SELECT 1 FROM nights WHERE duty = :d LIMIT 1", d=self.duty.key)
        told: dict[str, set[tuple[int, str]]] = {change: set() for change in CHANGES}
        sql = f"SELECT change, record_id, {as_text(self.connection, 'due_on')} FROM transitions WHERE duty = :d"
        for change, record, due in fetch(self.connection, sql, d=self.duty.key):
            told[change].add((record, due))
        overdue = block.state == STATES.index("overdue")
        useful_day_came = block.act_by <= np.datetime64(self.as_of, "D")
        flags = {
            "breach": overdue,
            "warning": (block.state == STATES.index("running")) & useful_day_came,
            "recovery": ~overdue & (block.state != STATES.index("running")),
        }
        news = []
        for change in CHANGES:
            rows = np.flatnonzero(flags[change] & ~np.isnat(block.due_on))
            keys = list(zip(self.ids[rows].tolist(), _texts(block.due_on[rows]), strict=True))
            # Only what was told as a breach can be told to be over.
            wanted = told["breach"] if change == "recovery" else None
            turned = [
                (self.duty.key, *key, change, self.as_of.isoformat(), int(self.case_ids[row]), bool(before))
                for row, key in zip(rows.tolist(), keys, strict=True)
                if key not in told[change] and (wanted is None or key in wanted)
            ]
            insert_rows(self.connection, "transitions", _TRANSITION, turned)
            news.append(len(turned) if before else 0)
        breaches, warnings, recoveries = news
        return breaches, warnings, recoveries

    def _rows(self, chosen: Rows) -> Iterable[Sequence[object]]:
        """What is stored of these clocks; most nights there are few."""
        return zip(
            [self.duty.key] * len(chosen),
            self.ids[chosen].tolist(),
            self.case_ids[chosen].tolist(),
            *(_texts(self.dates[name][chosen]) for name in _DATES),
            *([x or None for x in self.words[name][chosen].tolist()] for name in _WORDS),
            [self.as_of.isoformat()] * len(chosen),
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


def _differ(before: Dates, after: Dates) -> Flags:
    # As numbers, because an unknown date never equals another.
    return np.not_equal(before.astype(DAY).view(np.int64), after.view(np.int64))


def _named(names: Sequence[str], index: NDArray[np.int8]) -> Words:
    found: Words = np.array(names, dtype=object)[index]
    return found


def _texts(days: Dates) -> list[str | None]:
    return [None if text == "NaT" else text for text in np.datetime_as_string(days).tolist()]


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
