"""What can be recorded here: the milestones, the records a fact of which can be corrected, and their order."""

from collections.abc import Mapping

from models.casework.extracts.sheets import SheetPlan, plans

PLANS: Mapping[str, SheetPlan] = {plan.record: plan for plan in plans().values()}
"""How each kind of record is stored."""

CORRECTED = ("case", "advice", "exception", "order", "review", "transfer")
"""The kinds of record a fact of which can be corrected."""

CLAIMED = ("case", "advice", "order")
"""The kinds of record for whose clocks an exception can be claimed."""

MILESTONES: Mapping[str, tuple[str, ...]] = {
    record: tuple(x for x in PLANS[record].values if x in PLANS[record].dates and x != "birth_date")
    for record in ("case", "advice", "order")
}
"""The dated facts that can be recorded as they happen, by kind of record."""

OUTCOMES = {
    "reply_on": ("reply", ("advice", "not_known", "declined")),
    "assess_decided_on": ("assess_decision", ("Y", "N")),
}
"""The milestones that say little without their outcome: the column that holds it, and what it may be."""

ORIGINS = ("request_received_on", "brought_to_attention_on")

FOLLOWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "case": {
        "assess_agreed_after_refusal_on": ("assess_decided_on",),
        "no_plan_notified_on": ("assess_decided_on",),
        "draft_served_on": ("assess_decided_on",),
        "consultation_replied_on": ("consultation_sent_on",),
        "representations_received_on": ("draft_served_on",),
        "final_plan_sent_on": ("assess_decided_on", "draft_served_on"),
    },
    "advice": {
        "received_by_body_on": ("requested_on",),
        "reply_on": ("requested_on", "received_by_body_on"),
        "returned_for_rework_on": ("requested_on", "received_by_body_on"),
        "accepted_on": ("requested_on", "received_by_body_on", "reply_on"),
    },
    "exception": {"to_on": ("from_on",)},
    "order": {
        "notified_on": ("dated_on",),
        "no_plan_notified_on": ("dated_on",),
        "draft_served_on": ("dated_on",),
        "final_plan_sent_on": ("dated_on", "draft_served_on"),
    },
    "review": {
        "meeting_on": ("notice_given_on",),
        "report_sent_on": ("meeting_on",),
        "decision_notified_on": ("meeting_on",),
        "amendment_notice_sent_on": ("meeting_on",),
        "final_plan_sent_on": ("amendment_notice_sent_on",),
        "not_amend_notified_on": ("amendment_notice_sent_on",),
    },
    "transfer": {"informed_on": ("transferred_on",), "reviewed_on": ("transferred_on",)},
}
"""The milestones that cannot come before others of the same record."""

PLANNED = ("meeting_on", "phase_transfer_on", "to_on")
"""Dates that may lie ahead: a meeting, a transfer between phases, the end of an absence."""

FOR_GOOD = ("duty", "advice_kind", "code")
"""What a claim is for: another one is another claim."""
