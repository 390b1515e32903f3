"""The one evaluator: every measure, of every group, for every period, from the frames.

For each measure the rows of its cohort are chosen once; for each way of telling them apart they are counted once, by
group and by cell of time; the cells then add up to the periods. Nothing goes row by row.
"""

from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.measures.catalogue import Catalogue
from models.measures.conditions import Conditions
from models.measures.frames import Frames
from models.measures.groups import EVERYBODY, Groups, groups
from models.measures.periods import Cells, Period, periods, today
from models.measures.schema import Measure
from models.queries.kpi import KpiRow

COLUMNS = KpiRow._fields
"""The columns of a table of measurements, as the long table has them after `as_of`."""


Block = tuple[NDArray[Any], ...]
"""Some rows of the table, one array for each of `COLUMNS`."""


class Evaluator:
    """Evaluates measures over some frames, keeping what several of them need."""

    def __init__(self, frames: Frames, catalogue: Catalogue) -> None:
        self.frames, self.catalogue = frames, catalogue
        self.periods = periods(frames.as_of)
        self._today = (today(frames.as_of),)
        self._conditions = {kind: Conditions(frames, kind) for kind in {x.record for x in catalogue.measures}}
        self._groups: dict[tuple[str, str], Groups] = {}

    def table(self, measures: Iterable[Measure] | None = None) -> pd.DataFrame:
        """The measurements of the measures, of all of them if not given; columns as `COLUMNS`.

        A group in which there is nobody has no row; everybody together have one for every period, also of nothing.
        """
        chosen = self.catalogue.measures if measures is None else measures
        blocks = [block for measure in chosen for basis in measure.basis for block in self._blocks(measure, basis)]
        columns = zip(*blocks, strict=True) if blocks else ([np.zeros(0)] for _ in COLUMNS)
        return pd.DataFrame({name: np.concatenate(x) for name, x in zip(COLUMNS, columns, strict=True)})

    def rows(self, measure: Measure, basis: str, period: Period) -> pd.DataFrame:
        """The rows of the measure's frame that stand behind its figure for a period, with `is_counted`."""
        cohort, counted = self._conditions[measure.record].of(measure)
        frame = self.frames.of(measure.record)
        if basis != "open":
            days = frame[measure.basis[basis]].to_numpy().astype("datetime64[D]")
            last = min(period.last, self.frames.as_of)
            cohort = cohort & (days >= np.datetime64(period.first, "D")) & (days <= np.datetime64(last, "D"))
        return frame[cohort].assign(is_counted=counted[cohort])

    def groups(self, record: str, dimension: str) -> Groups:
        """How the rows of a frame are told apart."""
        if (record, dimension) not in self._groups:
            by = None if dimension == EVERYBODY else self.catalogue.dimensions[dimension]
            self._groups[record, dimension] = groups(self.frames.of(record), by, self._authorities)
        return self._groups[record, dimension]

    @cached_property
    def _authorities(self) -> tuple[str, ...]:
        return tuple(x for x in self.frames.case["authority_code"].cat.categories if x)

    @cached_property
    def _cells(self) -> Cells:
        return Cells(self.periods, self.frames.as_of)

    def _blocks(self, measure: Measure, basis: str) -> Iterable[Block]:
        conditions = self._conditions[measure.record]
        cohort, counted = conditions.of(measure)
        chosen, cells = (self._today, None) if basis == "open" else (self.periods, self._cells)
        rows = np.flatnonzero(cohort)
        cell = np.zeros(len(rows), dtype=np.int16)
        if cells:
            cell = conditions.cells(measure.basis[basis], cells)[rows]
            rows, cell = rows[cell >= 0], cell[cell >= 0]
        total = conditions.numbers(measure.total)[rows] if measure.total else None
        weights = counted[rows].astype(np.float64) if total is None else total
        for dimension in (EVERYBODY, *measure.dimensions):
            found = self.groups(measure.record, dimension)
            key = found.index[rows].astype(np.int64) * (cells.size if cells else 1) + cell
            shape = (found.size, cells.size if cells else 1)
            tops, bottoms = (_counted(key, x, shape) for x in (weights, None))
            if cells:
                tops, bottoms = cells.add_up(tops), cells.add_up(bottoms)
            yield _block(measure, basis, chosen, found, dimension, tops, bottoms, self._wanted(chosen, dimension))

    def _wanted(self, chosen: tuple[Period, ...], dimension: str) -> NDArray[np.bool_]:
        """True for the periods that are told apart by this dimension."""
        if dimension == EVERYBODY:
            return np.ones(len(chosen), dtype=np.bool_)
        by_month = self.catalogue.dimensions[dimension].by_month
        return np.array([x.is_recent and (by_month or x.kind != "month") for x in chosen])


def _counted(
    key: NDArray[np.int64], weights: NDArray[np.float64] | None, shape: tuple[int, int]
) -> NDArray[np.float64]:
    return np.bincount(key, weights, minlength=shape[0] * shape[1]).reshape(shape).astype(np.float64)


@lru_cache(maxsize=4)
def _told(chosen: tuple[Period, ...]) -> tuple[NDArray[np.object_], ...]:
    """The kinds of the periods, and their first and last days as ISO text."""
    times = [(x.kind, x.first.isoformat(), x.last.isoformat()) for x in chosen]
    return tuple(np.array(x, dtype=object) for x in zip(*times, strict=True))


def _block(
    measure: Measure,
    basis: str,
    chosen: tuple[Period, ...],
    found: Groups,
    dimension: str,
    tops: NDArray[np.float64],
    bottoms: NDArray[np.float64],
    wanted: NDArray[np.bool_],
) -> Block:
    """One row for each group and period in which there is somebody; of everybody one for each period."""
    there = ((bottoms > 0) | (dimension == EVERYBODY)) & wanted
    group, period = np.nonzero(there)
    top, bottom = tops[there], bottoms[there]
    if measure.unit == "count":
        value, bottom = top, np.full(len(top), np.nan)
    else:
        value = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    kind, first, last = (x[period] for x in _told(chosen))
    same = (np.full(len(top), word, dtype=object) for word in (measure.key, basis, dimension))
    key, by, apart = same
    return (found.authority[group], key, by, kind, first, last, apart, found.name[group], top, bottom, value)
