"""What waits to be told at once from records that have grown old since: it waits for the digest instead.

Whoever reads it may have done it already; the digest says how old the records are, and a day later it may be gone.
"""

from datetime import date

from sqlalchemy import Connection

from models.practice.loader import Practices
from models.queries.instants import as_instant
from models.store import update_rows
from notifications.age import Age
from notifications.slots import (
    AGENCY_LETTER,
    DIGEST,
    FAMILY_NOTICE,
    IMMEDIATE,
    WAITING,
    WITHDRAWN,
    Waiting,
    kept,
    not_before,
)

IN_THE_DIGEST = "the records are too old to tell anybody at once: it is in the digest"
"""Why an alert is withdrawn whose lines a digest that waits has taken over."""

_OF_RECORDS = (IMMEDIATE, AGENCY_LETTER, FAMILY_NOTICE)
_UNTRIED = ("id", "attempts")


def put_off(connection: Connection, practices: Practices, age: Age, as_of: date) -> None:
    """Make a part of the digest of whatever waits untried to be told at once from records that are too old."""
    held = kept(connection, as_of)
    for shared, waiting in list(held.open.items()):
        slot = shared._replace(urgency=waiting.urgency)
        at_once = slot.status == WAITING and slot.urgency == IMMEDIATE and slot.template in _OF_RECORDS
        if not at_once or not age.days_too_old(slot.authority_code):
            continue
        calm = slot._replace(urgency=DIGEST, template=DIGEST if slot.template == IMMEDIATE else slot.template)
        digest = held.waiting(calm)
        if digest is not None and digest.id != waiting.id:
            _join(connection, waiting, digest, as_instant(age.now))
            continue
        sending = practices.of(slot.authority_code).sending
        place = held.place(calm, sending, as_of)
        until = as_instant(not_before(DIGEST, sending, place.day, age.now))
        row = (calm.urgency, calm.template, *place, until, as_instant(age.now), waiting.id, 0)
        columns = ("urgency", "template", "day", "number", "not_before", "status_at")
        update_rows(connection, "messages", columns, _UNTRIED, [row])


def _join(connection: Connection, waiting: Waiting, digest: Waiting, at: str) -> None:
    """The alerts of one message speak in another."""
    update_rows(connection, "alerts", ("message_id",), ("message_id",), [(digest.id, waiting.id)])
    columns = ("status", "why", "status_at")
    update_rows(connection, "messages", columns, _UNTRIED, [(WITHDRAWN, IN_THE_DIGEST, at, waiting.id, 0)])
