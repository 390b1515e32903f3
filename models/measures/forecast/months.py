"""Months on the calendar: how far back a pace is taken from, and the months that are forecast; a date in words."""

from calendar import monthrange
from datetime import date, timedelta

OF_A_YEAR, OF_A_QUARTER = 12, 3


def months_on(day: date, number: int) -> date:
    """The same day so many months on, or back if negative; the last of the month where it has no such day."""
    whole = day.year * OF_A_YEAR + day.month - 1 + number
    year, month = whole // OF_A_YEAR, whole % OF_A_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def month_of(day: date, ahead: int = 0) -> tuple[date, date]:
    """The first and the last day of the month that many months after that of a day."""
    first = months_on(day.replace(day=1), ahead)
    return first, months_on(first, 1) - timedelta(days=1)


def in_full(day: date) -> str:
    """A date as a person writes it: 20 November 2026."""
    return f"{day.day} {day:%B %Y}"
