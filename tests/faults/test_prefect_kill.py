"""kill -9 of Prefect's server in the middle of `ehc nightly`: a person is told, and the next night makes up for it."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import Column, DateTime

from deployments.demo.council import WOLVERHAMPTON_LIKE, make_council, write_extract
from deployments.server.port import is_healthy
from deployments.server.prefect_gone import told_in_words, without_account
from models.errors import UpError
from models.store import engine
from models.tables.all import METADATA
from tests.faults.conftest import ROOT
from tests.patience import PATIENCE, free_port, until
from tests.store.build import stored, take

pytestmark = pytest.mark.timeout(3600)

LONG = 3 * PATIENCE
"""Seconds: for a whole night with a server of its own, on a machine that runs other tests at length beside it."""

HALF = 12
"""Duties that have been evaluated when the server is killed."""

SERVER = [sys.executable, "-m", "deployments.server.door", "127.0.0.1"]
OF_ITS_OWN = {"messages": {"reference", "text", "html"}, "nights": {"written", "removed"}}
"""Columns that are never the same twice: a message's reference is drawn, and a night run again has less to write."""


class Home:
    """A folder of somebody's own, whose database has a council of today in it and no night yet."""

    def __init__(self, folder: Path, today: Path) -> None:
        folder.mkdir(mode=0o700)
        shutil.copy(today, folder / "ehc.db")
        self.folder = folder
        self.address = f"sqlite:///{folder / 'ehc.db'}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("EHC_", "PREFECT_"))},
            "EHC_HOME": str(folder),
            "PREFECT_HOME": str(folder / "prefect"),
            # The client waits for seconds, twice as many each time: long enough is less than a minute for each call.
            "PREFECT_CLIENT_MAX_RETRIES": "1",
        }

    def night(self, **environment: str) -> "subprocess.Popen[str]":
        """`ehc nightly`, begun."""
        return subprocess.Popen(
            [sys.executable, "-c", "from deployments.cli import main; main()", "nightly"],
            cwd=ROOT,
            env=self.environment | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def server(self) -> int:
        """The process of the server that the night has started for itself."""
        return next(
            int(process.name)
            for process in Path("/proc").glob("[0-9]*")
            if b"deployments.server.door" in _told(process / "cmdline")
            and f"EHC_HOME={self.folder}".encode() in _told(process / "environ").split(b"\0")
        )

    def wait_for_half(self, night: "subprocess.Popen[str]") -> None:
        """Wait until the night is in the middle of its stages; it has not ended then."""
        until(lambda: night.poll() is not None or self._evaluated() >= HALF, "half of a night")
        if night.poll() is not None:
            pytest.fail(f"the night ended too early:\n{night.communicate()[0]}")

    def _evaluated(self) -> int:
        return len(set(stored(self.address, "nights", "duty")))

    def what_stays(self) -> dict[str, list[tuple[Any, ...]]]:
        """All tables, without the moments that say when this was done."""
        return {
            table.name: stored(self.address, table.name, *(x.name for x in table.columns if _is_the_same(x)))
            for table in METADATA.sorted_tables
        }


def _is_the_same(column: Column[Any]) -> bool:
    own = OF_ITS_OWN.get(column.table.name, ())
    return not isinstance(column.type, DateTime) and column.name not in own


@pytest.fixture(scope="module")
def today(tmp_path_factory: pytest.TempPathFactory, sqlite_file: Path) -> Path:
    """A database with a council that was taken in just now."""
    folder, now = tmp_path_factory.mktemp("today"), datetime.now(UTC)
    write_extract(make_council(WOLVERHAMPTON_LIKE, as_of=now.date(), requests_per_year=40), folder)
    shutil.copy(sqlite_file, folder / "today.db")
    address = f"sqlite:///{folder / 'today.db'}"
    take(address, folder, now=now)
    engine(address).dispose()
    return folder / "today.db"


@pytest.fixture(scope="module")
def unbroken(tmp_path_factory: pytest.TempPathFactory, today: Path) -> dict[str, list[tuple[Any, ...]]]:
    home = Home(tmp_path_factory.mktemp("unbroken") / "home", today)
    assert _ended(home.night()) == 0
    return home.what_stays()


ANSWERS = httpx.Request("GET", "http://127.0.0.1:1/api")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (httpx.ConnectError("[Errno 111] Connection refused"), "[Errno 111] Connection refused."),
        (httpx.ReadTimeout(""), "ReadTimeout."),
        (httpx.HTTPStatusError("", request=ANSWERS, response=httpx.Response(401)), "It does not know this account"),
        (httpx.HTTPStatusError("", request=ANSWERS, response=httpx.Response(500)), "It answered with an error of its"),
    ],
)
@pytest.mark.parametrize("is_hidden", [False, True])
def test_a_person_is_told_why(error: Exception, why: str, is_hidden: bool) -> None:
    found = RuntimeError("Failed to reach API") if is_hidden else error
    found.__cause__ = error if is_hidden else None
    with pytest.raises(UpError) as said, told_in_words(without_account("http://me:secret@there:4200/api"), "Again"):
        raise found
    assert said.value.why.startswith(why)
    assert said.value.where == "http://there:4200/api"
    assert said.value.remedy == "Again: what was done so far is kept, nothing is done or sent twice."


