"""Which limits will be missed as far as anybody can see: the last safe day of the step that each case has next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.practice.schema import Practice
from models.practice.words import LastSafe
from models.queries.panels import is_lost, worked_back
from models.queries.scope import Scope
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION
from models.statute.records import DAY, UNKNOWN, Flags, Rows
from models.statute.register import Register

_IS_OPEN = (
    "EXISTS (SELECT 1 FROM clocks k WHERE k.duty = 'send_final_plan' AND k.record_id = c.id AND k.ended_on IS NULL)"
)
"""In SQL, true of the cases `c` whose final plan is still to come."""


@dataclass(frozen=True)
class SafeDays:
    """For one duty, each case and the last safe day of the step next in danger, NaT where none is or was.

    `is_lost`: nothing safe is left for one of its steps, and no exception lifts the limit. `step` is the place in
    `steps` of the step that the day belongs to, `panel` the one that sits on the day, "" where none has to.
    """

    case_ids: Rows
    last_on: Dates
    is_lost: Flags
    step: Rows
    steps: Sequence[str]
    panel: NDArray[np.object_]

    def at(self, place: int) -> LastSafe:
        """The day of one case, with its step and its panel."""
        day = self.last_on[place]
        return LastSafe(self.steps[self.step[place]], "" if np.isnat(day) else str(day), self.panel[place])


def safe_days(
    connection: Connection, register: Register, practice: Practice, as_of: date, authority_code: str | None = None
) -> dict[str, SafeDays]:
    """The last safe days of the open cases by duty, from the clocks of the last refresh."""
    loaded, _, worked = worked_back(connection, register, practice, as_of, Scope(authority_code).where(_IS_OPEN))
    names = tuple(step.name for step, _ in worked)
    size = len(loaded.ids)
    found: dict[str, SafeDays] = {}
    for number, (step, panels) in enumerate(worked):
        of = found.setdefault(
            step.duty,
            SafeDays(
                loaded.ids,
                np.full(size, UNKNOWN, dtype=DAY),
                np.zeros(size, dtype=np.bool_),
                np.zeros(size, dtype=np.int64),
                names,
                np.full(size, "", dtype=object),
            ),
        )
        last_on = np.where(panels.more_expected, panels.sit_by, panels.last_on)
        last_on = np.where(panels.needed, last_on, step.last_on)
        panel = np.where(panels.needed & ~panels.more_expected, panels.last, "")
        lost = is_lost(step, panels, as_of) & (step.exception == NO_EXCEPTION)
        # The family's time to comment can end after a day that is still to come: then not even that is safe.
        last_on = np.where(lost & (last_on >= np.datetime64(as_of, "D")), UNKNOWN, last_on)
        row = step.row
        # A step that is lost comes before one that is not; of two alike the earlier day.
        worse = lost & ~of.is_lost[row]
        sooner = (lost == of.is_lost[row]) & (np.isnat(of.last_on[row]) | (last_on < of.last_on[row]))
        chosen = np.flatnonzero(worse | sooner)
        of.last_on[row[chosen]], of.step[row[chosen]], of.panel[row[chosen]] = last_on[chosen], number, panel[chosen]
        of.is_lost[row] |= lost
    return found
