"""Requests: six weeks to decide whether to assess."""

from datetime import date

from prefect import flow

from flows.stage import day_of_run, run_name, run_stage


@flow(name="request", flow_run_name=run_name)
def request(as_of: date | None = None) -> dict[str, int]:
    """Evaluate the stage for every record and publish its lists; safe to run again.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
    """
    return run_stage(("request",), day_of_run(as_of))
