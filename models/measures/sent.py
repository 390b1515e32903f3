"""What was claimed, told, chased and recorded about the cases: the rows beside the records themselves."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
from sqlalchemy import Connection

from models.measures.columns import Columns, days_between, once
from models.queries.history import RECORDED_SINCE
from models.queries.packed import NOTHING, Packed, read_packed
from models.queries.scope import Scope
from models.statute.calendar import Dates
from models.statute.records import UNKNOWN, Flags
from models.statute.register import Register
from models.store import as_text

SENT = "sent"
"""The status of a message that went out."""

_CLAIM_WORDS = ("duty", "advice_kind", "code", "approved_by")
_CLAIM_DATES = ("claimed_on", "from_on", "to_on", "family_told_on")
_NOTICE_DATES = ("due_on", "predicted_on", "tell_by", "told_on")
_CHASE_WORDS = {name: f"a.{name}" for name in ("duty", "rung", "role", "urgency")} | {
    "status": "m.status",
    "kind": "r.kind",
    "body": "r.body",
}
_CHASE_DATES = ("claimed_on", "done_on")


@dataclass(frozen=True)
class Others:
    """The rows beside the records, as they were read."""

    claims: Packed = NOTHING
    notices: Packed = NOTHING
    chases: Packed = NOTHING
    facts: Packed = NOTHING


def readers(as_of: date, scope: Scope) -> dict[str, Callable[[Connection], Packed]]:
    """What reads each kind of these rows in the scope, by its name in `Others`; the longest first."""
    return {
        "facts": partial(_read_facts, as_of=as_of, scope=scope),
        "claims": partial(_read_claims, scope=scope),
        "notices": partial(_read_notices, as_of=as_of, scope=scope),
        "chases": partial(_read_chases, as_of=as_of, scope=scope),
    }


def _read_claims(connection: Connection, scope: Scope) -> Packed:
    return read_packed(
        connection,
        f"FROM exceptions e JOIN cases c ON c.id = e.case_id WHERE {scope.sql}",
        key="e.id",
        spread="FROM exceptions e WHERE 1 = 1",
        numbers={"case_id": "e.case_id"},
        words={name: f"e.{name}" for name in _CLAIM_WORDS},
        days={name: as_text(connection, f"e.{name}") for name in _CLAIM_DATES},
        **scope.values,
    )


def _read_notices(connection: Connection, as_of: date, scope: Scope) -> Packed:
    return read_packed(
        connection,
        f"FROM family_notices n JOIN cases c ON c.id = n.case_id WHERE n.predicted_on <= :as_of AND {scope.sql}",
        key="n.id",
        spread="FROM family_notices n WHERE 1 = 1",
        numbers={"case_id": "n.case_id"},
        words={"duty": "n.duty"},
        days={name: as_text(connection, f"n.{name}") for name in _NOTICE_DATES},
        as_of=as_of.isoformat(),
        **scope.values,
    )


def _read_chases(connection: Connection, as_of: date, scope: Scope) -> Packed:
    return read_packed(
        connection,
        "FROM alerts a JOIN messages m ON m.id = a.message_id JOIN cases c ON c.id = a.case_id "
        "JOIN advice r ON r.id = a.record_id LEFT JOIN clocks k ON k.duty = a.duty AND k.record_id = a.record_id "
        f"WHERE a.duty = 'give_advice' AND a.as_of <= :as_of AND a.silence IS NULL AND {scope.sql}",
        key="a.id",
        spread="FROM alerts a WHERE 1 = 1",
        numbers={"case_id": "a.case_id"},
        words=_CHASE_WORDS,
        days={"claimed_on": as_text(connection, "a.as_of"), "done_on": as_text(connection, "k.done_on")},
        as_of=as_of.isoformat(),
        **scope.values,
    )


def _read_facts(connection: Connection, as_of: date, scope: Scope) -> Packed:
    """Entries of the chronology that say when something happened: they tell how long facts take to be recorded."""
    recorded = "SUBSTR(CAST(h.recorded_at AS TEXT), 1, 10)"
    return read_packed(
        connection,
        f"FROM {RECORDED_SINCE} JOIN cases c ON c.authority_code = h.authority_code AND c.case_ref = h.case_ref "
        f"WHERE h.happened_on IS NOT NULL AND {recorded} <= :as_of AND {scope.sql}",
        key="h.id",
        numbers={"case_id": "c.id"},
        days={"happened_on": as_text(connection, "h.happened_on"), "recorded_on": recorded},
        words={"record": "h.record", "source": "h.source"},
        spread="FROM chronology h WHERE 1 = 1",
        as_of=as_of.isoformat(),
        **scope.values,
    )


def columns(others: Others, register: Register, as_of: date) -> dict[str, Columns]:
    """The columns of each kind of these rows."""
    return {
        "claim": _claims(others, register, as_of),
        "notice": _notices(others, as_of),
        "chase": _chases(others, as_of),
        "fact": _recorded(others, as_of),
    }


def _claims(others: Others, register: Register, as_of: date) -> Columns:
    """Claims of exceptions made by the day; `is_lawful`: the law allows that exception for that duty."""
    made = once(lambda: np.flatnonzero(~np.isnat(_until(others.claims.days("claimed_on"), as_of))))
    found = Columns(lambda: len(made()))
    found.add("number", {"case_id": lambda: others.claims.numbers("case_id")[made()]})
    found.add_each("word", _CLAIM_WORDS, lambda name: others.claims.codes(name).take(made()))
    found.add_each("date", _CLAIM_DATES, lambda name: _until(others.claims.days(name)[made()], as_of))
    found.add("flag", {"is_lawful": lambda: _is_lawful(others.claims, register)[made()]})
    return found


def _is_lawful(claims: Packed, register: Register) -> Flags:
    lawful = {(d.key, x.code) for d in register.duties for limit in d.limits for x in limit.exceptions}
    duty, code = claims.codes("duty"), claims.codes("code")
    table = np.array([[(one, other) in lawful for other in code.values] for one in duty.values])
    found: Flags = table[duty.index, code.index]
    return found


def _notices(others: Others, as_of: date) -> Columns:
    """The tasks to tell a family of a delay, and when the family was told."""
    notices = others.notices
    found = Columns(lambda: notices.size)
    found.add("number", {"case_id": lambda: notices.numbers("case_id")})
    found.add("word", {"duty": lambda: notices.codes("duty")})
    found.add_each("date", ("predicted_on", "told_on"), lambda name: _until(notices.days(name), as_of))
    found.add_each("date", ("due_on", "tell_by"), notices.days)
    return found


def _chases(others: Others, as_of: date) -> Columns:
    """Alerts about advice that spoke by the day: whether the message went out, and when advice answered it.

    `answered_on` is the reply that discharged the duty on or after the chase; `days_to_answer` how long that took.
    """
    chases = others.chases
    found = Columns(lambda: chases.size)
    found.add("number", {"case_id": lambda: chases.numbers("case_id")})
    found.add_each("word", _CHASE_WORDS, chases.codes)
    found.add_each("date", _CHASE_DATES, lambda name: _until(chases.days(name), as_of))

    def answered_on() -> Dates:
        done_on = found.dates("done_on")
        return np.where(done_on >= found.dates("claimed_on"), done_on, UNKNOWN)

    found.add("flag", {"is_sent": lambda: found.words("status").is_in([SENT])})
    found.add("date", {"answered_on": answered_on})
    found.add("number", {"days_to_answer": lambda: days_between(found.dates("claimed_on"), found.dates("answered_on"))})
    return found


def _recorded(others: Others, as_of: date) -> Columns:
    """The facts that were recorded, and how many days after they happened: `lag_days`."""
    facts = others.facts
    found = Columns(lambda: facts.size)
    found.add("number", {"case_id": lambda: facts.numbers("case_id")})
    found.add_each("word", ("record", "source"), facts.codes)
    found.add_each("date", ("happened_on", "recorded_on"), lambda name: _until(facts.days(name), as_of))
    # A date that was still to come when it was recorded was not recorded late.
    found.add(
        "number",
        {"lag_days": lambda: np.maximum(days_between(found.dates("happened_on"), found.dates("recorded_on")), 0)},
    )
    return found


def _until(days: Dates, as_of: date) -> Dates:
    """Dates without those after the day."""
    return np.where(days <= np.datetime64(as_of, "D"), days, UNKNOWN)
