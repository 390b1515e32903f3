"""`ehc up`: Prefect's server, its pages, every schedule and whatever they start, from one command to one Ctrl-C."""

import asyncio
import logging
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from rich.console import Console

from deployments import logs
from deployments.server import port as ports
from deployments.server import server_here
from deployments.server.only_one import only_one
from deployments.server.prefect_here import prefect_home
from deployments.server.process import Child, last_words, server_process, wait_until_healthy
from models.errors import UpError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment
    from prefect.runner import Runner

HOST = "127.0.0.1"
PORT = 4200

STOP_SECONDS = 40
"""A run that is told to stop has 30 seconds of grace."""

_console = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)


def run_up(host: str = HOST, port: int = PORT) -> None:
    """Serve until Ctrl-C or SIGTERM; leaves no process, no held port and no run shown as running.

    Raises:
        SettingsError: nothing was started: the port is taken, the folder is in use, or the door would be open.
        UpError: the server did not start or ended by itself.
    """
    address = server_here.prepare(host, port)
    ports.require_free(host, port)
    with only_one():
        asyncio.run(_up(host, port, address))


async def _up(host: str, port: int, address: str) -> None:
    told = asyncio.Event()
    _listen(told)
    with server_process(host, port, _log()) as server:
        runner = await _started(server, address, told)
        if not told.is_set():
            await _serve(runner, server, told)
    _say("Stopped.")


def _listen(told: asyncio.Event) -> None:
    """Both signals stop, also where a shell started us in the background and had Ctrl-C ignored."""
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, told.set)


async def _started(server: Child, address: str, told: asyncio.Event) -> "Runner":
    """The runner of everything that is deployed, once the server is healthy; sooner if told to stop."""
    from deployments.steps import progress  # noqa: PLC0415 - imports are slow, refusals are not
    from models import migrations  # noqa: PLC0415

    began = time.monotonic()
    with progress("Starting Prefect") as step:
        migrations.ensure()
        step("loading the flows")
        from prefect.runner import Runner  # noqa: PLC0415

        from deployments.serving import deployments  # noqa: PLC0415

        served = deployments()
        # Schedules are not paused at the stop: a night missed meanwhile is made up at the next start.
        runner = Runner(name="ehc up", pause_on_shutdown=False)
        step("waiting for its server")
        await asyncio.to_thread(wait_until_healthy, server, address, _log(), told.is_set)
        if told.is_set():
            return runner
        step("registering the schedules")
        ids = await _registered(runner, served)
    _greet(address, ids, time.monotonic() - began)
    return runner


async def _registered(runner: "Runner", served: list["RunnerDeployment"]) -> dict[str, UUID]:
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from deployments.server.automations import create_missing  # noqa: PLC0415
    from flows.sweep import close_abandoned, keep_newest_missed  # noqa: PLC0415

    async with get_client() as client:
        await close_abandoned(client, "The program that ran it was killed; the next run does the work.")
        await keep_newest_missed(client)
        ids = {deployment.name: await runner.aadd_deployment(deployment) for deployment in served}
        await create_missing(client, ids["nightly"])
    return ids


async def _serve(runner: "Runner", server: Child, told: asyncio.Event) -> None:
    """Run what falls due until told to stop, then end what runs; UpError if the server ends by itself."""
    running = asyncio.create_task(runner.start())
    await asyncio.sleep(0)
    _listen(told)  # the runner has just put its own in place, which would leave runs behind
    while not (told.is_set() and runner.started) and not running.done() and server.poll() is None:
        with suppress(TimeoutError):
            await asyncio.wait_for(told.wait(), timeout=1)
        await asyncio.sleep(0.05)
    if server.poll() is not None:
        raise UpError(
            "Prefect's server ended by itself.",
            where=str(_log()),
            why=last_words(_log()),
            remedy="Run ehc up again: what was running is marked as crashed and the next run does its work.",
        )
    if running.done():
        running.result()  # whatever ended it
    _say("Stopping: ending what runs ...")
    await _stop(runner, running)


async def _stop(runner: "Runner", running: "asyncio.Task[None]") -> None:
    """End what runs, and leave nothing shown as running."""
    from prefect.client.orchestration import get_client  # noqa: PLC0415

    from flows.sweep import close_abandoned  # noqa: PLC0415

    with suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await runner.astop()
            await running
    async with get_client() as client:
        await close_abandoned(client, "ehc up was stopped while it ran; the next run does the work.")


def _say(words: str) -> None:
    if logs.is_json():
        logs.say(logging.INFO, words)
    else:
        _console.print(words)


def _greet(address: str, ids: dict[str, UUID], seconds: float) -> None:
    if logs.is_json():
        _say(f"Prefect is up at {address} after {seconds:.0f} s, with {len(ids)} schedules and forms.")
        return
    pages = (
        ("everything", "/v2/dashboard"),
        ("the board and other pages", "/v2/artifacts"),
        ("what runs when", "/v2/deployments"),
        ("run a night by hand (a form)", f"/v2/deployments/deployment/{ids['nightly']}/run"),
    )
    _console.print(f"Prefect is up after {seconds:.0f} s, with {len(ids)} schedules and forms. Open:\n")
    for words, path in pages:
        _console.print(f"  {words:<30} {address}{path}")
    _console.print(
        "\nPress Ctrl-C to stop. These pages call nobody: no analytics, no outside address.\n"
        "Messages that wait go out every quarter of an hour by the channels you have set up (ehc doctor --channels);\n"
        "ehc sending off stops that, ehc messages shows what waits."
    )


def _log() -> Path:
    return prefect_home() / "server.log"
