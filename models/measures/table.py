"""The table of measurements: put together in numbers, and given its words at the end, once for all its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.measures.groups import EVERYBODY, Groups
from models.measures.periods import Period
from models.measures.schema import Measure
from models.measures.tally import Figures
from models.queries.kpi import KpiRow
from models.statute.records import Flags, Rows

COLUMNS = KpiRow._fields
"""The columns of a table of measurements, as the long table has them after `as_of`."""

_DIMENSIONS = 1 << 8
"""More than any measure has ways of telling its rows apart."""


class Asked(NamedTuple):
    """A measure by one of its bases, and its place in the table."""

    place: int
    measure: Measure
    basis: str

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The ways of telling its rows apart, in the order of the table."""
        return (EVERYBODY, *self.measure.dimensions)

    def order(self, dimension: str) -> int:
        """The place of what is told apart by a dimension: by measure and basis, and then as the definition has it."""
        return self.place * _DIMENSIONS + self.dimensions.index(dimension)


class Block(NamedTuple):
    """Some rows of the table: the order of each, the places of its group and its period, and its figures."""

    order: Rows
    group: Rows
    period: Rows
    top: Figures
    bottom: Figures
    groups: Groups


@dataclass(frozen=True)
class Measurements:
    """Measurements as numbers: of each the place of its series and that of its period, and its figures.

    `series` and `periods` have the words of these, by column; each stands there once, in the order of the table.
    """

    series: Mapping[str, NDArray[np.object_]]
    periods: Mapping[str, NDArray[np.object_]]
    of_series: Rows
    of_period: Rows
    numerator: Figures
    denominator: Figures

    @property
    def value(self) -> Figures:
        """Numerator by denominator, NaN where there is nothing to divide by; a count by itself."""
        found = np.where(np.isnan(self.denominator), self.numerator, np.nan)
        return np.divide(self.numerator, self.denominator, out=found, where=self.denominator > 0)

    def columns(self) -> Mapping[str, NDArray[Any]]:
        """The same as plain columns, `COLUMNS`, with the words in every row; NaN where there is no figure."""
        found: dict[str, NDArray[Any]] = {name: column[self.of_series] for name, column in self.series.items()}
        found |= {name: column[self.of_period] for name, column in self.periods.items()}
        found |= {name: getattr(self, name) for name in ("numerator", "denominator", "value")}
        return {name: found[name] for name in COLUMNS}


def block(
    asked: Sequence[Asked], dimension: str, found: Groups, tops: Figures, bottoms: Figures, there: Flags
) -> Block:
    """One row for each measure, group and period that is there."""
    place, group, period = np.nonzero(there)
    top, bottom = tops[there], bottoms[there]
    is_count = np.array([x.measure.unit == "count" for x in asked])[place]
    bottom[is_count] = np.nan
    order = np.array([x.order(dimension) for x in asked])[place]
    return Block(order, group, period, top, bottom, found)


def table(blocks: Sequence[Block], asked: Sequence[Asked], stretches: Sequence[Period]) -> Measurements:
    """The rows of all the blocks in their order; `asked` and `stretches` are those that they point into."""
    # The groups of each block stand behind those of the ones before it.
    begins = np.cumsum([0, *(x.groups.size for x in blocks[:-1])])
    group = _together(x.group + begin for x, begin in zip(blocks, begins, strict=False))
    order, period = _together(x.order for x in blocks), _together(x.period for x in blocks)
    rows = np.argsort(order, kind="stable")
    order, group = order[rows], group[rows]
    # The rows of a series stand together.
    begins_one = np.ones(len(rows), dtype=np.bool_)
    begins_one[1:] = (order[1:] != order[:-1]) | (group[1:] != group[:-1])
    own, group = order[begins_one], group[begins_one]
    place = own // _DIMENSIONS
    dimensions = {x.order(name): name for x in asked for name in x.dimensions}
    told_apart = np.full(len(asked) * _DIMENSIONS, "", dtype=object)
    told_apart[list(dimensions)] = list(dimensions.values())
    there = np.flatnonzero(np.bincount(period, minlength=len(stretches)))
    chosen = [stretches[x] for x in there.tolist()]
    return Measurements(
        {
            "authority_code": _together(x.groups.authority for x in blocks)[group],
            "measure": _words(x.measure.key for x in asked)[place],
            "basis": _words(x.basis for x in asked)[place],
            "dimension": told_apart[own],
            "group_name": _together(x.groups.name for x in blocks)[group],
        },
        {
            "period": _words(x.kind for x in chosen),
            "period_from": _words(x.first.isoformat() for x in chosen),
            "period_to": _words(x.last.isoformat() for x in chosen),
        },
        np.cumsum(begins_one) - 1,
        np.searchsorted(there, period[rows]),
        _together(x.top for x in blocks)[rows],
        _together(x.bottom for x in blocks)[rows],
    )


def _together(columns: Iterable[NDArray[Any]]) -> NDArray[Any]:
    """The columns one behind the other, also of none."""
    return np.concatenate([*columns, np.zeros(0, dtype=np.int8)])


def _words(found: Iterable[str]) -> NDArray[np.object_]:
    return np.array(list(found), dtype=object)
