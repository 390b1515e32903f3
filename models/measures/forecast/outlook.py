"""The forecast of the plans: what must be expected, the pace it is taken from, and how it did when it was tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.measures.forecast.expected import Expected
from models.measures.forecast.months import OF_A_QUARTER, OF_A_YEAR, in_full, months_on
from models.measures.forecast.plans import Plans, plans
from models.measures.forecast.trials import Trial, told, trials
from models.queries.records import Loaded
from models.statute.register import Register

QUARTERS_AGO = (1, 2, 3)
WINDOWS = (12, 6, 3)
"""Months that a pace can be taken from. A long one has seen more plans, a short one knows sooner what has changed."""

LEAST_PLANS = 20
"""Plans sent in the twelve months before: of fewer no pace is taken."""


@dataclass(frozen=True)
class Outlook:
    """What must be expected of the plans due, this month and the next three, and in the three months after today.

    `window` is how many months the pace is of: those whose trials missed least. Where nothing can be forecast there is
    nothing but `why_not`, a sentence for a person.
    """

    window: int = 0
    months: tuple[Expected, ...] = ()
    quarter: Expected | None = None
    trials: tuple[Trial, ...] = ()
    why_not: str = ""

    @property
    def of_quarters(self) -> tuple[Trial, ...]:
        """The trials of three months, the newest first."""
        return tuple(x for x in self.trials if x.ahead is None)


def outlook(cases: Loaded, register: Register, as_of: date) -> Outlook:
    """The forecast of the plans as of a day, or why there is none."""
    now = plans(cases, register, as_of)
    past = {day: plans(cases, register, day) for day in (months_on(as_of, -OF_A_QUARTER * x) for x in QUARTERS_AGO)}
    lacking = {day: _lacking(then, day) for day, then in past.items()}
    # A forecast that was never tried is not made: what is wanting now, or else what was when it was tried last.
    if why_not := _lacking(now, as_of) or (all(lacking.values()) and next(iter(lacking.values()))):
        return Outlook(why_not=why_not)
    past = {day: then for day, then in past.items() if not lacking[day]}
    by_window = {x: _trials(past, x, now, as_of) for x in WINDOWS}
    window = min(WINDOWS, key=lambda x: _miss(by_window[x]))
    found = {ahead: x.widened(_worst(by_window[window], ahead)) for ahead, x in told(now, as_of, window).items()}
    quarter = found.pop(None, None)
    return Outlook(window, tuple(found.values()), quarter, by_window[window])


def _trials(past: Mapping[date, Plans], window: int, now: Plans, as_of: date) -> tuple[Trial, ...]:
    return tuple(trial for day, then in past.items() for trial in trials(then, day, window, now, as_of))


def _miss(found: tuple[Trial, ...]) -> float:
    """How far trials missed on average."""
    return float(np.mean([abs(x.miss) for x in found])) if found else 0.0


def _worst(found: tuple[Trial, ...], ahead: int | None) -> float:
    """The farthest that a trial missed at a distance in months or a shorter one; None for three months together."""

    def is_near(trial: Trial) -> bool:
        return trial.ahead is None if ahead is None else trial.ahead is not None and trial.ahead <= ahead

    return max((abs(x.miss) for x in found if is_near(x)), default=0.0)


def _lacking(then: Plans, day: date) -> str:
    """Why no pace could be taken on a day, "" if it could: the plans of a year are wanted, and enough of them."""
    sent_on = then.ended_on[then.is_sent]
    begun = np.datetime64(months_on(day, -OF_A_YEAR), "D")
    if not len(sent_on):
        return "No plan is on record as sent, so there is no pace to forecast from."
    first: date = sent_on.min().item()
    if first > months_on(day, -OF_A_YEAR):
        return (
            f"The records are too short for a forecast: their first plan was sent on {in_full(first)}. It wants the "
            "plans of twelve months, and three months more to be tried on: "
            f"{in_full(months_on(first, OF_A_YEAR + OF_A_QUARTER))}."
        )
    number = int((sent_on > begun).sum())
    if number < LEAST_PLANS:
        year = f"the twelve months to {in_full(day)}"
        return f"Only {number} plans were sent in {year}: a forecast wants at least {LEAST_PLANS}."
    return ""
