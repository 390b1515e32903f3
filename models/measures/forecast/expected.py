"""The share of the plans due in a period that must be expected in time, with its range."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from models.measures.forecast.pace import Pace
from models.measures.forecast.plans import Plans

NINE_IN_TEN = 1.645
"""Standard deviations to either side between which nine of ten fall by chance alone."""


@dataclass(frozen=True)
class Expected:
    """The plans due in a period, both ends inclusive, as `plans_due_in_time` counts them.

    Of those `due`, who have not left by now, `in_time` were sent in time and `undecided` still can be; the others are
    late. `share` is what must be expected in the end and `low` to `high` its range, between 0 and 1.
    """

    first: date
    last: date
    due: int
    in_time: int
    undecided: int
    share: float
    low: float
    high: float

    @property
    def late(self) -> int:
        """Plans that can no longer be in time."""
        return self.due - self.in_time - self.undecided

    def widened(self, by: float) -> "Expected":
        """The same with a range that reaches so much farther to either side, as far as that can still happen.

        That is no lower than with every undecided plan late, and no higher than with every one in time.
        """
        worst, best = self.in_time / self.due, (self.in_time + self.undecided) / self.due
        low, high = max(self.low - by, worst), min(self.high + by, best)
        return replace(self, low=min(low, self.share), high=max(high, self.share))


def expected(plans: Plans, pace: Pace, first: date, last: date) -> Expected | None:
    """What must be expected of the plans due in a period, each undecided one by the days it has waited.

    None where nobody is owed a plan then.
    """
    due = plans.due_within(first, last) & plans.is_owed
    undecided = due & plans.is_undecided
    chances = pace.ahead(plans, undecided)
    in_time = int((due & plans.is_in_time).sum())
    owed = float(due.sum() - chances.left.sum())
    if owed <= 0:
        return None
    share = float(in_time + chances.sent.sum()) / owed
    # The spread of a quotient: each case adds to it what it is above the line, less `share` of what it is below.
    stays = 1 - chances.left
    mean = chances.sent - share * stays
    squared = chances.sent * (1 - share) ** 2 + (stays - chances.sent) * share**2
    spread = NINE_IN_TEN * float(np.sqrt((squared - mean**2).clip(0).sum())) / owed
    found = Expected(first, last, int(due.sum()), in_time, int(undecided.sum()), share, share, share)
    return found.widened(spread)
