"""Alerts: every rung of a ladder that a clock has reached is claimed, once, and its message written."""

from datetime import date
from typing import Any

from prefect import flow

from flows.stage import day_of_run, run_name
from flows.today import now, refuse_day_to_come
from tasks.alerts import raise_alerts


@flow(name="alerts", flow_run_name=run_name)
def alerts(as_of: date | None = None) -> dict[str, Any]:
    """Claim what is due and write the messages; nothing is sent. Safe to run again: what is claimed stays claimed.

    Args:
        as_of: the day to raise alerts for; by default the day the run was scheduled for, in England.
    """
    day = day_of_run(as_of)
    refuse_day_to_come(day)
    return raise_alerts(day, now())
