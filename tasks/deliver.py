"""Deliver what waits in the outbox, and ask the providers what became of what they took."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from prefect import task
from prefect.blocks.system import Secret
from prefect.cache_policies import NO_CACHE
from prefect.events import emit_event

from models.practice.here import practices_here
from models.queries.outbox.outbox import channel_incidents, outbox
from models.settings import settings
from models.store import reading
from notifications.channels.registry import Channels
from notifications.channels.secrets import block_of, from_environment
from notifications.delivery import deliver
from notifications.receipts import collect_receipts
from tasks.outbox_page import outbox_page
from tasks.telling import publish

OUTBOX = "outbox"
"""The folder of EHC_HOME that the file channel writes into."""


@task(task_run_name="deliver messages", cache_policy=NO_CACHE)
def deliver_messages(clock: Callable[[], datetime]) -> dict[str, int]:
    """How many messages were sent, wait or failed, and how many receipts came; `clock` gives the present instant."""
    found = practices_here()
    with Channels(setting_or_block, folder=settings().home / OUTBOX, now=clock) as channels:
        done = deliver(None, found, channels, now=clock)
        receipts = collect_receipts(None, found, channels, now=clock)
    counts = {**asdict(done), "receipts": receipts}
    if any(counts.values()):
        _publish(clock())
    return counts


def _publish(moment: datetime) -> None:
    """Put how the outbox stands into the artifact `outbox`; a channel that does not work is also an event."""
    with reading() as connection:
        incidents = channel_incidents(connection)
        page = outbox_page(outbox(connection), incidents)
    publish("outbox", page, f"The outbox on {moment:%d %B %Y at %H:%M}")
    for incident in incidents:
        since, channel = incident.since.isoformat(), settings().own_name(incident.channel)
        emit_event(
            event="ehc.channel.down",
            resource={"prefect.resource.id": f"ehc.{channel.replace(' ', '-')}"},
            payload={"since": since, "fault": incident.fault, "waiting": incident.waiting},
            # One for each stretch, however many deliveries find it so.
            id=uuid5(NAMESPACE_URL, f"ehc.channel.down/{channel}/{since}"),
        )


def setting_or_block(name: str) -> str | None:
    """A setting of the environment, else of the Prefect Secret block of that name, else None."""
    if (found := from_environment(name)) is not None:
        return found
    try:
        block = Secret.load(block_of(name))
    except ValueError:
        return None
    return str(block.get()).strip() or None  # type: ignore[union-attr]
