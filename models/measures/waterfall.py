"""Why the twenty-week percentage moved between two periods: an exact sum of four parts (decision 0020).

The percentage is the DfE's headline: of the plans issued in a period, exceptions left out, how many were within the
limit. It moves for reasons that are not performance. Clearing old cases lowers it, because a plan that was already late
when the period began can only be issued late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.datetime64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Cases:
    """Cases as columns: when the plan was issued, the last day of its limit, when the case ended without a plan.

    NaT is "not", or for `due_on` "the request has no date": such a plan counts as issued and never as on time.
    `is_exception` is SEN2's `Week20`.
    """

    issued_on: Days
    due_on: Days
    ended_on: Days
    is_exception: Flags


@dataclass(frozen=True)
class Period:
    """A span of days, both inclusive, with the name a person knows it by."""

    name: str
    first: date
    last: date


@dataclass(frozen=True)
class Counts:
    """What happened in one period.

    `issued` plans, of which `on_time`; the same without exceptions. `old` were past their limit before the period
    began or have no request date (`undated` of them). `due` cases reached the end of their limit in the period.
    """

    issued: int
    on_time: int
    issued_without: int
    on_time_without: int
    old: int
    undated: int
    due: int

    @property
    def current(self) -> int:
        """Plans issued that could still be on time when the period began."""
        return self.issued - self.old

    @property
    def headline(self) -> Fraction | None:
        """The DfE's percentage as a fraction: exceptions left out; None where nothing was issued."""
        return Fraction(self.on_time_without, self.issued_without) if self.issued_without else None

    @property
    def with_exceptions(self) -> Fraction | None:
        """The same with the plans for which an exception was used."""
        return Fraction(self.on_time, self.issued) if self.issued else None


@dataclass(frozen=True)
class Part:
    """One reason, the share of the difference that is its own, and a sentence with its numbers."""

    key: str
    title: str
    change: Fraction
    words: str


@dataclass(frozen=True)
class Waterfall:
    """The difference between two periods; `parts` sum to it exactly. Without parts, `why_not` says why."""

    before: Period
    after: Period
    was: Counts
    now: Counts
    parts: tuple[Part, ...]
    why_not: str = ""

    @property
    def change(self) -> Fraction | None:
        """The headline of the later period minus that of the earlier."""
        if self.was.headline is None or self.now.headline is None:
            return None
        return self.now.headline - self.was.headline


def counts(cases: Cases, period: Period) -> Counts:
    """What happened in a period."""
    first, last = np.datetime64(period.first, "D"), np.datetime64(period.last, "D")
    issued = (cases.issued_on >= first) & (cases.issued_on <= last)
    on_time = issued & (cases.issued_on <= cases.due_on)
    undated = issued & np.isnat(cases.due_on)
    old = undated | (issued & (cases.due_on < first))
    is_bound = np.isnat(cases.ended_on) | (cases.ended_on > cases.due_on)
    due = (cases.due_on >= first) & (cases.due_on <= last) & is_bound
    counted = ~cases.is_exception
    columns = (issued, on_time, issued & counted, on_time & counted, old, undated, due)
    return Counts(*(int(column.sum()) for column in columns))


def waterfall(cases: Cases, before: Period, after: Period) -> Waterfall:
    """Why the headline of `after` differs from that of `before`."""
    was, now = counts(cases, before), counts(cases, after)
    empty = [period.name for period, found in ((before, was), (after, now)) if found.headline is None]
    if empty:
        none = (
            f"In {' and '.join(empty)} no plan was issued without an exception, so there is no percentage to compare."
        )
        return Waterfall(before, after, was, now, (), none)
    backlog, demand, speed = _shares(was, now)
    parts = (
        Part("backlog", "Backlog cleared", backlog, _backlog_words(was, now, before, after)),
        Part("exceptions", "Exceptions", _exceptions(now) - _exceptions(was), _exception_words(was, now)),
        Part("demand", "Demand", demand, _demand_words(was, now)),
        Part("speed", "Speed", speed, _speed_words(was, now)),
    )
    return Waterfall(before, after, was, now, parts)


def _exceptions(found: Counts) -> Fraction:
    """What leaving out the exceptions adds to the percentage."""
    return Fraction(found.on_time_without, found.issued_without) - Fraction(found.on_time, found.issued)


