"""The forecast made as of past days, from what had happened by then, against what then came."""

from dataclasses import dataclass
from datetime import date, timedelta

from models.measures.forecast.expected import Expected, expected
from models.measures.forecast.months import OF_A_QUARTER, month_of, months_on
from models.measures.forecast.pace import pace
from models.measures.forecast.plans import Plans

MONTHS_AHEAD = 4
"""This month and the next three: whatever falls due in them has been asked for already, so nothing is guessed."""


@dataclass(frozen=True)
class Trial:
    """A forecast as it would have been on a past day, of the plans due in a period, and what became of them.

    `said` and `became` are shares; `due` is how many were owed a plan in the end. `ahead` is the number of months
    between the day and the month of the period, None for the three months after the day.
    """

    made_on: date
    first: date
    last: date
    ahead: int | None
    said: float
    became: float
    due: int

    @property
    def miss(self) -> float:
        """What was said too much; negative where it was too little."""
        return self.said - self.became


def three_months(made_on: date) -> tuple[date, date]:
    """The period that one figure is given for: the three months after a day."""
    return made_on + timedelta(days=1), months_on(made_on, OF_A_QUARTER)


def periods(made_on: date) -> dict[int | None, tuple[date, date]]:
    """The periods that are forecast on a day, by how many months ahead they are; None for the three months after it."""
    return {None: three_months(made_on), **{ahead: month_of(made_on, ahead) for ahead in range(MONTHS_AHEAD)}}


def told(plans: Plans, made_on: date, window: int) -> dict[int | None, Expected]:
    """The forecast of a day by the pace of so many months: of each period in which a plan is owed."""
    found = pace(plans, months_on(made_on, -window))
    of = {ahead: expected(plans, found, *period) for ahead, period in periods(made_on).items()}
    return {ahead: x for ahead, x in of.items() if x is not None}


def trials(then: Plans, made_on: date, window: int, now: Plans, as_of: date) -> list[Trial]:
    """The forecast of a past day for each period that is over, beside what is known of it now."""
    found = []
    for ahead, x in told(then, made_on, window).items():
        due = now.due_within(x.first, x.last) & now.is_owed
        if x.last <= as_of and due.any():
            became = float(now.is_in_time[due].mean())
            found.append(Trial(made_on, x.first, x.last, ahead, x.share, became, int(due.sum())))
    return found
