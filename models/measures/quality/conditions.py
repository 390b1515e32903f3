"""What a record says when a rule finds it: conditions in SQL, so that one reading of a table tries all its rules."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.measures.quality.words import begins, named
from models.queries.advice import ALWAYS_ASKED
from models.queries.records import DATES
from models.queries.sql import quoted

REQUESTED_ON = "COALESCE(c.request_received_on, c.brought_to_attention_on)"

ENDED_ON = (
    "COALESCE(c.final_plan_sent_on, c.no_plan_notified_on, c.withdrawn_on, "
    "CASE WHEN c.assess_decision = 'N' AND c.assess_agreed_after_refusal_on IS NULL THEN c.assess_decided_on END)"
)
"""The day a case ended, NULL while something is to come."""

IN_VIEW = f"({ENDED_ON} IS NULL OR {ENDED_ON} >= :since)"

CASE_DATES, ADVICE_DATES, ORDER_DATES = (DATES[kind] for kind in ("case", "advice", "order"))
_OF_CASE = CASE_DATES[2:]

_IN_ORDER = (
    ("assess_decided_on", "assess_agreed_after_refusal_on"),
    ("assess_decided_on", "draft_served_on"),
    ("assess_decided_on", "no_plan_notified_on"),
    ("draft_served_on", "final_plan_sent_on"),
    ("draft_served_on", "representations_received_on"),
    ("consultation_sent_on", "consultation_replied_on"),
)
"""Pairs of which the second cannot come first; consulting a setting before the draft is unusual, not wrong."""


@dataclass(frozen=True)
class Condition:
    """One way in which a rule finds a record: `words` is the sentence it says, filled in with the record's columns."""

    rule: str
    sql: str
    words: str


def of_cases() -> list[Condition]:
    """What is asked of every case in view; `c` is the case."""
    return [
        Condition(
            "request_date_missing",
            f"{REQUESTED_ON} IS NULL",
            "Neither the request nor the day of being brought to attention is dated.",
        ),
        *(
            Condition(
                "dated_before_request",
                f"c.{name} < {REQUESTED_ON}",
                f"{begins(name)} {{{name}}}, before the request of {{requested_on}}.",
            )
            for name in _OF_CASE
        ),
        *(Condition("dates_out_of_order", f"c.{last} < c.{first}", _before(last, first)) for first, last in _IN_ORDER),
        *_future("c", CASE_DATES),
        *_outcomes(),
        Condition(
            "consultation_not_sent",
            f"c.draft_served_on <= :consulted_since AND c.consultation_sent_on IS NULL AND {ENDED_ON} IS NULL",
            "The draft was served {draft_served_on}, and no setting has been consulted.",
        ),
        Condition(
            "exception_flag_without_claim",
            "c.week20_exception = '1' AND NOT EXISTS "
            "(SELECT 1 FROM exceptions e WHERE e.case_id = c.id AND e.duty LIKE 'send_final_plan%')",
            "A 20-week exception is flagged, and no claim says which, when and why.",
        ),
    ]


def _outcomes() -> Iterator[Condition]:
    no_order = "NOT EXISTS (SELECT 1 FROM orders o WHERE o.case_id = c.id)"
    yield Condition(
        "outcomes_contradict",
        "c.no_plan_notified_on >= c.final_plan_sent_on",
        "A plan was sent {final_plan_sent_on}, and the family was told {no_plan_notified_on} that there is none.",
    )
    yield Condition(
        "outcomes_contradict",
        "c.assess_decision = 'N' AND c.assess_agreed_after_refusal_on IS NULL "
        f"AND COALESCE(c.draft_served_on, c.final_plan_sent_on) IS NOT NULL AND {no_order}",
        "The assessment was refused, and there is a plan, with neither a change of mind nor an order between them.",
    )
    yield Condition(
        "outcomes_contradict",
        "c.plan_decision = 'Y' AND c.no_plan_notified_on IS NOT NULL AND c.final_plan_sent_on IS NULL "
        f"AND c.draft_served_on IS NULL AND {no_order}",
        "A plan was decided on, and the family was told {no_plan_notified_on} that there is none.",
    )
    yield Condition(
        "decision_without_date",
        "c.assess_decision IN ('Y', 'N') AND c.assess_decided_on IS NULL",
        "Whether to assess is decided, and no day says when the family was told.",
    )
    yield Condition(
        "decision_without_date",
        "c.plan_decision = 'N' AND c.no_plan_notified_on IS NULL",
        "There will be no plan, and no day says when the family was told.",
    )
    yield Condition(
        "date_without_decision",
        "c.assess_decided_on IS NOT NULL AND COALESCE(c.assess_decision, '') NOT IN ('Y', 'N')",
        "Whether to assess was decided {assess_decided_on}, and nothing says how.",
    )
    yield Condition(
        "date_without_decision",
        "c.no_plan_notified_on IS NOT NULL AND COALESCE(c.plan_decision, '') IN ('', 'A')",
        "The family was told {no_plan_notified_on} that there will be no plan, and no decision says so.",
    )


