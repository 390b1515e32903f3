"""A form: a clock is put off until a day, for a reason."""

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.today import night_of, now
from tasks import holds
from tasks.holds import DutyKey, SnoozeReason
from tasks.recording import AdviceKind, Answer, CaseRef, Number, Short, Staff, outcome_of


def _run_name() -> str:
    said = flow_run.parameters
    return f"{str(said['duty']).replace('_', ' ')} put off until {said['until_on']}, {said['case']}"


@flow(name="snooze", flow_run_name=_run_name)
async def snooze(
    case: CaseRef,
    duty: DutyKey,
    until_on: date,
    reason: SnoozeReason,
    snoozed_by: Staff,
    advice_kind: AdviceKind | None = None,
    body: Short = "",
    number: Number | None = None,
) -> State[Answer]:
    """Put off the alerts about one date until a day. It moves no date of the law: the clock runs on.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE, as the message has it: letters, digits, spaces and . _ / -
            only, with a digit in it. Never a name.
        duty: what the message is about.
        until_on: the last day on which its alerts keep silent.
        reason: why it can wait.
        snoozed_by: your own name: nobody else will know who put this off.
        advice_kind: for the duty give_advice: which advice.
        body: for advice only, and only if several bodies were asked for it: the body as the case system has it.
        number: for orders, reviews, transfers and repeated requests, and only if the case has several: its number.
    """
    said = {
        "case": case,
        "duty": duty.value,
        "until_on": until_on,
        "reason": reason.value,
        "by": snoozed_by,
        "advice_kind": advice_kind.value if advice_kind else "",
        "body": body,
        "number": number,
    }
    return outcome_of(holds.snooze(now(), night_of(None, now()), said))
