"""What every stage of the pathway has in common: evaluate its duties for all records, and publish its lists."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date

from prefect.runtime import flow_run

from flows.today import night_of, now, refuse_day_to_come
from tasks.clocks import put_clocks_back, refresh_stages
from tasks.publish import publish_stage

OPEN_BY = ("final_plan", "order")
"""The stages whose clocks say which cases are open; only open cases are on the lists of the pathway."""

_evaluated_already: ContextVar[bool] = ContextVar("_evaluated_already", default=False)


@contextmanager
def open_cases_first() -> Iterator[None]:
    """Inside, whoever runs the stages runs those first that say which cases are open."""
    token = _evaluated_already.set(True)
    try:
        yield
    finally:
        _evaluated_already.reset(token)


@contextmanager
def clocks_put_back(day: date) -> Iterator[None]:
    """Inside, the clocks may be those of a day that is past; afterwards they are those of the newest night."""
    try:
        yield
    finally:
        put_clocks_back(day, now())


def day_of_run(as_of: date | None) -> date:
    """The day this run is for: the one asked for, else the one it was scheduled for."""
    return night_of(as_of, flow_run.scheduled_start_time)


def run_stage(stages: Sequence[str], day: date) -> dict[str, int]:
    """What evaluating the duties of these stages did, and what is overdue and due this week in them.

    Run alone, a stage comes after no night: which cases are open is evaluated too, and is not in the counts.
    """
    refuse_day_to_come(day)
    if _evaluated_already.get():
        return _evaluated(stages, day)
    with clocks_put_back(day):
        if others := [stage for stage in OPEN_BY if stage not in stages]:
            refresh_stages(others, day, now())
        return _evaluated(stages, day)


def _evaluated(stages: Sequence[str], day: date) -> dict[str, int]:
    counts = refresh_stages(stages, day, now())
    for stage in stages:
        for name, number in publish_stage(stage, day).items():
            counts[name] = counts.get(name, 0) + number
    return counts


def run_name() -> str:
    """A name for a run of a stage that a person understands: "final plan, 22 November 2026"."""
    day = day_of_run(flow_run.parameters.get("as_of"))
    return f"{flow_run.flow_name.replace('-', ' ')}, {day.day} {day:%B %Y}"
