"""The conditions of definitions, tried on the columns of one kind of rows: each different one once."""

import numpy as np
from numpy.typing import NDArray

from models.measures.columns import Columns, Numbers
from models.measures.periods import Cells
from models.measures.schema import Condition, Measure
from models.statute.records import Flags


class Conditions:
    """What has been found out about some rows."""

    def __init__(self, columns: Columns, today: np.datetime64) -> None:
        self.columns = columns
        self._today = today
        self._flags: dict[Condition, Flags] = {}
        self._cells: dict[str, NDArray[np.int16]] = {}

    def of(self, measure: Measure) -> tuple[Flags, Flags]:
        """The rows of the cohort, and those of them that are counted."""
        cohort = np.ones(self.columns.size, dtype=np.bool_)
        for condition in in_cohort(measure):
            cohort &= self.flags(condition)
        counted = cohort.copy()
        for condition in measure.counted:
            counted &= self.flags(condition)
        return cohort, counted

    def flags(self, condition: Condition) -> Flags:
        """The rows of which a condition is true."""
        if condition not in self._flags:
            self._flags[condition] = self._try(condition)
        return self._flags[condition]

    def cells(self, column: str, cells: Cells) -> NDArray[np.int16]:
        """The cell of time that each row's date lies in."""
        if column not in self._cells:
            self._cells[column] = cells.of(self.columns.dates(column))
        return self._cells[column]

    def _try(self, condition: Condition) -> Flags:
        name, test, value = condition.column, condition.test, condition.value
        columns = self.columns
        match columns.declared[name].kind:
            case "word":
                # The test is made on the few words there are and looked up for each row.
                words = columns.words(name)
                verdicts = np.array([_word(word, test, value) for word in words.values], dtype=np.bool_)
                found: Flags = verdicts[words.index]
                return found
            case "flag":
                return columns.flags(name) if value else ~columns.flags(name)
            case "date":
                return self._date(name, test, value)
            case _:
                return _number(columns.numbers(name), test, value)

    def _date(self, name: str, test: str, value: object) -> Flags:
        days = self.columns.dates(name)
        if test == "not_after":
            return days <= self.columns.dates(str(value))
        if test == "known":
            return ~np.isnat(days) if value else np.isnat(days)
        # The day asked about is not over: of what is due on it only the quick would count. Unknown is neither.
        return days < self._today if value else days >= self._today


def in_cohort(measure: Measure) -> tuple[Condition, ...]:
    """The conditions on a row of the cohort; a mean or a sum has no use for a row without a number."""
    return measure.cohort + ((Condition(measure.total, "known", True),) if measure.total else ())


def _number(numbers: Numbers, test: str, value: object) -> Flags:
    if test == "known":
        return np.asarray(np.isnan(numbers) ^ bool(value))
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
