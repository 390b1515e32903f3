"""For each case with a step that needs a panel: the last safe sitting, and the next one."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from models.practice.backcast import Backcast
from models.practice.sittings import NONE, Sittings, sittings_of
from models.practice.steps import Step
from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Codes, Rows

Known = Mapping[str, tuple[Sequence[str], Dates]]
"""By authority: the panel of each sitting that is known, and its day."""


class StepPanels:
    """The sittings that matter for each row of a step, as columns: "" and NaT where there is none.

    `last` is the panel that sits last of those that are safe, on `last_on`, which may lie in the past; `next`
    sits first from the day of asking on, safe or not; each with its `papers`. `sit_by` is the last day on which
    a panel would be safe, and `more_expected` says that one is to be expected beyond the dates that are known.
    `needed` is false where the step needs no panel, or the authority has none that makes the decision.
    """

    def __init__(self, step: Step) -> None:
        size = len(step.row)
        self.last, self.next = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
        self.last_on, self.last_papers, self.next_on, self.next_papers, self.sit_by = (
            np.full(size, UNKNOWN, dtype=DAY) for _ in range(5)
        )
        self.more_expected = np.zeros(size, dtype=np.bool_)
        self.needed = step.needs_panel.copy()

    def fill(self, here: Rows, step: Step, sittings: Sittings, as_of: date) -> None:
        """Set these rows, all of the authority whose sittings they are."""
        if sittings.usual is None:
            self.needed[here] = False
            return
        out_by, lead = step.last_on[here], step.lead_working_days
        self.sit_by[here] = sittings.must_sit_by(out_by, lead)
        self.more_expected[here] = sittings.may_be_called(self.sit_by[here], as_of)
        names, papers_by = np.array(sittings.panels, dtype=object), sittings.papers_by
        following = sittings.next_after(as_of)
        if following != NONE:
            self.next[here], self.next_on[here] = names[following], sittings.held_on[following]
            self.next_papers[here] = papers_by[following]
        last = sittings.last_safe(out_by, lead)
        here, last = here[last != NONE], last[last != NONE]
        self.last[here], self.last_on[here] = names[last], sittings.held_on[last]
        self.last_papers[here] = papers_by[last]


def panels_of(step: Step, authority: Codes, known: Known, backcast: Backcast, as_of: date) -> StepPanels:
    """The sittings for each row of a step; `authority` is per record."""
    found = StepPanels(step)
    places = np.flatnonzero(step.needs_panel)
    if step.decision is None or not len(places):
        return found
    number = authority.index[step.row[places]]
    order = np.argsort(number, kind="stable")
    different, begins = np.unique(number[order], return_index=True)
    for code, here in zip(different.tolist(), np.split(places[order], begins[1:]), strict=True):
        names, days = known.get(authority.values[code], ((), np.empty(0, dtype=DAY)))
        sittings = sittings_of(step.decision, names, days, backcast.practice, backcast.calendar)
        found.fill(here, step, sittings, as_of)
    return found
