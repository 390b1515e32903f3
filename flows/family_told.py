"""A form: a family was told of a delay."""

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.today import night_of, now
from tasks import holds
from tasks.holds import DutyKey, How
from tasks.recording import Answer, CaseRef, Short, Staff, outcome_of


def _run_name() -> str:
    return f"family told, {flow_run.parameters['case']}"


@flow(name="family told", flow_run_name=_run_name)
async def family_told(
    case: CaseRef, told_on: date, how: How, told_by: Staff, duty: DutyKey | None = None, correct: Short = ""
) -> State[Answer]:
    """Record that you told the family of a delay. The program never tells a family anything by itself.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE: letters, digits, spaces and . _ / - only, with
            a digit in it. Never a name.
        told_on: the day they were told, today at the latest.
        how: how they were told. What was said belongs into the case file and not here.
        told_by: your own name: nobody else will know who told them.
        duty: which date it was about; the final plan's if not given, or the one for which a task was set.
        correct: only to put right what is recorded already: why. Never a name.
    """
    of = {"case": case, "told_on": told_on, "how": how.value, "by": told_by, "correct": correct}
    said = {**of, "duty": duty.value if duty else ""}
    return outcome_of(holds.tell_family(now(), night_of(None, now()), said))
