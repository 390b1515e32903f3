"""A night as a Prefect flow: what our own code takes of it, and what the orchestration adds, whatever the size.

The flow runs against a server as `ehc up` starts it. Both figures are of one and the same run: our own code is what its
tasks do but for what they tell Prefect, the orchestration everything else. The night follows another, whose messages
have gone out. It is timed until it is shown as done: its process then waits up to a second for its heartbeat to stop.

The same night of the same tables is also run as plain functions, with no server at work beside them: what our own code
takes where nothing contends for the processor's cache and the interpreter's lock. Where there are so many cases that
measures are read by threads, only this figure has what the threads take. It is run several times, each from a copy and
after a fixed loop that says how fast the machine is at that moment.
"""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any, ParamSpec, TypeVar
from unittest.mock import patch

import httpx

from deployments.demo.council import WOLVERHAMPTON_LIKE, make_cases, make_council, write_extract
from deployments.server import server_here
from deployments.server.process import server_process, wait_until_healthy
from models import migrations
from models.casework.extracts.intake import take_in
from models.errors import NightIncompleteError
from models.importers.reader import read_extract
from models.queries.board import open_cases
from models.settings import settings
from models.statute.register import load_register
from models.store import engine, fetch, reading, unit_of_work
from tests.benchmarks.timing import beat, line
from tests.patience import free_port

AS_OF = date(2026, 11, 22)
PLAIN_NIGHTS = 5
REQUESTS_OF_A_CITY = 1_620
"""A year's requests of a council like the demo's, of which a thousand cases are open on that day."""
HOST = "127.0.0.1"
TOLD = (
    "create_progress_artifact",
    "publish",
    "tell",
    "emit_event",
    "deployed",
    "get_run_logger",
)
"""What tells Prefect something, or asks it, by the names the modules of a night have it under."""

Given = ParamSpec("Given")
Result = TypeVar("Result")


def run(sizes: tuple[int, ...]) -> None:
    """Print lines for the night of the demo council, and of each number of cases with their advice."""
    os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
    with TemporaryDirectory() as home, _served(home):
        from flows.explain_case import explain_case

        explain_case.to_deployment("explain a case").apply()
        _run("the demo council", make_council(WOLVERHAMPTON_LIKE, as_of=AS_OF))
        _run("a city", make_council(WOLVERHAMPTON_LIKE, as_of=AS_OF, requests_per_year=REQUESTS_OF_A_CITY))
        for size in sizes:
            _run("as many", make_cases(size, seed=1, as_of=AS_OF))


@contextmanager
def _served(home: str) -> Iterator[None]:
    """Prefect is set up for a server of this benchmark's own, which is there."""
    os.environ["EHC_HOME"] = home
    settings.cache_clear()
    port, log = free_port(), Path(home) / "server.log"
    address = server_here.prepare(HOST, port)
    with server_process(HOST, port, log) as server:
        wait_until_healthy(server, address, log, lambda: False)
        yield


def _run(what: str, sheets: dict[str, Any]) -> None:
    from flows.nightly import nightly

    with TemporaryDirectory() as folder:
        write_extract(sheets, Path(folder) / "extract")
        _move_to(folder)
        migrations.ensure()
        with unit_of_work() as connection:
            take_in(connection, read_extract(Path(folder) / "extract"), now=datetime.now(UTC), by="benchmark")
        _plain_night(AS_OF - timedelta(days=1))
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE messages SET status = 'sent', attempts = 1")
        engine().dispose()
        plain, beats = zip(*(_beside_no_server(folder) for _ in range(PLAIN_NIGHTS)), strict=True)
        _move_to(folder)
        ours = Spent()
        with _watched(ours), _calls() as calls:
            began, processor = datetime.now(UTC), time.process_time()
            done = nightly(as_of=AS_OF, return_state=True)
            wall, processor = (done.timestamp - began).total_seconds(), time.process_time() - processor
        with reading() as connection:
            clocks, cases = fetch(connection, "SELECT (SELECT COUNT(*) FROM clocks), (SELECT COUNT(*) FROM cases)")[0]
            open_ = len(open_cases(connection, load_register()))
    line(f"night, {what}", sum(map(len, sheets.values())), wall)
    print(
        f"{'':<26} {open_:,} open cases and {cases - open_:,} closed, {clocks:,} clocks; "
        f"our own code {ours.wall:.1f} s, of the processor {ours.processor:.2f} s, {_span(plain)} in {PLAIN_NIGHTS} "
        f"nights with no server beside, while a fixed loop took {_span(beats)} s; "
        f"the orchestration adds {wall - ours.wall:.1f} s, of this processor {processor - ours.processor:.1f} s, "
        f"in {len(calls)} calls",
        flush=True,
    )


