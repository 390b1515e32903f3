"""A form: the one switch that stops all sending, and lets it go on."""

from enum import StrEnum

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.today import now
from tasks import holds
from tasks.holds import SwitchReason
from tasks.recording import Answer, Staff, outcome_of


class Turn(StrEnum):
    """Which way the switch is turned."""

    off = "off"
    on = "on"


def _run_name() -> str:
    return f"sending {flow_run.parameters['turn']}"


@flow(name="turn sending off or on", flow_run_name=_run_name)
async def turn_sending(turn: Turn, reason: SwitchReason, turned_by: Staff) -> State[Answer]:
    """Stop all messages at once, or let them go on. While it is off everything is worked out, kept, and waits.

    Args:
        turn: off stops everything at once, on lets what waits go out.
        reason: why.
        turned_by: your own name: nobody else will know who turned it.
    """
    return outcome_of(holds.turn_sending(now(), {"is_on": turn is Turn.on, "reason": reason.value, "by": turned_by}))
