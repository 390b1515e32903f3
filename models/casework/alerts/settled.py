"""What came of alerts whose message nobody has tried to send: written down, so that none counts as told that was not.

An alert whose clock ended before its message went out was never told. Should the clock run again with the same origin,
the alert's message says so if it still waits; else the rung is claimed once more, under the next number.
"""

from collections.abc import Iterable

from sqlalchemy import Connection

from models.casework.alerts.claimed import SHADOW
from models.queries.outbox.spoken import Spoken, spoken
from models.statute.register import Register
from models.store import update_rows


def settle(connection: Connection, register: Register, message_ids: Iterable[int]) -> list[Spoken]:
    """What these messages, which nobody has tried to send, were made of; each alert that needs no telling says why."""
    found = spoken(connection, register, message_ids)
    # What is in shadow is told to nobody either way.
    changed = [(x.settled or None, x.id) for x in found if x.silence not in (SHADOW, x.settled)]
    update_rows(connection, "alerts", ("silence",), ("id",), changed)
    return found
