"""Measures: every indicator by its one definition, refreshed for a day."""

from datetime import date

from prefect import flow

from flows.stage import day_of_run, run_name
from flows.today import refuse_day_to_come
from tasks.measures import publish_measures, refresh_measures


@flow(name="measures", flow_run_name=run_name)
def measures(as_of: date | None = None) -> dict[str, int]:
    """Refresh the table of measurements, and publish what managers read; safe to run again.

    Args:
        as_of: the day to measure for; by default the day the run was scheduled for, in England.
    """
    day = day_of_run(as_of)
    refuse_day_to_come(day)
    return measure(day)


def measure(day: date) -> dict[str, int]:
    """How many measures and measurements there are, stored and published; a step of the night as well."""
    counts = refresh_measures(day)
    publish_measures(day)
    return counts
