"""Refresh the clocks."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime

from prefect import task

from models.casework.clocks import refresh_clocks
from models.statute.register import load_register
from models.store import unit_of_work


@task(task_run_name="refresh clocks of {as_of}")
def refresh_clock_table(as_of: date, now: Callable[[], datetime]) -> dict[str, int]:
    """How many records were seen, clocks evaluated, rows written and removed."""
    with unit_of_work() as connection:
        return asdict(refresh_clocks(connection, load_register(), as_of, now=now))
