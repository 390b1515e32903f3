"""Raise the alerts of a night: claim the rungs that are reached, and write the messages that speak for them."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from prefect import get_run_logger, task

from models.practice.here import practices_here
from models.settings import settings
from models.statute.register import load_register
from models.store import unit_of_work
from notifications import outbox
from notifications.compose.line import Forms
from tasks.deployed import deployed

ACKNOWLEDGE, FAMILY_TOLD = "acknowledge/acknowledge", "family told/family told"
"""The forms that a message links to, by the names of their flow and their deployment."""


@task(task_run_name="raise alerts of {as_of}")
def raise_alerts(as_of: date, now: datetime) -> dict[str, Any]:
    """How many rungs were claimed, spoke, are in shadow or kept silent, how many messages were written, or why none."""
    found, forms = practices_here(), _forms()
    with unit_of_work() as connection:
        raised = outbox.raise_alerts(connection, load_register(), found, as_of, now, forms)
    if raised.nothing_because:
        get_run_logger().warning("No alert is raised for %s. %s", as_of, raised.nothing_because)
    return asdict(raised)


def _forms() -> Forms:
    """Where the forms and the board are; nowhere if no address of Prefect's pages is set."""
    address = settings().ui_address or ""
    if not address:
        return Forms()
    return Forms(address, deployed(ACKNOWLEDGE), deployed(FAMILY_TOLD), settings().own_name("board"))
