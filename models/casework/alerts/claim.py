"""One rung that one clock has reached, claimed tonight."""

from typing import NamedTuple

from models.casework.alerts.claimed import SHADOW
from models.practice.words import LastSafe
from models.queries.ladders.recipients import Recipient


class Claim(NamedTuple):
    """One rung that one clock has reached, claimed tonight.

    Dates are ISO. `record_key` tells the records of a case apart: the kind of advice, the number of an order.
    `role` is the one the rung asks for; the recipient may hold one above it. `silence` is "" for a claim that
    speaks, else the reason in words; `SHADOW` has a recipient and a message. `last_safe` is the day that the
    rung counts from where it is the last safe one of a step.
    """

    duty: str
    record_id: int
    case_id: int
    origin_on: str
    due_on: str
    rung: str
    repetition: int
    reached_on: str
    role: str
    urgency: str
    template: str
    authority_code: str
    team: str
    case_ref: str
    record_key: str
    recipient: Recipient | None
    silence: str
    act_by: str = ""
    last_safe: LastSafe | None = None

    @property
    def has_message(self) -> bool:
        """True if a message is made of it: it speaks, or would but for the shadow."""
        return self.recipient is not None and self.silence in ("", SHADOW)
