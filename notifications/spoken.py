"""Claims of a message that still waits, read back so that it can be composed anew with what is new."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from models.casework.alerts.claims import Claim
from models.casework.alerts.settled import settle
from models.statute.register import Register
from notifications.slots import Slot


@dataclass(frozen=True, slots=True)
class Told:
    """A claim in a message; `is_settled` if there is nothing left to do about it."""

    claim: Claim
    is_settled: bool = False


def spoken_in(connection: Connection, register: Register, messages: Mapping[int, Slot]) -> dict[int, list[Told]]:
    """What each message was made of so far; what needs no telling any more is written down as not told."""
    found: dict[int, list[Told]] = {}
    for x in settle(connection, register, messages):
        claim = Claim(
            duty=x.duty,
            record_id=x.record_id,
            case_id=x.case_id,
            origin_on=x.origin_on,
            due_on=x.due_on,
            rung=x.rung,
            repetition=x.repetition,
            reached_on=x.reached_on,
            role=x.role,
            urgency=messages[x.message_id].urgency,
            template=x.template,
            authority_code=x.authority_code,
            team=x.team,
            case_ref=x.case_ref,
            record_key=x.record_key,
            recipient=None,
            silence=x.silence,
            act_by=x.act_by,
            last_safe=x.last_safe,
        )
        found.setdefault(x.message_id, []).append(Told(claim, bool(x.settled)))
    return found
