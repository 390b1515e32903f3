"""What is on somebody's list: how much is open, what an agency owes, and what was told of a clock before."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from models.queries.board import ADVICE_IS_WANTED, DAYS_OF_FOUR_WEEKS, DAYS_OF_WEEK, PATHWAY, still_to_come
from models.queries.instants import ENGLAND, from_instant
from models.queries.ladders.open_rows import OpenClocks, OpenRows, Whose
from models.queries.sql import batches, bound, not_looked_up, numbers, quoted
from models.statute.records import Codes, Rows
from models.statute.register import Register
from models.store import as_text, fetch

BINDS_ONLY_A_NO = "decide_whether_to_issue"
"""The duty whose limit binds only a decision that there will be no plan."""


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
    """One request for advice: whose case, what was asked of whom and when; ISO dates, "" for unknown.

    `reply` is what was answered, by its code, and `reply_on` when, where there is an answer.
    """

    record_id: int
    authority_code: str
    case_ref: str
    team: str
    kind: str
    body: str
    reply: str
    reply_on: str
    requested_on: str
    received_on: str
    origin_on: str
    due_on: str


class Told(NamedTuple):
    """An earlier alert of a clock that spoke: on which day, to which role, by which template, and how it fared.

    The day is the one in England on which its message went out, that of the night while it has not.
    """

    on: str
    role: str
    template: str
    status: str


Clock = tuple[str, int, str]
"""A clock: its duty, its record and its origin."""

Holder = tuple[str, str, str]
"""On whose list a case is: its authority, its team and its officer, "" for none."""


def open_by_holder(clocks: OpenClocks, register: Register, as_of: date) -> dict[Holder, Open]:
    """What is open in the open cases by authority, team and officer ("" for none), as of a day.

    A clock past its date that an exception covers is not counted; nor is the limit on a decision not to issue
    where a plan is to be made.
    """
    week, four_weeks = (np.datetime64(as_of + timedelta(days=days), "D") for days in (DAYS_OF_WEEK, DAYS_OF_FOUR_WEEKS))
    today = np.datetime64(as_of, "D")
    found: defaultdict[Holder, Counter[str]] = defaultdict(Counter)
    for duty in (duty for kind in PATHWAY for duty in register.of_record(kind)):
        rows = clocks.of(duty, Whose())
        due_on = rows.due_on
        late = "no_plan" if duty.key == BINDS_ONLY_A_NO else "overdue" if duty.is_statutory else "target"
        counted = {
            late: (due_on < today) & ~rows.is_excepted,
            "due": (due_on >= today) & (due_on <= week),
            "coming": (due_on > week) & (due_on <= four_weeks),
        }
        holder, holders = _holders(rows)
        for name, flags in counted.items():
            of_each = np.bincount(holder[flags], minlength=len(holders)).tolist()
            for who, number in zip(holders, of_each, strict=True):
                found[who][name] += number
    return {who: Open(*(counts[name] for name in Open._fields)) for who, counts in found.items()}


def _holders(rows: OpenRows) -> tuple[Rows, list[Holder]]:
    """Who holds each clock, as a place among those that hold any."""
    if not rows.size:
        return np.zeros(0, dtype=np.int64), []
    codes = (rows.authority_code, rows.team, rows.officer)
    sizes = tuple(len(x.values) for x in codes)
    different, holder = np.unique(np.ravel_multi_index([x.index for x in codes], sizes), return_inverse=True)
    each = zip(codes, np.unravel_index(different, sizes), strict=True)
    return holder, list(zip(*(Codes(x.values, places).words() for x, places in each), strict=True))


def owed_advice(connection: Connection, register: Register, authority_codes: Iterable[str]) -> list[Asked]:
    """Every request for advice of these authorities that is open in an open case, the oldest first."""
    wanted, codes = bound(sorted(set(authority_codes)))
    if not codes:
        return []
    of = f"c.authority_code IN ({wanted})"
    where = f"k.ended_on IS NULL AND k.exception IS NULL AND k.due_on IS NOT NULL AND {of} AND {ADVICE_IS_WANTED}"
    open_cases = f"k.case_id IN ({still_to_come(register)})"
    return list(_asked(connection, f"{where} AND {open_cases} ORDER BY k.due_on, c.case_ref, a.id", **codes))


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
    went_out = "SELECT MAX(d.ended_at) FROM deliveries d WHERE d.message_id = m.id AND d.outcome = 'sent'"
    for keys in batches(record for _, record, _ in wanted):
        rows = fetch(
            connection,
            f"SELECT a.duty, a.record_id, {origin}, {as_of}, ({went_out}), a.role, a.template, m.status FROM alerts a "
            f"JOIN messages m ON m.id = a.message_id WHERE a.silence IS NULL AND m.attempts > 0 "
            f"AND a.duty IN ({duties}) AND a.record_id IN ({numbers(keys)}) ORDER BY a.as_of, a.id",
        )
        for duty, record, origin_on, night, sent_at, *told in rows:
            clock = (duty, record, origin_on)
            if clock in wanted:
                on = from_instant(sent_at).astimezone(ENGLAND).date().isoformat() if sent_at else night
                found[clock] = (*found.get(clock, ()), Told(on, *told))
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
    dates = as_text(connection, "a.reply_on", "a.requested_on", "a.received_by_body_on", "k.origin_on", "k.due_on")
    rows = fetch(
        connection,
        f"SELECT a.id, c.authority_code, c.case_ref, COALESCE(c.team, ''), a.kind, a.body, a.reply, {dates} "
        "FROM advice a JOIN clocks k ON k.duty = 'give_advice' AND k.record_id = a.id JOIN cases c ON c.id = a.case_id "
        f"WHERE {where}",
        **values,
    )
    return (Asked(*row[:6], *(text or "" for text in row[6:])) for row in rows)
