"""One `ehc up`, on a fresh home with the demo council, shared by the whole session; `test_stopping` ends it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

NIGHT = "2026-11-20"
START_SECONDS = 60 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
"""A minute on a machine that has nothing else to do; others may be at work on this one."""

UP = """
import sys
from deployments.up import run_up
from models.errors import EhcError
try:
    run_up(sys.argv[1], int(sys.argv[2]))
except EhcError as error:
    sys.exit(f"{error}\\n(exit code {error.exit_code})")
"""
SEED = """
import sys
from datetime import date
from pathlib import Path
from deployments.demo.council import WOLVERHAMPTON_LIKE, make_council, write_extract
from deployments.steps import import_extract
write_extract(make_council(WOLVERHAMPTON_LIKE, as_of=date.fromisoformat(sys.argv[2]), authority_code="999"),
              Path(sys.argv[1]))
import_extract(Path(sys.argv[1]), "canonical")
"""


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def until(answer: Callable[[], Any], seconds: float = 30, what: str = "") -> Any:
    """The first answer that is true; fails when the time is over."""
    ends = time.monotonic() + seconds
    while (found := answer()) is None or found is False or found == []:
        assert time.monotonic() < ends, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return found


def environment(home: Path, **more: str) -> dict[str, str]:
    """Ours without what another test or this machine set for Prefect; byte code is kept, as for a user."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT_", "EHC_")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {**kept, "EHC_HOME": str(home), **more}


def run_up(home: Path, host: str, port: int, **more: str) -> subprocess.CompletedProcess[str]:
    """An `ehc up` that is expected to end by itself."""
    return subprocess.run(
        [sys.executable, "-c", UP, host, str(port)],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@dataclass
class Up:
    """A running `ehc up` and questions to its server."""

    home: Path
    port: int
    log: Path
    process: "subprocess.Popen[bytes]" = field(init=False)
    seconds: float = 0.0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        began = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", UP, "127.0.0.1", str(self.port)],
                env=environment(self.home, PREFECT_RUNNER_POLL_FREQUENCY="1"),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

        def is_up() -> bool:
            assert self.process.poll() is None, self.words
            return "Press Ctrl-C" in self.words

        until(is_up, START_SECONDS, "ehc up")
        self.seconds = time.monotonic() - began

    @property
    def words(self) -> str:
        return self.log.read_text()

    def ask(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        def answer() -> httpx.Response | None:
            found = httpx.request(method, f"{self.address}/api{path}", json=body, trust_env=False, timeout=30)
            return None if found.status_code == httpx.codes.SERVICE_UNAVAILABLE else found  # SQLite is busy: again

        return until(answer, 30, path).raise_for_status().json()

    def get(self, path: str) -> Any:
        return self.ask(path, method="GET")

    def deployment(self, name: str) -> str:
        return str(self.get(f"/deployments/name/{name}/{name}")["id"])

    def begin(self, name: str, **parameters: Any) -> str:
        return str(self.ask(f"/deployments/{self.deployment(name)}/create_flow_run", {"parameters": parameters})["id"])

    def state(self, run: str) -> str:
        return str(self.get(f"/flow_runs/{run}")["state_type"])

    def last_heartbeat(self, run: str) -> datetime | None:
        wanted = {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": {"id": [f"prefect.flow-run.{run}"]}}
        events = self.ask("/events/filter", {"filter": wanted, "limit": 1})["events"]
        return datetime.fromisoformat(events[0]["occurred"]) if events else None

    def pretend(self, state: str) -> str:
        """A run in a state, with no process."""
        flow = self.ask("/flows/", {"name": "pretended"})["id"]
        return str(self.ask("/flow_runs/", {"flow_id": flow, "state": {"type": state}})["id"])

    def children(self) -> set[int]:
        """Everything that was started from this `ehc up`, however deep."""
        parents = {}
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
        found = {self.process.pid}
        while more := {child for child, parent in parents.items() if parent in found} - found:
            found |= more
        return found - {self.process.pid}

    def is_port_free(self) -> bool:
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", self.port))
            except OSError:
                return False
            return True


def is_alive(process: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    home = tmp_path_factory.mktemp("ehc")
    subprocess.run(
        [sys.executable, "-c", SEED, str(home / "extract"), NIGHT], env=environment(home), check=True, timeout=60
    )
    running = Up(home, free_port(), home / "up.log")
    try:
        running.start()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(60)


@pytest.fixture(scope="session")
def begun_night(up: Up) -> str:
    """A night started from the deployment, as the form does; it runs while the rest is made ready."""
    return up.begin("nightly", as_of=NIGHT)


@pytest.fixture(scope="session")
def killed(up: Up, begun_night: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Two runs that nobody supervises, one of them killed outright at once, the other alive and speaking."""
    script = tmp_path_factory.mktemp("flows") / "left.py"
    script.write_text(LEFT)
    api = {"PREFECT_API_URL": f"{up.address}/api", "PREFECT_HOME": str(up.home / "prefect"), "DO_NOT_TRACK": "1"}
    processes = [
        subprocess.Popen(
            [sys.executable, str(script)],
            env=environment(up.home, **api, PREFECT_LOGGING_LEVEL="CRITICAL"),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    runs = [process.stdout.readline().strip() for process in processes if process.stdout]
    for run in runs:
        until(lambda run=run: up.last_heartbeat(run), 30, "a heartbeat of each")
    processes[0].kill()
    yield runs[0], runs[1]
    processes[1].kill()
    for process in processes:
        process.communicate()


LEFT = """
import time
from prefect import flow
from prefect.events import emit_event
from prefect.runtime import flow_run

@flow(name="left alone")
def left():
    print(flow_run.id, flush=True)
    for _ in range(300):  # oftener than the heartbeat, so that the test need not wait for one
        emit_event("prefect.flow-run.heartbeat", {"prefect.resource.id": f"prefect.flow-run.{flow_run.id}"})
        time.sleep(1)

left()
"""


@pytest.fixture(scope="session")
def night(up: Up, begun_night: str, killed: tuple[str, str]) -> str:
    """That night, completed."""
    until(lambda: up.state(begun_night) in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}, 90, "the night")
    assert up.state(begun_night) == "COMPLETED", up.get(f"/flow_runs/{begun_night}")["state"]
    return begun_night
