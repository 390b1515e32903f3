"""A morning's messages, composed and delivered over SMTP, beside bare sends of the same bytes over one line.

The mail server is a process of its own that takes everything and keeps nothing. Everybody is working and every message
is due. Sending is mostly waiting for answers, so seconds of the clock are printed and of this process's processor.
"""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory

from models.casework.clocks import refresh_clocks
from models.practice.loader import Practices, practices
from models.statute.register import load_register
from models.store import engine, fetch, reading, unit_of_work
from notifications.channels.base import Outgoing
from notifications.channels.mail import as_mail
from notifications.channels.registry import SMTP_SETTING, Channels
from notifications.channels.smtp import SmtpChannel
from notifications.delivery import deliver
from notifications.outbox import Raised, raise_alerts
from tests.benchmarks.filled import TODAY, YESTERDAY, fill, pass_a_day
from tests.benchmarks.timing import best_of, line

MORNING = datetime.combine(TODAY, time_of_day(10), UTC)
SENDER, TO = "ehc@council.example", "somebody@council.example"


def run(sizes: tuple[int, ...]) -> None:
    """Print a line of composing and one of delivering for each number of cases."""
    for size in sizes:
        with TemporaryDirectory() as folder, _mail_server() as port:
            _run(f"sqlite:///{folder}/ehc.db", size, port)


def _run(address: str, size: int, port: int) -> None:
    policies = _nobody_is_capped()
    changes = fill(address, size)
    _night(address, policies, YESTERDAY.isoformat())
    pass_a_day(address, changes)
    began = time.process_time()
    raised = _night(address, policies, TODAY.isoformat())
    composed = time.process_time() - began
    with unit_of_work(address) as connection:
        connection.exec_driver_sql(f"UPDATE messages SET not_before = '{MORNING:%Y-%m-%d} 00:00:00.000000+00:00'")
    mails = _mails(address)
    floor, bare = (best_of(3, lambda: _bare(port, mails), clock) for clock in (time.perf_counter, time.process_time))
    url = f"mailto://127.0.0.1:{port}?from={SENDER}"
    settings = {SMTP_SETTING: url}
    SmtpChannel(url, lambda: MORNING).check()  # what reads the address takes half a second to import, once
    began, worked = time.perf_counter(), time.process_time()
    with Channels(settings.get, folder=Path("/nowhere"), now=lambda: MORNING) as channels:
        done = deliver(address, policies, channels, now=lambda: MORNING)
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    if done.sent != len(mails):
        raise AssertionError(f"{len(mails)} messages waited: {done}")
    line(f"evaluate, claim, compose; {size:,} cases", raised.claimed, composed)
    line("deliver", len(mails), seconds, ("bare sends over one line", floor))
    line("the same, of the processor", len(mails), worked, ("bare sends over one line", bare))
    print(f"{'':<26} {raised.claimed:,} alerts in {len(mails):,} messages of {sum(map(len, mails)):,} bytes")
    engine(address).dispose()


def _nobody_is_capped() -> Practices:
    usual = practices().usual
    sending = usual.sending.model_copy(update={"most_per_hour": 1_000_000})
    return replace(practices(), usual=usual.model_copy(update={"sending": sending}))


def _night(address: str, policies: Practices, day: str) -> Raised:
    register, moment = load_register(), datetime.fromisoformat(f"{day}T02:30:00+00:00")
    with unit_of_work(address) as connection:
        refresh_clocks(connection, register, moment.date(), now=moment)
    with unit_of_work(address) as connection:
        return raise_alerts(connection, register, policies, moment.date(), moment)


def _mails(address: str) -> list[bytes]:
    with reading(address) as connection:
        rows = fetch(connection, "SELECT reference, subject, text, html FROM messages WHERE status = 'waiting'")
    return [as_mail(Outgoing(*row), sender=("", SENDER), reply_to="", to=TO, at=MORNING) for row in rows]


def _bare(port: int, mails: list[bytes]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as line_:
        for mail in mails:
            line_.sendmail(SENDER, [TO], mail)


@contextmanager
def _mail_server() -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    server = subprocess.Popen(words)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()
