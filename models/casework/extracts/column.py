"""Columns of words as numbers: a million rows hold a few thousand different words, and numbers are compared faster."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.casework.chronology.journal import Word
from models.statute.records import Flags, Rows

NOWHERE = -1

Made = TypeVar("Made")
Codes = NDArray[np.integer[Any]]

_LARGEST = np.iinfo(np.int64).max


class Column:
    """Words by row, None for unknown: row `i` holds ``words[codes[i]]``, and no two of the `words` are equal."""

    def __init__(self, codes: Codes, words: Sequence[Word]) -> None:
        self.codes, self.words = codes, words

    @classmethod
    def of(cls, words: Iterable[Word]) -> "Column":
        """The column of these words."""
        places: dict[Word, int] = {}
        codes = np.fromiter((places.setdefault(word, len(places)) for word in words), dtype=np.int64)
        return cls(codes, list(places))

    @classmethod
    def of_numbers(cls, numbers: Rows) -> "Column":
        """The column of these whole numbers."""
        codes, different = pd.factorize(numbers)
        return cls(codes, different.tolist())

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.each(lambda word: word))

    def __getitem__(self, row: int) -> Any:  # noqa: ANN401 - a word, or None
        return self.words[int(self.codes[row])]

    def __setitem__(self, row: int, word: Word) -> None:
        if word not in self._places:
            self._places[word] = len(self.words)
            self.words = [*self.words, word]
        self.codes[row] = self._places[word]

    def copy(self) -> "Column":
        """A column of the same words that can be written to by itself."""
        return Column(self.codes.astype(np.int64), self.words)

    def take(self, rows: Rows) -> "Column":
        """The column at these rows."""
        codes = self.codes[rows]
        if len(rows) >= len(self.words):
            return Column(codes, self.words)
        # A few rows do not carry the words of a million others along.
        codes, different = pd.factorize(codes)
        return Column(codes, [self.words[place] for place in different.tolist()])

    def each(self, made: Callable[[Word], Made]) -> list[Made]:
        """What is made of the word of each row; each different word is asked about once."""
        words = np.empty(len(self.words), dtype=object)
        words[:] = [made(word) for word in self.words]
        found: list[Made] = words[self.codes].tolist()
        return found

    def as_in(self, other: "Column") -> Rows:
        """The codes that the words of each row have in another column, `NOWHERE` where it has no such word."""
        found: Rows = other.codes_of(self.words)[self.codes]
        return found

    def codes_of(self, words: Sequence[Word]) -> Rows:
        """The codes of some words here, `NOWHERE` for those that are not among its words."""
        return np.fromiter((self._places.get(word, NOWHERE) for word in words), dtype=np.int64, count=len(words))

    def differs(self, rows: Rows, other: "Column", others: Rows) -> Flags:
        """True where the word in one of the rows is not the one of another column in the other's row."""
        found: Flags = self.as_in(other)[rows] != other.codes[others]
        return found

    @cached_property
    def _places(self) -> dict[Word, int]:
        return {word: place for place, word in enumerate(self.words)}


def found_in(among: Sequence[Codes], wanted: Sequence[Codes]) -> Rows:
    """For each of the rows wanted, as numbers in several columns, its place among others, or `NOWHERE`.

    No two of those that it may be found among are alike.
    """
    if all(np.array_equal(*both) for both in zip(among, wanted, strict=True)):
        # Most nights bring the same rows in the same order: then nothing has to be looked up.
        return np.arange(len(wanted[0]))
    size = len(among[0])
    keys = np.zeros(size + len(wanted[0]), dtype=np.int64)
    for both in zip(among, wanted, strict=True):
        numbers = np.concatenate(both)
        numbers -= numbers.min()
        span = int(numbers.max()) + 1
        if int(keys.max()) >= _LARGEST // span - 1:
            keys = pd.factorize(keys)[0]
        keys = keys * span + numbers
    found: Rows = pd.Index(keys[:size]).get_indexer(pd.Index(keys[size:]))
    return found
