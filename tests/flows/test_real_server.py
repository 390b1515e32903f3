"""A Prefect server as it really is: on a set of packages that only imports, it starts and is dead.

Newer FastAPI kills it at the start; with a newer SQLAlchemy it answers, and schedules nothing (decision 0003).
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.schedules import CronSchedule

from flows.nightly import nightly
from tests.patience import PATIENCE, free_port, until
from tests.prefect_tables import copy_tables


class Server:
    """A server of the test's own, in a home of its own; nothing of this machine's Prefect reaches it."""

    def __init__(self, home: Path) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        self.log = home / "server.log"
        inherited = {x: os.environ[x] for x in os.environ if not x.startswith(("PREFECT_", "PYTHONDONTWRITE"))}
        quiet = {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "prefect", "server", "start", "--port", self.address.rpartition(":")[2]],
                env={**inherited, **quiet, "PREFECT_HOME": str(home)},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def is_well(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.address}/api/health", trust_env=False, timeout=PATIENCE).is_success
        except httpx.TransportError:
            return False

    def stop(self) -> int:
        """Ask it to end, and answer how it did."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)


@pytest.fixture
def server(tmp_path: Path, prefect_server: Path) -> Iterator[Server]:
    copy_tables(prefect_server, tmp_path)
    started = Server(tmp_path)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            os.killpg(started.process.pid, signal.SIGKILL)
            started.process.wait()


def test_scheduled_runs_appear(server: Server) -> None:
    until(server.is_well, "the server answers")
    with SyncPrefectClient(f"{server.address}/api") as client:
        at_three = CronSchedule(cron="0 3 * * *", timezone="Europe/London")
        deployment = client.create_deployment(
            client.create_flow(nightly),
            "nightly",
            schedules=[DeploymentScheduleCreate(schedule=at_three, active=True)],
            entrypoint="flows.nightly.nightly",
        )

        def planned() -> list[FlowRun]:
            mine = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
            found = client.read_flow_runs(deployment_filter=mine)
            return found if len(found) >= 3 else []

        runs = until(planned, "three scheduled runs appear")
        assert {run.state_type for run in runs} == {StateType.SCHEDULED}
        nights = sorted(run.expected_start_time.astimezone(ZoneInfo("Europe/London")) for run in runs)
        assert {(night.hour, night.minute) for night in nights} == {(3, 0)}
        assert len({night.date() for night in nights}) == len(runs)
    assert server.stop() in (0, -signal.SIGTERM)
    assert "Traceback" not in server.log.read_text()
