"""The outbox: what waits to be sent and to whom, what keeps it waiting, and which channels do not work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from models.queries.instants import as_instant, from_instant
from models.queries.sql import quoted
from models.store import fetch

WAITING = ("waiting", "temporary_failure", "uncertain")
"""The statuses of a message that is still to be sent."""

UNDELIVERED = "undelivered"
"""The template of the message that tells somebody that other messages could not be delivered."""

_WAITING = quoted(WAITING)


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose time has come; `address` is that of its recipient today, None where there is none."""

    id: int
    authority_code: str
    urgency: str
    status: str
    reference: str
    recipient: str
    address: str | None


@dataclass(frozen=True, slots=True)
class ChannelIncident:
    """A channel that does not work: since when, why, and how many messages wait for it."""

    channel: str
    since: datetime
    last_tried: datetime
    fault: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Outbox:
    """How the outbox stands; `untold` are failures for good that nobody could be told of."""

    by_status: dict[str, int]
    waiting: int
    oldest: datetime | None
    untold: int
    stopped_because: str | None


@dataclass(frozen=True, slots=True)
class Untold:
    """A message that failed for good and that nobody has been told of."""

    id: int
    authority_code: str
    team: str
    role: str
    recipient: str
    subject: str
    reference: str
    day: date
    why: str


@dataclass(frozen=True, slots=True)
class Unreceipted:
    """A delivery that its provider took, and has not said the last word about."""

    message_id: int
    attempt: int
    channel: str
    provider_reference: str
    receipt: str | None


def due(connection: Connection, *, now: datetime, on: date) -> list[Due]:
    """The messages whose time has come, the urgent first; addresses are those of the people there on that day."""
    rows = fetch(
        connection,
        "SELECT m.id, m.authority_code, m.urgency, m.status, m.reference, m.recipient, p.address "
        "FROM messages m LEFT JOIN people p ON p.authority_code = m.authority_code AND p.team = m.team "
        "AND p.role = m.role AND p.name = m.recipient "
        "AND (p.from_on IS NULL OR p.from_on <= :day) AND (p.to_on IS NULL OR p.to_on >= :day) "
        f"WHERE m.status IN ({_WAITING}) AND m.not_before <= :now "
        "ORDER BY CASE m.urgency WHEN 'immediate' THEN 0 WHEN 'digest' THEN 1 ELSE 2 END, m.not_before, m.id",
        now=as_instant(now),
        day=on.isoformat(),
    )
    return [Due(*row) for row in rows]


def stopped_because(connection: Connection) -> str | None:
    """Why nothing at all is sent, None where it is: the newest turn of the switch stands."""
    rows = fetch(connection, "SELECT is_sending, reason FROM switches ORDER BY id DESC LIMIT 1")
    return rows[0][1] if rows and not rows[0][0] else None


def channel_incidents(connection: Connection) -> list[ChannelIncident]:
    """The channels that do not work and that messages wait for, the longest first."""
    rows = fetch(
        connection,
        "SELECT f.channel, f.began_at, f.seen_at, f.fault, COUNT(*) FROM channel_faults f "
        f"JOIN messages m ON m.channel = f.channel AND m.status IN ({_WAITING}) "
        "WHERE f.ended_at IS NULL GROUP BY f.id, f.channel, f.began_at, f.seen_at, f.fault ORDER BY f.began_at, f.id",
    )
    return [
        ChannelIncident(channel, from_instant(since), from_instant(seen), fault, waiting)
        for channel, since, seen, fault, waiting in rows
    ]


def outbox(connection: Connection) -> Outbox:
    """How the outbox stands."""
    by_status = dict(_pairs(fetch(connection, "SELECT status, COUNT(*) FROM messages GROUP BY status")))
    oldest = fetch(connection, f"SELECT MIN(created_at) FROM messages WHERE status IN ({_WAITING})")[0][0]
    return Outbox(
        by_status=by_status,
        waiting=sum(by_status.get(status, 0) for status in WAITING),
        oldest=from_instant(oldest) if oldest else None,
        untold=len(untold(connection, with_notices=True)),
        stopped_because=stopped_because(connection),
    )


def untold(connection: Connection, *, with_notices: bool = False) -> list[Untold]:
    """The failures for good that nobody was told of; a notice that failed itself is not told of again, but counted."""
    rows = fetch(
        connection,
        "SELECT id, authority_code, team, role, recipient, subject, reference, CAST(day AS TEXT), COALESCE(why, '') "
        "FROM messages WHERE status = 'permanent_failure' AND told_in_id IS NULL "
        f"{'' if with_notices else 'AND template <> :notice '}ORDER BY id",
        **({} if with_notices else {"notice": UNDELIVERED}),
    )
    return [_untold(*row) for row in rows]


def unreceipted(
    connection: Connection, *, begun_after: datetime, asked_before: datetime, last_words: Sequence[str]
) -> list[Unreceipted]:
    """The deliveries since a moment whose provider has not said a last word, and was not asked since another."""
    rows = fetch(
        connection,
        "SELECT d.message_id, d.attempt, d.channel, d.provider_reference, d.receipt FROM deliveries d "
        "JOIN messages m ON m.id = d.message_id AND m.status = 'sent' AND m.attempts = d.attempt "
        "WHERE d.begun_at > :since AND d.outcome = 'sent' AND d.provider_reference IS NOT NULL "
        "AND d.channel LIKE 'notify-%' AND COALESCE(d.receipt_at, d.ended_at) <= :asked "
        f"AND COALESCE(d.receipt, '') NOT IN ({quoted(last_words)}) ORDER BY d.begun_at",
        since=as_instant(begun_after),
        asked=as_instant(asked_before),
    )
    return [Unreceipted(*row) for row in rows]


def _pairs(rows: Sequence[Sequence[Any]]) -> list[tuple[str, int]]:
    return [(str(name), int(number)) for name, number in rows]


def _untold(
    number: int, authority: str, team: str, role: str, recipient: str, subject: str, reference: str, day: str, why: str
) -> Untold:
    return Untold(number, authority, team, role, recipient, subject, reference, date.fromisoformat(day), why)