def _shares(was: Counts, now: Counts) -> tuple[Fraction, Fraction, Fraction]:
    """The shares of backlog, demand and speed in the change of the percentage with exceptions.

    Each is the average, over all orders in which the three can change one after another, of what changing it does:
    no order is better than another, and whatever the order the steps sum to the whole.
    """
    # Where nothing fell due, plans per case due cannot be said: then the plans themselves are the volume.
    by_due = bool(was.due and now.due)
    olds = (was.old, now.old)
    volumes = (was.due, now.due) if by_due else (was.current, now.current)
    speeds = _speeds(was, now, volumes)
    total = [Fraction(0)] * 3
    orders = list(permutations(range(3)))
    for order in orders:
        state = [0, 0, 0]
        before = _rate(olds[0], volumes[0], speeds[0])
        for factor in order:
            state[factor] = 1
            after = _rate(olds[state[0]], volumes[state[1]], speeds[state[2]])
            total[factor] += after - before
            before = after
    backlog, demand, speed = (share / len(orders) for share in total)
    return backlog, demand, speed


Speed = tuple[Fraction, Fraction]
"""Plans on time and plans late for each unit of volume."""


def _speeds(was: Counts, now: Counts, volumes: tuple[int, int]) -> tuple[Speed, Speed]:
    """The speed of both periods; one with no volume has the other's, so that nothing is put down to it."""
    found = [
        (Fraction(x.on_time, volume), Fraction(x.current - x.on_time, volume)) if volume else None
        for x, volume in zip((was, now), volumes, strict=True)
    ]
    none = (Fraction(0), Fraction(0))
    return found[0] or found[1] or none, found[1] or found[0] or none


def _rate(old: int, volume: int, speed: Speed) -> Fraction:
    """The share on time where so many old plans are issued beside so much current work at such a speed."""
    on_time, late = speed
    issued = old + volume * (on_time + late)
    if issued:
        return volume * on_time / issued
    # Nothing at all: what the least current work would come to.
    return on_time / (on_time + late) if on_time + late else Fraction(0)


def _backlog_words(was: Counts, now: Counts, before: Period, after: Period) -> str:
    # How many, and not what share: the share moves with the other plans issued too, which are no backlog.
    undated = f", {now.undated:,} of them without a date of request, never on time" if now.undated else ""
    if now.old > was.old:
        effect = " More of them lower the figure."
    else:
        effect = " Fewer of them raise the figure." if now.old < was.old else ""
    return (
        f"Of the plans issued in {after.name}, {now.old:,} were past twenty weeks before it began{undated}; in "
        f"{before.name}, {was.old:,}.{effect}"
    )


def _exception_words(was: Counts, now: Counts) -> str:
    then, since = was.issued - was.issued_without, now.issued - now.issued_without
    return (
        f"{_of(since, now.issued)} of the plans had an exception and were left out; before, {_of(then, was.issued)}. "
        f"Leaving them out moved the figure by {_points(_exceptions(now))}; before, by {_points(_exceptions(was))}."
    )


def _demand_words(was: Counts, now: Counts) -> str:
    return (
        f"{now.due:,} cases came to the end of their twenty weeks; before, {was.due:,}. "
        "More of them make the old plans weigh less, fewer make them weigh more."
    )


def _speed_words(was: Counts, now: Counts) -> str:
    return (
        f"{now.on_time:,} plans were sent in time while {now.due:,} cases came due; before, {was.on_time:,} while "
        f"{was.due:,} came due. Of the plans that could still be in time, {_of(now.on_time, now.current)} were; "
        f"before, {_of(was.on_time, was.current)}."
    )


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} ({round(100 * part / whole)}%)" if whole else "none"


def _points(change: Fraction) -> str:
    tenths = round(1000 * change)
    return f"{tenths / 10:+.1f} points".replace("-", "\N{MINUS SIGN}") if tenths else "nothing"


def shown_points(parts: Sequence[Fraction], total: Fraction) -> list[float]:
    """The parts in percentage points to one decimal, so rounded that they sum to the total so rounded."""
    tenths = [1000 * part for part in parts]
    floors = [part.numerator // part.denominator for part in tenths]
    short = round(1000 * total) - sum(floors)
    largest = sorted(range(len(parts)), key=lambda i: tenths[i] - floors[i], reverse=True)
    for i in largest[:short]:
        floors[i] += 1
    return [floor / 10 for floor in floors]
