"""One `ehc up`, on a fresh home with the demo council, shared by the whole session; `test_stopping` ends it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.patience import PATIENCE, Answer, free_port, until

NIGHT = "2026-11-20"
REQUESTS_A_YEAR = 647 if os.environ.get("EHC_WRITE_IMAGES") else 100
"""The demo's own in the pictures; pages of fewer cases come sooner and show the same."""

HEARTBEAT = "prefect.flow-run.heartbeat"

SOONER = {
    "PREFECT_RUNNER_POLL_FREQUENCY": "1",
    # The next three runs of each schedule are as many as anybody looks at here; Prefect plans a hundred.
    "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "3",
}

UP = """
import sys
from deployments.server.up import run_up
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
council = make_council(WOLVERHAMPTON_LIKE, as_of=date.fromisoformat(sys.argv[2]), authority_code="999",
                       requests_per_year=float(sys.argv[3]))
write_extract(council, Path(sys.argv[1]))
import_extract(Path(sys.argv[1]), "canonical")
"""


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
        timeout=PATIENCE,
        check=False,
    )


@dataclass
class Up:
    """A running `ehc up` and questions to its server."""

    home: Path
    port: int
    log: Path
    process: "subprocess.Popen[bytes]" = field(init=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", UP, "127.0.0.1", str(self.port)],
                env=environment(self.home, **SOONER),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

        def is_up() -> bool:
            assert self.process.poll() is None, self.words
            return "Press Ctrl-C" in self.words

        until(is_up, "ehc up")
        # What every ten minutes would run between the tests' own sweeps waits for another day.
        self.ask(f"/deployments/{self.deployment('sweep')}/pause_deployment")

    @property
    def words(self) -> str:
        return self.log.read_text()

    def ask(self, path: str, body: Any = None, method: str = "POST") -> Any:
        def answer() -> httpx.Response | None:
            found = httpx.request(method, f"{self.address}/api{path}", json=body, trust_env=False, timeout=PATIENCE)
            return None if found.status_code == httpx.codes.SERVICE_UNAVAILABLE else found  # SQLite is busy: again

        ends = time.monotonic() + PATIENCE
        while (found := answer()) is None:
            assert time.monotonic() < ends, path
            time.sleep(0.1)
        return found.raise_for_status().json() if found.content else None

    def get(self, path: str) -> Any:
        return self.ask(path, method="GET")

    def deployment(self, name: str) -> str:
        return str(self.get(f"/deployments/name/{name}/{name}")["id"])

    def begin(self, name: str, **parameters: Any) -> str:
        return str(self.ask(f"/deployments/{self.deployment(name)}/create_flow_run", {"parameters": parameters})["id"])

    def state(self, run: str) -> str:
        return str(self.get(f"/flow_runs/{run}")["state_type"])

    def heard(self, run: str, ago: timedelta) -> None:
        """A heartbeat of a run, so long ago."""
        event = {
            "id": str(uuid4()),
            "occurred": (datetime.now(UTC) - ago).isoformat(),
            "event": HEARTBEAT,
            "resource": {"prefect.resource.id": f"prefect.flow-run.{run}"},
        }
        self.ask("/events", [event])
        told(lambda: self.events(run, HEARTBEAT), "the heartbeat is stored")

    def events(self, run: str, *names: str) -> list[Any]:
        """The newest event of a run, of these names if any are given."""
        of_run = {"resource": {"id": [f"prefect.flow-run.{run}"]}}
        wanted = {**of_run, "event": {"name": list(names)}} if names else of_run
        return list(self.ask("/events/filter", {"filter": wanted, "limit": 1})["events"])

    def pretend(self, state: str, inside: str = "") -> str:
        """A run in a state, with no process; it may be one inside another."""
        run = {"flow_id": self.ask("/flows/", {"name": "pretended"})["id"], "state": {"type": state}}
        if inside:
            step = {"flow_run_id": inside, "task_key": "pretended", "dynamic_key": "0"}
            run["parent_task_run_id"] = self.ask("/task_runs/", step)["id"]
        return str(self.ask("/flow_runs/", run)["id"])

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


def told(answer: Callable[[], Answer], what: str) -> Answer:
    """What the server answers once it is so; asked so seldom that it has time for what we wait for."""
    return until(answer, what, every=0.3)


def is_alive(process: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


@pytest.fixture(scope="session")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    home = tmp_path_factory.mktemp("ehc")
    seed = [sys.executable, "-c", SEED, str(home / "extract"), NIGHT, str(REQUESTS_A_YEAR)]
    subprocess.run(seed, env=environment(home), check=True, timeout=PATIENCE)
    running = Up(home, free_port(), home / "up.log")
    try:
        running.start()
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(PATIENCE)


@pytest.fixture(scope="session")
def night(up: Up) -> str:
    """A night started from the deployment, as the form does, completed."""
    run = up.begin("nightly", as_of=NIGHT)
    told(lambda: up.state(run) in {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}, "the night")
    assert up.state(run) == "COMPLETED", up.get(f"/flow_runs/{run}")["state"]
    return run
