"""The measured values a report asks for, by measure, period and group; it keeps which definitions were used."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from deployments.report import words
from models.measures.catalogue import Catalogue
from models.measures.schema import Measure

SUPPRESSED = "c"
"""Stands for what is kept back because it is small, as in the national statistics."""

EVERYBODY = "all"


@dataclass(frozen=True)
class Value:
    """One measured value; `first` and `last` are the days of its period, inclusive.

    `value` is None where there is nothing to measure. `numerator` and `denominator` are None where they are kept back
    from publication.
    """

    measure: Measure
    basis: str
    first: date
    last: date
    group: str
    numerator: float | None
    denominator: float | None
    value: float | None

    @property
    def is_suppressed(self) -> bool:
        """Whether it is kept back because it is small."""
        return self.numerator is None

    @property
    def text(self) -> str:
        """The value with what it is made of: "77% (20 of 26)", "31", "25.7 weeks"."""
        if self.is_suppressed or self.numerator is None:
            return SUPPRESSED
        if self.measure.unit == "count":
            return self.count
        if not self.denominator:
            return words.NONE
        if self.measure.unit == "mean":
            return f"{self.numerator / self.denominator:.1f} (mean of {words.number(self.denominator)})"
        return words.share(self.numerator, self.denominator)

    @property
    def percent(self) -> str:
        """A share as a whole percentage."""
        if self.is_suppressed:
            return SUPPRESSED
        return words.NONE if self.value is None else words.percent(self.value)

    @property
    def count(self) -> str:
        """How many were counted, whatever they are a share of."""
        return SUPPRESSED if self.numerator is None else words.number(self.numerator)

    @property
    def made_of(self) -> str:
        """What a share is made of: "20 of 26"."""
        if self.numerator is None or self.denominator is None:
            return SUPPRESSED
        few = ", few" if self.denominator < words.FEW else ""
        return f"{words.number(self.numerator)} of {words.number(self.denominator)}{few}"


def most_first(value: Value) -> float:
    """By this the greatest count comes first; one that is kept back is as good as nothing."""
    return -(value.numerator or 0)


class Values:
    """The long table of one authority and one day."""

    def __init__(self, table: pd.DataFrame, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._by_key = {
            tuple(key): rows
            for key, rows in table.groupby(["measure", "basis", "period", "dimension"], observed=True, sort=False)
        }
        self._by_dfe = {x.dfe.partition(": ")[2]: x.key for x in catalogue.measures if x.dfe}
        self.used: dict[str, Measure] = {}

    def measure(self, key: str) -> Measure:
        """The definition of a measure, which is thereby used and will be printed."""
        found = self._catalogue.measure(key)
        self.used.setdefault(key, found)
        return found

    def of_dfe_column(self, column: str) -> str:
        """The measure that is the DfE's own column, "" if there is none."""
        return self._by_dfe.get(column, "")

    def every(self, key: str, period: str, *, basis: str = "", dimension: str = EVERYBODY) -> Iterator[Value]:
        """Every value of a measure for a kind of period, oldest first; by default on its first basis."""
        measure = self.measure(key)
        on = basis or next(iter(measure.basis))
        rows = self._by_key.get((key, on, period, dimension))
        if rows is None:
            return
        columns = ("period_from", "period_to", "group_name", "numerator", "denominator", "value")
        ordered = rows.sort_values(["period_from", "group_name"])
        for first, last, group, *numbers in zip(*(ordered[x] for x in columns), strict=True):
            yield Value(measure, on, _day(first), _day(last), str(group), *(_number(x) for x in numbers))

    def newest(self, key: str, period: str, *, basis: str = "", dimension: str = EVERYBODY) -> list[Value]:
        """The values of the newest period: one, or one for each group."""
        found = list(self.every(key, period, basis=basis, dimension=dimension))
        return [x for x in found if x.first == found[-1].first]

    def one(self, key: str, period: str, *, basis: str = "", within: date | None = None) -> Value | None:
        """The value for the period that holds a day, or for the newest; None if nothing was measured."""
        for value in reversed(list(self.every(key, period, basis=basis))):
            if within is None or value.first <= within <= value.last:
                return value
        return None


def _day(value: object) -> date:
    return pd.Timestamp(str(value)).date()


def _number(value: Any) -> float | None:  # noqa: ANN401 - a cell of a frame
    return None if value is None or pd.isna(value) else float(value)
