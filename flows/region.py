"""The night of many authorities: a run for each, on as many workers as there are, and what they come to together."""

import time
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Annotated, Any, cast
from uuid import UUID

from prefect import flow, get_client, get_run_logger
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun
from prefect.client.schemas.sorting import FlowRunSort
from prefect.deployments import run_deployment
from prefect.runtime import flow_run
from pydantic import Field

from flows.stage import day_of_run
from flows.today import now, refuse_day_to_come
from models.authority import AuthorityCode
from models.errors import NightIncompleteError
from tasks.region import expected_authorities, roll_up

TOGETHER = "some-authorities/nights of some authorities"
ALONE = "nightly/night of an authority"
"""The deployments of the nights, by the names of their flow and their own."""

LOOK_EVERY_SECONDS = 5
PAGE = 200


def _run_name() -> str:
    day = day_of_run(flow_run.parameters.get("as_of"))
    return f"region, night of {day.day} {day:%B %Y}"


@flow(name="region", flow_run_name=_run_name)
def region(
    as_of: date | None = None,
    authorities: list[AuthorityCode] | None = None,
    wait_hours: float = 6,
    in_one_process: Annotated[int, Field(ge=1)] = 8,
) -> dict[str, Any]:
    """Start the night of each authority, wait for them, and put them together; red if one of them is not whole.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
        authorities: whose nights there must be; by default all that have tables of their own or a first extract.
        wait_hours: how long the nights are waited for; what has not ended by then is missing.
        in_one_process: of how many authorities a worker runs the nights before it starts a new process.
    """
    day = day_of_run(as_of)
    refuse_day_to_come(day)
    codes = sorted(set(authorities)) if authorities else expected_authorities()
    ended = _nights(codes, day, in_one_process, now() + timedelta(hours=wait_hours))
    failed = {code: words for code in codes if (words := _why(ended.get(code)))}
    found = roll_up(codes, day, now().date(), failed)
    if found.missing or not codes:
        raise NightIncompleteError(
            "The night of the authorities is not complete.",
            where=f"artifact region, {day}",
            why=f"It is not whole for {', '.join(found.missing)}." if codes else "There is no authority.",
            remedy="Mend what the page names and run those again: nightly, with the authority's code.",
        )
    return asdict(found)


def _nights(codes: list[str], day: date, in_one_process: int, until: datetime) -> dict[str, FlowRun]:
    """By authority, the run of its night, as far as there is one."""
    number = -(-len(codes) // in_one_process)
    shares = {_start(TOGETHER, day, authorities=share): share for share in (codes[x::number] for x in range(number))}
    killed = [run for run in _ended(shares, until) if run.state is not None and run.state.is_crashed()]
    found = {run.parameters["authority_code"]: run for run in _read(parent_flow_run_id={"any_": list(shares)})}
    # A process that is killed takes with it the nights that were still to come. Each now gets a process of its own:
    # if it was one of them that killed it, no other is lost with that one.
    lost = [code for run in killed for code in shares[run.id] if code not in found or not _is_final(found[code])]
    alone = {_start(ALONE, day, authority_code=code): code for code in lost}
    _ended(alone, until)
    return found | {alone[run.id]: run for run in _read(id={"any_": list(alone)})}


def _start(deployment: str, day: date, **whose: object) -> UUID:
    started = run_deployment(deployment, parameters={"as_of": day.isoformat(), **whose}, timeout=0)
    return cast("FlowRun", started).id  # outside an event loop it is the run and no coroutine


def _ended(runs: Collection[UUID], until: datetime) -> list[FlowRun]:
    """The runs, as they end, until the last one or a moment."""
    ended: list[FlowRun] = []
    final = {"type": {"any_": list(TERMINAL_STATES)}}
    while len(ended) < len(runs):
        left = {*runs} - {run.id for run in ended}
        if more := _read(id={"any_": list(left)}, state=final):
            ended += more
            get_run_logger().info("%d of %d processes have ended.", len(ended), len(runs))
        elif now() > until:
            break
        else:
            time.sleep(LOOK_EVERY_SECONDS)
    return ended


def _why(run: FlowRun | None) -> str:
    """Why a night did not end well by what its run says; nothing if it did."""
    state = run.state if run else None
    if state is None:
        return "Its run is not to be found."
    if state.is_completed():
        return ""
    return f"Its run ended as {state.name}." if state.is_final() else f"Its run has not ended: {state.name}."


def _is_final(run: FlowRun) -> bool:
    return run.state is not None and run.state.is_final()


def _read(**wanted: object) -> list[FlowRun]:
    """The runs that a filter of Prefect's describes."""
    chosen, found = FlowRunFilter.model_validate(wanted), list[FlowRun]()
    with get_client(sync_client=True) as client:
        while True:
            page = client.read_flow_runs(
                flow_run_filter=chosen, sort=FlowRunSort.ID_DESC, limit=PAGE, offset=len(found)
            )
            found += page
            if len(page) < PAGE:
                return found
