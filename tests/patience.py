"""Waiting in tests: for something certain, and so long that only what never comes is missed.

A wait ends as soon as what it waits for is there, so that patience costs nothing where all is well; the machine that
runs the gate may be several times slower than the one the test was written on.
"""

import random
import socket
import time
from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

PATIENCE = 240
"""Seconds."""

BELOW_WHAT_THE_SYSTEM_GIVES_OUT = range(20_000, 32_000)


def until(answer: Callable[[], Answer], what: str, *, every: float = 0.05) -> Answer:
    """The first answer that is true, asked for every so many seconds; fails when patience is over."""
    ends = time.monotonic() + PATIENCE
    while not (found := answer()):
        assert time.monotonic() < ends, f"not within {PATIENCE} s: {what}"
        time.sleep(every)
    return found


def free_port() -> int:
    """A port on which nobody listens, and that no outgoing connection of another test can be given meanwhile."""
    while True:
        port = random.choice(BELOW_WHAT_THE_SYSTEM_GIVES_OUT)  # noqa: S311 - any will do
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
