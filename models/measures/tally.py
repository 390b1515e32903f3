"""Counts the rows of several measures at once: for whom each row counts is one number, and the numbers are counted."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.measures.conditions import Conditions, in_cohort
from models.measures.groups import Groups
from models.measures.periods import Cells
from models.measures.schema import Condition, Measure
from models.statute.records import Flags, Rows

Figures = NDArray[np.float64]

_MANY = 1 << 12


class Tally:
    """Some measures of the same rows by the same date: the rows that count for any of them, and for which."""

    def __init__(self, conditions: Conditions, column: str, measures: Sequence[Measure], cells: Cells | None) -> None:
        columns, self._cells = conditions.columns, cells
        tried = tuple(dict.fromkeys(x for measure in measures for x in (*in_cohort(measure), *measure.counted)))
        alike = Alike(columns.size, [conditions.flags(x) for x in tried])
        places = {condition: place for place, condition in enumerate(tried)}

        def said(wanted: tuple[Condition, ...]) -> NDArray[np.bool_]:
            return np.asarray(alike.answers[:, [places[x] for x in wanted]].all(axis=1))

        self._cohort = np.array([said(in_cohort(x)) for x in measures])
        counted = self._cohort & np.array([said(x.counted) for x in measures])
        self._wanted = np.array([counted, self._cohort], dtype=np.float64)
        counts = np.asarray(self._cohort.any(axis=0))[alike.number]
        cell = conditions.cells(column, cells) if cells else np.zeros(columns.size, dtype=np.int16)
        self._rows = np.flatnonzero(counts & (cell >= 0))
        self._cell, self._number = cell[self._rows], alike.number[self._rows]
        self._key = self._cell * np.int32(len(alike.answers)) + self._number
        self._totals = {
            place: self._total(columns.numbers(measure.total), place)
            for place, measure in enumerate(measures)
            if measure.total
        }

    def _total(self, numbers: NDArray[Any], place: int) -> tuple[Rows, Figures]:
        """Where among the rows those of a measure are, and what it adds up."""
        own = np.flatnonzero(self._cohort[place][self._number])
        return own, numbers[self._rows[own]].astype(np.float64)

    def counted(self, found: Groups, places: Sequence[int], periods: Rows) -> tuple[Figures, Figures]:
        """The numerators and denominators of some of the measures: by measure, group and period, of some periods."""
        cells, alike = self._cells.size if self._cells else 1, self._cohort.shape[1]
        group = found.index.take(self._rows)
        place = np.multiply(group, cells * alike, dtype=np.int64)
        place += self._key
        counted = np.bincount(place, minlength=found.size * cells * alike)
        wanted = self._wanted[:, places].reshape(2 * len(places), alike)
        by_cell = counted.reshape(found.size * cells, alike).astype(np.float64)
        # Not as a product of matrices, for which numpy sets threads to work that wait for more of it long after.
        added = np.einsum("ca,ma->mc", by_cell, wanted).reshape(2 * len(places), found.size, cells)
        for number, measure in enumerate(places):
            if measure in self._totals:
                own, numbers = self._totals[measure]
                within = group[own].astype(np.int64) * cells + self._cell[own]
                total = np.bincount(within, numbers, minlength=found.size * cells)
                added[number] = total.reshape(found.size, cells)
        if self._cells:
            added = self._cells.add_up(added, periods)
        return added[: len(places)], added[len(places) :]


class Alike:
    """Rows that give the same answers to some conditions, taken together.

    `number` is what rows with the same answers share; `answers` has a row for each of these numbers, true in the
    columns of the conditions that hold.
    """

    def __init__(self, size: int, flags: Sequence[Flags]) -> None:
        self.number: NDArray[np.int32] = np.zeros(size, dtype=np.int32)
        self.answers: NDArray[np.bool_] = np.zeros((1, 0), dtype=np.bool_)
        for flag in flags:
            if len(self.answers) > _MANY:
                self._forget_what_nobody_says()
            self.number *= 2
            self.number += flag
            said = np.tile([[False], [True]], (len(self.answers), 1))
            self.answers = np.hstack([self.answers.repeat(2, axis=0), said])
        self._forget_what_nobody_says()

    def _forget_what_nobody_says(self) -> None:
        there = np.bincount(self.number, minlength=len(self.answers)) > 0
        self.number = (np.cumsum(there, dtype=np.int32) - 1)[self.number]
        self.answers = self.answers[there]
