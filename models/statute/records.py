"""The columns the engine reads: facts of many records of one kind, and the exception claims made for them.

A milestone is a column of dates, NaT where unknown. Facts of a neighbouring record that a duty needs are
columns too, under the names below: whoever builds the columns joins them.

    case     `order_dated_on`: the dates of its orders to assess or to make a plan, each one (`Repeated`)
    advice   `withdrawn_on`: of its case
    order    `withdrawn_on`: of its case
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from models.statute.calendar import ONE_DAY, Dates

Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]

DAY = "datetime64[D]"
UNKNOWN = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class Codes:
    """A column of words from a short list: `index` points into `values`, so a test reads the list once."""

    values: tuple[str, ...]
    index: NDArray[np.integer]

    @classmethod
    def of(cls, words: Sequence[str | None]) -> "Codes":
        """The column for these words, None and "" alike meaning unknown."""
        different = tuple(set(words))
        places = {word: place for place, word in enumerate(different)}
        index = np.fromiter(map(places.__getitem__, words), dtype=np.int32, count=len(words))
        return cls(tuple(word or "" for word in different), index)

    def is_in(self, wanted: Iterable[str]) -> Flags:
        """True where the word is one of those wanted."""
        wanted = frozenset(wanted)
        table = np.fromiter((value in wanted for value in self.values), dtype=np.bool_, count=len(self.values))
        return table[self.index] if len(table) else np.zeros(len(self.index), dtype=np.bool_)

    def places_in(self, names: Sequence[str]) -> Rows:
        """The place of each word among these names, -1 where it is none of them."""
        places = {name: place for place, name in enumerate(names)}
        found: Rows = np.array([places.get(word, -1) for word in self.values], dtype=np.int64)[self.index]
        return found

    def take(self, rows: Rows | Flags) -> "Codes":
        """The column at these rows."""
        return Codes(self.values, self.index[rows])

    def words(self) -> list[str]:
        """The word in each row."""
        found: list[str] = np.array(self.values, dtype=object)[self.index].tolist()
        return found

    def at(self, row: int) -> str:
        """The word in one row."""
        return self.values[int(self.index[row])]


class Repeated:
    """A milestone that a record can pass several times: `row` is the record, `day` a date it happened."""

    def __init__(self, row: Rows, day: Dates) -> None:
        order = np.lexsort((day, row))
        self.row, self.day = row[order], day[order]

    def first_on_or_after(self, row: Rows, earliest: Dates) -> Dates:
        """For each record the first date not before its earliest, NaT where there is none or no earliest."""
        found = np.full(len(row), UNKNOWN, dtype=DAY)
        # Few records pass such a milestone at all: the search is only over those that do and have an earliest day.
        some = np.flatnonzero(self._has(row) & ~np.isnat(earliest))
        if not len(some):
            return found
        # One number per record and day, so that a single search finds each record's own next day.
        first, beyond = self.day.min(), self.day.max() + ONE_DAY
        span = (beyond - first + ONE_DAY).astype(np.int64)
        keys = self.row * span + (self.day - first).astype(np.int64)
        wanted = row[some] * span + (np.clip(earliest[some], first, beyond) - first).astype(np.int64)
        place = np.searchsorted(keys, wanted)
        hit = place < len(keys)
        hit[hit] = self.row[place[hit]] == row[some[hit]]
        found[some[hit]] = self.day[place[hit]]
        return found

    def _has(self, row: Rows) -> Flags:
        """True for the records that pass this milestone at least once."""
        if not len(row) or not len(self.row):
            return np.zeros(len(row), dtype=np.bool_)
        marks = np.zeros(max(row.max(), self.row.max()) + 1, dtype=np.bool_)
        marks[self.row] = True
        return marks[row]


@dataclass(frozen=True)
class Claims:
    """Claims that an exception applies, one row per claim and pair of closure and request for advice.

    `row` is the record claimed for and `number` the claim's place among those of its case; a claim holds
    if any of its rows does. `asked_on` is when advice was asked of the head of the setting that was closed
    from `closed_from` until it opened again on `reopens_on`; NaT for claims that are not about a closure.
    """

    row: Rows
    number: NDArray[np.integer]
    duty: Codes
    code: Codes
    claimed_on: Dates
    from_on: Dates
    to_on: Dates
    has_facts: Flags
    has_reason: Flags
    closed_from: Dates
    reopens_on: Dates
    asked_on: Dates

    def take(self, rows: Rows | Flags) -> "Claims":
        """The claims at these rows."""
        return Claims(
            self.row[rows],
            self.number[rows],
            self.duty.take(rows),
            self.code.take(rows),
            self.claimed_on[rows],
            self.from_on[rows],
            self.to_on[rows],
            self.has_facts[rows],
            self.has_reason[rows],
            self.closed_from[rows],
            self.reopens_on[rows],
            self.asked_on[rows],
        )


@dataclass(frozen=True)
class Records:
    """Facts of `size` records of one kind; a milestone that has no column is unknown for all of them."""

    kind: str
    size: int
    dates: Mapping[str, Dates]
    codes: Mapping[str, Codes] = field(default_factory=dict)
    flags: Mapping[str, Flags] = field(default_factory=dict)
    repeated: Mapping[str, Repeated] = field(default_factory=dict)
    claims: Claims | None = None

    def matching(self, where: Mapping[str, tuple[str, ...]]) -> Flags | None:
        """True where every column has one of the values wanted; None if nothing is asked."""
        if not where:
            return None
        found = np.ones(self.size, dtype=np.bool_)
        for column, wanted in where.items():
            found &= self.codes[column].is_in(wanted) if column in self.codes else False
        return found
