"""The turning points of cases on their way from the request to the plan, and the stretches between them, as columns."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.queries.advice import ALWAYS_ASKED
from models.queries.columns import places
from models.queries.evaluated import Evaluated
from models.statute.calendar import Dates
from models.statute.clocks import NEVER, NO_EXCEPTION, Clocks
from models.statute.records import DAY, UNKNOWN, Rows

HOLDERS = {
    "authority_deciding": "the authority, deciding whether to assess",
    "authority_asking": "the authority, with advice still to ask for",
    "education": "education, owing its advice",
    "health": "health, owing its advice",
    "psychology": "the educational psychologist, owing advice",
    "social_care": "social care, owing its advice",
    "other": "another body, owing its advice",
    "preparation_for_adulthood": "those who prepare for adulthood, owing advice",
    "requested_by_family": "a body the family asked for, owing its advice",
    "authority_drafting": "the authority, writing the draft",
    "family": "the family, with time to comment on the draft",
    "setting": "the setting, consulted",
    "authority_finalising": "the authority, finalising the plan",
    "authority_under_order": "the authority, carrying out an order",
    "appeal": "the Tribunal or mediation",
}
"""Who can hold a case, with the words for it; the kinds of advice stand for the bodies that owe it."""

PLACES = {holder: place for place, holder in enumerate(HOLDERS)}
_FIRST_DAY = np.datetime64(date.min, "D")


@dataclass(frozen=True)
class Spans:
    """Stretches of days with one holder, some of no length; `case` is the place of the case among those loaded."""

    case: Rows
    holder: NDArray[np.int8]
    record_id: Rows
    from_on: Dates
    until_on: Dates
    due_on: Dates
    plan_due_on: Dates

    def take(self, rows: Rows) -> "Spans":
        """The stretches at these places."""
        return Spans(*(column[rows] for column in vars(self).values()))

    def of_some_length(self) -> "Spans":
        """The stretches that are at least a day long."""
        return self.take(np.flatnonzero(self.until_on > self.from_on))


class Pathway:
    """The turning points of each case that has a day of request; each is clipped between the one before and the end."""

    def __init__(self, cases: Evaluated) -> None:
        self.cases, self._facts = cases.loaded, cases.facts
        names = ("decide_whether_to_assess", "serve_draft", "reply_to_consultation", "allow_representations")
        plan, *others = (cases.clocks(name) for name in ("send_final_plan", *names))
        as_of = cases.as_of
        self.row = plan.row[~np.isnat(plan.origin_on)]
        self.begun_on = self._of(plan, plan.origin_on)
        self.ended_on = np.maximum(self.begun_on, known_or(self._of(plan, plan.ended_on), np.datetime64(as_of, "D")))
        self.plan_due_on = self._of(plan, binding(plan))
        self.due_on = {name: self._of(block, binding(block)) for name, block in zip(names, others, strict=True)}
        self._turn()

    def _of(self, block: Clocks, column: Dates) -> Dates:
        """A column of a duty's clocks for each case of the pathway."""
        every = np.full(self.cases.records.size, UNKNOWN, dtype=DAY)
        every[block.row] = column
        return every[self.row]

    def known(self, milestone: str) -> Dates:
        """A milestone of each case of the pathway."""
        return self._facts.known(milestone)[self.row]

    def _turn(self) -> None:
        end = self.ended_on
        self.draft_on = _within(self.known("draft_served_on"), self.begun_on, end)
        self.decided_on = _within(self._decided_on(), self.begun_on, self.draft_on)
        comments = self.known("representations_received_on")
        # Comments dated before the draft are a mistake: the family's time is then taken to its end.
        comments[comments < self.draft_on] = UNKNOWN
        family_until = np.fmin(comments, self.due_on["allow_representations"])
        self.family_until = _within(family_until, self.draft_on, end)
        sent, replied = self.known("consultation_sent_on"), self.known("consultation_replied_on")
        replied[replied < sent] = UNKNOWN
        self.setting_from = _within(sent, self.family_until, end)
        self.setting_until = _within(replied, self.setting_from, end)

    def _decided_on(self) -> Dates:
        """The decision whether to assess: where a refusal was given up without an order, the day of that."""
        decided, agreed = self.known("assess_decided_on"), self.known("assess_agreed_after_refusal_on")
        refused = self.cases.records.codes["assess_decision"].is_in(["N"])[self.row]
        return np.where(refused & (agreed >= decided) & np.isnat(self.known("refused_on")), agreed, decided)

    def stages(self) -> list[Spans]:
        """The stretches before the decision whether to assess and after the draft."""
        return [
            self._span("authority_deciding", self.begun_on, self.decided_on, "decide_whether_to_assess"),
            self._span("family", self.draft_on, self.family_until, "allow_representations"),
            self._span("authority_finalising", self.family_until, self.setting_from),
            self._span("setting", self.setting_from, self.setting_until, "reply_to_consultation"),
            self._span("authority_finalising", self.setting_until, self.ended_on),
        ]

    def _span(self, holder: str, from_on: Dates, until_on: Dates, duty: str = "") -> Spans:
        due_on = self.due_on[duty] if duty else self.plan_due_on
        holders = np.full(len(self.row), PLACES[holder], dtype=np.int8)
        return Spans(self.row, holders, self.cases.ids[self.row], from_on, until_on, due_on, self.plan_due_on)

    def places(self, case_ids: Rows) -> Rows:
        """Where each of these cases stands on the pathway, -1 for one that is not on it."""
        return places(self.cases.ids[self.row], case_ids)

    def all_asked_on(self, advice: Evaluated) -> Dates:
        """Per case, the day by which every body that must always be asked had been, never where one had not."""
        facts = advice.facts
        asked = facts.first_present(("received_by_body_on", "requested_on", "reply_on"), facts.known)
        place, kinds = self.places(advice.loaded.case_ids), advice.loaded.records.codes["kind"]
        last = np.full(len(self.row), _FIRST_DAY)
        for kind in ALWAYS_ASKED:
            rows = np.flatnonzero(kinds.is_in([kind]) & (place >= 0) & ~np.isnat(asked))
            first = np.full(len(self.row), NEVER)
            np.minimum.at(first, place[rows], asked[rows])
            last = np.maximum(last, first)
        return last


def _within(days: Dates, first: Dates, last: Dates) -> Dates:
    """The days moved between two others; the last of them where not known."""
    return np.minimum(np.maximum(known_or(days, last), first), last)


def binding(block: Clocks) -> Dates:
    """The due dates that bind; none where an exception disapplies the limit."""
    return np.where(block.exception == NO_EXCEPTION, block.due_on, UNKNOWN)


def in_order(case: Rows, day: Dates) -> Rows:
    """The places of rows by case and then by day; rows of the same case and day stay as they were."""
    if not len(case):
        return np.zeros(0, dtype=np.int64)
    first, last = day.min(), day.max()
    # One number for both, so that rows which are nearly in order already are put so in little time.
    keys = case * ((last - first).astype(np.int64) + 1) + (day - first).astype(np.int64)
    return np.argsort(keys, kind="stable")


def known_or(days: Dates, other: Dates | np.datetime64) -> Dates:
    """The days, and the other where one is not known."""
    return np.where(np.isnat(days), other, days)
