"""The family delay notice: a task for the officer, with a letter drafted in plain English for a person to send."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifications.compose import lists
from notifications.compose.line import Line
from notifications.compose.messages import Envelope
from notifications.compose.render import Composed, compose
from notifications.compose.words import listed

_A_REQUEST = "your request for an Education, Health and Care (EHC) needs assessment"
_A_PLAN = "[your child's / your] Education, Health and Care (EHC) assessment"
_AN_ORDER = "what the Tribunal ordered, or what we agreed with you"

_PROMISES = {
    "decide_whether_to_assess": (_A_REQUEST, "tell you whether we will do an assessment"),
    "decide_whether_to_issue": (_A_PLAN, "tell you whether there will be a plan"),
    "serve_draft": (_A_PLAN, "send you a first draft of the plan"),
    "send_final_plan": (_A_PLAN, "send you the final plan"),
    "notify_assessment_after_order": (_AN_ORDER, "tell you that we will do the assessment"),
    "notify_no_plan_after_order": (_AN_ORDER, "tell you whether there will be a plan"),
    "send_final_plan_after_order": (_AN_ORDER, "send you the final plan"),
    "serve_draft_after_order": (_AN_ORDER, "send you a first draft of the plan"),
    "send_final_plan_after_make_order": (_AN_ORDER, "send you the final plan"),
    "amend_plan_after_order": (_AN_ORDER, "send you the changed plan"),
    "name_setting_after_order": (_AN_ORDER, "send you the plan with the school or college named in it"),
    "reconsider_after_order": (_AN_ORDER, "look at our decision again and tell you"),
}
"""What a letter is about, and what the family was to have, per duty; a decision that can be appealed follows each."""

_ANYTHING_ELSE = ("[your child's / your] Education, Health and Care (EHC) plan", "have finished the next step")

_WHO = {
    "education": "the school, nursery or college",
    "health": "the health service",
    "psychology": "the educational psychologist",
    "social_care": "social care",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One family to be told: the clock that will be late, and the kinds of advice that the case still waits for."""

    line: Line
    awaited: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        """What the letter is about."""
        return _PROMISES.get(self.line.duty.key, _ANYTHING_ELSE)[0]

    @property
    def promise(self) -> str:
        """What the family was to have."""
        return _PROMISES.get(self.line.duty.key, _ANYTHING_ELSE)[1]

    @property
    def may_appeal_later(self) -> bool:
        """True if a decision follows that comes with mediation and appeal; delay by itself does not."""
        return self.line.duty.key in _PROMISES

    @property
    def reason(self) -> str:
        """Why it is late, in words for the family."""
        if not self.awaited:
            return "We have not finished our work in time."
        who = list(dict.fromkeys(_WHO.get(kind, "somebody we asked") for kind in self.awaited))
        return f"We asked {listed(who)} for {'a report' if len(who) == 1 else 'reports'}. We are still waiting."

    @property
    def is_too_late(self) -> bool:
        """True if the last working day on which the family could have been told before the date has passed."""
        return self.line.tell_by is not None and self.line.tell_by < self.line.as_of


def family_notice(message: Envelope, notices: Sequence[Notice]) -> Composed:
    """The officer's tasks to tell families, each with its draft, the first to be told first."""
    every = [x.line for x in notices]
    left = [x for x in notices if not x.line.is_settled]
    ordered = sorted(left, key=lambda x: (x.line.tell_by or x.line.due_on, x.line.case_ref))
    days = [x.line.tell_by for x in ordered if x.line.tell_by]
    return compose(
        "family_notice",
        {
            "message": message,
            "notices": ordered,
            "first_by": min(days, default=None),
            "is_too_late": any(x.is_too_late for x in ordered),
            "settled": lists.settled_cases(every),
            "first_cases": lists.first_cases([x.line for x in ordered]),
        },
    )
