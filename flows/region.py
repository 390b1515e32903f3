"""The night of many authorities: a run for each, on as many workers as there are, and what they come to together."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any, cast
from uuid import UUID

from prefect import flow, get_client, get_run_logger
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun
from prefect.deployments import run_deployment
from prefect.runtime import flow_run

from flows.stage import day_of_run
from flows.today import now, refuse_day_to_come
from models.authority import AuthorityCode
from models.errors import NightIncompleteError
from tasks.region import expected_authorities, roll_up

NIGHT = "nightly/night of an authority"
"""The deployment that is run once for each authority, by the names of its flow and its own."""

LOOK_EVERY_SECONDS = 5
PAGE = 200


def _run_name() -> str:
    day = day_of_run(flow_run.parameters.get("as_of"))
    return f"region, night of {day.day} {day:%B %Y}"


@flow(name="region", flow_run_name=_run_name)
def region(
    as_of: date | None = None, authorities: list[AuthorityCode] | None = None, wait_hours: float = 6
) -> dict[str, Any]:
    """Start the night of each authority, wait for them, and put them together; red if one of them is not whole.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
        authorities: whose nights there must be; by default all that have tables of their own or a first extract.
        wait_hours: how long the nights are waited for; what has not ended by then is missing.
    """
    day = day_of_run(as_of)
    refuse_day_to_come(day)
    codes = sorted(set(authorities)) if authorities else expected_authorities()
    runs = {code: _start(code, day) for code in codes}
    failed = _how_they_failed(runs, wait_hours)
    found = roll_up(codes, day, now().date(), failed)
    if found.missing or not codes:
        raise NightIncompleteError(
            "The night of the authorities is not complete.",
            where=f"artifact region, {day}",
            why=f"It is not whole for {', '.join(found.missing)}." if codes else "There is no authority.",
            remedy="Mend what the page names and run those again: nightly, with the authority's code.",
        )
    return asdict(found)


def _start(code: str, day: date) -> UUID:
    parameters = {"as_of": day.isoformat(), "authority_code": code}
    started = run_deployment(NIGHT, parameters=parameters, timeout=0, tags=[f"authority {code}"])
    return cast("FlowRun", started).id  # outside an event loop it is the run and no coroutine


def _how_they_failed(runs: Mapping[str, UUID], wait_hours: float) -> dict[str, str]:
    """By authority, why its run did not end well; those that did are not in it."""
    logger, until, done = get_run_logger(), now() + timedelta(hours=wait_hours), -1
    while True:
        found = {run.id: run for run in _read(list(runs.values()))}
        ended = [run for run in found.values() if run.state is not None and run.state.is_final()]
        if len(ended) != done:
            done = len(ended)
            logger.info("%d of %d nights have ended.", done, len(runs))
        if done == len(runs) or now() > until:
            return {code: words for code, run in runs.items() if (words := _why(found.get(run)))}
        time.sleep(LOOK_EVERY_SECONDS)


def _why(run: FlowRun | None) -> str:
    state = run.state if run else None
    if state is None:
        return "Its run is not to be found."
    if state.is_completed():
        return ""
    return f"Its run ended as {state.name}." if state.is_final() else f"Its run has not ended: {state.name}."


def _read(ids: list[UUID]) -> Iterator[FlowRun]:
    with get_client(sync_client=True) as client:
        for first in range(0, len(ids), PAGE):
            wanted = FlowRunFilter.model_validate({"id": {"any_": ids[first : first + PAGE]}})
            yield from client.read_flow_runs(flow_run_filter=wanted, limit=PAGE)
