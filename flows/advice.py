"""Advice: each body asked has six weeks to answer."""

from datetime import date

from prefect import flow

from flows.stage import day_of_run, run_name, run_stage
from tasks.publish import publish_advice_matrix


@flow(name="advice", flow_run_name=run_name)
def advice(as_of: date | None = None) -> dict[str, int]:
    """Evaluate the stage for every record and publish its lists; safe to run again.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
    """
    day = day_of_run(as_of)
    counts = run_stage(("advice",), day)
    publish_advice_matrix(day)
    return counts
