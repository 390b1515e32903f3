"""Delivery, every quarter of an hour; quiet hours, days off and caps are local practice, not the schedule's."""

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.sweep import QUIET
from flows.today import now
from tasks.deliver import deliver_messages


@flow(name="deliver", flow_run_name="delivery of messages")
def deliver() -> dict[str, int] | State[Any]:
    """Send the messages whose time has come; safe to run at any time, and twice at once."""
    counts = deliver_messages(now)
    if not any(counts.values()):
        return Completed(name=QUIET, message="No message was due.")
    return counts
