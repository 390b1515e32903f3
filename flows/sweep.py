"""The sweep: a run whose process was killed outright says so, instead of being shown as running for ever."""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.events.filters import EventFilter, EventNameFilter, EventResourceFilter
from prefect.exceptions import ObjectNotFound
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Crashed

from flows.today import now
from models.words import counted

SILENT_AFTER_SECONDS = 95
"""A run sends a heartbeat every 30 seconds: three are lost, and a little time is left for them to be stored."""

SECOND_LOOK_SECONDS = 35
"""Longer than a heartbeat: after the machine slept, every healthy run has been silent, and speaks again by then."""

PAGE = 200
HEARTBEAT = "prefect.flow-run.heartbeat"
QUIET = "Quiet"


@flow(name="sweep", flow_run_name="sweep of stale runs")
async def sweep(
    silent_after_seconds: int = SILENT_AFTER_SECONDS, second_look_seconds: int = SECOND_LOOK_SECONDS
) -> State[Any]:
    """Mark as crashed the runs that are shown as running and have fallen silent; waiting and paused runs are left.

    Args:
        silent_after_seconds: how old the newest heartbeat must be.
        second_look_seconds: how long a silent run is given to speak after all.
    """
    silence = timedelta(seconds=silent_after_seconds)
    async with get_client() as client:
        silent = await _silent(client, await _runs(client, [StateType.RUNNING]), silence)
        if silent:
            await asyncio.sleep(second_look_seconds)
            again = {run.id for run in await _runs(client, [StateType.RUNNING])}
            silent = await _silent(client, (run for run in silent if run.id in again), silence)
        closed = await _close(client, silent, "Its process fell silent: killed, or cut off.", force=False)
        await _forget_quiet_sweeps(client)
    if closed:
        return Completed(message=f"{counted(closed, 'stale run was', 'stale runs were')} marked as crashed.")
    return Completed(name=QUIET, message="Every running run is alive.")


async def close_abandoned(client: PrefectClient, why: str) -> int:
    """How many runs were marked as crashed because whoever ran them has ended; for the start and end of `ehc up`.

    Left to the sweep: runs of a work pool, and a run started by hand that was heard of just now.
    """
    silence = timedelta(seconds=SILENT_AFTER_SECONDS)
    unfinished = await _runs(client, [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING])
    ours = [run for run in unfinished if run.work_pool_name is None]
    silent = {run.id for run in await _silent(client, (run for run in ours if run.deployment_id is None), silence)}
    gone = [run for run in ours if run.deployment_id is not None or run.id in silent]
    return await _close(client, gone, why, force=True)


async def keep_newest_missed(client: PrefectClient) -> int:
    """How many missed runs were cancelled because a later one of the same rhythm does their work.

    After some days without power every missed night would start at once, and the oldest would win the one place.
    """
    missed = [
        run
        for run in await _runs(client, [StateType.SCHEDULED])
        if run.auto_scheduled and run.next_scheduled_start_time and run.next_scheduled_start_time < now()
    ]
    newest: dict[UUID | None, FlowRun] = {}
    for run in sorted(missed, key=_due):
        newest[run.deployment_id] = run
    older = [run for run in missed if newest[run.deployment_id].id != run.id]
    for run in older:
        await client.set_flow_run_state(run.id, Cancelled(message="Missed; the newest missed run does its work."))
    return len(older)


async def _close(client: PrefectClient, runs: Iterable[FlowRun], why: str, *, force: bool) -> int:
    """How many runs were marked as crashed: these, and those that ran inside them, as stages do inside a night.

    By `force` also one that is being cancelled; without it, one that ends by itself meanwhile stays as it ended.
    """
    closed: set[UUID] = set()
    while runs := [run for run in runs if run.id not in closed]:
        for run in runs:
            await client.set_flow_run_state(run.id, Crashed(message=why), force=force)
        closed.update(run.id for run in runs)
        running = await _runs(client, [StateType.RUNNING, StateType.PENDING])
        runs = [run for run in running if await _parent_has_ended(client, run)]
    return len(closed)


def _due(run: FlowRun) -> datetime:
    return run.next_scheduled_start_time or run.expected_start_time or now()


async def _runs(client: PrefectClient, types: list[StateType]) -> list[FlowRun]:
    wanted = FlowRunFilter.model_validate({"state": {"type": {"any_": types}}})
    found: list[FlowRun] = []
    while True:
        page = await client.read_flow_runs(
            flow_run_filter=wanted, sort=FlowRunSort.ID_DESC, limit=PAGE, offset=len(found)
        )
        found += page
        if len(page) < PAGE:
            own = str(flow_run.id)
            return [run for run in found if str(run.id) != own]


async def _silent(client: PrefectClient, runs: Iterable[FlowRun], silence: timedelta) -> list[FlowRun]:
    return [run for run in runs if await _is_silent(client, run, now() - silence)]


async def _is_silent(client: PrefectClient, run: FlowRun, since: datetime) -> bool:
    heartbeats = await client.read_events(
        EventFilter(
            event=EventNameFilter(name=[HEARTBEAT]), resource=EventResourceFilter(id=[f"prefect.flow-run.{run.id}"])
        ),
        limit=1,
    )
    if heartbeats.events:
        return heartbeats.events[0].occurred < since
    if run.parent_task_run_id is not None:  # a stage inside the night sends no heartbeats of its own
        return await _parent_has_ended(client, run)
    return run.state is not None and run.state.timestamp < since


async def _parent_has_ended(client: PrefectClient, run: FlowRun) -> bool:
    if run.parent_task_run_id is None:
        return False
    try:
        task_run = await client.read_task_run(run.parent_task_run_id)
        if task_run.flow_run_id is None:
            return False
        parent = await client.read_flow_run(task_run.flow_run_id)
    except ObjectNotFound:
        return False
    return parent.state is not None and parent.state.is_final()


async def _forget_quiet_sweeps(client: PrefectClient) -> None:
    """Keep the lists of runs readable: of the sweeps that found nothing only the newest stays."""
    quiet = FlowRunFilter.model_validate({"state": {"name": {"any_": [QUIET]}}})
    for run in await client.read_flow_runs(flow_run_filter=quiet, limit=PAGE):
        await client.delete_flow_run(run.id)
