"""Refresh the clocks of a stage."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime

from prefect import task

from models.casework.clocks import refresh_clocks, stand_at_newest_night
from models.queries.nights import night_after
from models.statute.register import load_register
from models.store import reading, unit_of_work


@task(task_run_name="evaluate {stages} for {as_of}")
def refresh_stages(stages: Sequence[str], as_of: date, now: datetime) -> dict[str, int]:
    """How many records were seen and clocks evaluated, written, removed, breached, warned and recovered."""
    register = load_register()
    duties = [duty for duty in register.duties if duty.stage in stages and duty.is_watched]
    with unit_of_work() as connection:
        return asdict(refresh_clocks(connection, register, as_of, now=now, duties=duties))


def put_clocks_back(as_of: date, now: datetime) -> None:
    """Let the clocks stand as on the newest night, if that is later than the one of `as_of`; no task: it is rare."""
    with reading() as connection:
        if not night_after(connection, as_of):
            return
    with unit_of_work() as connection:
        stand_at_newest_night(connection, load_register(), as_of, now=now)
