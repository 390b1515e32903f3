"""The dates of the panels that make one decision: the last that is safe, and the next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.practice.schema import Decision, PanelPolicy, Practice
from models.statute.calendar import Dates, WorkingCalendar
from models.statute.records import DAY, UNKNOWN, Flags, Rows

NONE = -1
"""Points at no sitting."""


@dataclass(frozen=True)
class Sittings:
    """The known sittings of all panels of one authority that make one decision, by date and then by name.

    `policies` are those of each sitting's panel; `usual` that of the quickest panel there is, known sittings or
    not, and None where the authority has no panel for the decision at all.
    """

    panels: tuple[str, ...]
    held_on: Dates
    policies: tuple[PanelPolicy, ...]
    usual: PanelPolicy | None
    calendar: WorkingCalendar

    @property
    def papers_by(self) -> Dates:
        """The day on which the papers for each sitting must be in, that many working days before it."""
        leads = [policy.papers_working_days for policy in self.policies]
        return _each(self.held_on, leads, lambda days, lead: self.calendar.offset(days, -lead, roll="backward"))

    def last_safe(self, must_be_out_by: Dates, lead_working_days: int | None = None) -> Rows:
        """For each limit the last sitting whose outcome can be out by then, or `NONE`; also one long past.

        Args:
            must_be_out_by: the last day for the letter, or for whatever else follows the panel.
            lead_working_days: the working days from any panel to that; by default to each panel's own letter.
        """
        own = [policy.letter_working_days for policy in self.policies]
        leads = own if lead_working_days is None else [lead_working_days] * len(own)
        out_on = _each(self.held_on, leads, lambda days, lead: working_days_after(days, lead, self.calendar))
        order = np.argsort(out_on, kind="stable")
        # Panels differ in speed, so the last to be out is not always the last to sit: of those out in time, that one.
        best: Rows = np.maximum.accumulate(order) if len(order) else order
        place = np.searchsorted(out_on[order], must_be_out_by, side="right") - 1
        place[np.isnat(must_be_out_by)] = NONE
        return np.where(place >= 0, best[place], NONE) if len(best) else np.full(len(must_be_out_by), NONE)

    def must_sit_by(self, must_be_out_by: Dates, lead_working_days: int | None = None) -> Dates:
        """For each limit the last working day on which a panel, if one sat then, would still be safe."""
        if self.usual is None:
            return np.full(len(must_be_out_by), UNKNOWN, dtype=DAY)
        lead = self.usual.letter_working_days if lead_working_days is None else lead_working_days
        return self.calendar.offset(must_be_out_by, -lead, roll="backward")

    def may_be_called(self, must_sit_by: Dates, as_of: date) -> Flags:
        """True where a safe sitting is still to be expected beyond the last date that is known."""
        if self.usual is None:
            return np.zeros(len(must_sit_by), dtype=np.bool_)
        expected = np.datetime64(as_of, "D")
        if len(self.held_on):
            expected = max(expected, self.held_on[-1] + np.timedelta64(self.usual.sits_every_days, "D"))
        return must_sit_by >= expected

    def next_after(self, as_of: date) -> int:
        """The next sitting, one on the day itself being still to come, or `NONE`."""
        place = int(np.searchsorted(self.held_on, np.datetime64(as_of, "D")))
        return place if place < len(self.held_on) else NONE


def sittings_of(
    decision: Decision, panels: Sequence[str], held_on: Dates, practice: Practice, calendar: WorkingCalendar
) -> Sittings:
    """The sittings, of one authority's panels on these days, at which the decision is made."""
    by_name = {name: policy for name in set(panels) if decision in (policy := practice.panel(name)).decides}
    # Of two panels on one day the one that comes last wins: the one that leaves the most time for its papers.
    in_a_day = sorted(by_name, key=lambda name: (-by_name[name].papers_working_days, name))
    number = {name: place for place, name in enumerate(in_a_day)}
    turn = np.fromiter((number.get(name, NONE) for name in panels), dtype=np.int64, count=len(panels))
    order = np.lexsort((turn, held_on))
    order = order[turn[order] != NONE]
    names = tuple(in_a_day[x] for x in turn[order].tolist())
    there_are = [by_name[name] for name in dict.fromkeys(names)] or practice.deciding(decision)
    usual = min(there_are, key=lambda policy: policy.letter_working_days, default=None)
    return Sittings(names, held_on[order], tuple(map(by_name.__getitem__, names)), usual, calendar)


def working_days_after(days: Dates, number: int, calendar: WorkingCalendar) -> Dates:
    """The day `number` working days after each day, which itself never counts: one after a Saturday is the Monday.

    No working day at all is the day itself, or the next on which anybody works.
    """
    return calendar.offset(days, number, roll="backward") if number else calendar.on_or_after(days)


def _each(days: Dates, leads: Sequence[int], reckoned: Callable[[Dates, int], Dates]) -> Dates:
    """Each day moved by its own lead; there are few different leads, so each is reckoned once."""
    found = days.copy()
    numbers = np.array(leads, dtype=np.int64)
    for lead in set(leads):
        here = numbers == lead
        found[here] = reckoned(days[here], lead)
    return found
