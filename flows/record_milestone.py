"""A form: a milestone of a case, of a request for advice or of an order was reached."""

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.today import night_of, now
from tasks import recording
from tasks.recording import AdviceKind, Answer, CaseRef, Milestone, Number, Outcome, Short, Staff, outcome_of

IN_WORDS = {
    "advice: requested_on": "advice requested",
    "advice: received_by_body_on": "advice request received by body",
    "advice: reply_on": "advice received",
    "advice: returned_for_rework_on": "advice returned for rework",
    "advice: accepted_on": "advice accepted",
}


def _run_name() -> str:
    said = flow_run.parameters
    milestone = str(said["milestone"])
    words = milestone.removeprefix("case: ").removesuffix("_on").replace(": ", " ").replace("_", " ")
    return f"{IN_WORDS.get(milestone, words)}, {said['case']}"


@flow(name="record a milestone", flow_run_name=_run_name)
async def record_milestone(
    case: CaseRef,
    milestone: Milestone,
    happened_on: date,
    recorded_by: Staff,
    advice_kind: AdviceKind | None = None,
    body: Short = "",
    order_number: Number | None = None,
    outcome: Outcome | None = None,
    replied_by: Short = "",
) -> State[Answer]:
    """Record that a milestone was reached. It stands until the case system's extract carries it too.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE: letters, digits, spaces and . _ / - only, with
            a digit in it. Never a name.
        milestone: what was reached, with the kind of record it belongs to.
        happened_on: the day it happened, today at the latest.
        recorded_by: your own name: nobody else will know who recorded this.
        advice_kind: for advice only: which advice.
        body: for advice only, and only if several bodies were asked for it: the body as the case system has it.
        order_number: for an order only, and only if the case has several: its number.
        outcome: with the reply to a request for advice, what the reply was; with the decision whether to assess, Y
            or N.
        replied_by: with a reply only: the member of staff who replied. Never a name of a child or parent.
    """
    said = {
        "case": case,
        "milestone": milestone.value,
        "happened_on": happened_on,
        "by": recorded_by,
        "advice_kind": advice_kind.value if advice_kind else "",
        "body": body,
        "order_number": order_number,
        "outcome": outcome.value if outcome else "",
        "replied_by": replied_by,
    }
    return outcome_of(recording.record_milestone(now(), night_of(None, now()), said))
