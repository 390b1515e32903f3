"""Prefect's server as a child process that ends with whoever started it, however that ends."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from deployments.server import GRACE_SECONDS, MARK, processes_marked

Child = subprocess.Popen[bytes]


@contextmanager
def server_process(host: str, port: int, log: Path, **environment: str) -> Iterator[Child]:
    """The server in a session of its own: Ctrl-C reaches us first, and it sees our end by its pipe.

    What it prints is in `log`. At the end it is stopped, and the runs that it or we have left behind are killed.
    """
    os.environ[MARK] = secrets.token_hex(8)
    with os.fdopen(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as lines:
        child = subprocess.Popen(  # noqa: S603 - our own module and two checked values
            [sys.executable, "-m", "deployments.server", host, str(port)],
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


def last_words(log: Path) -> str:
    """The last line that the server printed, "" if it printed none."""
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else ""
