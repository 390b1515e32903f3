"""The one evaluator: every measure, of every group, for every period, from the frames.

Measures of the same rows by the same date are evaluated together. Rows that give the same answers to all their
conditions are alike, and what is counted is the alike: once for each way of telling rows apart, by group and by cell of
time. Each measure then adds up the answers it asks for, and the cells that make its periods. Nothing goes row by row.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.measures.catalogue import Catalogue
from models.measures.conditions import Conditions
from models.measures.frames import Frames
from models.measures.groups import EVERYBODY, Groups, everybody, groups
from models.measures.periods import Cells, Period, periods, today
from models.measures.schema import Measure
from models.measures.table import COLUMNS, Asked, Block, Measurements, block, table
from models.measures.tally import Tally
from models.queries.at_once import two_at_once
from models.statute.records import Rows

__all__ = ["COLUMNS", "Evaluator"]

_LONGEST = "holding"
"""The kind of rows to begin with where two are evaluated at a time: it follows from the records of several others."""


class Evaluator:
    """Evaluates measures over some frames, keeping what several of them need."""

    def __init__(self, frames: Frames, catalogue: Catalogue) -> None:
        self.frames, self.catalogue = frames, catalogue
        self.periods = periods(frames.as_of)
        recent = [(place, x.kind == "month") for place, x in enumerate(self.periods) if x.is_recent]
        self._of_groups = {
            by_month: np.array([place for place, is_month in recent if by_month or not is_month])
            for by_month in (True, False)
        }
        self._conditions: dict[str, Conditions] = {}
        self._groups: dict[str, dict[str, Groups]] = {}
        for record in {x.record for x in catalogue.measures}:
            self._forget(record)

    def table(self, measures: Iterable[Measure] | None = None) -> pd.DataFrame:
        """The measurements of the measures, of all of them if not given; columns as `COLUMNS`.

        A group in which there is nobody has no row; everybody together have one for every period, also of nothing.
        """
        return pd.DataFrame(self.columns(measures))

    def columns(self, measures: Iterable[Measure] | None = None) -> Mapping[str, NDArray[Any]]:
        """The same table as plain columns."""
        return self.measurements(measures).columns()

    def measurements(self, measures: Iterable[Measure] | None = None) -> Measurements:
        """The same table as numbers, with each word once."""
        chosen = self.catalogue.measures if measures is None else measures
        pairs = ((measure, basis) for measure in chosen for basis in measure.basis)
        asked = [Asked(place, *pair) for place, pair in enumerate(pairs)]
        together: dict[str, dict[str, list[Asked]]] = {}
        for x in asked:
            together.setdefault(x.measure.record, {}).setdefault(x.measure.basis[x.basis], []).append(x)
        records = sorted(together, key=lambda record: record != _LONGEST)
        with two_at_once(self.frames.columns["case"].size) as each:
            found: Iterable[list[Block]] = each(self._of_record, records, [together[record] for record in records])
            blocks = list(chain.from_iterable(found))
        return table(blocks, asked, (*self.periods, today(self.frames.as_of)))

    def rows(self, measure: Measure, basis: str, period: Period) -> pd.DataFrame:
        """The rows of the measure's frame that stand behind its figure for a period, with `is_counted`."""
        cohort, counted = self._conditions[measure.record].of(measure)
        if basis != "open":
            days = self.frames.columns[measure.record].dates(measure.basis[basis])
            last = min(period.last, self.frames.as_of)
            cohort = cohort & (days >= np.datetime64(period.first, "D")) & (days <= np.datetime64(last, "D"))
        return self.frames.of(measure.record)[cohort].assign(is_counted=counted[cohort])

    def groups(self, record: str, dimension: str) -> Groups:
        """How the rows of a frame are told apart."""
        found = self._groups[record]
        if dimension not in found:
            columns = self.frames.columns[record]
            found[dimension] = (
                everybody(columns, self.frames.authorities)
                if dimension == EVERYBODY
                else groups(columns, self.catalogue.dimensions[dimension], self.groups(record, EVERYBODY))
            )
        return found[dimension]

    def _forget(self, record: str) -> None:
        """What was found out about the rows of a frame is not kept: of millions of them it is much."""
        self._conditions[record] = Conditions(self.frames.columns[record], np.datetime64(self.frames.as_of, "D"))
        self._groups[record] = {}

    @cached_property
    def _cells(self) -> Cells:
        return Cells(self.periods, self.frames.as_of)

    def _of_record(self, record: str, by_date: Mapping[str, list[Asked]]) -> list[Block]:
        """The measurements of the measures of the same rows."""
        found = [block for column, asked in by_date.items() for block in self._blocks(record, column, asked)]
        self._forget(record)
        return found

    def _blocks(self, record: str, column: str, asked: list[Asked]) -> Iterator[Block]:
        """The measurements of some measures of the same rows by the same date."""
        tally = Tally(self._conditions[record], column, [x.measure for x in asked], self._cells if column else None)
        for dimension in dict.fromkeys(name for x in asked for name in x.dimensions):
            chosen = [place for place, x in enumerate(asked) if dimension in x.dimensions]
            found = self.groups(record, dimension)
            given = self._given(dimension, column)
            tops, bottoms = tally.counted(found, chosen, given)
            there = np.ones(bottoms.shape, dtype=np.bool_) if dimension == EVERYBODY else bottoms > 0
            made = block([asked[x] for x in chosen], dimension, found, tops, bottoms, there)
            yield made._replace(period=given[made.period])

    def _given(self, dimension: str, column: str) -> Rows:
        """The places of the periods that are given for a dimension: for groups there are fewer than for everybody."""
        if not column:
            # What is open stands as of the day asked about, which comes after the periods.
            return np.array([len(self.periods)])
        if dimension == EVERYBODY:
            return np.arange(len(self.periods))
        return self._of_groups[self.catalogue.dimensions[dimension].by_month]
