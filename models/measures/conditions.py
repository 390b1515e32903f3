"""The conditions of definitions, tried on a frame: each different one once."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.measures.frames import Frames
from models.measures.periods import Cells
from models.measures.schema import Condition, Measure

Flags = NDArray[np.bool_]


class Conditions:
    """What has been found out about the rows of one frame."""

    def __init__(self, frames: Frames, record: str) -> None:
        self._frame = frames.of(record)
        self._today = np.datetime64(frames.as_of, "s")
        self._flags: dict[Condition, Flags] = {}
        self._cells: dict[str, NDArray[np.int16]] = {}

    def of(self, measure: Measure) -> tuple[Flags, Flags]:
        """The rows of the cohort, and those of them that are counted; a mean has no use for a row without a number."""
        cohort = self._all(measure.cohort, np.ones(len(self._frame), dtype=np.bool_))
        if measure.total:
            cohort &= ~np.isnan(self.numbers(measure.total))
        return cohort, self._all(measure.counted, cohort.copy())

    def numbers(self, column: str) -> NDArray[np.float64]:
        """A column of numbers, NaN where unknown."""
        return self._frame[column].to_numpy(dtype=np.float64, na_value=np.nan)

    def cells(self, column: str, cells: Cells) -> NDArray[np.int16]:
        """The cell of time that each row's date lies in."""
        if column not in self._cells:
            self._cells[column] = cells.of(self._frame[column].to_numpy())
        return self._cells[column]

    def _all(self, conditions: tuple[Condition, ...], found: Flags) -> Flags:
        for condition in conditions:
            if condition not in self._flags:
                self._flags[condition] = self._try(condition)
            found &= self._flags[condition]
        return found

    def _try(self, condition: Condition) -> Flags:
        column, test, value = self._frame[condition.column], condition.test, condition.value
        if isinstance(column.dtype, pd.CategoricalDtype):
            # The test is made on the few words there are and looked up for each row.
            words = column.array
            verdicts = np.array([_word(str(word), test, value) for word in words.categories], dtype=np.bool_)
            found: Flags = verdicts[words.codes] if len(words) else np.zeros(0, dtype=np.bool_)
            return found
        if test == "is":
            return np.asarray(column.to_numpy(dtype=np.bool_) == value)
        if test == "known":
            return np.asarray(column.notna().to_numpy() == value)
        return self._compare(column, test, value)

    def _compare(self, column: "pd.Series[Any]", test: str, value: object) -> Flags:
        if test == "not_after":
            return np.asarray(column.to_numpy() <= self._frame[str(value)].to_numpy())
        if test == "passed":
            # Unknown is not passed, and not still to come either.
            return np.asarray(column.notna().to_numpy() & ((column.to_numpy() <= self._today) == value))
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return np.asarray(numbers <= value if test == "at_most" else numbers > value)


def _word(word: str, test: str, value: object) -> bool:
    match test:
        case "is":
            return word == value
        case "is_not":
            return word != value
        case "is_in":
            return word in value  # type: ignore[operator]
        case "is_not_in":
            return word not in value  # type: ignore[operator]
        case _:
            return bool(word) == value
