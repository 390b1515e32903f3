"""The one evaluator: every measure, of every group, for every period, from the frames.

Measures of the same rows by the same date are evaluated together. Rows that give the same answers to all their
conditions are alike, and what is counted is the alike: once for each way of telling rows apart, by group and by cell of
time. Each measure then adds up the answers it asks for, and the cells that make its periods. Nothing goes row by row.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.measures.catalogue import Catalogue
from models.measures.conditions import Conditions
from models.measures.frames import Frames
from models.measures.groups import EVERYBODY, Groups, everybody, groups
from models.measures.periods import Cells, Period, periods, today
from models.measures.schema import Measure
from models.measures.tally import Figures, Tally
from models.queries.kpi import KpiRow

COLUMNS = KpiRow._fields
"""The columns of a table of measurements, as the long table has them after `as_of`."""

Block = tuple[NDArray[Any], ...]
"""Some rows of the table: the place of each among the others, and one array for each of `COLUMNS`."""


class _Asked(NamedTuple):
    """A measure by one of its bases, and its place in the table."""

    place: int
    measure: Measure
    basis: str


class Evaluator:
    """Evaluates measures over some frames, keeping what several of them need."""

    def __init__(self, frames: Frames, catalogue: Catalogue) -> None:
        self.frames, self.catalogue = frames, catalogue
        self.periods = periods(frames.as_of)
        self._today, self._stretches = _Stretches((today(frames.as_of),)), _Stretches(self.periods)
        self._conditions: dict[str, Conditions] = {}
        self._groups: dict[tuple[str, str], Groups] = {}
        for record in {x.record for x in catalogue.measures}:
            self._forget(record)

    def table(self, measures: Iterable[Measure] | None = None) -> pd.DataFrame:
        """The measurements of the measures, of all of them if not given; columns as `COLUMNS`.

        A group in which there is nobody has no row; everybody together have one for every period, also of nothing.
        """
        return pd.DataFrame(self.columns(measures))

    def columns(self, measures: Iterable[Measure] | None = None) -> Mapping[str, NDArray[Any]]:
        """The same table as plain columns."""
        chosen = self.catalogue.measures if measures is None else measures
        together: dict[str, dict[str, list[_Asked]]] = {}
        for place, (measure, basis) in enumerate((x, basis) for x in chosen for basis in x.basis):
            of_record = together.setdefault(measure.record, {})
            of_record.setdefault(measure.basis[basis], []).append(_Asked(place, measure, basis))
        blocks: list[Block] = []
        for record, by_date in together.items():
            for column, asked in by_date.items():
                blocks += self._blocks(record, column, asked)
            self._forget(record)
        if not blocks:
            return {name: np.zeros(0) for name in COLUMNS}
        places, *columns = (np.concatenate(x) for x in zip(*blocks, strict=True))
        order = np.argsort(places, kind="stable")
        return {name: column[order] for name, column in zip(COLUMNS, columns, strict=True)}

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
        if (record, dimension) not in self._groups:
            columns = self.frames.columns[record]
            self._groups[record, dimension] = (
                everybody(columns, self.frames.authorities)
                if dimension == EVERYBODY
                else groups(columns, self.catalogue.dimensions[dimension], self.groups(record, EVERYBODY))
            )
        return self._groups[record, dimension]

    def _forget(self, record: str) -> None:
        """What was found out about the rows of a frame is not kept: of millions of them it is much."""
        self._conditions[record] = Conditions(self.frames.columns[record], np.datetime64(self.frames.as_of, "D"))
        self._groups = {key: found for key, found in self._groups.items() if key[0] != record}

    @cached_property
    def _cells(self) -> Cells:
        return Cells(self.periods, self.frames.as_of)

    def _blocks(self, record: str, column: str, asked: list[_Asked]) -> Iterator[Block]:
        """The measurements of some measures of the same rows by the same date."""
        tally = Tally(self._conditions[record], column, [x.measure for x in asked], self._cells if column else None)
        stretches = self._stretches if column else self._today
        for dimension in dict.fromkeys((EVERYBODY, *(name for x in asked for name in x.measure.dimensions))):
            chosen = [place for place, x in enumerate(asked) if dimension in (EVERYBODY, *x.measure.dimensions)]
            found = self.groups(record, dimension)
            tops, bottoms = tally.counted(found, chosen)
            if dimension == EVERYBODY:
                there = np.ones(bottoms.shape, dtype=np.bool_)
            else:
                there = (bottoms > 0) & stretches.told_apart(by_month=self.catalogue.dimensions[dimension].by_month)
            yield _block([asked[x] for x in chosen], dimension, stretches, found, tops, bottoms, there)


class _Stretches:
    """Some periods as columns: their kinds, and their first and last days as ISO text."""

    def __init__(self, chosen: tuple[Period, ...]) -> None:
        times = [(x.kind, x.first.isoformat(), x.last.isoformat()) for x in chosen]
        self.columns = tuple(np.array(x, dtype=object) for x in zip(*times, strict=True))
        self._recent = np.array([x.is_recent for x in chosen])
        self._recent_but_months = np.array([x.is_recent and x.kind != "month" for x in chosen])

    def told_apart(self, *, by_month: bool) -> NDArray[np.bool_]:
        """True for the periods that are given for groups too."""
        return self._recent if by_month else self._recent_but_months


def _block(
    asked: list[_Asked],
    dimension: str,
    stretches: _Stretches,
    found: Groups,
    tops: Figures,
    bottoms: Figures,
    there: NDArray[np.bool_],
) -> Block:
    """One row for each measure, group and period that is there."""
    place, group, period = np.nonzero(there)
    top, bottom = tops[there], bottoms[there]
    is_count = np.array([x.measure.unit == "count" for x in asked])[place]
    value = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    value[is_count], bottom[is_count] = top[is_count], np.nan
    kind, first, last = (x[period] for x in stretches.columns)
    key = np.array([x.measure.key for x in asked], dtype=object)[place]
    by = np.array([x.basis for x in asked], dtype=object)[place]
    apart = np.full(len(top), dimension, dtype=object)
    order = np.array([_order(x, dimension) for x in asked])[place]
    return (order, found.authority[group], key, by, kind, first, last, apart, found.name[group], top, bottom, value)


def _order(asked: _Asked, dimension: str) -> int:
    """The place of a measure told apart by a dimension: by measure and basis, and then as the definition has it."""
    return asked.place << 8 | (EVERYBODY, *asked.measure.dimensions).index(dimension)
