"""Whether one value of a column can be read, and how it is written in the canonical extract."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from models.importers.contract import Column

ISO_FORMAT = "%Y-%m-%d"
FLAGS = {"1": "1", "true": "1", "yes": "1", "y": "1", "0": "0", "false": "0", "no": "0", "n": "0"}
"""How systems write yes and no; the canonical text is 1 and 0."""
EARLIEST = date(1990, 1, 1)
LATEST = date(2100, 12, 31)
LONGEST_TEXT = 20_000
LONGEST_KEY = 200
"""Characters: PostgreSQL's indexes take no more than 2,700 bytes."""

ERRORS_OF_SPREADSHEETS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"}
)
"""What stands in a cell whose formula failed: every row where it does would be the same case."""

_UNSEEN = dict.fromkeys(
    code
    for code in (*range(0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
    if chr(code) not in "\t\n\r" and not chr(code).isprintable()
)
"""Control characters, and those that turn the direction of reading: they could make a terminal or a page lie."""

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INTEGER = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True)
class Fault:
    """Why a value cannot be read, and what to do."""

    reason: str
    remedy: str


def checker(column: Column, *, key: bool, date_formats: Sequence[str]) -> Callable[[str], str | Fault]:
    """The function that gives a stripped, filled value as the canonical extract writes it, or its fault.

    `key` says that the column tells one row from another; `date_formats` are those of the source, for the words
    of a fault: dates come here as YYYY-MM-DD or as they could not be read.
    """
    match column.type:
        case "date":
            return lambda value: _date(value, date_formats)
        case "code":
            return lambda value: _code(value, column)
        case "flag":
            return _flag
        case "integer":
            return _integer
        case "text":
            return _key_text if key else _text


def empty_fault(column: Column) -> Fault:
    """The fault of an empty value where the contract asks for one."""
    return Fault(f"{column.name} is empty; without it the row cannot be used", "Fill it in at the source.")


def iso_date(value: str, formats: Sequence[str]) -> str:
    """The value as YYYY-MM-DD if it is a date in one of the formats, else unchanged."""
    for form in formats:
        try:
            return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007 - a date has no time zone
        except ValueError:
            continue
    return value


def format_in_words(form: str) -> str:
    """A format of dates as a person writes it: `dd/mm/yyyy` for `%d/%m/%Y`."""
    for code, words in _FORMAT_WORDS.items():
        form = form.replace(code, words)
    return form


_FORMAT_WORDS = {
    "%d": "dd",
    "%m": "mm",
    "%Y": "yyyy",
    "%y": "yy",
    "%b": "Mon",
    "%B": "Month",
    "%H": "hh",
    "%M": "mm",
    "%S": "ss",
}


def _text(value: str) -> str | Fault:
    if len(value) > LONGEST_TEXT:
        return Fault(
            f"it has {len(value):,} characters; a text has at most {LONGEST_TEXT:,}",
            "Shorten it at the source; a quotation mark may be missing.",
        )
    return value if value.isprintable() else value.translate(_UNSEEN)


def _key_text(value: str) -> str | Fault:
    if len(value) > LONGEST_KEY:
        return Fault(f"it has {len(value):,} characters; a reference has at most {LONGEST_KEY}", "Look at the source.")
    if value in ERRORS_OF_SPREADSHEETS:
        return Fault("it is the error of a formula, no reference", "Mend the formula at the source.")
    if value.isprintable():
        return value
    return Fault(
        "it holds a control character or an invisible one: two references that look alike would differ",
        "Type the reference again at the source.",
    )


def _date(value: str, formats: Sequence[str]) -> str | Fault:
    try:
        day = date.fromisoformat(value) if _ISO_DATE.fullmatch(value) else None
    except ValueError:
        return Fault("there is no such day in the calendar", _date_remedy(formats))
    if day is None:
        return Fault(f"it is not a date written as {_formats_in_words(formats)}", _date_remedy(formats))
    if not EARLIEST <= day <= LATEST:
        return Fault(f"the date is not between {EARLIEST} and {LATEST}", "Correct the year at the source.")
    return value


def _date_remedy(formats: Sequence[str]) -> str:
    return f"Write it as {_formats_in_words(formats)}, or leave it empty if it is not known."


def _formats_in_words(formats: Sequence[str]) -> str:
    return " or ".join(format_in_words(form) for form in formats)


def _code(value: str, column: Column) -> str | Fault:
    if value in column.codes:
        return value
    near = get_close_matches(value.casefold(), [code.casefold() for code in column.codes], n=1, cutoff=0.7)
    hint = next((f"Did you mean {code}? " for code in column.codes if [code.casefold()] == near), "")
    return Fault(f"it is no code of {column.name}", f"{hint}Use one of: {', '.join(column.codes)}.")


def _flag(value: str) -> str | Fault:
    found = FLAGS.get(value.casefold())
    return found or Fault("it is neither 1 nor 0", "Write 1 for yes, 0 for no, or leave it empty if it is not known.")


def _integer(value: str) -> str | Fault:
    if _INTEGER.fullmatch(value):
        return str(int(value))
    return Fault("it is not a whole number of at most six digits", "Write the number in figures.")