def test_what_is_about_something_else_is_left_as_it_is() -> None:
    with pytest.raises(RuntimeError, match="of another kind"), told_in_words("there", "Again"):
        raise RuntimeError("of another kind")


@pytest.mark.soak
def test_the_one_that_the_night_started_itself(tmp_path: Path, today: Path, unbroken: Any) -> None:
    home = Home(tmp_path / "home", today)
    night = home.night()
    home.wait_for_half(night)
    os.kill(home.server(), signal.SIGKILL)
    said, _ = night.communicate(timeout=LONG)
    assert night.returncode == UpError.exit_code, said
    assert "Prefect's server does not answer.\n" in said
    assert "remedy: Run the command again: what was done so far is kept" in said
    assert "Traceback" not in said
    assert _ended(home.night()) == 0
    assert home.what_stays() == unbroken


@pytest.mark.soak
def test_one_that_was_named_and_stays_away(tmp_path: Path, today: Path, unbroken: Any) -> None:
    home, port = Home(tmp_path / "home", today), free_port()
    with _server(home, port) as server:
        night = home.night(PREFECT_API_URL=f"http://127.0.0.1:{port}/api")
        home.wait_for_half(night)
        server.kill()
        said, _ = night.communicate(timeout=LONG)
    assert night.returncode == UpError.exit_code, said
    assert f"where:  http://127.0.0.1:{port}/api\n" in said
    assert "remedy: Once it is there again, run the command again" in said
    assert "Traceback" not in said
    assert _ended(home.night()) == 0
    assert home.what_stays() == unbroken


@pytest.mark.soak
def test_one_that_was_named_and_comes_back(tmp_path: Path, today: Path, unbroken: Any) -> None:
    home, port = Home(tmp_path / "home", today), free_port()
    with _server(home, port) as server:
        night = home.night(PREFECT_API_URL=f"http://127.0.0.1:{port}/api", PREFECT_CLIENT_MAX_RETRIES="7")
        home.wait_for_half(night)
        server.kill()
        server.wait()
        with _server(home, port):
            assert _ended(night) == 0
    assert home.what_stays() == unbroken


@contextlib.contextmanager
def _server(home: Home, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Prefect's server, which is well."""
    with subprocess.Popen([*SERVER, str(port)], cwd=ROOT, env=home.environment, stdin=subprocess.PIPE) as server:
        until(lambda: is_healthy(f"http://127.0.0.1:{port}"), "a Prefect server")
        yield server
        server.kill()


def _ended(night: "subprocess.Popen[str]") -> int:
    said, _ = night.communicate(timeout=LONG)
    print(said)
    return int(night.returncode)


def _told(path: Path) -> bytes:
    with contextlib.suppress(OSError):  # a process that has gone meanwhile
        return path.read_bytes()
    return b""
