"""Which limits will be missed as far as anybody can see: the last safe day of the step that each case has next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.practice.schema import Practice
from models.practice.steps import ASSESS, CONSULT, DRAFT, FINAL, ISSUE
from models.queries.panels import is_lost, worked_back
from models.queries.records import Scope
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION
from models.statute.records import DAY, UNKNOWN, Flags, Rows
from models.statute.register import Register

_WORDS = {
    ASSESS: "a panel on whether to assess",
    ISSUE: "a panel on whether to make a plan",
    DRAFT: "the draft",
    CONSULT: "consulting the settings",
    FINAL: "the final plan",
}


@dataclass(frozen=True)
class OpenCases(Scope):
    """The cases whose final plan is still to come, of one authority or of all."""

    @property
    def sql(self) -> str:
        """The condition on the table `c` of cases."""
        is_open = (
            "SELECT 1 FROM clocks k WHERE k.duty = 'send_final_plan' AND k.record_id = c.id AND k.ended_on IS NULL"
        )
        return f"{super().sql} AND EXISTS ({is_open})"


@dataclass(frozen=True)
class SafeDays:
    """For one duty, each case and the last safe day of the step next in danger, NaT where none was ever safe.

    `is_lost`: nothing safe is left for one of its steps, and no exception lifts the limit. `step` is the place in
    `steps` of the step that the day belongs to.
    """

    case_ids: Rows
    last_on: Dates
    is_lost: Flags
    step: Rows
    steps: Sequence[str]

    def why(self, place: int) -> str:
        """The reason in words: which step, and since when."""
        words, day = _WORDS[self.steps[int(self.step[place])]], self.last_on[place]
        if np.isnat(day):
            return f"No day is left on which {words} would still be in time."
        return f"The last safe day for {words} {'was' if self.is_lost[place] else 'is'} {_in_words(day.item())}."


def safe_days(
    connection: Connection, register: Register, practice: Practice, as_of: date, authority_code: str | None = None
) -> dict[str, SafeDays]:
    """The last safe days of the open cases by duty, from the clocks of the last refresh."""
    loaded, _, worked = worked_back(connection, register, practice, as_of, OpenCases(authority_code))
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
            ),
        )
        last_on = np.where(panels.more_expected, panels.sit_by, panels.last_on)
        last_on = np.where(panels.needed, last_on, step.last_on)
        lost = is_lost(step, panels, as_of) & (step.exception == NO_EXCEPTION)
        row = step.row
        # A step that is lost comes before one that is not; of two alike the earlier day.
        worse = lost & ~of.is_lost[row]
        sooner = (lost == of.is_lost[row]) & (np.isnat(of.last_on[row]) | (last_on < of.last_on[row]))
        chosen = np.flatnonzero(worse | sooner)
        of.last_on[row[chosen]], of.step[row[chosen]] = last_on[chosen], number
        of.is_lost[row] |= lost
    return found


def _in_words(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
