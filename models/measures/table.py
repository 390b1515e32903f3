"""The table of measurements: put together in numbers, and given its words at the end, once for all its rows."""

from collections.abc import Iterable, Mapping, Sequence
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
    value: Figures
    groups: Groups


def block(
    asked: Sequence[Asked], dimension: str, found: Groups, tops: Figures, bottoms: Figures, there: Flags
) -> Block:
    """One row for each measure, group and period that is there."""
    place, group, period = np.nonzero(there)
    top, bottom = tops[there], bottoms[there]
    value = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    is_count = np.array([x.measure.unit == "count" for x in asked])[place]
    value[is_count], bottom[is_count] = top[is_count], np.nan
    order = np.array([x.order(dimension) for x in asked])[place]
    return Block(order, group, period, top, bottom, value, found)


def table(blocks: Sequence[Block], asked: Sequence[Asked], stretches: Sequence[Period]) -> Mapping[str, NDArray[Any]]:
    """The rows of all the blocks in their order; `asked` and `stretches` are those that they point into."""
    if not blocks:
        return {name: np.zeros(0) for name in COLUMNS}
    # The groups of each block stand behind those of the ones before it.
    begins = np.cumsum([0, *(x.groups.size for x in blocks[:-1])])
    numbers = [
        (x.order, x.group + begin, x.period, x.top, x.bottom, x.value) for x, begin in zip(blocks, begins, strict=True)
    ]
    order, group, period, *figures = (np.concatenate(column) for column in zip(*numbers, strict=True))
    rows = np.argsort(order, kind="stable")
    order, group, period = order[rows], group[rows], period[rows]
    place = order // _DIMENSIONS
    dimensions = {x.order(name): name for x in asked for name in x.dimensions}
    told_apart = np.full(len(asked) * _DIMENSIONS, "", dtype=object)
    told_apart[list(dimensions)] = list(dimensions.values())
    found = (
        np.concatenate([x.groups.authority for x in blocks])[group],
        _words(x.measure.key for x in asked)[place],
        _words(x.basis for x in asked)[place],
        _words(x.kind for x in stretches)[period],
        _words(x.first.isoformat() for x in stretches)[period],
        _words(x.last.isoformat() for x in stretches)[period],
        told_apart[order],
        np.concatenate([x.groups.name for x in blocks])[group],
        *(x[rows] for x in figures),
    )
    return dict(zip(COLUMNS, found, strict=True))


def _words(found: Iterable[str]) -> NDArray[np.object_]:
    return np.array(list(found), dtype=object)
