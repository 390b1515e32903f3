"""The plans that are owed, as they stood on one day: what was dated later was not known then."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from models.queries.evaluated import Evaluated
from models.queries.records import Loaded
from models.statute.calendar import Dates
from models.statute.clocks import STATES
from models.statute.records import Flags
from models.statute.register import Register

DUTY = "send_final_plan"


@dataclass(frozen=True)
class Plans:
    """The clocks of the final plan on a day, one element a case; NaT is "not by then".

    A case that `ended_on` a day was sent its plan then, or left without one: refused, withdrawn, under an order. One
    whose dates are missing or contradict each other is not there.
    """

    as_of: np.datetime64
    origin_on: Dates
    due_on: Dates
    draft_on: Dates
    ended_on: Dates
    is_sent: Flags

    @property
    def is_open(self) -> Flags:
        """True where the plan is still to come."""
        return np.isnat(self.ended_on)

    @property
    def is_in_time(self) -> Flags:
        """True where the plan was sent by its last lawful day."""
        return self.is_sent & (self.ended_on <= self.due_on)

    @property
    def is_owed(self) -> Flags:
        """True where a plan was sent or is still to come: who left without one is owed none."""
        return self.is_sent | self.is_open

    @property
    def is_undecided(self) -> Flags:
        """True where the plan is still to come and its last lawful day has not passed."""
        return self.is_open & (self.due_on >= self.as_of)

    def due_within(self, first: date, last: date) -> Flags:
        """True where the last lawful day is in the period, both ends inclusive."""
        return (self.due_on >= np.datetime64(first, "D")) & (self.due_on <= np.datetime64(last, "D"))


def plans(cases: Loaded, register: Register, as_of: date) -> Plans:
    """The plans owed as they stood on a day."""
    evaluated = Evaluated(cases, register, as_of)
    clocks = evaluated.clocks(DUTY)
    is_known = clocks.state != STATES.index("unknown")
    # A draft dated before the request is a mistake in the one or the other: it was there from the first day.
    draft_on = np.maximum(evaluated.facts.known("draft_served_on")[clocks.row], clocks.origin_on)
    columns = (clocks.origin_on, clocks.due_on, draft_on, clocks.ended_on, ~np.isnat(clocks.done_on))
    return Plans(np.datetime64(as_of, "D"), *(column[is_known] for column in columns))
