"""The columns of one kind of rows: each declared beforehand, and made when it is first asked for.

A definition is read against what is declared, and a night makes only the columns that the definitions name. numpy holds
them: dates by the day, NaT where unknown, and words as codes. `frame` has all of them as pandas wants them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.queries.board import DAYS_OF_WEEK
from models.queries.made_once import MadeOnce
from models.statute.calendar import Dates
from models.statute.records import Codes, Flags, Rows

Numbers = NDArray[Any]
_Made = TypeVar("_Made")

_SECONDS = "datetime64[s]"
"""What a date is in a frame: pandas knows no days of its own, and needs no finer grain."""


@dataclass(frozen=True)
class Column:
    """What is known of a column before it is made: its kind, and its words where it can hold no others."""

    kind: str
    words: tuple[str, ...] = ()


class Columns:
    """The columns of some rows by name; a column that two others need is made once."""

    def __init__(self, size: Callable[[], int]) -> None:
        self.declared: dict[str, Column] = {}
        self._size = size
        self._makers: dict[str, Callable[[], Any]] = {}
        self._column = MadeOnce[str, Any](lambda name: self._makers[name]())

    @property
    def size(self) -> int:
        """How many rows there are."""
        return self._size()

    def add(self, kind: str, makers: Mapping[str, Callable[[], Any]], words: tuple[str, ...] = ()) -> None:
        """Declare columns of one kind (date, word, number, flag, text), each with what makes it.

        Columns of words that can hold no others are made as codes of just these words, in their order.
        """
        self.declared |= dict.fromkeys(makers, Column(kind, words))
        self._makers |= makers

    def add_each(
        self, kind: str, names: Iterable[str], make: Callable[[str], Any], words: tuple[str, ...] = ()
    ) -> None:
        """Declare columns of one kind that are made alike, each from its name."""
        self.add(kind, {name: partial(make, name) for name in names}, words)

    def dates(self, name: str) -> Dates:
        """A column of dates, NaT where unknown."""
        found: Dates = self._column(name)
        return found

    def words(self, name: str) -> Codes:
        """A column of words, "" where unknown."""
        found: Codes = self._column(name)
        return found

    def numbers(self, name: str) -> Numbers:
        """A column of numbers, NaN where unknown."""
        found: Numbers = self._column(name)
        return found

    def flags(self, name: str) -> Flags:
        """A column of what is so or not."""
        found: Flags = self._column(name)
        return found

    def frame(self) -> pd.DataFrame:
        """All the columns: dates as `datetime64[s]`, words as categoricals."""
        return pd.DataFrame({name: self._in_pandas(name) for name in self.declared}, copy=False)

    def _in_pandas(self, name: str) -> Any:  # noqa: ANN401 - of the kind that is declared
        found, column = self._column(name), self.declared[name]
        if column.kind == "date":
            return found.astype(_SECONDS)
        if column.kind != "word":
            return found
        return _categorical(found.index, column.words) if column.words else _alphabetical(found)


def once(make: Callable[[], _Made]) -> Callable[[], _Made]:
    """What makes several columns at a time, called once for all of them."""
    return partial(MadeOnce[None, _Made](lambda _nothing: make()), None)


def take(words: Codes, place: Rows) -> Codes:
    """The words at these places; "" where the place is -1."""
    values = words.values if "" in words.values else (*words.values, "")
    # A place of -1 is the last: what is put there is "". The codes are as small as they can be, as there are many.
    index = np.append(words.index, values.index("")).astype(np.min_scalar_type(len(values)))
    return Codes(values, index[place])


def weeks_between(since: Dates, to: Dates) -> NDArray[np.float64]:
    """Weeks from one date to another, NaN where either is unknown or they contradict each other."""
    days = days_between(since, to)
    days[~(days >= 0)] = np.nan
    return days / DAYS_OF_WEEK


def days_between(since: Dates | np.datetime64, to: Dates | np.datetime64) -> NDArray[np.float64]:
    """Days from one date to another, negative where it is before, NaN where either is unknown."""
    gap = np.asarray(to - since)
    days = gap.astype(np.float64)
    days[np.isnat(gap)] = np.nan
    return days


def _alphabetical(codes: Codes) -> "pd.Categorical[Any]":
    """Words as a categorical in alphabetical order; "" may stand twice in the codes."""
    places = {word: place for place, word in enumerate(sorted({*codes.values, ""}))}
    table = np.array([places[word] for word in codes.values], dtype=np.int32)
    return _categorical(table[codes.index] if len(table) else codes.index, list(places))


def _categorical(codes: NDArray[Any], words: Sequence[str]) -> "pd.Categorical[Any]":
    return pd.Categorical.from_codes(codes, categories=pd.Index(words))
