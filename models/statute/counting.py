"""The six ways in which the law counts, on whole columns of dates.

Which rule a limit uses is data; the rules themselves are these six functions and nothing else counts.
The event is day 0 unless the law says "beginning with" (decision 0004).
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.statute.calendar import ONE_DAY, Dates, WorkingCalendar

if TYPE_CHECKING:
    from models.statute.register import Period

ONE_WEEK = np.timedelta64(1, "W")
ONE_MONTH = np.timedelta64(1, "M")


def after(event: Dates, period: "Period", calendar: WorkingCalendar) -> Dates:
    """The last day of "within N weeks of": the event is day 0, so the same weekday N weeks on."""
    if period.unit == "working_days":
        return calendar.offset(event, period.number, roll="backward", leaving_out=period.leaving_out)
    return event + _span(period)


def beginning_with(event: Dates, period: "Period", calendar: WorkingCalendar) -> Dates:
    """The last day of "N days beginning with the day on which": the event is day 1."""
    if period.unit == "working_days":
        return calendar.offset(event, period.number - 1, roll="forward", leaving_out=period.leaving_out)
    return event + _span(period) - ONE_DAY


def months_after(event: Dates, period: "Period", _calendar: WorkingCalendar) -> Dates:
    """The corresponding date N months on, or the last day of that month where it has none such."""
    return _same_day_of_month(event, period.number)


def months_starting_with(event: Dates, period: "Period", _calendar: WorkingCalendar) -> Dates:
    """The last day of "N months starting with the date": the day before the corresponding date.

    Where the last month has no corresponding date (a year from 29 February) it is that month's last day.
    """
    corresponding = _same_day_of_month(event, period.number)
    clipped = _day_of_month(corresponding) < _day_of_month(event)
    return np.where(clipped, corresponding, corresponding - ONE_DAY)


def before_date(event: Dates, period: "Period", _calendar: WorkingCalendar) -> Dates:
    """The day before a fixed month-day in the calendar year of the event: "before 15 February" is the 14th."""
    month, day = period.month_day
    january = event.astype("datetime64[Y]").astype("datetime64[M]")
    first_of_month: Dates = (january + np.timedelta64(month - 1, "M")).astype("datetime64[D]")
    return first_of_month + np.timedelta64(day - 1, "D") - ONE_DAY


def ahead_of(event: Dates, period: "Period", calendar: WorkingCalendar) -> Dates:
    """The last day that still leaves N weeks, months or working days before the event."""
    if period.unit == "months":
        return _same_day_of_month(event, -period.number)
    if period.unit == "working_days":
        return calendar.offset(event, -period.number, roll="forward", leaving_out=period.leaving_out)
    return event - _span(period)


RULES: dict[str, Callable[[Dates, "Period", WorkingCalendar], Dates]] = {
    "after": after,
    "beginning_with": beginning_with,
    "months_after": months_after,
    "months_starting_with": months_starting_with,
    "before_date": before_date,
    "ahead_of": ahead_of,
}

LOOKING_AHEAD = frozenset({"before_date", "ahead_of"})
"""Rules that count back from a day to come: their event is a plan, so it may lie after the day of asking."""


def due_on(event: Dates, period: "Period", calendar: WorkingCalendar) -> Dates:
    """The last lawful day, inclusive, for each event; NaT stays NaT.

    Nothing moves off a weekend or holiday unless the period says that it rolls.
    """
    due = RULES[period.counting](event, period, calendar)
    return calendar.on_or_after(due, passing_over=period.passing_over) if period.rolls else due


def week_since(event: Dates, day: np.datetime64) -> NDArray[np.float64]:
    """The week since each event that a day is in, counted from 1; NaN where the event is unknown or still to come.

    As in `after`: the last day of "within N weeks of" is in week N, and the day of the event in the first.
    """
    week = np.maximum(np.ceil((day - event) / ONE_WEEK), 1)
    return np.where(event <= day, week, np.nan)


def _span(period: "Period") -> np.timedelta64:
    return np.timedelta64(period.number, "W" if period.unit == "weeks" else "D")


def _day_of_month(days: Dates) -> NDArray[np.timedelta64]:
    first: Dates = days.astype("datetime64[M]").astype("datetime64[D]")
    return days - first


def _same_day_of_month(days: Dates, months: int) -> Dates:
    month = days.astype("datetime64[M]") + np.timedelta64(months, "M")
    last_day = (month + ONE_MONTH).astype("datetime64[D]") - ONE_DAY
    found: Dates = np.minimum(month.astype("datetime64[D]") + _day_of_month(days), last_day)
    return found
