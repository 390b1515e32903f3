"""What of the measures may be published: small numbers left out, what they could be worked out from, and all rounded.

A published table is one measure of one authority on one basis for one period, told apart in one way, with its total.
Counts are rounded, and shares are of the rounded counts: whoever takes one table from another, or a month from its
quarter, is left with a number that several true ones fit. For the team's own use nothing of this is applied.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from models.measures.catalogue import EXCLUDING, Catalogue
from models.measures.groups import EVERYBODY
from models.practice.schema import PublicationPolicy
from models.queries.kpi import KpiRow

SUPPRESSED = "c"
"""Stands for a figure that is left out, as in the national statistics."""

_SMALLEST_TABLE = 2


@dataclass(frozen=True)
class PublishedRow:
    """A measurement as it is published, rounded, and its words: `SUPPRESSED` in all three where it is left out."""

    row: KpiRow
    numerator: str
    denominator: str
    value: str

    @property
    def is_suppressed(self) -> bool:
        """True where nothing is shown."""
        return self.value == SUPPRESSED


def publish(rows: Iterable[KpiRow], catalogue: Catalogue, policy: PublicationPolicy) -> list[PublishedRow]:
    """The measurements as they may be published, in the order of their tables; each table stands for itself."""
    every = sorted(rows, key=lambda x: (_table_of(x), x.group_name))
    with_exceptions = {x.key: x for x in every}
    found: list[PublishedRow] = []
    totals = {_table_of(x): x for x in every if x.dimension == EVERYBODY}
    for table, members in groupby(every, _table_of):
        cells = list(members)
        total = totals.get((*table[:-1], EVERYBODY))
        hidden = _hidden(cells, total, with_exceptions, policy.suppress_below)
        found += [_published(cell, catalogue, policy, is_hidden=cell.key in hidden) for cell in cells]
    return found


def _table_of(row: KpiRow) -> tuple[str, ...]:
    return (row.authority_code, row.measure, row.basis, row.period, row.period_from, row.dimension)


def _hidden(
    cells: Sequence[KpiRow], total: KpiRow | None, others: dict[tuple[str, ...], KpiRow], below: int
) -> set[tuple[str, ...]]:
    """The keys of the cells that are not shown: the small ones, and more until none follows from the total."""
    hidden = [x for x in cells if _is_small(x, below) or _gives_away(x, others, below)]
    if not hidden or cells[0].dimension == EVERYBODY:
        return {x.key for x in hidden}
    if total is not None and not _is_small(total, below):
        # The smallest first: what is left out besides should cost the reader least.
        left = sorted((x for x in cells if x not in hidden), key=lambda x: (_size(x), x.group_name), reverse=True)
        while left and not _is_safe(hidden, below):
            hidden.append(left.pop())
    return {x.key for x in hidden}


def _is_safe(hidden: Sequence[KpiRow], below: int) -> bool:
    """True if what the total gives away, the sum of all that is hidden, says nothing of any one of them."""
    if len(hidden) < _SMALLEST_TABLE:
        return False
    return all(sum(numbers) >= below or not sum(numbers) for numbers in zip(*map(_numbers, hidden), strict=True))


def _is_small(row: KpiRow, below: int) -> bool:
    return any(0 < number < below for number in _numbers(row))


def _numbers(row: KpiRow) -> tuple[float, ...]:
    """The numbers of children in a cell: counted, in the cohort, and in the cohort without being counted."""
    if row.denominator is None:
        return (row.numerator,)
    if row.numerator > row.denominator:  # a sum, as of weeks, is no number of children
        return (row.denominator,)
    return row.numerator, row.denominator, row.denominator - row.numerator


def _size(row: KpiRow) -> float:
    return row.numerator if row.denominator is None else row.denominator


def _gives_away(row: KpiRow, others: dict[tuple[str, ...], KpiRow], below: int) -> bool:
    """True for a group's figure without exceptions where the one with them shows how few exceptions there were.

    For everybody together both are in the national statistics.
    """
    if not row.measure.endswith(EXCLUDING) or row.dimension == EVERYBODY:
        return False
    key = row._replace(measure=row.measure.removesuffix(EXCLUDING)).key
    other = others.get(key)
    if other is None:
        return False
    return any(0 < abs(more - less) < below for more, less in zip(_numbers(other), _numbers(row), strict=False))


def rounded(number: float, policy: PublicationPolicy) -> float:
    """A count as it is published: the nearest multiple of what the authority rounds to."""
    return float(policy.round_counts_to * round(number / policy.round_counts_to))


def _published(cell: KpiRow, catalogue: Catalogue, policy: PublicationPolicy, *, is_hidden: bool) -> PublishedRow:
    if is_hidden:
        return PublishedRow(cell, SUPPRESSED, SUPPRESSED, SUPPRESSED)
    unit = catalogue.measure(cell.measure).unit
    row = _rounded(cell, policy, is_mean=unit == "mean")
    if row.value is None:
        value = ""
    elif unit == "share":
        value = f"{100 * row.value:.{policy.percent_decimals}f}%"
    else:
        value = f"{row.value:.0f}" if unit == "count" else f"{row.value:.1f}"
    # The sum behind a mean would give away the one record that a table of another period adds.
    numerator = "" if unit == "mean" else f"{row.numerator:.0f}"
    return PublishedRow(row, numerator, "" if row.denominator is None else f"{row.denominator:.0f}", value)


def _rounded(row: KpiRow, policy: PublicationPolicy, *, is_mean: bool) -> KpiRow:
    """The measurement of rounded counts; a mean is rounded itself, and its sum made to agree."""
    if row.denominator is None:
        counted = rounded(row.numerator, policy)
        return row._replace(numerator=counted, value=counted)
    of = rounded(row.denominator, policy)
    if is_mean:
        mean = None if row.value is None else round(row.value, 1)
        return row._replace(numerator=of * (mean or 0), denominator=of, value=mean)
    counted = rounded(row.numerator, policy)
    return row._replace(numerator=counted, denominator=of, value=counted / of if of else None)
