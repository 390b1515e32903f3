"""Numbers, shares and dates as a person reads them."""

from datetime import date
from fractions import Fraction

FEW = 10
"""Fewer than this, and one case more or less moves the percentage by ten points: it is said beside it."""

NONE = "none"
MINUS = "\N{MINUS SIGN}"


def day(when: date) -> str:
    """A date in full: 20 November 2026."""
    return f"{when.day} {when:%B %Y}"


def month(when: date) -> str:
    """The month of a date: Nov 2026."""
    return f"{when:%b %Y}"


def quarter(when: date) -> str:
    """The quarter of a date: Q3 2026."""
    return f"Q{(when.month + 2) // 3} {when.year}"


def named(period: str, when: date) -> str:
    """The month or the quarter of a date."""
    return quarter(when) if period == "quarter" else month(when)


def span(first: date, last: date) -> str:
    """A period, both days inclusive, as short as it can be said: "Jul to Sep 2026", "1 to 20 November 2026"."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.day == 1 and _is_month_end(last):
        return f"{first:%b} to {last:%b %Y}" if first.year == last.year else f"{month(first)} to {month(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def _is_month_end(when: date) -> bool:
    return when.toordinal() + 1 == date(when.year + when.month // 12, when.month % 12 + 1, 1).toordinal()


def number(value: float) -> str:
    """A count: 1,234."""
    return f"{value:,.0f}"


def percent(value: float, places: int = 0) -> str:
    """A share as a percentage: 77%."""
    return f"{100 * value:.{places}f}%"


def share(part: float, whole: float) -> str:
    """A share with what it is made of: "77% (20 of 26)", and that the whole is small."""
    if not whole:
        return NONE
    few = ", few" if whole < FEW else ""
    return f"{percent(part / whole)} ({number(part)} of {number(whole)}{few})"


def points(change: Fraction | float) -> str:
    """A change in percentage points with its sign: "+3.2 points"."""
    return f"{signed(float(change))} points"


def signed(value: float) -> str:
    """A number to one decimal with its sign; the sign of what is next to nothing is left out."""
    text = f"{value:+.1f}"
    return "0.0" if text in {"+0.0", "-0.0"} else text.replace("-", MINUS)


def plain(key: str) -> str:
    """A key in words: social_care is "social care"."""
    return key.replace("_", " ")


def sentence(key: str) -> str:
    """A key as the beginning of a sentence."""
    words = plain(key)
    return words[:1].upper() + words[1:]


def listed(names: list[str]) -> str:
    """Names in a row: "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1]))) if names else ""


LONGEST_UNBROKEN = 24


def unbroken(text: str) -> str:
    """A short value with spaces at which no line is broken; a sentence as it is."""
    return text.replace(" ", "\N{NO-BREAK SPACE}") if len(text) <= LONGEST_UNBROKEN and "(" in text else text
