"""Nights that claim alerts, without any message worth reading: what `raise_alerts` does, less the composing."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

from sqlalchemy import Connection

from models.casework.alerts.claims import Claim, due_claims, store_claims
from models.casework.alerts.settled import settle
from models.casework.clocks import refresh_clocks
from models.practice.loader import Practices, practices
from models.queries.instants import as_instant
from models.queries.ladders.open_rows import OpenClocks
from models.queries.ladders.recipients import recipients
from models.statute.register import load_register
from models.store import fetch, insert_rows, next_id, unit_of_work, update_rows
from tests.store.build import Row, a_person

_TEXTS = ("template", "template_version", "subject", "text", "html", "reference")
_MESSAGE = (
    *("id", "authority_code", "team", "role", "recipient", "urgency", "day", "number", *_TEXTS),
    *("created_at", "not_before", "status", "status_at", "attempts"),
)

SETTING = "Oak School"
"""A setting that can be written to, by the name that advice asks it under."""

STAFF = (
    ("North", "officer", "A. Officer"),
    ("North", "team_leader", "B. Leader"),
    ("", "service_manager", "C. Manager"),
    ("", "head_of_service", "D. Head"),
    ("", "director", "E. Director"),
    ("", "health_dco", "F. Clinical"),
    ("", "social_care_dsco", "G. Social"),
    ("", "psychology_lead", "H. Psychologist"),
    ("", "setting", SETTING),
)


def staff(*, without: Sequence[str] = (), authority_code: str = "999") -> list[Row]:
    """Somebody in every role but those left out."""
    return [
        a_person(name, authority_code=authority_code, team=team, role=role, address=f"{role}@council.example")
        for team, role, name in STAFF
        if role not in without
    ]


def evening(day: str) -> datetime:
    """When the night of a day is run."""
    return datetime.combine(date.fromisoformat(day), time(19), tzinfo=UTC)


def alert_night(
    address: str, as_of: str, own: Practices | Path | None = None, *, now: datetime | None = None
) -> list[Claim]:
    """Refresh the clocks of a day and claim its alerts; answers the claims."""
    at = now or evening(as_of)
    with unit_of_work(address) as connection:
        refresh_clocks(connection, load_register(), date.fromisoformat(as_of), now=at)
        return claim(connection, as_of, own, now=at)


def claim(
    connection: Connection, as_of: str, own: Practices | Path | None = None, *, now: datetime | None = None
) -> list[Claim]:
    """Claim the alerts of a day and store them, each with a message of its own where it has one."""
    at, day = now or evening(as_of), date.fromisoformat(as_of)
    policies = own if isinstance(own, Practices) else _practices(own)
    _settle(connection)
    people, clocks = recipients(connection, day), OpenClocks(connection, load_register(), day)
    due = due_claims(connection, load_register(), policies, people, clocks, day, now=at)
    found = due.claims(due.authorities)
    first = next_id(connection, "messages")
    spoken = {id(x): number for number, x in enumerate((x for x in found if x.has_message), first)}
    insert_rows(connection, "messages", _MESSAGE, _messages(found, spoken, as_of, as_instant(at)))
    store_claims(connection, [(x, spoken.get(id(x))) for x in found], as_of=day, now=at)
    return found


def _settle(connection: Connection) -> None:
    """What is done is told to nobody; a message is withdrawn as soon as that is true of all it was made of."""
    untried = fetch(connection, "SELECT id FROM messages WHERE status = 'waiting' AND attempts = 0")
    found = settle(connection, load_register(), [key for (key,) in untried])
    left = {key for (key,) in untried} - {x.message_id for x in found if not x.settled}
    update_rows(connection, "messages", ("status",), ("id",), [("withdrawn", key) for key in left])


@cache
def _usual() -> Practices:
    return practices()


def _practices(own: Path | None) -> Practices:
    return practices(own) if own else _usual()


def spoken(claims: Iterable[Claim]) -> list[tuple[str, str]]:
    """The rung and the recipient of each claim that speaks."""
    return [(x.rung, x.recipient.name) for x in claims if x.recipient is not None and not x.silence]


def silent(claims: Iterable[Claim]) -> dict[str, str]:
    """The rungs that keep silent, with the reason."""
    return {x.rung: x.silence for x in claims if x.silence}


def of_duty(claims: Iterable[Claim], duty: str) -> list[Claim]:
    """The claims of one duty."""
    return [x for x in claims if x.duty == duty]


def _messages(found: Sequence[Claim], spoken: dict[int, int], as_of: str, at: str) -> Iterable[tuple[object, ...]]:
    for x in found:
        if id(x) in spoken and x.recipient is not None:
            to = (x.recipient.authority_code, x.recipient.team, x.recipient.role, x.recipient.name, x.urgency)
            yield (spoken[id(x)], *to, as_of, spoken[id(x)], *([""] * len(_TEXTS)), at, at, "waiting", at, 0)
