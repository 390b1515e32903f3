"""A form: somebody has a clock in hand; its alerts keep silent for some days."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.today import night_of, now
from tasks import holds
from tasks.holds import DutyKey
from tasks.recording import AdviceKind, Answer, CaseRef, Number, Short, Staff, outcome_of


def _run_name() -> str:
    said = flow_run.parameters
    return f"{str(said['duty']).replace('_', ' ')} acknowledged, {said['case']}"


@flow(name="acknowledge", flow_run_name=_run_name)
async def acknowledge(
    case: CaseRef,
    duty: DutyKey,
    acknowledged_by: Staff,
    advice_kind: AdviceKind | None = None,
    body: Short = "",
    number: Number | None = None,
) -> State[Answer]:
    """Say that you have this in hand. Its alerts keep silent for some days; if it is still open then, they go on.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE, as the message has it: letters, digits, spaces and . _ / -
            only, with a digit in it. Never a name.
        duty: what the message is about.
        acknowledged_by: your own name: nobody else will know who has this in hand.
        advice_kind: for the duty give_advice: which advice.
        body: for advice only, and only if several bodies were asked for it: the body as the case system has it.
        number: for orders, reviews, transfers and repeated requests, and only if the case has several: its number.
    """
    said = {
        "case": case,
        "duty": duty.value,
        "by": acknowledged_by,
        "advice_kind": advice_kind.value if advice_kind else "",
        "body": body,
        "number": number,
    }
    return outcome_of(holds.acknowledge(now(), night_of(None, now()), said))
