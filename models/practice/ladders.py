"""Ladders as data: who is told of a clock, when, how urgently and with which template; and how messages go out.

A ladder belongs to a duty and has rungs. `[ladders.<duty>.<rung>]` is a table of its own, so that an authority
changes one key of one rung and leaves the rest.
"""

from datetime import timedelta
from typing import Annotated, Literal, get_args

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.practice.fields import Days, Flag, Minutes, Policy, SignedDays, TimeOfDay, Times, Weekday, Words

CountedFrom = Literal["origin_on", "act_by", "due_on", "last_safe_on"]
"""The day of a clock that a rung counts from; `last_safe_on` is the last safe day of the step still to be done."""

Role = Literal[
    "officer",
    "team_leader",
    "service_manager",
    "head_of_service",
    "director",
    "health_dco",
    "social_care_dsco",
    "psychology_lead",
    "setting",
]
"""Who can be told: the authority's own line from the bottom up, then the agencies."""

ROLES: tuple[Role, ...] = get_args(Role)

LINE: tuple[Role, ...] = ("officer", "team_leader", "service_manager", "head_of_service", "director")
"""The authority's own line, from whoever holds the case up."""

AGENCY = "agency"
"""Stands in a rung for the role of whoever owes the advice, see `AgenciesPolicy`."""

RungRole = Literal[Role, "agency"]

Urgency = Literal["immediate", "digest", "weekly"]
"""How soon a rung is told: by itself at once, in the digest of the day, or in the digest of the week."""

Template = Literal[
    "reminder",
    "chase",
    "escalation",
    "warning",
    "breach",
    "never_asked",
    "commission_elsewhere",
    "family_delay",
    "order",
]
"""What a rung says; each is a template of the notifications."""

TEMPLATES: tuple[Template, ...] = get_args(Template)

NEVER_ASKED = "ask_for_advice"
"""The ladder for advice that nobody has asked for yet: no duty of the register, since no law times the asking."""

FAMILY_DELAY: Template = "family_delay"
"""The template whose rung also sets the officer the task of telling the family."""

MOST_REPEATS = 52


class Rung(Policy):
    """One step of a ladder: reached `days` calendar days after the day of the clock that it counts from.

    `kinds` restricts it to these kinds of advice. It is repeated every so many days until the clock ends, so
    often at most. With `on = false` it is not there.
    """

    counted_from: CountedFrom
    days: SignedDays
    role: RungRole
    urgency: Urgency
    template: Template
    kinds: tuple[str, ...] = ()
    repeat_every_days: Days | None = None
    repeats_at_most: Annotated[int, Field(strict=True, ge=1, le=MOST_REPEATS)] | None = None
    on: Flag = True

    @model_validator(mode="after")
    def _repeats_end(self) -> "Rung":
        if (self.repeat_every_days is None) != (self.repeats_at_most is None):
            raise PydanticCustomError("half_a_repetition", "only one of the two keys of a repetition is there")
        return self

    @property
    def offsets(self) -> tuple[int, ...]:
        """The days after the one it counts from on which it is reached: the first time, then each repetition."""
        every, times = self.repeat_every_days or 0, self.repeats_at_most or 0
        return tuple(self.days + every * repetition for repetition in range(times + 1))


Ladder = dict[str, Rung]
"""The rungs of one duty by name, in the order of the file."""


class AgenciesPolicy(Policy):
    """Which role answers for each kind of advice; `other` for the kinds that have no key."""

    education: Role
    health: Role
    psychology: Role
    social_care: Role
    other: Role

    def role_of(self, kind: str) -> Role:
        """The role that answers for advice of this kind."""
        roles: dict[str, Role] = dict(self)
        return roles.get(kind, self.other)


class AdvicePolicy(Policy):
    """How advice is asked for."""

    ask_within_working_days: Annotated[int, Field(strict=True, ge=1, le=60)]


class AlertsPolicy(Policy):
    """Whose alerts are only written down, how long an answer to one keeps its clock silent, and who takes it."""

    shadow_teams: Literal["*"] | tuple[str, ...]
    acknowledgement_days: Days
    acknowledge_through: Words
    snooze_days_at_most: Days

    def is_shadow(self, team: str) -> bool:
        """True if nothing is sent about cases of this team."""
        return self.shadow_teams == "*" or team in self.shadow_teams


class SendingPolicy(Policy):
    """How messages go out; times of day are England's, the quiet time may cross midnight.

    Retries wait for each of `retry_after_minutes` in turn, the last one again and again, until a message has been
    tried `give_up_after_attempts` times. `receipts_after_minutes` is how soon a provider is asked what became of it.
    """

    quiet_from: TimeOfDay
    quiet_to: TimeOfDay
    working_days_only: Flag
    most_per_hour: Times
    digest_at: TimeOfDay
    lines_per_section: Times
    weekly_on: Weekday
    retry_after_minutes: Annotated[tuple[Minutes, ...], Field(min_length=1)]
    give_up_after_attempts: Times
    receipts_after_minutes: Minutes

    def wait_after(self, failures: int) -> timedelta:
        """How long a message waits that has failed so many times, 1 or more."""
        waits = self.retry_after_minutes
        return timedelta(minutes=waits[min(failures, len(waits)) - 1])
