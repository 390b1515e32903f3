"""When the rungs of a ladder come, for columns of clocks: each rung the first time and at each repetition."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.practice.ladders import Ladder, Rung
from models.statute.calendar import ONE_DAY, Dates
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Rows

REARMED = 1000
"""Where a clock that was kept silent speaks once more, repetitions are numbered from here: no ladder gets so far."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One coming of a rung, `days` after the day it counts from; repetition 0 is the first."""

    name: str
    rung: Rung
    repetition: int
    days: int


@dataclass(frozen=True)
class ClockDays:
    """The days of some clocks that rungs count from, NaT where there is none.

    `is_lost` is true where nothing safe is left for a step, `kind` the kind of advice.
    """

    origin_on: Dates
    act_by: Dates
    due_on: Dates
    safe_on: Dates
    is_lost: Flags
    kind: Codes

    def take(self, rows: Rows | Flags) -> "ClockDays":
        """The days of the clocks at these rows."""
        return ClockDays(
            self.origin_on[rows],
            self.act_by[rows],
            self.due_on[rows],
            self.safe_on[rows],
            self.is_lost[rows],
            self.kind.take(rows),
        )


def comings(ladder: Ladder) -> tuple[Coming, ...]:
    """Every coming of every rung that is on, in the order of the ladder."""
    return tuple(
        Coming(name, rung, repetition, days)
        for name, rung in ladder.items()
        if rung.on
        for repetition, days in enumerate(rung.offsets)
    )


def day_of(coming: Coming, of: ClockDays, as_of: date) -> Dates:
    """The day of this coming for each clock, NaT where the rung is not for its kind of advice.

    A limit that nothing can keep any more counts as lost since the night before: that is when it was seen.
    """
    base: Mapping[str, Dates] = {
        "origin_on": of.origin_on,
        "act_by": of.act_by,
        "due_on": of.due_on,
        "last_safe_on": of.safe_on,
    }
    counted_from = base[coming.rung.counted_from]
    if coming.rung.counted_from == "last_safe_on":
        # What is past its date is foreseen no more: it is a breach.
        seen = np.minimum(np.datetime64(as_of, "D"), of.due_on) - ONE_DAY
        counted_from = np.where(of.is_lost, seen, counted_from)
    day = counted_from + np.timedelta64(coming.days, "D")
    if coming.rung.kinds:
        day = np.where(of.kind.is_in(coming.rung.kinds), day, UNKNOWN)
    found: Dates = day.astype(DAY)
    return found
