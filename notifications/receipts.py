"""What became of messages after a provider took them: asked some time later, and written beside the delivery."""

from collections.abc import Callable
from datetime import datetime, timedelta

from models.casework.delivery.receipts import note_receipt
from models.practice.loader import Practices
from models.queries.outbox.outbox import unreceipted
from models.store import reading, unit_of_work
from notifications.channels.govuk_notify import DELIVERED
from notifications.channels.registry import Channels

KEPT_BY_PROVIDER = timedelta(days=7)
"""GOV.UK Notify forgets a message after a week."""

MOST_ASKED = 200
"""Questions in one run; the rest are asked in the next."""


def collect_receipts(
    address: str | None, practices: Practices, channels: Channels, *, now: Callable[[], datetime]
) -> int:
    """How many receipts were written; what did not arrive after all is tried again, or has failed for good."""
    begun = now()
    sending = practices.usual.sending
    wait = timedelta(minutes=sending.receipts_after_minutes)
    with reading(address) as connection:
        waiting = unreceipted(
            connection, begun_after=begun - KEPT_BY_PROVIDER, asked_before=begun - wait, last_words=DELIVERED
        )
    written = 0
    for delivery in waiting[:MOST_ASKED]:
        channel = channels.asked(delivery.channel)
        receipt = channel.receipt(delivery.provider_reference) if channel else None
        if receipt is None:
            continue
        failure, moment = receipt.failure, now()
        if failure == "temporary_failure" and delivery.attempt >= sending.give_up_after_attempts:
            failure = "permanent_failure"
        with unit_of_work(address) as connection:
            note_receipt(
                connection,
                delivery.message_id,
                delivery.attempt,
                receipt.status,
                now=moment,
                status=failure,
                again_at=moment + sending.wait_after(delivery.attempt),
            )
        written += 1
    return written
