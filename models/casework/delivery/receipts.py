"""What a provider says of a message afterwards: that it had one nobody could tell of, or what became of one it took."""

from datetime import datetime

from sqlalchemy import Connection, text

from models.queries.instants import as_instant
from models.store import update_rows


def settle(connection: Connection, message_id: int, provider_reference: str, *, now: datetime) -> None:
    """An uncertain message did arrive at its provider after all, which knows it by our reference."""
    connection.execute(
        text(
            "UPDATE deliveries SET outcome = 'sent', provider_reference = :theirs WHERE message_id = :id "
            "AND attempt = (SELECT attempts FROM messages WHERE id = :id AND status = 'uncertain')"
        ),
        {"id": message_id, "theirs": provider_reference},
    )
    connection.execute(
        text(
            "UPDATE messages SET status = 'sent', status_at = :now, why = 'the provider had taken it' "
            "WHERE id = :id AND status = 'uncertain'"
        ),
        {"id": message_id, "now": as_instant(now)},
    )


def note_receipt(
    connection: Connection,
    message_id: int,
    attempt: int,
    receipt: str,
    *,
    now: datetime,
    status: str | None,
    again_at: datetime | None = None,
) -> None:
    """What the provider says of a delivery since; `status` is what the message turns into where it did not arrive.

    The attempt then counts as one that failed, and the message waits until `again_at` if it is to be tried again.
    """
    at = as_instant(now)
    row = (receipt, at, message_id, attempt)
    update_rows(connection, "deliveries", ("receipt", "receipt_at"), ("message_id", "attempt"), [row])
    if status is None:
        return
    update_rows(connection, "deliveries", ("outcome",), ("message_id", "attempt"), [(status, message_id, attempt)])
    connection.execute(
        text(
            "UPDATE messages SET status = :status, status_at = :now, why = :why, not_before = :again "
            "WHERE id = :id AND attempts = :attempt AND status = 'sent'"
        ),
        {
            "status": status,
            "now": at,
            "why": f"the provider could not deliver it: {receipt}",
            "again": as_instant(again_at or now),
            "id": message_id,
            "attempt": attempt,
        },
    )
