"""The night: take in what arrived, evaluate every clock, publish the board."""

from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.runtime import flow_run

from flows.today import night_of, now
from tasks.board import publish_board
from tasks.clocks import refresh_clock_table
from tasks.intake import take_in_extract


def _run_name() -> str:
    day = night_of(flow_run.parameters.get("as_of"), flow_run.scheduled_start_time)
    return f"night of {day.day} {day:%B %Y}"


@flow(name="nightly", flow_run_name=_run_name)
def nightly(as_of: date | None = None, extract: Path | None = None, source: str = "canonical") -> dict[str, Any]:
    """Take in an extract, refresh every clock, publish the board; safe to run again.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
        extract: the extract to take in first; without one the records stand as they are.
        source: how the extract's columns are mapped, a name or the path of a map file.
    """
    day = night_of(as_of, flow_run.scheduled_start_time)
    taken = take_in_extract(extract, source, now(), by="nightly") if extract else None
    refreshed = refresh_clock_table(day, now)
    return {"as_of": day.isoformat(), "taken": taken, "clocks": refreshed, "board": publish_board(day)}
