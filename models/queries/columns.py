"""From rows of text to the columns the engine reads, and back."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.statute.calendar import Dates
from models.statute.records import DAY, Flags, Rows
from models.store import fetch

_SPARSE = 8
"""Where there are so many times more numbers than ids, a table of all of them is not worth its memory."""


class Table:
    """The rows of a query as named columns, each turned into an array only when asked for."""

    def __init__(self, names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        self.size = len(rows)
        columns = zip(*rows, strict=True) if rows else ((),) * len(names)
        self._columns: dict[str, tuple[Any, ...]] = dict(zip(names, columns, strict=True))

    def words(self, name: str) -> tuple[Any, ...]:
        """The column as it came: text, or None where unknown."""
        return self._columns[name]

    def days(self, name: str) -> Dates:
        """The column of ISO dates as `datetime64[D]`, NaT where unknown."""
        return days(self._columns[name])

    def numbers(self, name: str) -> Rows:
        """The column of whole numbers; none may be unknown."""
        return np.fromiter(self._columns[name], dtype=np.int64, count=self.size)

    def given(self, name: str) -> Flags:
        """True where the text says something."""
        return np.fromiter((bool(x and x.strip()) for x in self._columns[name]), dtype=np.bool_, count=self.size)


def days(texts: Sequence[str | None]) -> Dates:
    """ISO dates as `datetime64[D]`; each different date is read once, which on a million rows is the point."""
    different = list(set(texts))
    numbers = dict(zip(different, np.array(different, dtype=DAY).view(np.int64).tolist(), strict=True))
    return np.fromiter(map(numbers.__getitem__, texts), dtype=np.int64, count=len(texts)).view(DAY)


def texts(dates: Dates) -> NDArray[np.object_]:
    """Dates as ISO texts in the same shape, None where unknown; each different date is one text that all rows share."""
    different, place = np.unique(dates.ravel(), return_inverse=True)
    words = [None if text == "NaT" else text for text in np.datetime_as_string(different).tolist()]
    return np.array(words, dtype=object)[place].reshape(dates.shape)


def places(ids: Rows, wanted: Rows) -> Rows:
    """Where each of these stands among the ids, which rise; -1 for none."""
    if not len(ids):
        return np.full(len(wanted), -1)
    before, behind = ids[0] - 1, ids[-1] + 1
    if behind - before > _SPARSE * len(ids):
        place = np.searchsorted(ids, wanted)
        place[place == len(ids)] = 0
        return np.where(ids[place] == wanted, place, -1)
    # A table of every number there could be costs a fraction of the search; at both ends it has what is beyond.
    table = np.full(behind - before + 1, -1)
    table[ids - before] = np.arange(len(ids))
    found: Rows = table.take(wanted - before, mode="clip")
    return found


def read_table(connection: Connection, names: Iterable[str], sql: str, /, **values: object) -> Table:
    """The rows of a query whose SELECT yields these columns in this order."""
    return Table(tuple(names), fetch(connection, sql, **values))
