"""A form: why every date of a case is what it is."""

from datetime import date

from prefect import flow

from flows.stage import day_of_run
from tasks.explain import publish_explanation


@flow(name="explain-case", flow_run_name="explain {case}")
def explain_case(case: str, as_of: date | None = None) -> int:
    """Explain every clock of a case; the answer is the run's artifact.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE. Never a name.
        as_of: the day to ask about; today if not given.
    """
    return publish_explanation(case, day_of_run(as_of))
