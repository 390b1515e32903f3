"""The stretches of time that measures are given for, and the cells that every one of them is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

KINDS = {
    "day": "the day asked about",
    "month": "a calendar month",
    "quarter": "a calendar quarter",
    "year": "a calendar year that is over",
    "year_to_date": "from 1 January to the day asked about, and the same stretch of the year before",
    "rolling_year": "the twelve whole months that are over, and the twelve before them",
}

_MONTHS, _QUARTERS, _YEARS = 25, 9, 8
_RECENT = {"month": 13, "quarter": 5, "year": 3}
_OF_A_YEAR, _OF_A_QUARTER = 12, 3
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """A stretch of time, both ends inclusive; a recent one is also told apart by team, need and so on."""

    kind: str
    first: date
    last: date
    is_recent: bool = True


def periods(as_of: date) -> tuple[Period, ...]:
    """Every period that is measured as of a day, the newest of each kind first.

    The month and the quarter of `as_of` are there although they are not over: only what happened by then counts.
    """
    month = as_of.replace(day=1)
    quarter = _add(month, -((month.month - 1) % _OF_A_QUARTER))
    # A year that ends today is over.
    over = as_of.year if as_of + _DAY == date(as_of.year + 1, 1, 1) else as_of.year - 1
    finished = month if as_of + _DAY != _add(month, 1) else _add(month, 1)
    found = [_months("month", _add(month, -x), 1, x) for x in range(_MONTHS)]
    found += [_months("quarter", _add(quarter, -_OF_A_QUARTER * x), _OF_A_QUARTER, x) for x in range(_QUARTERS)]
    found += [_months("year", date(over - x, 1, 1), _OF_A_YEAR, x) for x in range(_YEARS)]
    found += [Period("year_to_date", date(as_of.year - x, 1, 1), _years_ago(as_of, x)) for x in range(2)]
    found += [_months("rolling_year", _add(finished, -_OF_A_YEAR * (x + 1)), _OF_A_YEAR, x) for x in range(2)]
    return tuple(found)


def today(as_of: date) -> Period:
    """The day itself, for what is measured as it stands."""
    return Period("day", as_of, as_of)


def _months(kind: str, first: date, number: int, ago: int) -> Period:
    return Period(kind, first, _add(first, number) - _DAY, ago < _RECENT.get(kind, number))


def _add(month: date, number: int) -> date:
    whole = month.year * _OF_A_YEAR + month.month - 1 + number
    return date(whole // _OF_A_YEAR, whole % _OF_A_YEAR + 1, 1)


def _years_ago(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=day.day - 1)


class Cells:
    """The stretches between all the ends of some periods: counted once, they add up to every period."""

    def __init__(self, chosen: Sequence[Period], as_of: date) -> None:
        beyond = as_of + _DAY
        ends = {x.first for x in chosen} | {min(x.last + _DAY, beyond) for x in chosen}
        self._bounds = np.array(sorted(ends), dtype="datetime64[D]")
        self.size = len(self._bounds) - 1
        # One entry a day, so that a million dates cost a million look-ups and no searching.
        days = int((self._bounds[-1] - self._bounds[0]).astype(np.int64))
        every = self._bounds[0] + np.arange(days)
        cell = (np.searchsorted(self._bounds, every, side="right") - 1).astype(np.int16)
        # At both ends stands what is in no cell; an unknown date, taken for a number, lies far beyond them.
        self._of_day = np.pad(cell, 1, constant_values=-1)
        self._firsts = np.array([self._edge(x.first) for x in chosen])
        self._lasts = np.array([self._edge(min(x.last + _DAY, beyond)) for x in chosen])

    def of(self, dates: NDArray[np.datetime64]) -> NDArray[np.int16]:
        """The cell of each date; -1 for one that is unknown or in none, and for all after the day asked about."""
        day = dates.astype("datetime64[D]").view(np.int64) - self._bounds[0].view(np.int64)
        found: NDArray[np.int16] = self._of_day.take(day + 1, mode="clip")
        return found

    def add_up(self, counted: NDArray[np.float64], periods: NDArray[np.int64]) -> NDArray[np.float64]:
        """From cells to some of the periods, by their places, along the last axis."""
        before = np.zeros((*counted.shape[:-1], self.size + 1))
        np.cumsum(counted, axis=-1, out=before[..., 1:])
        return before.take(self._lasts[periods], axis=-1) - before.take(self._firsts[periods], axis=-1)

    def _edge(self, day: date) -> int:
        return int(np.searchsorted(self._bounds, np.datetime64(day, "D")))


def chosen(kinds: Iterable[str], as_of: date) -> tuple[Period, ...]:
    """The periods of some kinds."""
    wanted = set(kinds)
    return tuple(x for x in periods(as_of) if x.kind in wanted)
