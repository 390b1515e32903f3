"""Reads a large table as a few long texts and not as millions of values: the database joins up each column.

A value that becomes an object of Python costs several times what the database needs to read it. So a column of dates
comes as one text of ten characters a row, a column of words as one list in JSON, and becomes an array at once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import from_json
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

    def __init__(
        self,
        ids: Rows,
        columns: Mapping[str, NDArray[Any]],
        words: Mapping[str, tuple[str, ...]],
        texts: Mapping[str, Callable[[], NDArray[np.object_]]],
    ) -> None:
        self.ids, self.size = ids, len(ids)
        self._columns, self._words, self._texts = columns, words, texts

    def numbers(self, name: str) -> Rows:
        """A column of whole numbers."""
        return self._columns[name]

    def days(self, name: str) -> Dates:
        """A column of dates, NaT where unknown."""
        return self._columns[name]

    def codes(self, name: str) -> Codes:
        """A column of words, "" where unknown."""
        return Codes(self._words[name], self._columns[name])

    def flags(self, name: str) -> Flags:
        """A column of what is so or not."""
        return self._columns[name]

    def texts(self, name: str) -> NDArray[np.object_]:
        """A column of texts that are nearly all different, "" where unknown; they are taken apart when asked for."""
        return self._texts[name]()


NOTHING = Packed(np.zeros(0, dtype=np.int64), {}, {}, {})
"""No rows of no columns."""


def read_packed(
    connection: Connection,
    source: str,
    *,
    key: str,
    spread: str = "",
    alike: Sequence[str] = (),
    numbers: Mapping[str, str] | None = None,
    days: Mapping[str, str] | None = None,
    words: Mapping[str, str] | None = None,
    flags: Mapping[str, str] | None = None,
    texts: Mapping[str, str] | None = None,
    **values: object,
) -> Packed:
    """The columns named, each an SQL expression over the source, in the order of a whole number of its rows.

    Args:
        connection: an open connection.
        source: the FROM and WHERE.
        key: the whole number, a primary key or the end of one.
        spread: the FROM and WHERE in which the next key is found; "" reads all rows at once, for few of them.
        alike: columns of other tables of the source that equal the key, so that a part of these is looked through, too.
        numbers: whole numbers, none of them unknown.
        days: dates as ISO text, see `as_text`.
        words: texts of which there are few different ones.
        flags: conditions; one that is unknown is not so.
        texts: texts of which nearly all are different, and which as a rule nobody looks at.
        values: what the source binds.
    """
    ids = {"id": key, **(numbers or {})}
    columns = [_Column(name, sql, _numbers, joined(connection, ",")) for name, sql in ids.items()]
    columns += [
        _Column(name, f"COALESCE({sql}, '{_NO_DAY}')", _days, joined(connection, ""))
        for name, sql in (days or {}).items()
    ]
    columns += [
        _Column(name, f"CASE WHEN {sql} THEN 1 ELSE 0 END", _flags, joined(connection, ""))
        for name, sql in (flags or {}).items()
    ]
    places = {name: _Places() for name in words or {}}
    columns += [_Column(name, sql, places[name].of, listed(connection)) for name, sql in (words or {}).items()]
    columns += [_Column(name, sql, _unread, listed(connection)) for name, sql in (texts or {}).items()]
    # In no order asked for: sorting costs more than the reading, and as a rule the rows come by their key.
    whole = ", ".join(x.whole.format(x.sql) for x in columns)
    following = f"(SELECT MIN({key}) {spread} AND {key} > :last)" if spread else "NULL"
    of_the_part = " ".join(f"AND {number} BETWEEN :first AND :last" for number in (key, *alike))
    query = f"SELECT {whole}, {following} {source} {of_the_part}"
    parts: list[list[NDArray[Any]]] = [[] for _ in columns]
    first: int | None = 0
    while first is not None:
        last = first + BATCH - 1 if spread else _LAST_KEY
        ((*found, first),) = fetch(connection, query, first=first, last=last, **values)
        for column, text, part in zip(columns, found, parts, strict=True):
            # An aggregate of no rows is NULL, or an empty list.
            part.append(column.read(text or ""))
    # Each batch is let go as soon as it is taken over: of a large table they are half of the memory.
    read = {x.name: np.concatenate(parts.pop(0)) for x in columns}
    unread = {name: partial(_texts, read.pop(name)) for name in texts or {}}
    if (read["id"][1:] < read["id"][:-1]).any():
        # Every column is joined in the same pass over the rows, so that they all come in the same order.
        order = np.argsort(read["id"], kind="stable")
        read = {name: column[order] for name, column in read.items()}
        unread = {name: partial(make, order) for name, make in unread.items()}
    return Packed(read.pop("id"), read, {name: x.words for name, x in places.items()}, unread)


@dataclass(frozen=True)
class _Column:
    name: str
    sql: str
    read: Callable[[str], NDArray[Any]]
    whole: str


class _Places(dict[str | None, int]):
    """The place of each word in the order of their first appearance; an unknown one stands where "" does, at 0."""

    def __init__(self) -> None:
        super().__init__({"": 0, None: 0})

    def __missing__(self, word: str) -> int:
        self[word] = place = len(self) - 1
        return place

    def of(self, text: str) -> NDArray[np.int32]:
        """The places of a list of words in JSON."""
        # It makes a word that comes again only once, which is twice as fast as what the standard library does.
        words = from_json(text or "[]")
        return np.fromiter(map(self.__getitem__, words), dtype=np.int32, count=len(words))

    @property
    def words(self) -> tuple[str, ...]:
        """The words in the order of their places."""
        return tuple(word for word in self if word is not None)


def _numbers(text: str) -> Rows:
    return np.fromstring(text, dtype=np.int64, sep=",")


def _flags(text: str) -> Flags:
    found: Flags = np.frombuffer(text.encode("ascii"), dtype=np.uint8) == ord("1")
    return found


def _unread(text: str) -> NDArray[np.object_]:
    return np.array([text], dtype=object)


def _texts(lists: NDArray[np.object_], order: Rows | slice = slice(None)) -> NDArray[np.object_]:
    """The texts of some lists in JSON, in this order."""
    found = [text or "" for part in lists for text in from_json(part or "[]", cache_strings="none")]
    return np.array(found, dtype=object)[order]


def _days(text: str) -> Dates:
    """Dates of ten characters each, blank where unknown: read two characters at a time, from tables of all pairs."""
    pairs = np.frombuffer(text.encode("ascii"), dtype=np.uint16).reshape(-1, len(_NO_DAY) // 2)
    (first, *months), first_of_month, days = _tables()
    month = first.take(pairs[:, 0])
    for place, added in enumerate(months, 1):
        month += added.take(pairs[:, place])
    found: Dates = first_of_month.take(month)
    found += days.take(pairs[:, len(months) + 1])
    return found


@cache
def _tables() -> tuple[tuple[NDArray[np.int32], ...], Dates, NDArray[np.timedelta64]]:
    """What a pair of characters adds: in the first four places months since the year 0, in the last days.

    Between these stands the first day of each month. Two blanks in the first place lead beyond the last, to NaT.
    """
    numbers = np.zeros(1 << 16, dtype=np.int32)
    for number in range(100):
        numbers[_pair(f"{number:02}")] = number
    for digit in range(10):
        # The middle of 2026-11-22 falls apart into -1 and 1-.
        numbers[_pair(f"-{digit}")] = numbers[_pair(f"{digit}-")] = digit
    first_of_month = np.arange("0000-01", "10000-01", dtype="datetime64[M]").astype(DAY)
    centuries, years, tens, ones = numbers * 1200, numbers * 12, numbers * 10, numbers - 1
    blank = _pair("  ")
    centuries[blank] = len(first_of_month) - sum(table[blank] for table in (years, tens, ones))
    return (centuries, years, tens, ones), np.append(first_of_month, UNKNOWN), (numbers - 1).astype("timedelta64[D]")


def _pair(characters: str) -> int:
    return int(np.frombuffer(characters.encode("ascii"), dtype=np.uint16)[0])
