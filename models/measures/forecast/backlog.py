"""A backlog month by month: what came to it, what went, and when it is gone if it goes on like this."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from models.measures.forecast.months import month_of
from models.statute.calendar import ONE_DAY, Dates
from models.statute.clocks import STATES, Clocks
from models.statute.records import Flags

MONTHS = 12
PACE_MONTHS = 3
"""The present pace is that of the last three whole months: a single one is too few, a year is long ago."""

FARTHEST = 120
"""Months: what would take longer than ten years is not said to be cleared at all."""


@dataclass(frozen=True)
class Flow:
    """A month of a backlog: how many `came` to it and `went` from it, and how many were `left` at its end."""

    first: date
    came: int
    went: int
    left: int


@dataclass(frozen=True)
class Backlog:
    """The clocks of a duty that are past their date and still open, exceptions counted in.

    `months` are the last twelve whole ones, oldest first; `now` is how many there are today. `came` and `went` are the
    mean of the last three months, `cleared_in` the first day of the month in which nothing is left at that pace, None
    where it grows or stays, or would take more than ten years.
    """

    duty: str
    now: int
    came: float
    went: float
    cleared_in: date | None
    months: tuple[Flow, ...]


def backlog(clocks: Clocks, as_of: date) -> Backlog:
    """The backlog of one duty, its clocks as they stood on a day."""
    is_known = clocks.state != STATES.index("unknown")
    ended_on = clocks.ended_on[is_known]
    late_on = clocks.due_on[is_known] + ONE_DAY
    was_late = ~(ended_on < late_on) & (late_on <= np.datetime64(as_of, "D"))
    came_on, went_on = late_on[was_late], ended_on[was_late]
    months = tuple(_flow(came_on, went_on, *month_of(as_of, x - MONTHS)) for x in range(MONTHS))
    now = _left(came_on, went_on, as_of)
    came, went = (float(np.mean([getattr(x, name) for x in months[-PACE_MONTHS:]])) for name in ("came", "went"))
    needed = now / (went - came) if went > came else np.inf
    is_near = bool(now) and needed <= FARTHEST
    cleared_in = month_of(as_of, int(np.ceil(needed)))[0] if is_near else None
    return Backlog(clocks.duty.key, now, came, went, cleared_in, months)


def _flow(came_on: Dates, went_on: Dates, first: date, last: date) -> Flow:
    came, went = (int(_within(x, first, last).sum()) for x in (came_on, went_on))
    return Flow(first, came, went, _left(came_on, went_on, last))


def _within(days: Dates, first: date, last: date) -> Flags:
    return (days >= np.datetime64(first, "D")) & (days <= np.datetime64(last, "D"))


def _left(came_on: Dates, went_on: Dates, day: date) -> int:
    """How many are left at the end of a day."""
    end = np.datetime64(day, "D")
    return int(((came_on <= end) & ~(went_on <= end)).sum())
