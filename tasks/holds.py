"""Answer alerts, turn sending off and on, record that a family was told; and what the forms of these offer.

As in `tasks.recording`: Prefect keeps what a form says for ever, so reasons are chosen from a list, and a refusal is
an answer and no exception.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from prefect import task
from prefect.cache_policies import NO_CACHE

from models.casework.alerts import family_notices as notices
from models.casework.alerts import holds
from models.casework.delivery import switches
from models.practice.here import practices_here
from models.queries.advice import ALWAYS_ASKED
from models.queries.ladders.open_rows import never_asked
from models.queries.records import KINDS
from models.statute.register import load_register
from tasks.recording import Answer, answered

if TYPE_CHECKING:

    class DutyKey(StrEnum):
        """A duty that alerts are about."""

    class How(StrEnum):
        """How a family can be told."""
else:

    def _choices(name: str, values: list[str]) -> type[StrEnum]:
        return StrEnum(name, {x.replace(":", "_").replace(" ", "_"): x for x in values}, module=__name__)

    DutyKey = _choices(
        "DutyKey",
        [
            *(duty.key for kind in KINDS for duty in load_register().of_record(kind)),
            *(never_asked(kind) for kind in ALWAYS_ASKED),
        ],
    )
    How = _choices("How", list(notices.HOW))


class SnoozeReason(StrEnum):
    """Why a clock is put off."""

    promised = "the body has promised it for a day"
    appointment = "an appointment has been made"
    family = "the family has asked for time"
    setting_closed = "the setting is closed"
    panel = "it waits for a panel that has a date"
    tribunal = "the Tribunal or mediation decides first"
    data = "the case system is being put right"


class SwitchReason(StrEnum):
    """Why sending is turned off or on."""

    wrong = "wrong messages went out"
    extract = "the extract is wrong"
    channel = "a channel misbehaves"
    maintenance = "maintenance"
    resolved = "what was wrong has been put right"


@task(task_run_name="acknowledge", cache_policy=NO_CACHE)
def acknowledge(now: datetime, today: date, said: dict[str, Any]) -> Answer:
    """What was acknowledged, or why not."""
    return answered(lambda x: holds.acknowledge(x, practices_here(), now=now, today=today, **said))


@task(task_run_name="snooze", cache_policy=NO_CACHE)
def snooze(now: datetime, today: date, said: dict[str, Any]) -> Answer:
    """What was put off, or why not."""
    return answered(lambda x: holds.snooze(x, practices_here(), now=now, today=today, **said))


@task(task_run_name="family told", cache_policy=NO_CACHE)
def tell_family(now: datetime, today: date, said: dict[str, Any]) -> Answer:
    """What the family was told, or why it cannot be recorded."""
    return answered(lambda x: notices.tell_family(x, now=now, today=today, **said))


@task(task_run_name="turn sending", cache_policy=NO_CACHE)
def turn_sending(now: datetime, said: dict[str, Any]) -> Answer:
    """Whether anything is sent now, or why it was not changed."""
    return answered(lambda x: switches.switch(x, now=now, **said))