def _beside_no_server(home: str) -> tuple[float, float]:
    """The seconds of the processor that a night of a copy of this home takes, and those of a fixed loop before it."""
    with TemporaryDirectory() as other:
        shutil.copytree(home, other, dirs_exist_ok=True)
        _move_to(other)
        fixed, began = beat(), time.process_time()
        _plain_night()
        engine().dispose()
        return time.process_time() - began, fixed


def _span(seconds: Sequence[float]) -> str:
    return f"{min(seconds):.2f} to {max(seconds):.2f}"


def _move_to(home: str) -> None:
    """From now on this is the home."""
    os.environ["EHC_HOME"] = home
    settings.cache_clear()
    engine.cache_clear()


@contextmanager
def _calls() -> Iterator[list[str]]:
    """The paths of the calls to the server, as they are made."""
    from prefect.client.base import PrefectHttpxAsyncClient, PrefectHttpxSyncClient

    made: list[str] = []

    def noted(send: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(send)
        def sending(self: object, request: httpx.Request, *given: Any, **named: Any) -> Any:
            made.append(request.url.path)
            return send(self, request, *given, **named)

        return sending

    with ExitStack() as patched:
        for kind in (PrefectHttpxAsyncClient, PrefectHttpxSyncClient):
            patched.enter_context(patch.object(kind, "send", noted(kind.send)))
        yield made


def _plain_night(as_of: date = AS_OF) -> None:
    """All that a night does, as the plain functions it is made of, told to nobody."""
    from flows.nightly import nightly

    with _nobody_told(), suppress(NightIncompleteError):
        nightly.fn(as_of=as_of)


@dataclass
class Spent:
    """The seconds that our own code took so far, by the clock and of the processor."""

    wall: float = 0.0
    processor: float = 0.0
    depth: int = 0

    def ours(self, work: Callable[Given, Result]) -> Callable[Given, Result]:
        """The same work, counted."""
        return self._counted(work, 1)

    def not_ours(self, work: Callable[Given, Result]) -> Callable[Given, Result]:
        """The same work, in the middle of ours, not counted."""
        return self._counted(work, -1)

    def _counted(self, work: Callable[Given, Result], sign: int) -> Callable[Given, Result]:
        @wraps(work)
        def counted(*given: Given.args, **named: Given.kwargs) -> Result:
            if sign < 0 and not self.depth:
                return work(*given, **named)
            wall, processor = time.perf_counter(), time.thread_time()
            self.depth += sign
            try:
                return work(*given, **named)
            finally:
                self.depth -= sign
                self.wall += sign * (time.perf_counter() - wall)
                self.processor += sign * (time.thread_time() - processor)

        return counted


@contextmanager
def _nobody_told() -> Iterator[None]:
    """Flows and tasks are the plain functions they are made from, and nobody is told anything."""
    from prefect import Flow, Task

    with ExitStack() as patched:
        for module, name in _telling():
            patched.enter_context(patch.object(module, name))
        for kind in (Flow, Task):
            patched.enter_context(patch.object(kind, "__call__", lambda self, *a, **k: self.fn(*a, **k)))
        yield


@contextmanager
def _watched(ours: Spent) -> Iterator[None]:
    """What tasks do is counted as ours, but for what they tell Prefect."""
    from prefect import Task

    tasks = {id(x): x for module in _modules() for x in vars(module).values() if isinstance(x, Task)}
    with ExitStack() as patched:
        for module, name in _telling():
            patched.enter_context(patch.object(module, name, ours.not_ours(getattr(module, name))))
        for task in tasks.values():
            patched.enter_context(patch.object(task, "fn", ours.ours(task.fn)))
        yield


def _telling() -> list[tuple[ModuleType, str]]:
    return [(module, name) for module in _modules() for name in TOLD if name in vars(module)]


def _modules() -> list[ModuleType]:
    """The modules that a night's steps are in; the flow itself is among them, for it tells how far it is."""
    return [module for name, module in sys.modules.items() if name == "flows.nightly" or name.startswith("tasks.")]
