"""What is certain: how many clocks run out in each of the next weeks, and what is known of them already."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from models.practice.fields import Weekday
from models.queries.board import DAYS_OF_WEEK
from models.queries.evaluated import Evaluated
from models.statute import counting
from models.statute.calendar import england
from models.statute.clocks import STATES, Clocks
from models.statute.records import Flags, Rows

WEEKS = 13
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

PLANS, ASSESS, ADVICE = "send_final_plan", "decide_whether_to_assess", "give_advice"
REVIEWS, AFTER_MEETING = "review_plan", "decide_after_review"

_COUNTED = ("running", "met", "met_late", "overdue", "excepted")
"""A clock in another state binds nobody, or has no date."""


@dataclass(frozen=True)
class Week:
    """The clocks of one duty that run out in a week; of advice, of one kind of adviser.

    Of those `due`, `answered` were done; of the rest `at_risk` are those whose records show it: of a plan, its draft or
    advice for it is late already; of a review, no meeting was held, and one held today would leave less than the law's
    time to decide after it; of everything else, the last useful working day is today or has passed.
    """

    first: date
    duty: str
    kind: str
    due: int
    answered: int
    at_risk: int


def coming(cases: Evaluated, advice: Evaluated, reviews: Evaluated, starts_on: Weekday) -> tuple[Week, ...]:
    """The next thirteen weeks, the one of today first and whole, by duty and kind of adviser, one row each."""
    since = (cases.as_of.weekday() - WEEKDAYS.index(starts_on)) % DAYS_OF_WEEK
    first, today = cases.as_of - timedelta(days=since), np.datetime64(cases.as_of, "D")
    plans, assess, review, after = (
        of.clocks(duty) for of, duty in ((cases, PLANS), (cases, ASSESS), (reviews, REVIEWS), (reviews, AFTER_MEETING))
    )
    return (
        *_weeks(plans, first, today, _late_before_the_plan(cases, advice)[plans.row]),
        *_weeks(assess, first, today, assess.act_by <= today),
        *_weeks(review, first, today, _unmet(reviews, review, today)),
        *_weeks(after, first, today, after.act_by <= today),
        *_of_advice(advice, cases, first, today),
    )


def _of_advice(advice: Evaluated, cases: Evaluated, first: date, today: np.datetime64) -> Iterator[Week]:
    clocks, kinds = advice.clocks(ADVICE), advice.loaded.records.codes["kind"]
    # Advice that a plan did without is wanted by nobody any more.
    sent_on = cases.facts.known("final_plan_sent_on")[_case_of(advice, cases)][clocks.row]
    is_wanted = ~(np.isnat(clocks.ended_on) & (sent_on >= clocks.origin_on))
    for kind in sorted({*kinds.values} - {"", "parent"}):
        chosen = is_wanted & kinds.is_in([kind])[clocks.row]
        yield from _weeks(clocks, first, today, clocks.act_by <= today, kind=kind, chosen=chosen)


def _weeks(
    clocks: Clocks, first: date, today: np.datetime64, is_late: Flags, *, kind: str = "", chosen: Flags | None = None
) -> Iterator[Week]:
    """The clocks, week by week; of those that are not answered `is_late` and whatever is overdue is at risk."""
    week = (clocks.due_on - np.datetime64(first, "D")).astype(np.int64) // DAYS_OF_WEEK
    is_counted = np.isin(clocks.state, [STATES.index(x) for x in _COUNTED])
    due = is_counted & (week >= 0) & (week < WEEKS) & (True if chosen is None else chosen)
    answered = due & ~np.isnat(clocks.done_on)
    at_risk = due & ~answered & (is_late | (clocks.due_on < today))
    counts = (np.bincount(week[x], minlength=WEEKS).tolist() for x in (due, answered, at_risk))
    for number, found in enumerate(zip(*counts, strict=True)):
        yield Week(first + timedelta(days=DAYS_OF_WEEK * number), clocks.duty.key, kind, *found)


def _late_before_the_plan(cases: Evaluated, advice: Evaluated) -> Flags:
    """True for the cases whose draft, or some advice for them, is late and still to come."""
    overdue = STATES.index("overdue")
    found = np.zeros(cases.loaded.records.size, np.bool_)
    draft, asked = cases.clocks("serve_draft"), advice.clocks(ADVICE)
    found[draft.row[draft.state == overdue]] = True
    found[_case_of(advice, cases)[asked.row[asked.state == overdue]]] = True
    return found


def _unmet(reviews: Evaluated, clocks: Clocks, today: np.datetime64) -> Flags:
    """True where no meeting was held, and one today would leave less than the law's time to decide after it."""
    period = reviews.register.duty(AFTER_MEETING).standing_limit.period
    until = counting.due_on(np.array([today]), period, england())
    return np.isnat(reviews.facts.known("meeting_on"))[clocks.row] & (clocks.due_on < until)


def _case_of(advice: Evaluated, cases: Evaluated) -> Rows:
    """The place of the case that each request for advice is for."""
    return np.searchsorted(cases.loaded.ids, advice.loaded.case_ids)
