"""Days as whole numbers, and which of them are working, term or panel days: the generator's own calendar.

It shares nothing with the engine on purpose, so that neither can hide the other's mistakes.
"""

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NEVER = 200_000  # a day in the year 2517: what has not happened lies later than any as_of
_EPOCH = date(1970, 1, 1)
_TUESDAY, _FRIDAY, _SATURDAY = 1, 4, 5


def number(day: date) -> int:
    """The day as days since 1 January 1970."""
    return (day - _EPOCH).days


def easter(year: int) -> date:
    """Easter Sunday of a year (the anonymous Gregorian computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def bank_holidays(year: int) -> set[date]:
    """England's eight usual bank holidays of a year, moved off weekends."""

    def monday(day: date) -> date:
        return day + timedelta(days=-day.weekday() % 7)

    new_year, christmas = date(year, 1, 1), date(year, 12, 25)
    if new_year.weekday() > _FRIDAY:
        new_year = monday(new_year)
    # Christmas and Boxing Day together: whichever fall on a weekend move to the next two weekdays.
    pair = {
        4: (christmas, christmas + timedelta(3)),
        5: (christmas + timedelta(2), christmas + timedelta(3)),
        6: (christmas + timedelta(1), christmas + timedelta(2)),
    }.get(christmas.weekday(), (christmas, christmas + timedelta(1)))
    sunday = easter(year)
    return {
        new_year,
        sunday - timedelta(2),
        sunday + timedelta(1),
        monday(date(year, 5, 1)),
        monday(date(year, 5, 25)),
        monday(date(year, 8, 25)),
        *pair,
    }


def summer(year: int) -> tuple[date, date]:
    """The council's usual summer closure: the Saturday after term ends in late July, and the day schools reopen."""
    term_ends = max(day for day in (date(year, 7, n) for n in range(17, 24)) if day.weekday() == _FRIDAY)
    reopens = min(day for day in (date(year, 9, n) for n in range(1, 8)) if day.weekday() == _TUESDAY)
    return term_ends + timedelta(1), reopens


def christmas(year: int) -> tuple[date, date]:
    """The Christmas closure that begins in a year: from a Saturday in December to a Monday in January."""
    closed = max(day for day in (date(year, 12, n) for n in range(17, 24)) if day.weekday() == _SATURDAY)
    return closed, closed + timedelta(16)


def spring(year: int) -> tuple[date, date]:
    """The Easter closure of a year: from the Saturday eight days before Easter to the Monday sixteen days later."""
    closed = easter(year) - timedelta(8)
    return closed, closed + timedelta(16)


class Calendar:
    """Lookup tables over whole calendar years; a day outside them is taken as the nearest inside."""

    def __init__(self, first_year: int, last_year: int) -> None:
        """Tables from the first of January of `first_year` to the end of `last_year`."""
        self.first = number(date(first_year, 1, 1))
        self.last = number(date(last_year, 12, 31))
        days = np.arange(self.first, self.last + 1, dtype=np.int64)
        self.weekday: Days = (days + 3) % 7  # 1 January 1970 was a Thursday
        years = range(first_year, last_year + 1)
        holidays = {number(day) for year in years for day in bank_holidays(year)}
        self.holiday: Flags = np.isin(days, sorted(holidays))
        self.working: Flags = (self.weekday < _SATURDAY) & ~self.holiday
        self.closed = {name: np.zeros(len(days), dtype=np.bool_) for name in ("summer", "christmas", "spring")}
        for year in years:
            for name, closure in (("summer", summer), ("christmas", christmas), ("spring", spring)):
                start, reopens = (number(day) - self.first for day in closure(year))
                self.closed[name][start:reopens] = True
        in_term = self.working & ~(self.closed["summer"] | self.closed["christmas"] | self.closed["spring"])
        panel = (self.weekday == _TUESDAY) & self.working & ~self.closed["christmas"]
        self._next = {"working": self._following(self.working), "term": self._following(in_term)}
        self._next["panel"] = self._following(panel)
        self._previous = {"working": self._preceding(self.working), "term": self._preceding(in_term)}
        self._previous["panel"] = self._preceding(panel)
        self._count = np.cumsum(self.working) - 1
        self._working_days = days[self.working]
        self.panels: Days = days[panel]

    def _following(self, wanted: Flags) -> Days:
        days = np.where(wanted, np.arange(len(wanted)), len(wanted) - 1)
        return np.minimum.accumulate(days[::-1])[::-1] + self.first

    def _preceding(self, wanted: Flags) -> Days:
        return np.maximum.accumulate(np.where(wanted, np.arange(len(wanted)), 0)) + self.first

    def _index(self, days: Days) -> Days:
        return np.clip(days, self.first, self.last) - self.first

    def on_or_after(self, days: Days, kind: str = "working") -> Days:
        """The first working, term or panel day on or after each day."""
        return self._next[kind][self._index(days)]

    def on_or_before(self, days: Days, kind: str = "working") -> Days:
        """The last working, term or panel day on or before each day."""
        return self._previous[kind][self._index(days)]

    def soon_after(self, days: Days, rng: np.random.Generator) -> Days:
        """The day itself if it is a working day, else any of the five that follow, so that Mondays are not crowded."""
        idle = ~self.working[self._index(days)]
        return self.plus_working(days, np.where(idle, rng.integers(0, 5, len(days)), 0))

    def plus_working(self, days: Days, more: Days) -> Days:
        """The working day so many working days after each day (0 is the first on or after it)."""
        start = self._count[self._index(self.on_or_after(days))]
        found: Days = self._working_days[np.minimum(start + more, len(self._working_days) - 1)]
        return found
