"""Prefect's server for the length of one command, where no other is named."""

import os
import secrets
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

from deployments.server import prefect_here, server_here
from deployments.server.prefect_gone import told_in_words, without_account
from deployments.server.prefect_here import prefect_home
from deployments.server.process import server_process, wait_until_healthy
from deployments.server.server_here import AUTHENTICATION

HOST = "127.0.0.1"
TELLING_SECONDS = 10

RECORDS_ONLY = {
    # No pages and no schedules: it keeps a record of this command's runs, which a later `ehc up` shows.
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT_SERVER_UI_ENABLED": "false",
    # A second of every start, and for its pages alone: what asks for a Secret block finds the one that was saved.
    "PREFECT_SERVER_REGISTER_BLOCKS_ON_START": "false",
}


@contextmanager
def embedded() -> Iterator[Callable[[], None]]:
    """A Prefect server for this process unless PREFECT_API_URL names one; the function yielded waits for it.

    It starts while the command still loads what it needs. Prefect would start one itself when first asked for
    anything, and would load the whole of its server into the command for that. Must run before Prefect is imported.

    Raises:
        UpError: by that function, if the server ended by itself or is not ready in time; later, if it has gone.
    """
    if named := os.environ.get("PREFECT_API_URL"):
        prefect_here.prepare()
        with told_in_words(without_account(named), "Once it is there again, run the command again"):
            yield lambda: None
        return
    port, log = _free_port(), prefect_home() / "embedded.log"
    # Others who are signed in to this machine can reach the port, and know no password.
    os.environ.setdefault(AUTHENTICATION, f"ehc:{secrets.token_urlsafe(32)}")
    address = server_here.prepare(HOST, port)
    with server_process(HOST, port, log, **RECORDS_ONLY) as server, ExitStack() as of_runs:

        def ready() -> None:
            from flows.heartbeat import without_heartbeats  # noqa: PLC0415 - after Prefect is set up

            wait_until_healthy(server, address, log, lambda: False)
            # Nobody sweeps the runs of this server: nobody waits for the last heartbeat of one.
            of_runs.enter_context(without_heartbeats())

        try:
            with told_in_words(str(log), "Run the command again"):
                yield ready
        finally:
            if server.poll() is None:
                _tell_the_rest()


def _free_port() -> int:
    with closing(socket.socket()) as tried:
        tried.bind((HOST, 0))
        return int(tried.getsockname()[1])


def _tell_the_rest() -> None:
    """What Prefect's client still has to tell is told while somebody listens."""
    if "prefect" not in sys.modules:
        return
    from prefect.events.worker import EventsWorker  # noqa: PLC0415 - after Prefect is set up
    from prefect.logging.handlers import APILogWorker  # noqa: PLC0415

    for worker in (EventsWorker, APILogWorker):
        worker.drain_all(timeout=TELLING_SECONDS)
