"""Prefect's server as a child process that ends with whoever started it, however that ends."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deployments.server import port as ports
from deployments.server.door import GRACE_SECONDS, MARK, processes_marked
from models.errors import UpError

START_SECONDS = 180

Child = subprocess.Popen[bytes]


@contextmanager
def server_process(host: str, port: int, log: Path, **environment: str) -> Iterator[Child]:
    """The server in a session of its own: Ctrl-C reaches us first, and it sees our end by its pipe.

    What it prints is in `log`. At the end it is stopped, and the runs that it or we have left behind are killed.
    """
    os.environ[MARK] = secrets.token_hex(8)
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as lines:
        child = subprocess.Popen(  # noqa: S603 - our own module and two checked values
            [sys.executable, "-m", "deployments.server.door", host, str(port)],
            stdin=subprocess.PIPE,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, **environment},
        )
    try:
        yield child
    finally:
        for process in processes_marked(os.environ[MARK]):
            if process not in (os.getpid(), child.pid):
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
        child.terminate()
        try:
            child.wait(timeout=2 * GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def wait_until_healthy(server: Child, address: str, log: Path, is_told_to_stop: Callable[[], bool]) -> None:
    """Wait until the server answers that it is well, or somebody says to stop.

    Raises:
        UpError: it ended by itself, or is not ready in time.
    """
    began = time.monotonic()
    while not is_told_to_stop() and not ports.is_healthy(address):
        if server.poll() is not None:
            raise UpError("Prefect's server ended while it started.", where=str(log), why=last_words(log))
        if time.monotonic() - began > START_SECONDS:
            raise UpError(f"Prefect's server was not ready after {START_SECONDS} seconds.", where=str(log))
        time.sleep(0.05)


def last_words(log: Path) -> str:
    """The last line that the server printed, "" if it printed none."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""
