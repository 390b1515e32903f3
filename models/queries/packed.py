"""Reads a large table as a few long texts and not as millions of values: the database joins up each column.

A value that becomes an object of Python costs several times what the database needs to read it. So a column of dates
comes as one text of ten characters a row, a column of words as one list in JSON, and becomes an array at once.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Rows
from models.store import fetch, joined, listed

BATCH = 1 << 18
"""How many primary keys are read at a time, which bounds the memory."""

_LAST_KEY = (1 << 63) - 1
_NO_DAY = " " * len("2026-11-22")


class Packed:
    """The rows of a query as arrays by column, in the order of their `ids`."""

    def __init__(self, ids: Rows, columns: Mapping[str, NDArray[Any]], words: Mapping[str, tuple[str, ...]]) -> None:
        self.ids, self.size = ids, len(ids)
        self._columns, self._words = columns, words

    def numbers(self, name: str) -> Rows:
        """A column of whole numbers."""
        return self._columns[name]

    def days(self, name: str) -> Dates:
        """A column of dates, NaT where unknown."""
        return self._columns[name]

    def codes(self, name: str) -> Codes:
        """A column of words, "" where unknown."""
        return Codes(self._words[name], self._columns[name])

    def given(self, name: str) -> Flags:
        """True where the text says something."""
        says = np.array([bool(word.strip()) for word in self._words[name]], dtype=np.bool_)
        found: Flags = says[self._columns[name]]
        return found


NOTHING = Packed(np.zeros(0, dtype=np.int64), {}, {})
"""No rows of no columns."""


def read_packed(
    connection: Connection,
    source: str,
    *,
    key: str,
    spread: str = "",
    numbers: Mapping[str, str] | None = None,
    days: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    **values: object,
) -> Packed:
    """The columns named, each an SQL expression over the source, in the order of a whole number of its rows.

    Args:
        connection: an open connection.
        source: the FROM and WHERE.
        key: the whole number, a primary key or the end of one.
        spread: the FROM in which the first and the last key are found; "" reads all rows at once, for few of them.
        numbers: whole numbers, none of them unknown.
        days: dates as ISO text, see `as_text`.
        words: texts.
        values: what the source binds.
    """
    ids = {"id": key, **(numbers or {})}
    columns = [_Column(name, sql, _numbers, joined(connection, ",")) for name, sql in ids.items()]
    columns += [
        _Column(name, f"COALESCE({sql}, '{_NO_DAY}')", _days, joined(connection, ""))
        for name, sql in (days or {}).items()
    ]
    places = {name: _Places() for name in words or {}}
    columns += [_Column(name, sql, places[name].of, listed(connection)) for name, sql in (words or {}).items()]
    # In no order asked for: sorting costs more than the reading, and as a rule the rows come by their key.
    whole = ", ".join(x.whole.format(x.sql) for x in columns)
    query = f"SELECT {whole} {source} AND {key} BETWEEN :first AND :last"
    parts: list[list[NDArray[Any]]] = [[] for _ in columns]
    for first, last in _batches(connection, spread, key, values) if spread else [(0, _LAST_KEY)]:
        (texts,) = fetch(connection, query, first=first, last=last, **values)
        for column, text, part in zip(columns, texts, parts, strict=True):
            # An aggregate of no rows is NULL, or an empty list.
            part.append(column.read(text or ""))
    found = {x.name: np.concatenate(part) for x, part in zip(columns, parts, strict=True)}
    if (found["id"][1:] < found["id"][:-1]).any():
        # Every column is joined in the same pass over the rows, so that they all come in the same order.
        order = np.argsort(found["id"], kind="stable")
        found = {name: column[order] for name, column in found.items()}
    return Packed(found.pop("id"), found, {name: x.words for name, x in places.items()})


@dataclass(frozen=True)
class _Column:
    name: str
    sql: str
    read: Callable[[str], NDArray[Any]]
    whole: str


def _batches(connection: Connection, spread: str, key: str, values: Mapping[str, object]) -> Iterator[tuple[int, int]]:
    # Each by itself, as SQLite finds one of them in an index and both only by reading everything.
    ends = f"SELECT (SELECT MIN({key}) {spread}), (SELECT MAX({key}) {spread})"
    ((first, last),) = fetch(connection, ends, **values)
    for start in range(first or 0, (last or 0) + 1, BATCH):
        yield start, start + BATCH - 1


class _Places(dict[str | None, int]):
    """The place of each word in the order of their first appearance; an unknown one stands where "" does, at 0."""

    def __init__(self) -> None:
        super().__init__({"": 0, None: 0})

    def __missing__(self, word: str) -> int:
        self[word] = place = len(self) - 1
        return place

    def of(self, text: str) -> NDArray[np.int32]:
        """The places of a list of words in JSON."""
        words = json.loads(text or "[]")
        return np.fromiter(map(self.__getitem__, words), dtype=np.int32, count=len(words))

    @property
    def words(self) -> tuple[str, ...]:
        """The words in the order of their places."""
        return tuple(word for word in self if word is not None)


def _numbers(text: str) -> Rows:
    return np.fromstring(text, dtype=np.int64, sep=",")


def _days(text: str) -> Dates:
    """Dates of ten characters each, blank where unknown: read two characters at a time, from tables of all pairs."""
    pairs = np.frombuffer(text.encode("ascii"), dtype=np.uint16).reshape(-1, len(_NO_DAY) // 2)
    months, numbers = _tables()
    year = numbers[pairs[:, 0]] * 100 + numbers[pairs[:, 1]]
    # The middle of 2026-11-22 falls apart into -1 and 1-.
    month = numbers[pairs[:, 2]] * 10 + numbers[pairs[:, 3]]
    found: Dates = months[year * 12 + month - 1] + (numbers[pairs[:, 4]] - 1)
    found[pairs[:, 0] == _BLANK] = UNKNOWN
    return found


@cache
def _tables() -> tuple[Dates, Rows]:
    """The first day of each month since the year 0, and the number that each pair of characters stands for."""
    numbers = np.zeros(1 << 16, dtype=np.int64)
    for number in range(100):
        numbers[_pair(f"{number:02}")] = number
    for digit in range(10):
        numbers[_pair(f"-{digit}")] = numbers[_pair(f"{digit}-")] = digit
    return np.arange("0000-01", "10000-01", dtype="datetime64[M]").astype(DAY), numbers


def _pair(characters: str) -> int:
    return int(np.frombuffer(characters.encode("ascii"), dtype=np.uint16)[0])


_BLANK = _pair("  ")
