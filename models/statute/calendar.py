"""Working days in England, and stretches of the year that a rule leaves out.

The bank holidays are vendored (`data/bank-holidays.json`) because a nightly run must not depend on a
download; `tests/unit/statute/test_calendar.py` fails in good time before they run out.
"Working day" is Monday to Friday except bank holidays: convention, not the Regulations, which never
define it.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Dates = NDArray[np.datetime64]
"""`datetime64[D]`; NaT is an unknown date."""

ONE_DAY = np.timedelta64(1, "D")


class Stretch(NamedTuple):
    """A stretch of every year from one month-day to another, both inclusive; it may cross New Year."""

    first: str
    last: str


@dataclass(frozen=True)
class WorkingCalendar:
    """England's working days; outside the years `first_year` to `last_year` only weekends are known."""

    holidays: Dates
    first_year: int
    last_year: int

    def before(self, days: Dates) -> Dates:
        """The last working day strictly before each day."""
        first, table = self._before
        place = (days - first).astype(np.int64)
        covered = (place >= 0) & (place < len(table))
        if covered.all():
            return table[place]
        found = np.full(len(days), np.datetime64("NaT", "D"))
        found[covered] = table[place[covered]]
        found[~covered] = self._reckoned_before(days[~covered])
        return found

    @cached_property
    def _before(self) -> tuple[np.datetime64, Dates]:
        """The first day covered, and for it and each day after it the last working day before."""
        first = np.datetime64(f"{self.first_year}-01-01", "D")
        days = np.arange(first, np.datetime64(f"{self.last_year + 1}-01-01", "D"))
        return first, self._reckoned_before(days)

    def _reckoned_before(self, days: Dates) -> Dates:
        return np.busday_offset(days - ONE_DAY, 0, roll="backward", holidays=self.holidays)

    def on_or_after(self, days: Dates, *, passing_over: tuple[Stretch, ...] = ()) -> Dates:
        """Each day itself if a working day, else the next one; a day inside a stretch moves beyond it first."""
        if passing_over:
            inside = self.days_in(passing_over)
            days = np.busday_offset(days, 0, roll="forward", weekmask="1111111", holidays=inside)
        return np.busday_offset(days, 0, roll="forward", holidays=self.holidays)

    def offset(self, days: Dates, number: int, *, roll: str, leaving_out: tuple[Stretch, ...] = ()) -> Dates:
        """The day `number` working days away, `roll` ("forward" or "backward") first where the start is none."""
        holidays = self.holidays
        if leaving_out:
            holidays = np.union1d(holidays, self.days_in(leaving_out))
        if roll == "forward":
            return np.busday_offset(days, number, roll="forward", holidays=holidays)
        return np.busday_offset(days, number, roll="backward", holidays=holidays)

    def days_in(self, stretches: Iterable[Stretch]) -> Dates:
        """Every day of the stretches, in each year that the calendar covers."""
        found: list[Dates] = []
        for stretch in stretches:
            for year in range(self.first_year, self.last_year + 1):
                ends_in = year + (stretch.last < stretch.first)
                first = np.datetime64(f"{year}-{stretch.first}", "D")
                last = np.datetime64(f"{ends_in}-{stretch.last}", "D")
                found.append(np.arange(first, last + ONE_DAY))
        return np.concatenate(found)

    def is_working_day(self, day: date) -> bool:
        """True on Monday to Friday outside bank holidays."""
        return bool(np.is_busday(np.datetime64(day, "D"), holidays=self.holidays))


@cache
def england() -> WorkingCalendar:
    """The vendored calendar of England and Wales."""
    data = json.loads(files("models.statute").joinpath("data/bank-holidays.json").read_text(encoding="utf-8"))
    holidays = np.array(sorted(data["holidays"]), dtype="datetime64[D]")
    return WorkingCalendar(holidays, data["first_year"], data["last_year"])
