"""How a few things are said in SQL."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

_AT_ONCE = 900
"""How many keys one query names."""


def says(column: str) -> str:
    """In SQL, that a text says something; what is stored has no other white space at its ends than blanks."""
    return f"TRIM({column}) <> ''"


def quoted(words: Iterable[str]) -> str:
    """Words of the product's own data, never of an extract, as a list for SQL."""
    return ", ".join(f"'{word}'" for word in words)


def bound(words: Iterable[str]) -> tuple[str, dict[str, Any]]:
    """Words that an extract may have said, as a list for SQL and as the values bound to it."""
    values = {f"word{number}": word for number, word in enumerate(words)}
    return ", ".join(f":{name}" for name in values), values


def numbers(keys: Iterable[int]) -> str:
    """Keys of records as a list for SQL."""
    return ", ".join(str(int(key)) for key in keys)


def batches(keys: Iterable[int]) -> Iterator[Sequence[int]]:
    """The keys from the smallest on, each once, as many at a time as one query names."""
    ordered = sorted(set(keys))
    return (ordered[first : first + _AT_ONCE] for first in range(0, len(ordered), _AT_ONCE))


def not_looked_up(column: str) -> str:
    """In SQL, the same text, but none that rows are looked up by.

    Asked for one duty of some cases, SQLite, which does not count what is where, goes through every clock of the duty.
    """
    return f"{column} || ''"