def of_advice() -> list[Condition]:
    """What is asked of every request for advice of a case in view; `r` is the request."""
    return [
        Condition(
            "advice_request_date_missing",
            "r.kind <> 'parent' AND r.requested_on IS NULL AND r.received_by_body_on IS NULL",
            "Advice ({kind}) was asked for on no known day.",
        ),
        Condition(
            "dated_before_request",
            f"r.requested_on < {REQUESTED_ON}",
            "Advice ({kind}) asked for {requested_on}, before the request of the case.",
        ),
        *(
            Condition("reply_before_request", f"r.{last} < r.{first}", f"Advice ({{kind}}): {_before(last, first)}")
            for first, last in (
                ("requested_on", "received_by_body_on"),
                ("requested_on", "reply_on"),
                ("received_by_body_on", "reply_on"),
            )
        ),
        *_future("r", ADVICE_DATES),
        Condition(
            "reply_without_date",
            "COALESCE(r.reply, '') <> '' AND r.reply_on IS NULL",
            "Advice ({kind}): a reply is there, and no day says when it came.",
        ),
        Condition(
            "date_without_reply",
            "r.reply_on IS NOT NULL AND COALESCE(r.reply, '') = ''",
            "Advice ({kind}): a reply came {reply_on}, and nothing says what it was.",
        ),
        Condition(
            "not_known_without_name",
            "r.reply = 'not_known' AND TRIM(COALESCE(r.replied_by, '')) = ''",
            "Advice ({kind}): the reply is that the child is not known, and nobody's name is to it.",
        ),
        Condition(
            "advice_after_plan",
            "r.kind <> 'parent' AND r.requested_on <= c.final_plan_sent_on AND (r.reply_on > c.final_plan_sent_on "
            f"OR (r.reply_on IS NULL AND r.kind NOT IN ({quoted(ALWAYS_ASKED)})))",
            "Advice ({kind}) was still owed when the plan was sent {final_plan_sent_on}.",
        ),
        Condition(
            "asked_twice",
            "r.number > 1 AND EXISTS (SELECT 1 FROM advice p WHERE p.case_id = r.case_id AND p.kind = r.kind "
            "AND p.body = r.body AND p.number = r.number - 1 AND p.requested_on <= r.requested_on "
            "AND (p.reply_on IS NULL OR p.reply_on > r.requested_on) AND p.returned_for_rework_on IS NULL)",
            "Advice ({kind}) was asked for again {requested_on}, before the first request was answered.",
        ),
    ]


def of_orders() -> list[Condition]:
    """What is asked of every order of a case in view; `r` is the order."""
    return [
        Condition("order_date_missing", "r.dated_on IS NULL", "An order ({kind}) has no date."),
        *(
            Condition("dates_out_of_order", f"r.{name} < r.dated_on", f"Order: {_before(name, 'dated_on')}")
            for name in ORDER_DATES[1:]
        ),
        *_future("r", ORDER_DATES),
    ]


def _future(table: str, names: tuple[str, ...]) -> Iterator[Condition]:
    for name in names:
        yield Condition("dated_in_the_future", f"{table}.{name} > :as_of", f"{begins(name)} {{{name}}} is to come.")


def _before(last: str, first: str) -> str:
    return f"{begins(last)} {{{last}}} is before {named(first)} {{{first}}}."
