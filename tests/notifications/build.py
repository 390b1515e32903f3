"""Builders that read as a sentence: messages in the outbox, servers that take them, and a clock to turn."""

import email
import email.policy
import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

from models.practice.loader import Practices, practices
from models.queries.instants import as_instant
from models.store import fetch, insert_rows, next_id, reading, unit_of_work
from notifications.channels.registry import Channels
from notifications.delivery import Delivered, deliver

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
"""A working day, in the morning."""

TEXT = "Two pieces of advice are overdue.\n\n* C-1: health advice, due 2 March 2026: £0 to send, café.\n.a dot\nEnd\n"
HTML = "<!DOCTYPE html>\n<html><body>\n<h1>Two are overdue</h1>\n<p>C-1 &mdash; £100 … é</p>\n</body></html>\n"

MESSAGE = (
    *("id", "authority_code", "team", "role", "recipient", "urgency", "day", "number", "template", "template_version"),
    *("subject", "text", "html", "reference", "created_at", "not_before", "status", "status_at", "attempts"),
)


@dataclass
class Clock:
    """A clock that stands still until it is turned."""

    at: datetime = TUESDAY

    def __call__(self) -> datetime:
        return self.at

    def turn(self, **by: float) -> None:
        self.at += timedelta(**by)


def a_person(address: str, name: str = "A. Officer", to: str | None = "officer@council.example", **of: str) -> None:
    """Somebody who can be written to."""
    row = {"authority_code": "999", "team": "North", "role": "officer", **of}
    with unit_of_work(address) as connection:
        key = next_id(connection, "people")
        columns = ("id", "authority_code", "team", "role", "name", "address")
        values = (key, row["authority_code"], row["team"], row["role"], name, to)
        insert_rows(connection, "people", columns, [values])


def a_message(
    address: str,
    recipient: str = "A. Officer",
    *,
    subject: str = "C-1: health advice is overdue by 3 days, § 8",
    text: str = TEXT,
    html: str = HTML,
    not_before: datetime = TUESDAY,
    status: str = "waiting",
    **of: str,
) -> int:
    """A message that waits in the outbox; its key."""
    row = {"authority_code": "999", "team": "North", "role": "officer", "urgency": "digest", **of}
    with unit_of_work(address) as connection:
        key = next_id(connection, "messages")
        whose = (row["authority_code"], row["team"], row["role"], recipient, row["urgency"], "2026-03-03", key)
        at = as_instant(not_before)
        words = (subject, text, html, f"ehc-{key:04d}")
        insert_rows(connection, "messages", MESSAGE, [(key, *whose, "digest", "v1", *words, at, at, status, at, 0)])
    return key


def stored(address: str, *columns: str, table: str = "messages", where: str = "1 = 1") -> list[tuple[Any, ...]]:
    """Those columns of each row."""
    order = {"messages": "id", "deliveries": "message_id, attempt", "channel_faults": "id"}[table]
    with reading(address) as connection:
        rows = fetch(connection, f"SELECT {', '.join(columns)} FROM {table} WHERE {where} ORDER BY {order}")
    return [tuple(row) for row in rows]


def statuses(address: str) -> list[str]:
    return [status for (status,) in stored(address, "status")]


def run(address: str, settings: dict[str, str], clock: Clock, folder: Path | None = None, **how: Any) -> Delivered:
    """One run of delivery with those settings."""
    with Channels(settings.get, folder=folder or Path("/nowhere"), now=clock) as channels:
        return deliver(address, usual_practices(), channels, now=clock, **how)


@cache
def usual_practices() -> Practices:
    """The product's own practice, read once."""
    return practices()


@dataclass
class Post:
    """A mail server that writes down what it takes, and answers as it is told."""

    port: int = 0
    received: list[tuple[str, bytes]] = field(default_factory=list)
    lines: int = 0
    to_recipient: Callable[[str], str | None] = lambda _to: None
    to_content: Callable[[], str | None] = lambda: None

    async def handle_EHLO(self, server: Any, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:  # noqa: N802
        self.lines += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        answer = self.to_recipient(address)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        answer = self.to_content()
        if answer is None or answer.startswith("took"):
            self.received.append((envelope.rcpt_tos[0], envelope.original_content))
        if answer in ("drop", "took and drop"):
            server.transport.abort()
            return "250 never heard"
        return "250 OK" if answer is None else answer

    @property
    def url(self) -> str:
        return f"mailto://127.0.0.1:{self.port}?from=ehc@council.example&name=EHC&reply=send@council.example"

    @property
    def settings(self) -> dict[str, str]:
        return {"EHC_SMTP_URL": self.url}

    @property
    def mails(self) -> list[EmailMessage]:
        """What was received, as a mail program reads it: the ends of lines are the protocol's own."""
        raw = [x.replace(b"\r\n", b"\n") for _, x in self.received]
        return [email.message_from_bytes(x, policy=email.policy.default) for x in raw]  # type: ignore[misc]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def post_office(post: Post | None = None) -> Iterator[Post]:
    """The mail server, while it lasts."""
    post = post or Post()
    post.port = post.port or free_port()
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


@contextmanager
def rude_server(behave: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server that does with each line whatever it likes; its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        while not stop.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            with line:
                try:
                    behave(line)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        stop.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@dataclass
class Site:
    """A web server that writes down what it is sent, and answers as it is told: a status and a body."""

    port: int = 0
    requests: list[tuple[str, str, bytes]] = field(default_factory=list)
    answer: Callable[[str, str, bytes], tuple[int, Any]] = lambda _method, _path, _body: (200, {})

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, _, body in self.requests if body]


@contextmanager
def web_site(answer: Callable[[str, str, bytes], tuple[int, Any]] | None = None) -> Iterator[Site]:
    """The web server, while it lasts; a status of 0 breaks the line after the request was read."""
    site = Site() if answer is None else Site(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            site.requests.append((self.command, self.path, body))
            status, said = site.answer(self.command, self.path, body)
            if not status:
                self.connection.close()
                return
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _do  # noqa: N815

        def log_message(self, *_: Any) -> None:
            pass

        def handle(self) -> None:
            try:
                super().handle()
            except (OSError, ValueError):
                return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def kill_now() -> None:
    """The end, without any goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)
