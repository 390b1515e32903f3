"""Prefect's server behind our own door, and no longer alive than the process that started it.

Started by `ehc up` as `python -m deployments.server.door HOST PORT`, with a pipe as its standard input: the pipe closes
when that process ends, however it ends.
"""

import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import make_url

from deployments.server.server_here import LOOPBACK

MARK = "EHC_UP"
"""The environment variable that the runs of one `ehc up` inherit from it, with a value of its own."""

GRACE_SECONDS = 5

AGAIN = [(b"retry-after", b"0.2"), (b"connection", b"close")]
"""Ask again after ten times as long as a call takes; Prefect's client asks six times before it gives up.

On another connection: after an error that reached it the server closes the one it came by.
"""

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

POLICY = {
    "default-src": "'self'",
    # 'self' includes the page's own web socket. Without this line the page calls an analytics host on every load.
    "connect-src": "'self'",
    # The timeline of a run compiles its drawing code: without eval that page fails. No script is inline, none is from
    # elsewhere.
    "script-src": "'self' 'unsafe-eval'",
    # Charts and code views set styles from script; artifacts carry their charts as data.
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    # The timeline is laid out by a worker made from text.
    "worker-src": "'self' blob: data:",
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
HEADERS = [
    (b"content-security-policy", "; ".join(f"{what} {where}" for what, where in POLICY.items()).encode()),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
]


class Guarded:
    """An ASGI application whose every answer tells the browser to talk to nobody else.

    Served on loopback it also answers only to loopback's names and to the allowed origins', so that a page elsewhere
    cannot reach it by making its own name point here.
    """

    def __init__(self, app: App, hosts: frozenset[str] | None) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, adding the headers to an answer over HTTP."""
        guarded = _adding(send, lambda _: HEADERS)
        if scope["type"] == "lifespan" or self._is_for_us(scope):
            await self.app(scope, receive, guarded if scope["type"] == "http" else send)
        elif scope["type"] == "http":
            await guarded({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain")]})
            await send({"type": "http.response.body", "body": b"This server does not answer to that name.\n"})
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _is_for_us(self, scope: Scope) -> bool:
        if self.hosts is None:
            return True
        called = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
        return urlsplit(f"//{called}").hostname in self.hosts


class AgainSoon:
    """An ASGI application whose answer "not now" tells the caller to ask again soon.

    It stands before a server whose tables are in SQLite. Of two that read and then write at the same time SQLite turns
    one away, and Prefect's server turns away who asked; a moment later the other has written. Prefect's client would
    wait for two seconds unless told how long.
    """

    def __init__(self, app: App) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a call on, adding to an answer that it failed for now when to ask again."""
        hurried = _adding(send, lambda status: AGAIN if status == HTTPStatus.SERVICE_UNAVAILABLE else [])
        await self.app(scope, receive, hurried)


def _adding(send: Send, headers: Callable[[int], list[tuple[bytes, bytes]]]) -> Send:
    """What sends the same, and adds to an answer over HTTP the headers for its status."""

    async def adding(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers(message["status"])]
        await send(message)

    return adding


def serve(host: str, port: int) -> None:
    """Serve Prefect's API and pages until told to stop."""
    import uvicorn  # noqa: PLC0415 - the watch over the parent begins before these slow imports
    from prefect.server.api.server import create_app  # noqa: PLC0415
    from prefect.settings import get_current_settings  # noqa: PLC0415

    app: App = create_app(final=True)
    tables = get_current_settings().server.database.connection_url
    if tables is not None and make_url(tables.get_secret_value()).get_backend_name() == "sqlite":
        app = AgainSoon(app)
    origins = os.environ.get("PREFECT_SERVER_CORS_ALLOWED_ORIGINS", "").split(",")
    named = frozenset(name for origin in origins if (name := urlsplit(origin.strip()).hostname))
    uvicorn.run(
        Guarded(app, named | frozenset(LOOPBACK) if host in LOOPBACK else None),
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def end_with_parent() -> None:
    """Wait until the process that started us is gone, then end the runs it left behind, and ourselves."""
    while os.read(sys.stdin.fileno(), 1):  # nothing is ever written: this returns when the pipe closes
        pass
    for process in processes_marked(os.environ.get(MARK, "")):
        if process != os.getpid():
            os.kill(process, signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(2 * GRACE_SECONDS)
    os._exit(1)


def processes_marked(mark: str) -> list[int]:
    """The processes that inherited a mark, on Linux; elsewhere none are found."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*") if mark else ():
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
        except OSError:  # gone meanwhile, or another user's
            continue
    return found


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True, name="end with parent").start()
    serve(sys.argv[1], int(sys.argv[2]))
