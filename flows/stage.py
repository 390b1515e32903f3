"""What every stage of the pathway has in common: evaluate its duties for all records, and publish its lists."""

from collections.abc import Sequence
from datetime import date

from prefect.runtime import flow_run

from flows.today import night_of, now, refuse_day_to_come
from tasks.clocks import refresh_stages
from tasks.publish import publish_stage


def day_of_run(as_of: date | None) -> date:
    """The day this run is for: the one asked for, else the one it was scheduled for."""
    return night_of(as_of, flow_run.scheduled_start_time)


def run_stage(stages: Sequence[str], day: date) -> dict[str, int]:
    """What evaluating the duties of these stages did, and what is overdue and due this week in them."""
    refuse_day_to_come(day)
    counts = refresh_stages(stages, day, now())
    for stage in stages:
        for name, number in publish_stage(stage, day).items():
            counts[name] = counts.get(name, 0) + number
    return counts


def run_name() -> str:
    """A name for a run of a stage that a person understands: "final plan, 22 November 2026"."""
    day = day_of_run(flow_run.parameters.get("as_of"))
    return f"{flow_run.flow_name.replace('-', ' ')}, {day.day} {day:%B %Y}"
