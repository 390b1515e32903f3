"""A form: why every date of a case is what it is."""

from asyncio import to_thread
from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State

from flows.today import night_of, now
from tasks.explain import publish_explanation
from tasks.recording import Answer, CaseRef, outcome_of


@flow(name="explain-case", flow_run_name="explain {case}")
async def explain_case(case: CaseRef, as_of: date | None = None) -> State[Answer]:
    """Explain every clock of a case; the answer is the run's artifact.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE: letters, digits, spaces and . _ / - only, with
            a digit in it. Never a name.
        as_of: the day to ask about; today if not given.
    """
    # In a thread of its own, for there Prefect publishes at once instead of handing back something to await.
    return outcome_of(await to_thread(publish_explanation, case, night_of(as_of, now())))
