"""What one differing fact does to the clocks of a record: the engine asked twice, with one column exchanged."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

import numpy as np

from models.queries.records import Loaded
from models.statute.calendar import Dates
from models.statute.clocks import OPEN_STATES, STATES, Clocks, clocks
from models.statute.records import Claims, Flags, Records, Repeated, Rows
from models.statute.register import Register
from models.words import counted

NOWHERE = -1


class Consequence(NamedTuple):
    """What a difference does to one clock; `duty` is "" where it moves none.

    `days` is by how many days to spare the two sides differ, None where only one of them has a clock to count by.
    """

    duty: str = ""
    statutory: bool = False
    days: int | None = 0
    is_open: bool = False
    words: str = ""

    @property
    def rank(self) -> tuple[int, int]:
        """The worse the higher: an open clock that one side has not, then the days, then what is over or no law."""
        if not self.duty:
            return 0, 0
        if self.days is None:
            return (3 if self.is_open and self.statutory else 1), 0
        return (2 if self.statutory else 1), self.days


NO_CONSEQUENCE = Consequence()


def records_at(loaded: Loaded, rows: Rows) -> Records:
    """The records at these places, in this order, with the claims and orders that are theirs."""
    own = loaded.records
    place = np.full(own.size, NOWHERE, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    return replace(
        own,
        size=len(rows),
        dates={name: column[rows] for name, column in own.dates.items()},
        codes={name: column.take(rows) for name, column in own.codes.items()},
        flags={name: column[rows] for name, column in own.flags.items()},
        repeated={name: _repeated_at(column, place) for name, column in own.repeated.items()},
        claims=None if own.claims is None else _claims_at(own.claims, place),
    )


def with_column(left: Records, right: Records, column: str) -> Records:
    """The left records with one column of the right ones: a milestone, a code, or "claims" for all of those."""
    if column == "claims":
        return replace(left, claims=right.claims)
    if column in left.dates:
        return replace(left, dates={**left.dates, column: right.dates[column]})
    if column in left.codes:
        return replace(left, codes={**left.codes, column: right.codes[column]})
    if column == "replied_by" and "has_replied_by" in left.flags:
        return replace(left, flags={**left.flags, "has_replied_by": right.flags["has_replied_by"]})
    return left


Consequences = tuple[Consequence, ...]
"""What a difference does to every clock that it moves, the worst first."""


def consequences(before: Records, after: Records, register: Register, as_of: date) -> list[Consequences]:
    """Per record what the exchange does to each clock that it moves."""
    every: list[list[Consequence]] = [[] for _ in range(before.size)]
    if before is not after:
        pairs = zip(clocks(before, register, as_of), clocks(after, register, as_of), strict=True)
        for old, new in pairs:
            for row, found in _moved(old, new, before.size):
                every[row].append(found)
    return [worst_first(found) for found in every]


def worst_first(found: Iterable[Consequence]) -> Consequences:
    """The consequences in the order of their rank."""
    return tuple(sorted(found, key=lambda x: x.rank, reverse=True))


def standing_clocks(records: Records, register: Register, as_of: date, side: str) -> list[Consequences]:
    """Per record the clock that matters most, for records that only one side has."""
    worst = [NO_CONSEQUENCE] * records.size
    for block in clocks(records, register, as_of):
        for row, due, state in zip(block.row.tolist(), _texts(block.due_on), block.state.tolist(), strict=True):
            is_open = STATES[state] in OPEN_STATES
            words = f"{_named(block)}, due {due or 'on no known day'}, is known to the {side} alone"
            found = Consequence(block.duty.key, block.duty.is_statutory, None, is_open, words)
            if found.rank > worst[row].rank:
                worst[row] = found
    return [(found,) if found.duty else () for found in worst]


def _moved(old: Clocks, new: Clocks, size: int) -> list[tuple[int, Consequence]]:
    """The clocks of one duty that differ, by the place of their record."""
    days = [_spread(block, size) for block in (old, new)]
    due = [_spread_dates(block, size) for block in (old, new)]
    states = [_spread_states(block, size) for block in (old, new)]
    known = [~np.isnan(x) for x in days]
    both = known[0] & known[1]
    moved = np.where(both, np.abs(np.nan_to_num(days[1]) - np.nan_to_num(days[0])), 0)
    # How long before its date a clock was stopped matters to nobody.
    stopped = _is_ended(states[0]) & _is_ended(states[1]) & (due[0] == due[1])
    moved[stopped] = 0
    rows = np.flatnonzero((moved > 0) | (known[0] != known[1]) | (states[0] != states[1]))
    dues = [_texts(x[rows]) for x in due]
    found = []
    for at, row in enumerate(rows.tolist()):
        state = [states[side][row] for side in (0, 1)]
        is_open = any(x != NOWHERE and STATES[x] in OPEN_STATES for x in state)
        gap = int(moved[row]) if both[row] else None
        words = _words(old, (dues[0][at], dues[1][at]), state, (days[0][row], days[1][row]))
        found.append((row, Consequence(old.duty.key, old.duty.is_statutory, gap, is_open, words)))
    return found


def _words(block: Clocks, due: tuple[str, str], state: Sequence[int], days: tuple[float, float]) -> str:
    name = _named(block)
    if due[0] != due[1] and due[0] and due[1]:
        gap = abs(date.fromisoformat(due[1]).toordinal() - date.fromisoformat(due[0]).toordinal())
        return f"{name} is due {due[0]}, or {counted(gap, 'day')} {'later' if due[1] > due[0] else 'earlier'}, {due[1]}"
    said = [_standing(x, y) for x, y in zip(state, days, strict=True)]
    return f"{name}, due {due[0] or due[1] or 'on no known day'}: {said[0]}, or {said[1]}"


def _standing(state: int, days: float) -> str:
    if state == NOWHERE:
        return "not there"
    word = "met" if STATES[state] == "met_late" else STATES[state]
    if np.isnan(days):
        return word
    count = counted(abs(int(days)), "day")
    return f"{word} with {count} to spare" if days >= 0 else f"{word} {count} late"


def _named(block: Clocks) -> str:
    return block.duty.key.replace("_", " ")


def _spread(block: Clocks, size: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    found = np.full(size, np.nan)
    found[block.row] = block.days
    return found


def _spread_dates(block: Clocks, size: int) -> Dates:
    found = np.full(size, "NaT", dtype="datetime64[D]")
    found[block.row] = block.due_on
    return found


def _spread_states(block: Clocks, size: int) -> "np.ndarray[tuple[int], np.dtype[np.int8]]":
    found = np.full(size, NOWHERE, dtype=np.int8)
    found[block.row] = block.state
    return found


def _is_ended(states: "np.ndarray[tuple[int], np.dtype[np.int8]]") -> Flags:
    return np.isin(states, [STATES.index("stopped"), STATES.index("superseded")])


def _repeated_at(column: Repeated, place: Rows) -> Repeated:
    at = place[column.row]
    return Repeated(at[at != NOWHERE], column.day[at != NOWHERE])


def _claims_at(claims: Claims, place: Rows) -> Claims:
    at = place[claims.row]
    kept = claims.take(at != NOWHERE)
    return replace(kept, row=at[at != NOWHERE])


def _texts(days: Dates) -> list[str]:
    return ["" if text == "NaT" else text for text in np.datetime_as_string(days).tolist()]
