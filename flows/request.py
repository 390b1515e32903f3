"""Requests: six weeks to decide whether to assess, and who must be on the next panel to stay in time."""

from datetime import date

from prefect import flow

from flows.stage import day_of_run, run_name, run_stage
from tasks.publish import publish_agenda


@flow(name="request", flow_run_name=run_name)
def request(as_of: date | None = None) -> dict[str, int]:
    """Evaluate the stage for every record, publish its lists and the panel agenda; safe to run again.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
    """
    day = day_of_run(as_of)
    return run_stage(("request",), day) | publish_agenda(day)
