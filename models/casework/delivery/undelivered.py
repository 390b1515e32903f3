"""Tell somebody that messages could not be delivered: each failure once, in one message to each who is told."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import Connection

from models.casework.delivery.messages import NEW_MESSAGE, Words
from models.practice.ladders import LINE
from models.queries.instants import as_instant
from models.queries.outbox.outbox import UNDELIVERED, Untold, untold
from models.queries.sql import quoted
from models.store import fetch, insert_rows, next_id, update_rows


class Leader(NamedTuple):
    """Who is told: a member of staff with an address."""

    authority_code: str
    team: str
    role: str
    name: str
    address: str


Compose = Callable[[Sequence[Untold], str], tuple[Words, str]]
"""The words about some failures, given the reference of the message, and the version of their template."""


def tell_of_failures(connection: Connection, compose: Compose, *, now: datetime, on: date) -> int:
    """How many failures somebody is told of now; one that nobody can be told of stays untold, for the board."""
    failures = untold(connection)
    if not failures:
        return 0
    leaders = _leaders(connection, on)
    by_leader: dict[Leader, list[Untold]] = {}
    for failure in failures:
        if (leader := _whom(failure, leaders)) is not None:
            by_leader.setdefault(leader, []).append(failure)
    for leader, theirs in by_leader.items():
        number = _insert(connection, leader, theirs, compose, now, on)
        update_rows(connection, "messages", ("told_in_id",), ("id",), [(number, x.id) for x in theirs])
    return sum(map(len, by_leader.values()))


def _leaders(connection: Connection, on: date) -> list[Leader]:
    rows = fetch(
        connection,
        "SELECT authority_code, team, role, name, address FROM people WHERE address IS NOT NULL AND address <> '' "
        f"AND role IN ({quoted(LINE[1:])}) "
        "AND (from_on IS NULL OR from_on <= :day) AND (to_on IS NULL OR to_on >= :day) ORDER BY id",
        day=on.isoformat(),
    )
    return [Leader(*row) for row in rows]


def _whom(failure: Untold, leaders: Sequence[Leader]) -> Leader | None:
    """The first up the line who is not the one who could not be reached: of the same team where there is one."""
    ours = [x for x in leaders if x.authority_code == failure.authority_code and x.name != failure.recipient]
    for role in LINE[1:]:
        of_role = [x for x in ours if x.role == role]
        if role == "team_leader":
            of_role = [x for x in of_role if x.team == failure.team]
        if of_role:
            return next((x for x in of_role if x.team == failure.team), of_role[0])
    return None


def _insert(
    connection: Connection, leader: Leader, failures: Sequence[Untold], compose: Compose, now: datetime, on: date
) -> int:
    found = next_id(connection, "messages")
    number = fetch(
        connection,
        "SELECT COALESCE(MAX(number), 0) + 1 FROM messages WHERE authority_code = :authority AND team = :team "
        "AND role = :role AND recipient = :name AND urgency = 'immediate' AND day = :day",
        authority=leader.authority_code,
        team=leader.team,
        role=leader.role,
        name=leader.name,
        day=on.isoformat(),
    )[0][0]
    of = (*leader[:4], "immediate", on.isoformat(), number)
    reference = f"ehc-{uuid5(NAMESPACE_URL, '/'.join(map(str, of))).hex[:16]}"
    words, version = compose(failures, reference)
    at = as_instant(now)
    row = (found, *of, UNDELIVERED, version, *words, reference, at, at, "waiting", at, 0)
    insert_rows(connection, "messages", NEW_MESSAGE, [row])
    return found
