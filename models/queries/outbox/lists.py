"""What is on somebody's list: how much is open, what an agency owes, and what was told of a clock before."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from models.queries.board import ADVICE_IS_WANTED, DAYS_OF_FOUR_WEEKS, DAYS_OF_WEEK, still_to_come
from models.queries.sql import batches, bound, not_looked_up, numbers, quoted
from models.statute.register import Register
from models.store import as_text, fetch


class Open(NamedTuple):
    """How many open clocks are on a list: overdue, due this week, and due in the three weeks after.

    Past its date, but not overdue by law: what binds only a decision of no plan, and what is a target of practice.
    """

    overdue: int
    no_plan: int
    target: int
    due: int
    coming: int


class Asked(NamedTuple):
    """One request for advice: whose case, what was asked of whom and when; ISO dates, "" for unknown."""

    record_id: int
    authority_code: str
    case_ref: str
    team: str
    kind: str
    body: str
    requested_on: str
    received_on: str
    origin_on: str
    due_on: str


class Told(NamedTuple):
    """An earlier alert of a clock that spoke: the night, to which role, by which template, and how it fared."""

    as_of: str
    role: str
    template: str
    status: str


Clock = tuple[str, int, str]
"""A clock: its duty, its record and its origin."""


def open_by_holder(connection: Connection, register: Register, as_of: date) -> dict[tuple[str, str, str], Open]:
    """What is open in the open cases by authority, team and officer ("" for none), as of a day.

    A clock past its date that an exception covers is not counted; nor is the limit on a decision not to issue
    where a plan is to be made.
    """
    week, four_weeks = (as_of + timedelta(days=days) for days in (DAYS_OF_WEEK, DAYS_OF_FOUR_WEEKS))
    duties = [duty for kind in ("case", "advice", "order") for duty in register.of_record(kind)]
    named = quoted(duty.key for duty in duties)
    section = " ".join(f"WHEN '{duty.key}' THEN 'target'" for duty in duties if not duty.is_statutory)
    section = f"CASE k.duty WHEN 'decide_whether_to_issue' THEN 'no_plan' {section} ELSE 'overdue' END"
    late = ", ".join(
        f"SUM(CASE WHEN k.due_on < :as_of AND k.exception IS NULL AND {section} = '{name}' THEN 1 ELSE 0 END)"
        for name in ("overdue", "no_plan", "target")
    )
    rows = fetch(
        connection,
        "SELECT c.authority_code, COALESCE(c.team, ''), COALESCE(c.officer, ''), "
        f"{late}, "
        "SUM(CASE WHEN k.due_on BETWEEN :as_of AND :week THEN 1 ELSE 0 END), "
        "SUM(CASE WHEN k.due_on > :week AND k.due_on <= :four_weeks THEN 1 ELSE 0 END) "
        f"FROM clocks k JOIN cases c ON c.id = k.case_id WHERE k.ended_on IS NULL AND k.duty IN ({named}) "
        "AND NOT (k.duty = 'decide_whether_to_issue' AND COALESCE(c.plan_decision, '') = 'Y') "
        f"AND (k.duty <> 'give_advice' OR {ADVICE_IS_WANTED}) "
        f"AND k.case_id IN ({still_to_come(register)}) GROUP BY 1, 2, 3",
        as_of=as_of.isoformat(),
        week=week.isoformat(),
        four_weeks=four_weeks.isoformat(),
    )
    return {(code, team, officer): Open(*map(int, counts)) for code, team, officer, *counts in rows}


def owed_advice(connection: Connection, register: Register, authority_codes: Iterable[str]) -> list[Asked]:
    """Every request for advice of these authorities that is open in an open case, the oldest first."""
    wanted, codes = bound(sorted(set(authority_codes)))
    if not codes:
        return []
    of = f"c.authority_code IN ({wanted})"
    where = f"k.ended_on IS NULL AND k.exception IS NULL AND k.due_on IS NOT NULL AND {of} AND {ADVICE_IS_WANTED}"
    open_cases = f"k.case_id IN ({still_to_come(register)})"
    return list(_asked(connection, f"{where} AND {open_cases} ORDER BY k.due_on, c.case_ref", **codes))


def asked(connection: Connection, record_ids: Iterable[int]) -> dict[int, Asked]:
    """These requests for advice by their id."""
    return {
        row.record_id: row for keys in batches(record_ids) for row in _asked(connection, f"a.id IN ({numbers(keys)})")
    }


def told_before(connection: Connection, clocks: Iterable[Clock]) -> dict[Clock, tuple[Told, ...]]:
    """What was told of each clock so far and has gone out or was tried, the oldest first."""
    wanted = set(clocks)
    found: dict[Clock, tuple[Told, ...]] = {}
    duties = quoted(sorted({duty for duty, _, _ in wanted}))
    origin, as_of = as_text(connection, "a.origin_on"), as_text(connection, "a.as_of")
    for keys in batches(record for _, record, _ in wanted):
        rows = fetch(
            connection,
            f"SELECT a.duty, a.record_id, {origin}, {as_of}, a.role, a.template, m.status FROM alerts a "
            f"JOIN messages m ON m.id = a.message_id WHERE a.silence IS NULL AND m.attempts > 0 "
            f"AND a.duty IN ({duties}) AND a.record_id IN ({numbers(keys)}) ORDER BY a.as_of, a.id",
        )
        for duty, record, origin_on, *told in rows:
            clock = (duty, record, origin_on)
            if clock in wanted:
                found[clock] = (*found.get(clock, ()), Told(*told))
    return found


def awaited_advice(connection: Connection, case_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Per case, the kinds of advice that were asked for, have not come and are for a plan still to be sent."""
    found: dict[int, tuple[str, ...]] = {}
    for keys in batches(case_ids):
        rows = fetch(
            connection,
            "SELECT DISTINCT k.case_id, a.kind FROM clocks k JOIN advice a ON a.id = k.record_id "
            f"JOIN cases c ON c.id = k.case_id WHERE {not_looked_up('k.duty')} = 'give_advice' "
            f"AND k.ended_on IS NULL AND {ADVICE_IS_WANTED} AND k.case_id IN ({numbers(keys)}) ORDER BY 1, 2",
        )
        for case, kind in rows:
            found[case] = (*found.get(case, ()), kind)
    return found


def has_several_authorities(connection: Connection) -> bool:
    """True if the records are of more than one authority, so that a case's reference alone may mean several."""
    return bool(fetch(connection, "SELECT 1 WHERE (SELECT MIN(authority_code) <> MAX(authority_code) FROM cases)"))


def _asked(connection: Connection, where: str, **values: object) -> Iterator[Asked]:
    dates = as_text(connection, "a.requested_on", "a.received_by_body_on", "k.origin_on", "k.due_on")
    rows = fetch(
        connection,
        f"SELECT a.id, c.authority_code, c.case_ref, COALESCE(c.team, ''), a.kind, a.body, {dates} FROM advice a "
        "JOIN clocks k ON k.duty = 'give_advice' AND k.record_id = a.id JOIN cases c ON c.id = a.case_id "
        f"WHERE {where}",
        **values,
    )
    return (Asked(*row[:6], *(text or "" for text in row[6:])) for row in rows)
