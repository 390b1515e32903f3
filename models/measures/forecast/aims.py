"""What the authority aims at, by when, and where the line to it runs."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.measures.forecast.expected import Expected
from models.measures.forecast.months import month_of
from models.practice.schema import Practice
from models.statute.clocks import STATES, Clocks

MONTHS = 3
"""Today's figure is of the last three whole months: of one alone it would jump."""

MEASURES = {
    "plans_in_time": ("plans_due_in_time", "send_final_plan"),
    "assess_decisions_in_time": ("assess_decisions_due_in_time", "decide_whether_to_assess"),
    "advice_in_time": ("advice_due_in_time", "give_advice"),
}
"""The measure that each target of local practice is held against here, by what was due, and its duty."""

_HELD = ("met", "met_late", "overdue", "excepted")


@dataclass(frozen=True)
class Point:
    """Where the line to a target is at the end of a month, and whether what is expected then keeps up with it.

    `verdict` is "below" where even the top of the range is below the line, "above" where all of it is on the line or
    above, else "within".
    """

    last: date
    share: float
    verdict: str


@dataclass(frozen=True)
class Aim:
    """A target in per cent `by` a day, None where local practice sets none, and the measure it is held against.

    Of `due` in the last three whole months, `first` to `last`, `in_time` were; the line runs from there, at the end of
    `last`, straight to the target. `points` are where it is at the end of each month that is forecast.
    """

    target: str
    measure: str
    percent: int
    by: date | None
    first: date
    last: date
    due: int
    in_time: int
    points: tuple[Point, ...] = ()

    @property
    def share(self) -> float | None:
        """Today's figure; None where nothing was due."""
        return self.in_time / self.due if self.due else None


def aim(target: str, clocks: Clocks, practice: Practice, as_of: date, months: tuple[Expected, ...] = ()) -> Aim:
    """A target of local practice, with the figure of today by the clocks of its duty and the line between the two."""
    first, last = month_of(as_of, -MONTHS)[0], month_of(as_of, -1)[1]
    held = np.isin(clocks.state, [STATES.index(x) for x in _HELD])
    due = held & (clocks.due_on >= np.datetime64(first, "D")) & (clocks.due_on <= np.datetime64(last, "D"))
    in_time = due & (clocks.state == STATES.index("met"))
    percent, by = getattr(practice.targets, target), getattr(practice.target_dates, target) or None
    found = Aim(target, MEASURES[target][0], percent, by, first, last, int(due.sum()), int(in_time.sum()))
    if by is None or by <= as_of or found.share is None:
        return found
    points = tuple(_point(found.share, last, percent / 100, by, x) for x in months)
    return replace(found, points=points)


def _point(share: float, since: date, target: float, by: date, x: Expected) -> Point:
    """The line on the last day of a month; from the day of the target on it stays there."""
    gone = min((x.last - since).days / (by - since).days, 1.0)
    line = share + gone * (target - share)
    return Point(x.last, line, "below" if x.high < line else "above" if x.low >= line else "within")
