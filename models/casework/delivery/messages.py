"""What happens to a message on its way: claimed before it is sent, its outcome recorded after, nothing in between.

Each function is one short unit of work of the caller's. A message is claimed by one run alone, and a run that ends
between its claim and its record leaves it `sending`, which turns into `uncertain` when its lease runs out.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Connection, text

from models.casework.delivery.switches import is_sending
from models.queries.instants import as_instant, from_instant
from models.queries.outbox.outbox import WAITING
from models.queries.sql import quoted
from models.store import fetch, insert_rows

NEW_MESSAGE = (
    *("id", "authority_code", "team", "role", "recipient", "urgency", "day", "number"),
    *("template", "template_version", "subject", "text", "html", "reference"),
    *("created_at", "not_before", "status", "status_at", "attempts"),
)
"""The columns of a message as it is first written."""

AN_HOUR = timedelta(hours=1)

_WAITING = quoted(WAITING)


class Words(NamedTuple):
    """What a message says."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that this run alone may send now, until its lease ends; `failures` are attempts that came to nothing.

    `unanswered` are those of which nobody can say whether they arrived.
    """

    id: int
    attempt: int
    reference: str
    words: Words
    lease_until: datetime
    failures: int
    unanswered: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """A message that could not be claimed: somebody else has it, everything is stopped, or its recipient has enough."""

    reason: str


TAKEN = Withheld("taken")
STOPPED = Withheld("stopped")
CAPPED = Withheld("capped")


class Deferral(NamedTuple):
    """A message that is to wait, until when and why."""

    message_id: int
    until: datetime
    why: str


def claim(
    connection: Connection,
    message_id: int,
    *,
    channel: str,
    address: str,
    now: datetime,
    lease: timedelta,
    most_per_hour: int,
    say_it_may_be_a_repeat: Callable[[Words, datetime], Words],
) -> Claimed | Withheld:
    """The message, claimed for sending; a message of which an earlier attempt may have arrived says so from here on."""
    if not is_sending(connection):
        return STOPPED
    row = fetch(
        connection,
        "SELECT status, attempts, reference, subject, text, html, authority_code, recipient FROM messages "
        f"WHERE id = :id AND status IN ({_WAITING}) AND not_before <= :now",
        id=message_id,
        now=as_instant(now),
    )
    if not row:
        return TAKEN
    status, attempts, reference, subject, plain, html, authority_code, recipient = row[0]
    if (until := _full_until(connection, authority_code, recipient, now, most_per_hour)) is not None:
        why = f"{recipient} has had {most_per_hour} messages within the hour"
        defer(connection, [Deferral(message_id, until, why)], now=now)
        return CAPPED
    words, attempt = Words(subject, plain, html), attempts + 1
    failures, unanswered, last = _earlier(connection, message_id)
    if status == "uncertain" and last is not None:
        words = say_it_may_be_a_repeat(words, last)
    taken = _changed(
        connection,
        "UPDATE messages SET status = 'sending', status_at = :now, why = NULL, attempts = :attempt, "
        "channel = :channel, lease_until = :lease, subject = :subject, text = :text, html = :html "
        "WHERE id = :id AND status = :status AND attempts = :attempts",
        now=as_instant(now),
        attempt=attempt,
        channel=channel,
        lease=as_instant(now + lease),
        subject=words.subject,
        text=words.text,
        html=words.html,
        id=message_id,
        status=status,
        attempts=attempts,
    )
    if not taken:
        return TAKEN
    insert_rows(
        connection,
        "deliveries",
        ("message_id", "attempt", "channel", "address", "begun_at"),
        [(message_id, attempt, channel, address, as_instant(now))],
    )
    return Claimed(message_id, attempt, reference, words, now + lease, failures, unanswered)


def record(
    connection: Connection,
    claimed: Claimed,
    outcome: str,
    *,
    status: str,
    now: datetime,
    fault: str = "",
    provider_reference: str | None = None,
    again_at: datetime | None = None,
) -> None:
    """Record what became of an attempt; the message is left alone if another attempt has it meanwhile."""
    _changed(
        connection,
        "UPDATE deliveries SET ended_at = :now, outcome = :outcome, fault = :fault, provider_reference = :theirs "
        "WHERE message_id = :id AND attempt = :attempt",
        now=as_instant(now),
        outcome=outcome,
        fault=fault or None,
        theirs=provider_reference,
        id=claimed.id,
        attempt=claimed.attempt,
    )
    _changed(
        connection,
        "UPDATE messages SET status = :status, status_at = :now, why = :why, lease_until = NULL, "
        f"not_before = {'not_before' if again_at is None else ':again'} "
        # An attempt that outlived its lease and arrived all the same: nothing needs to be sent again.
        "WHERE id = :id AND attempts = :attempt AND status IN ('sending', 'uncertain')",
        status=status,
        now=as_instant(now),
        why=fault or None,
        id=claimed.id,
        attempt=claimed.attempt,
        **({} if again_at is None else {"again": as_instant(again_at)}),
    )


def release(connection: Connection, *, now: datetime) -> int:
    """How many messages became uncertain: a run claimed them, and nobody knows whether it sent them before it ended."""
    values = {"now": as_instant(now), "why": "the run that was sending it ended before it could say what became of it"}
    late = "SELECT id FROM messages WHERE status = 'sending' AND lease_until <= :now"
    _changed(
        connection,
        "UPDATE deliveries SET ended_at = :now, outcome = 'uncertain', fault = :why "
        f"WHERE ended_at IS NULL AND message_id IN ({late})",
        **values,
    )
    return _changed(
        connection,
        "UPDATE messages SET status = 'uncertain', status_at = :now, why = :why, lease_until = NULL "
        "WHERE status = 'sending' AND lease_until <= :now",
        **values,
    )


def defer(connection: Connection, deferrals: Iterable[Deferral], *, now: datetime) -> None:
    """Messages are to wait; none of them is dropped, and what is uncertain stays so."""
    _each(
        connection,
        "UPDATE messages SET not_before = :until, why = :why, status_at = :now "
        f"WHERE id = :id AND status IN ({_WAITING})",
        [{"until": as_instant(x.until), "why": x.why, "now": as_instant(now), "id": x.message_id} for x in deferrals],
    )


def wait_for_channel(connection: Connection, message_ids: Iterable[int], channel: str, why: str) -> None:
    """Messages wait for a channel that does not work; they are tried again as soon as it does."""
    _each(
        connection,
        f"UPDATE messages SET channel = :channel, why = :why WHERE id = :id AND status IN ({_WAITING})",
        [{"channel": channel, "why": why, "id": message_id} for message_id in message_ids],
    )


def fail(connection: Connection, message_id: int, why: str, *, now: datetime) -> bool:
    """A message can never be sent, and was not tried; false if somebody else has it."""
    return bool(
        _changed(
            connection,
            "UPDATE messages SET status = 'permanent_failure', status_at = :now, why = :why "
            f"WHERE id = :id AND status IN ({_WAITING})",
            now=as_instant(now),
            why=why,
            id=message_id,
        )
    )


def _full_until(
    connection: Connection, authority_code: str, recipient: str, now: datetime, most_per_hour: int
) -> datetime | None:
    """When the recipient can be sent another message, None if that is now."""
    rows = fetch(
        connection,
        "SELECT d.begun_at FROM deliveries d JOIN messages m ON m.id = d.message_id "
        "WHERE d.begun_at > :since AND m.authority_code = :authority AND m.recipient = :recipient "
        "AND COALESCE(d.outcome, 'uncertain') IN ('sent', 'uncertain') ORDER BY d.begun_at DESC",
        since=as_instant(now - AN_HOUR),
        authority=authority_code,
        recipient=recipient,
    )
    return from_instant(rows[most_per_hour - 1][0]) + AN_HOUR if len(rows) >= most_per_hour else None


def _earlier(connection: Connection, message_id: int) -> tuple[int, int, datetime | None]:
    """The attempts that failed for a reason of the message's own, those nobody can tell of, and when the last began."""
    rows = fetch(
        connection,
        "SELECT outcome, begun_at FROM deliveries WHERE message_id = :id ORDER BY attempt",
        id=message_id,
    )
    unanswered = [from_instant(at) for outcome, at in rows if outcome == "uncertain"]
    failures = sum(outcome == "temporary_failure" for outcome, _ in rows)
    return failures, len(unanswered), unanswered[-1] if unanswered else None


def _changed(connection: Connection, sql: str, **values: object) -> int:
    """How many rows a statement changed."""
    return int(connection.execute(text(sql), values).rowcount)


def _each(connection: Connection, sql: str, values: list[dict[str, object]]) -> None:
    """Run a statement once for each set of values."""
    if values:
        connection.execute(text(sql), values)
