"""Does a claimed exception hold? An exception disapplies one limit; it moves no date.

Each claim gets a verdict: `HOLDS`, or the first test it fails. A claim that fails is not lost: it stays
on the record as the reason for a delay.
"""

from datetime import date
from enum import IntEnum, auto

import numpy as np
from numpy.typing import NDArray

from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Claims, Flags
from models.statute.register import ExceptionRule, Limit, Register

Verdicts = NDArray[np.int8]


class Verdict(IntEnum):
    """What became of a claim, in the order in which the tests are tried."""

    HOLDS = auto()
    NOT_YET_CLAIMED = auto()
    NOT_ALLOWED = auto()
    NO_FACTS = auto()
    NO_REASON = auto()
    NO_START = auto()
    NOT_IN_FORCE = auto()
    OUTSIDE_THE_PERIOD = auto()
    TOO_SHORT = auto()
    NO_CLOSURE_WINDOW = auto()


def judge(claims: Claims, limit: Limit, register: Register, origin: Dates, due: Dates, as_of: date) -> Verdicts:
    """The verdict on each claim for a clock under this limit; `origin` and `due` are the clock's, per claim.

    Law:
        SEND Regulations 2014, regs 5(4), 8(2), 10(4), 13(3), 27(3), 44(3) and 45.
    """
    today = np.datetime64(as_of, "D")
    verdicts = np.full(len(claims.row), Verdict.NOT_ALLOWED, dtype=np.int8)
    for code in claims.code.values:
        rule = register.exceptions.get(code)
        if rule is None or limit.allows(code) is None:
            continue
        here = np.flatnonzero(claims.code.is_in([code]))
        if len(here):
            verdicts[here] = _test(claims.take(here), rule, origin[here], due[here], today)
    missing = ~(claims.claimed_on <= today)
    verdicts[missing] = Verdict.NOT_YET_CLAIMED
    return verdicts


def first_to_hold(claims: Claims, verdicts: Verdicts) -> Claims:
    """Of the claims that hold, for each record the first one made."""
    holding = claims.take(verdicts == Verdict.HOLDS)
    order = np.lexsort((holding.number, holding.row))
    _, first = np.unique(holding.row[order], return_index=True)
    return holding.take(order[first])


def _test(claims: Claims, rule: ExceptionRule, origin: Dates, due: Dates, today: np.datetime64) -> Verdicts:
    begins, ends = _span(claims)
    failures: list[tuple[Flags, Verdict]] = [
        (~claims.has_facts, Verdict.NO_FACTS),
        (~claims.has_reason, Verdict.NO_REASON),
    ]
    if rule.test == "closure":
        failures.append((~_asked_in_window(claims, rule, today), Verdict.NO_CLOSURE_WINDOW))
    else:
        failures.append((np.isnat(claims.from_on), Verdict.NO_START))
        if rule.begins and rule.ends:
            in_force = (begins <= np.datetime64(rule.ends, "D")) & (ends >= np.datetime64(rule.begins, "D"))
            failures.append((~in_force, Verdict.NOT_IN_FORCE))
        touches = (begins <= due) & (ends >= origin) & (ends >= begins)
        failures.append((~touches, Verdict.OUTSIDE_THE_PERIOD))
        if rule.test == "absence":
            # Both the first and the last day of an absence count.
            long_enough = ends - begins >= np.timedelta64(rule.days - 1, "D")
            failures.append((~long_enough, Verdict.TOO_SHORT))
    return np.select([failed for failed, _ in failures], [verdict for _, verdict in failures], Verdict.HOLDS).astype(
        np.int8
    )


def _span(claims: Claims) -> tuple[Dates, Dates]:
    """First and last day of what is claimed; one that has not ended reaches beyond any date."""
    beyond = np.datetime64(date.max, "D")
    return claims.from_on, np.where(np.isnat(claims.to_on), beyond, claims.to_on).astype(DAY)


def _asked_in_window(claims: Claims, rule: ExceptionRule, today: np.datetime64) -> Flags:
    """True where advice was asked of the head within the window around a closure that lasted long enough.

    The window opens a week before the closure and shuts a week before the setting opens again, both days
    inside it; it turns on when advice was asked for, not on when the limit ends.

    Law:
        SEND Regulations 2014, reg 10(4)(a) and (b).
    """
    week_before = np.timedelta64(rule.window_days, "D")
    lasted = claims.reopens_on - claims.closed_from >= np.timedelta64(rule.days, "D")
    asked = np.where(claims.asked_on <= today, claims.asked_on, UNKNOWN)
    inside = (asked >= claims.closed_from - week_before) & (asked <= claims.reopens_on - week_before)
    return lasted & inside
