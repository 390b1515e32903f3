"""The messages of the outbox, for whoever wants to read what was or will be said."""

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in full."""

    heading: Heading
    text: str
    html: str
    template_version: str
    cases: Sequence[str]


def headings(connection: Connection, *, most: int, status: str | None = None) -> list[Heading]:
    """The newest messages, at most so many, of one status or all; the newest first."""
    of_status = "" if status is None else "WHERE status = :status"
    rows = fetch(
        connection,
        f"{_select(connection)} {of_status} ORDER BY id DESC LIMIT {int(most)}",
        **({} if status is None else {"status": status}),
    )
    return [_heading(row) for row in rows]


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
    cases = fetch(
        connection,
        "SELECT DISTINCT c.case_ref FROM alerts a JOIN cases c ON c.id = a.case_id WHERE a.message_id = :id ORDER BY 1",
        id=heading.id,
    )
    return Letter(heading, text, html, version, [case for (case,) in cases])


def _select(connection: Connection) -> str:
    named = ", ".join(name for name in _HEADINGS if name != "day")
    return f"SELECT id, reference, not_before, attempts, {as_text(connection, 'day')}, {named} FROM messages"


def _heading(row: Sequence[object]) -> Heading:
    key, reference, not_before, attempts, *words = row
    at = from_instant(not_before).strftime("%Y-%m-%d %H:%M")  # type: ignore[arg-type]
    return Heading(int(str(key)), str(reference), at, int(str(attempts)), *(str(x or "") for x in words))
