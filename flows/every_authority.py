"""What goes on between the nights where each authority has tables of its own: one after the other, in one process."""

from collections import Counter
from typing import Any, Literal

from prefect import flow, get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.stage import day_of_run
from flows.sweep import QUIET
from flows.today import now
from models.errors import EhcError, NightIncompleteError
from models.queries.region import authorities_held, visiting
from tasks.deliver import deliver_messages
from tasks.measures import freeze_last_month

Rhythm = Literal["deliver", "monthly"]


@flow(name="every-authority", flow_run_name="{rhythm} of every authority")
def every_authority(rhythm: Rhythm) -> dict[str, int] | State[Any]:
    """Send the messages whose time has come, or freeze the months that are over; one authority's fault stops no other.

    Args:
        rhythm: `deliver` every quarter of an hour, `monthly` on the first of the month.
    """
    total: Counter[str] = Counter()
    failed = []
    for code in authorities_held():
        try:
            with visiting(code):
                total.update(_done(rhythm))
        except EhcError as error:
            failed.append(code)
            get_run_logger().error("Authority %s: %s", code, error.what)
    if failed:
        raise NightIncompleteError(
            f"{rhythm.capitalize()} did not end well for {', '.join(failed)}.",
            remedy="The log of this run says why; the next one tries again.",
        )
    return dict(total) if any(total.values()) else Completed(name=QUIET, message="Nothing was due.")


def _done(rhythm: Rhythm) -> dict[str, int]:
    # The functions and not the tasks: a record of each task, for each authority and quarter of an hour, is for nobody.
    if rhythm == "deliver":
        return deliver_messages.fn(now)
    return {"frozen": len(freeze_last_month.fn(day_of_run(None), now())["frozen"])}
