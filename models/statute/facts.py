"""What was known on a day: only facts dated on or before `as_of` count.

Two facts are not milestones of the extract but follow from several of them: that an assessment was
refused, and that a request for advice was answered.
"""

from collections.abc import Callable, Iterable
from datetime import date

import numpy as np

from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Records, Rows

SUPERSEDING_ORDERS = ("assess", "make_plan")
"""What an order must require for the case's own clocks to give way to the order's (regs 42, 44, 45)."""


class Facts:
    """The facts of some records as they stood on one day."""

    def __init__(self, records: Records, as_of: date) -> None:
        self.records = records
        self._as_of = np.datetime64(as_of, "D")
        self._known: dict[str, Dates] = {}

    def known(self, milestone: str) -> Dates:
        """The dates of a milestone, NaT where it is unknown or lies after the day."""
        if milestone not in self._known:
            derived = DERIVED.get((self.records.kind, milestone))
            days = derived(self) if derived else self.planned(milestone)
            later = days > self._as_of
            # As a rule there are none, and the column can be taken as it is.
            self._known[milestone] = np.where(later, UNKNOWN, days) if later.any() else days
        return self._known[milestone]

    def planned(self, milestone: str) -> Dates:
        """The dates of a milestone as recorded, also those yet to come."""
        days = self.records.dates.get(milestone)
        return np.full(self.records.size, UNKNOWN, dtype=DAY) if days is None else days

    def first_known(self, milestone: str, row: Rows, earliest: Dates) -> Dates:
        """Of a milestone that happens again and again, the first date known that is not before the earliest."""
        repeated = self.records.repeated.get(milestone)
        if repeated is None:
            return np.full(len(row), UNKNOWN, dtype=DAY)
        days = repeated.first_on_or_after(row, earliest)
        return np.where(days <= self._as_of, days, UNKNOWN)

    def first_present(self, milestones: Iterable[str], read: Callable[[str], Dates]) -> Dates:
        """Per record, the date of the first milestone that has one."""
        first, *others = [read(milestone) for milestone in milestones] or [self.planned("")]
        found = first.copy()
        for other in others:
            missing = np.isnat(found)
            np.copyto(found, other, where=missing)
        return found


def refused_on(facts: Facts) -> Dates:
    """The day an assessment was refused, NaT where it was not or where the refusal was given up.

    A refusal given up later without an order leaves the original clocks running as if never stopped.

    Law:
        CFA 2014 s.36(5); *W v Hertfordshire* [2023] EWHC 3138 (Admin).
    """
    decided = facts.known("assess_decided_on")
    agreed = facts.known("assess_agreed_after_refusal_on")
    every = np.arange(facts.records.size)
    ever = np.full(facts.records.size, np.datetime64(date.min, "D"))
    given_up = (agreed >= decided) & np.isnat(facts.first_known("order_dated_on", every, ever))
    decision = facts.records.codes.get("assess_decision")
    refused = decision.is_in(["N"]) if decision else np.zeros(facts.records.size, dtype=np.bool_)
    return np.where(refused & ~given_up, decided, UNKNOWN)


def answered_on(facts: Facts) -> Dates:
    """The day advice was given, or a named person said that the child is not known to the service.

    Law:
        SEND Regulations 2014, reg 8(1); "not known" needs a name by decision 0008.
    """
    replied = facts.known("reply_on")
    reply = facts.records.codes.get("reply")
    if reply is None:
        return np.full(facts.records.size, UNKNOWN, dtype=DAY)
    named = facts.records.flags.get("has_replied_by", np.zeros(facts.records.size, dtype=np.bool_))
    answered = reply.is_in(["advice"]) | (reply.is_in(["not_known"]) & named)
    return np.where(answered, replied, UNKNOWN)


def settled_on(facts: Facts) -> Dates:
    """The day a review left a plan that stands: sent amended, or notice given that it stays as it is or ceases.

    Law:
        CFA 2014 s.44; SEND Regulations 2014, regs 18(1), 20(10), 22(3) and (4).
    """
    amended = facts.first_present(("final_plan_sent_on", "not_amend_notified_on"), facts.known)
    decision = facts.records.codes.get("decision")
    unchanged = decision.is_in(["M", "C"]) if decision else np.zeros(facts.records.size, dtype=np.bool_)
    return np.where(np.isnat(amended) & unchanged, facts.known("decision_notified_on"), amended)


DERIVED: dict[tuple[str, str], Callable[[Facts], Dates]] = {
    ("case", "refused_on"): refused_on,
    ("advice", "answered_on"): answered_on,
    ("review", "settled_on"): settled_on,
}
