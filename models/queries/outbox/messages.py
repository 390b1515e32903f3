"""The messages of the outbox, for whoever wants to read what was or will be said."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

from sqlalchemy import Connection

from models.errors import NotFoundError
from models.queries.instants import from_instant
from models.store import as_text, fetch

_HEADINGS = ("day", "authority_code", "team", "role", "recipient", "urgency", "template", "status", "subject", "why")


@dataclass(frozen=True, slots=True)
class Heading:
    """One message without its text; `not_before` is an instant in UTC, as ISO 8601 to the minute."""

    id: int
    reference: str
    not_before: str
    attempts: int
    day: str
    authority_code: str
    team: str
    role: str
    recipient: str
    urgency: str
    template: str
    status: str
    subject: str
    why: str


class AlertOf(NamedTuple):
    """One alert of a message: what of which case it tells, and why it was not told after all, "" if it was."""

    case_ref: str
    duty: str
    due_on: str
    template: str
    silence: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in full."""

    heading: Heading
    text: str
    html: str
    template_version: str
    cases: Sequence[str]
    alerts: Sequence[AlertOf]


@dataclass(frozen=True, slots=True)
class Of:
    """Which messages are meant: of this status, to this role, about this case; "" for any."""

    status: str = ""
    role: str = ""
    case_ref: str = ""


def headings(connection: Connection, *, most: int, of: Of | None = None) -> list[Heading]:
    """The newest messages, at most so many, of those that are meant; the newest first."""
    meant = of or Of()
    conditions = {
        "status": "status = :status",
        "role": "role = :role",
        "case_ref": "id IN (SELECT a.message_id FROM alerts a JOIN cases c ON c.id = a.case_id WHERE "
        "c.case_ref = :case_ref OR c.authority_code || '/' || c.case_ref = :case_ref)",
    }
    values = {name: value for name, value in asdict(meant).items() if value}
    where = " AND ".join(conditions[name] for name in values)
    rows = fetch(
        connection,
        f"{_select(connection)} {'WHERE ' + where if where else ''} ORDER BY id DESC LIMIT {int(most)}",
        **values,
    )
    return [_heading(row) for row in rows]


def alerts_of(connection: Connection, message_id: int) -> list[AlertOf]:
    """Every alert of a message, written out in it or only counted, by due date and case."""
    rows = fetch(
        connection,
        f"SELECT c.case_ref, a.duty, {as_text(connection, 'a.due_on')}, a.template, COALESCE(a.silence, '') "
        "FROM alerts a JOIN cases c ON c.id = a.case_id WHERE a.message_id = :id ORDER BY a.due_on, c.case_ref, a.id",
        id=message_id,
    )
    return [AlertOf(*row) for row in rows]


def letter(connection: Connection, known_by: str) -> Letter:
    """The message of that number or reference; NotFoundError if there is none."""
    rows = fetch(
        connection,
        f"{_select(connection)} WHERE reference = :known_by OR id = :number",
        known_by=known_by,
        number=int(known_by) if known_by.isdecimal() else 0,
    )
    if not rows:
        raise NotFoundError(f"There is no message {known_by}.", remedy="ehc messages lists them with their numbers.")
    heading = _heading(rows[0])
    text, html, version = fetch(
        connection, "SELECT text, html, template_version FROM messages WHERE id = :id", id=heading.id
    )[0]
    alerts = alerts_of(connection, heading.id)
    return Letter(heading, text, html, version, sorted({x.case_ref for x in alerts}), alerts)


def _select(connection: Connection) -> str:
    named = ", ".join(name for name in _HEADINGS if name != "day")
    return f"SELECT id, reference, not_before, attempts, {as_text(connection, 'day')}, {named} FROM messages"


def _heading(row: Sequence[object]) -> Heading:
    key, reference, not_before, attempts, *words = row
    at = from_instant(not_before).strftime("%Y-%m-%d %H:%M")  # type: ignore[arg-type]
    return Heading(int(str(key)), str(reference), at, int(str(attempts)), *(str(x or "") for x in words))
