"""The first of the month: freeze what the month before came to."""

from datetime import date
from typing import Any

from prefect import flow

from flows.stage import day_of_run, run_name
from flows.today import now, refuse_day_to_come
from tasks.measures import freeze_last_month


@flow(name="monthly", flow_run_name=run_name)
def monthly(as_of: date | None = None) -> dict[str, Any]:
    """Freeze the measurements of the last whole month; a month once frozen stays as it is, whatever is found later.

    Months before it whose run was missed are frozen too.

    Args:
        as_of: the day of the run; by default the day it was scheduled for, in England.
    """
    day = day_of_run(as_of)
    refuse_day_to_come(day)
    return freeze_last_month(day, now())
