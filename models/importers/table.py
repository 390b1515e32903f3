"""A table as a file has it: columns of text held as their distinct values, and the line of every row.

A million rows have a few thousand dates and codes: what is checked or changed is each distinct value, once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.importers.extract import Rejection

Rows = NDArray[np.int64] | NDArray[np.bool_]


@dataclass(frozen=True)
class TextColumn:
    """A column of text: row `i` holds ``values[codes[i]]``. Two of the values may be equal."""

    codes: NDArray[np.intp]
    values: tuple[str, ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> "TextColumn":
        """The column of these words."""
        places: dict[str, int] = {}
        codes = np.fromiter((places.setdefault(word, len(places)) for word in words), dtype=np.intp)
        return cls(codes, tuple(places))

    @classmethod
    def constant(cls, word: str, length: int) -> "TextColumn":
        """The column that holds one word in every row."""
        return cls(np.zeros(length, dtype=np.intp), (word,))

    def then(self, other: "TextColumn") -> "TextColumn":
        """The column with the rows of another after its own."""
        return TextColumn(np.concatenate([self.codes, other.codes + len(self.values)]), self.values + other.values)

    def take(self, rows: Rows) -> "TextColumn":
        """The column at these rows."""
        return TextColumn(self.codes[rows], self.values)

    def changed(self, change: Callable[[str], str]) -> "TextColumn":
        """The column with every distinct value changed."""
        return TextColumn(self.codes, tuple(change(value) for value in self.values))

    def where(self, wanted: Callable[[str], bool]) -> NDArray[np.bool_]:
        """True in the rows whose value is wanted."""
        return self.flags(wanted(value) for value in self.values)

    def flags(self, of_values: Iterable[bool]) -> NDArray[np.bool_]:
        """A flag for every row, from one for each of the values."""
        flags = np.fromiter(of_values, dtype=np.bool_, count=len(self.values))
        return flags[self.codes] if len(flags) else np.zeros(len(self.codes), dtype=np.bool_)

    def at(self, row: int) -> str:
        """The value in one row."""
        return self.values[int(self.codes[row])]

    def text(self) -> "pd.Series[str]":
        """The column as a pandas Series of text."""
        if not self.values:
            return pd.Series([], dtype="str")
        return pd.Series(pd.array(self.values, dtype="str").take(self.codes), copy=False)

    def categorical(self) -> "pd.Categorical[str]":
        """The column as pandas has such columns: its categories are the values, each of them once."""
        codes, values = pd.factorize(np.array(self.values, dtype=object))
        is_repeated = len(values) < len(self.values)
        return pd.Categorical.from_codes(
            codes[self.codes] if is_repeated else self.codes, pd.Index(values, dtype="str")
        )


@dataclass(frozen=True)
class Table:
    """The rows of one sheet or file.

    `columns` are by name (a heading in lower case, or a column of the contract), `headings` the same columns as
    the file spells them. `ignored` are the headings nobody asked for; `rejections` the rows that were left out, above
    all those that have no place in the columns: `misfits` holds these as far as they can be read from their beginning.
    """

    file: str
    columns: Mapping[str, TextColumn]
    lines: NDArray[np.int64]
    headings: Mapping[str, str]
    ignored: list[str] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    misfits: "Table | None" = None

    def __len__(self) -> int:
        return len(self.lines)

    def take(self, rows: Rows) -> "Table":
        """The table at these rows."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return replace(self, columns=columns, lines=self.lines[rows])

    def without_blank_rows(self) -> "Table":
        """The table without rows that hold nothing: spreadsheets leave them at the end."""
        blank = np.ones(len(self), dtype=np.bool_)
        for column in self.columns.values():
            blank &= column.where(lambda value: not value.strip())
            if not blank.any():
                break
        return self.take(~blank) if blank.any() else self
