"""A form: a panel that decides on cases meets on a day."""

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run
from pydantic import Field

from flows.today import now
from tasks import recording
from tasks.recording import Answer, Short, Staff, outcome_of

Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,12}$")]


def _run_name() -> str:
    said = flow_run.parameters
    return f"panel date {said['held_on']}, authority {said['authority_code']}"


@flow(name="add a panel date", flow_run_name=_run_name)
async def add_panel_date(authority_code: Code, panel: Short, held_on: date, recorded_by: Staff) -> State[Answer]:
    """Add a day on which a panel meets, so that cases can be prepared for it.

    Args:
        authority_code: the number of the authority, as 336.
        panel: the panel's name as it has always been written.
        held_on: the day of the meeting.
        recorded_by: your own name: nobody else will know who recorded this.
    """
    said = {"authority_code": authority_code, "panel": panel, "held_on": held_on, "by": recorded_by}
    return outcome_of(recording.add_panel_date(now(), said))
