"""Builders for the executable specification: they read as a sentence, take and give dates as "2025-09-01".

A fact whose name ends in `_on` is a date, a true or false one a flag, any other a word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from models.statute.clocks import NO_EXCEPTION, NO_LIMIT, STATES, clocks
from models.statute.records import DAY, Claims, Codes, Records, Repeated
from models.statute.register import load_register

LONG_AFTER = "2030-12-31"
"""A day on which everything has happened: for tests that ask only for the due date."""


@dataclass(frozen=True)
class Claim:
    """A claim that an exception applies; `duty` is the duty asked about unless it names another."""

    code: str
    from_on: str | None = None
    to_on: str | None = None
    claimed_on: str = "2014-09-01"
    duty: str = ""
    facts: bool = True
    impractical_because: bool = True
    closed_from: str | None = None
    reopens_on: str | None = None
    asked_on: str | None = None


@dataclass(frozen=True)
class Record:
    """One record of the extract, with the claims made for it."""

    kind: str
    facts: dict[str, str | bool | None]
    claims: Sequence[Claim] = ()
    orders_dated_on: Sequence[str] = ()


@dataclass(frozen=True)
class Clock:
    """What the engine says of one duty on one record; a date that is not known is None."""

    origin_on: str | None
    due_on: str | None
    act_by: str | None
    done_on: str | None
    state: str
    days: int | None
    exception: str
    cite: str


def a_case(*, orders_dated_on: Sequence[str] = (), claims: Sequence[Claim] = (), **facts: str | bool | None) -> Record:
    """A request for an assessment and what became of it; its orders are those to assess or to make a plan."""
    return Record("case", facts, claims, orders_dated_on)


def an_advice_request(kind: str = "health", *, claims: Sequence[Claim] = (), **facts: str | bool | None) -> Record:
    """A request for advice to one body; `reply` is advice, not_known or declined."""
    return Record("advice", {"kind": kind, **facts}, claims)


def an_order(
    requires: str, *, kind: str = "tribunal_order", claims: Sequence[Claim] = (), **facts: str | bool | None
) -> Record:
    """An order of the Tribunal, or what the law treats as one."""
    return Record("order", {"requires": requires, "kind": kind, **facts}, claims)


def a_review(*, claims: Sequence[Claim] = (), **facts: str | bool | None) -> Record:
    """One cycle of the annual review; `decision` is M(aintain), A(mend) or C(ease)."""
    return Record("review", facts, claims)


def a_transfer(**facts: str | bool | None) -> Record:
    """A plan moving to another authority."""
    return Record("transfer", facts)


def a_reassessment(*, claims: Sequence[Claim] = (), **facts: str | bool | None) -> Record:
    """A reassessment of somebody who has a plan."""
    return Record("reassessment", facts, claims)


def a_mediation(**facts: str | bool | None) -> Record:
    """A mediation, from the decision disputed to its certificate or agreement."""
    return Record("mediation", facts)


def an_appeal(**facts: str | bool | None) -> Record:
    """An appeal to the Tribunal."""
    return Record("appeal", facts)


def a_claim(code: str, **said: str | bool | None) -> Claim:
    """A claim of an exception, complete unless the test says otherwise."""
    return Claim(code, **said)  # type: ignore[arg-type]


def clock_of(record: Record, duty_key: str, as_of: str) -> Clock:
    """The clock of that duty on that day, which there must be."""
    clock = clock_or_none(record, duty_key, as_of)
    assert clock is not None, f"there is no clock {duty_key} on {as_of}"
    return clock


def clock_or_none(record: Record, duty_key: str, as_of: str) -> Clock | None:
    """The clock of that duty on that day, None where there is none."""
    register = load_register()
    duty = register.duty(duty_key)
    assert duty.record == record.kind, f"{duty_key} is a duty on a {duty.record}"
    (found,) = clocks(_columns(record, duty_key), register, date.fromisoformat(as_of), (duty,))
    if not len(found.row):
        return None
    return Clock(
        origin_on=_iso(found.origin_on[0]),
        due_on=_iso(found.due_on[0]),
        act_by=_iso(found.act_by[0]),
        done_on=_iso(found.done_on[0]),
        state=STATES[found.state[0]],
        days=None if np.isnan(found.days[0]) else int(found.days[0]),
        exception="" if found.exception[0] == NO_EXCEPTION else tuple(register.exceptions)[found.exception[0]],
        cite="" if found.limit[0] == NO_LIMIT else duty.limits[found.limit[0]].source.cite,
    )


def due_on(record: Record, duty_key: str) -> str | None:
    """The last lawful day, once everything in the record has happened."""
    clock = clock_or_none(record, duty_key, LONG_AFTER)
    return clock.due_on if clock else None


def state_of(record: Record, duty_key: str, as_of: str) -> str:
    """The state on that day, "no clock" where there is none."""
    clock = clock_or_none(record, duty_key, as_of)
    return clock.state if clock else "no clock"


def days_between(first: str, second: str) -> int:
    """How many days the second date lies after the first."""
    return (date.fromisoformat(second) - date.fromisoformat(first)).days


def days_after(day: str, number: int) -> str:
    """The date so many days on: plain arithmetic, to hold the engine against."""
    return (date.fromisoformat(day) + timedelta(days=number)).isoformat()


def weekday(day: str) -> str:
    """The name of the weekday."""
    return f"{date.fromisoformat(day):%A}"


def _columns(record: Record, duty_key: str) -> Records:
    dates = {k: _dates([v]) for k, v in record.facts.items() if k.endswith("_on") and not isinstance(v, bool)}
    flags = {k: np.array([v]) for k, v in record.facts.items() if isinstance(v, bool)}
    words = {k: Codes.of([v]) for k, v in record.facts.items() if k not in dates and not isinstance(v, bool)}
    orders = Repeated(np.zeros(len(record.orders_dated_on), dtype=np.int64), _dates(record.orders_dated_on))
    return Records(
        record.kind,
        1,
        dates,
        codes=words,
        flags=flags,
        repeated={"order_dated_on": orders} if record.orders_dated_on else {},
        claims=_claims(record.claims, duty_key) if record.claims else None,
    )


def _claims(claims: Sequence[Claim], duty_key: str) -> Claims:
    return Claims(
        row=np.zeros(len(claims), dtype=np.int64),
        number=np.arange(len(claims)),
        duty=Codes.of([c.duty or duty_key for c in claims]),
        code=Codes.of([c.code for c in claims]),
        claimed_on=_dates([c.claimed_on for c in claims]),
        from_on=_dates([c.from_on for c in claims]),
        to_on=_dates([c.to_on for c in claims]),
        has_facts=np.array([c.facts for c in claims]),
        has_reason=np.array([c.impractical_because for c in claims]),
        closed_from=_dates([c.closed_from for c in claims]),
        reopens_on=_dates([c.reopens_on for c in claims]),
        asked_on=_dates([c.asked_on for c in claims]),
    )


def _dates(days: Sequence[str | bool | None]) -> np.ndarray:
    return np.array([day or "NaT" for day in days], dtype=DAY)


def _iso(day: np.datetime64) -> str | None:
    return None if np.isnat(day) else str(day)
