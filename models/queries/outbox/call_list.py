"""What an officer needs at the telephone: where each case stands, what is next, what is new, what the family knows."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import Connection

from models.queries.board import DAYS_OF_FOUR_WEEKS, DAYS_OF_WEEK, engaged, open_cases
from models.queries.outbox.lists import BINDS_ONLY_A_NO
from models.statute.register import Register
from models.store import as_text, fetch

_MILESTONES = (
    *("request_received_on", "brought_to_attention_on", "assess_decided_on", "draft_served_on"),
    *("consultation_sent_on", "consultation_replied_on", "representations_received_on"),
)
_TOLD_OF = frozenset(
    {
        *_MILESTONES,
        *("assess_agreed_after_refusal_on", "no_plan_notified_on", "final_plan_sent_on", "withdrawn_on"),
        *("requested_on", "received_by_body_on", "reply_on", "returned_for_rework_on", "accepted_on"),
        *("dated_on", "notified_on"),
    }
)
"""The milestones that a change is told of: dates of the pathway, nothing that describes a child."""


class Next(NamedTuple):
    """The open clock of a case that runs out first; `is_excepted` if its date has passed and an exception holds."""

    duty: str
    due_on: str
    is_excepted: bool = False


class Change(NamedTuple):
    """A milestone that became known: of which kind of record, which of them, and its day, "" if it was taken back."""

    record: str
    record_key: str
    milestone: str
    happened_on: str


@dataclass(frozen=True, slots=True)
class Call:
    """One open case as an officer tells it; ISO dates, "" for unknown.

    `awaited` are the kinds of advice still to come, `replied` how many have come. `told_on` is the day the family
    was told of a delay, `tell_by` until when it should be.
    """

    authority_code: str
    case_ref: str
    team: str
    officer: str
    milestones: dict[str, str]
    awaited: tuple[str, ...]
    replied: int
    orders: tuple[str, ...]
    next: Next
    changes: tuple[Change, ...]
    told_on: str
    tell_by: str


def call_list(connection: Connection, register: Register, as_of: date, officer: str | None = None) -> list[Call]:
    """The open cases of one officer, or of all, by officer and then by what runs out first."""
    nexts = _nexts(connection, register, as_of)
    of_officer = "" if officer is None else "AND LOWER(c.officer) = LOWER(:officer)"
    rows = fetch(
        connection,
        "SELECT c.id, c.authority_code, c.case_ref, COALESCE(c.team, ''), COALESCE(c.officer, ''), "
        f"{as_text(connection, *(f'c.{name}' for name in _MILESTONES))} FROM cases c WHERE 1 = 1 {of_officer}",
        **({} if officer is None else {"officer": officer}),
    )
    cases = {row[0]: row[1:] for row in rows if row[0] in nexts}
    advice, orders = _advice(connection, cases), _orders(connection, cases)
    told, changes = _told(connection, cases), _changes(connection, as_of)
    found = []
    for case, (code, ref, team, name, *days) in cases.items():
        awaited, replied = advice.get(case, ((), 0))
        told_on, tell_by = told.get(case, ("", ""))
        milestones = {x: day for x, day in zip(_MILESTONES, days, strict=True) if day and day <= as_of.isoformat()}
        found.append(
            Call(
                code,
                ref,
                team,
                name,
                milestones,
                awaited,
                replied,
                orders.get(case, ()),
                nexts[case],
                tuple(changes.get((code, ref), ())),
                told_on,
                tell_by,
            )
        )
    return sorted(found, key=lambda x: (x.authority_code, x.officer, x.next.due_on, x.case_ref))


def _nexts(connection: Connection, register: Register, as_of: date) -> dict[int, Next]:
    """Per open case, the clock that runs out first; a case without a date is among them with none.

    A date that has passed and made nothing late by law comes after all others: a target of practice, what binds only
    a decision of no plan, what an exception holds for.
    """
    found = dict.fromkeys(open_cases(connection, register), Next("", ""))
    rank = dict.fromkeys(found, (True, ""))
    due, today = as_text(connection, "k.due_on"), as_of.isoformat()
    for record in ("case", "order"):
        for duty in register.of_record(record):
            binds = duty.is_statutory and duty.key != BINDS_ONLY_A_NO
            for case, due_on, is_excepted in fetch(
                connection,
                f"SELECT k.case_id, {due}, k.exception IS NOT NULL FROM clocks k JOIN cases c ON c.id = k.case_id "
                f"WHERE k.duty = :duty AND k.ended_on IS NULL AND k.due_on IS NOT NULL {engaged(duty)}",
                duty=duty.key,
            ):
                has_passed = due_on < today
                mine = has_passed and (bool(is_excepted) or not binds), due_on
                if case in found and (not found[case].due_on or mine < rank[case]):
                    found[case], rank[case] = Next(duty.key, due_on, has_passed and bool(is_excepted)), mine
    return found


def _advice(connection: Connection, cases: Iterable[int]) -> dict[int, tuple[tuple[str, ...], int]]:
    wanted = set(cases)
    awaited: dict[int, dict[str, None]] = {}
    replied: dict[int, int] = {}
    for case, kind, is_open in fetch(
        connection,
        "SELECT k.case_id, a.kind, CASE WHEN k.ended_on IS NULL THEN 1 ELSE 0 END FROM clocks k "
        "JOIN advice a ON a.id = k.record_id WHERE k.duty = 'give_advice' ORDER BY k.case_id, a.kind",
    ):
        if case in wanted:
            mine = awaited.setdefault(case, {})
            if is_open:
                mine[kind] = None
            else:
                replied[case] = replied.get(case, 0) + 1
    return {case: (tuple(kinds), replied.get(case, 0)) for case, kinds in awaited.items()}


def _orders(connection: Connection, cases: Iterable[int]) -> dict[int, tuple[str, ...]]:
    wanted = set(cases)
    found: dict[int, tuple[str, ...]] = {}
    dated = as_text(connection, "dated_on")
    for case, on in fetch(connection, f"SELECT case_id, {dated} FROM orders WHERE dated_on IS NOT NULL ORDER BY id"):
        if case in wanted:
            found[case] = (*found.get(case, ()), on)
    return found


def _told(connection: Connection, cases: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Per case, when the family was last told of a delay, and by when it should be where it was not.

    A date that has moved since, or that nobody waits for any more, is nothing to tell of.
    """
    wanted = set(cases)
    found: dict[int, tuple[str, str]] = {}
    dates = as_text(connection, "n.told_on", "n.tell_by")
    for case, told_on, tell_by in fetch(
        connection,
        f"SELECT n.case_id, {dates} FROM family_notices n WHERE n.told_on IS NOT NULL OR EXISTS ("
        "SELECT 1 FROM clocks k "
        "WHERE k.case_id = n.case_id AND k.duty = n.duty AND k.due_on = n.due_on AND k.ended_on IS NULL) ORDER BY n.id",
    ):
        if case in wanted:
            found[case] = (told_on or "", "" if told_on else tell_by)
    told_on = as_text(connection, "family_told_on")
    for case, on in fetch(
        connection, f"SELECT case_id, {told_on} FROM exceptions WHERE family_told_on IS NOT NULL ORDER BY id"
    ):
        if case in wanted and on > found.get(case, ("", ""))[0]:
            found[case] = (on, "")
    return found


def _changes(connection: Connection, as_of: date) -> dict[tuple[str, str], list[Change]]:
    """Per case, the milestones that became known within the week up to a day, that day included, newest first.

    One that is older than four weeks is no news, though it may have been recorded now: on the first import all were.
    """
    since, until = as_of - timedelta(days=DAYS_OF_WEEK), as_of + timedelta(days=1)
    oldest = (as_of - timedelta(days=DAYS_OF_FOUR_WEEKS)).isoformat()
    known: dict[tuple[str, str], list[Change]] = {}
    for code, ref, record, key, changes in fetch(
        connection,
        "SELECT authority_code, case_ref, record, record_key, changes FROM chronology "
        "WHERE recorded_at >= :since AND recorded_at < :until AND case_ref <> '' ORDER BY id",
        since=f"{since} 00:00:00.000000+00:00",
        until=f"{until} 00:00:00.000000+00:00",
    ):
        said = ((name, after or "") for name, (_, after) in json.loads(changes).items() if name in _TOLD_OF)
        mine = [Change(record, key, name, day) for name, day in said if not day or day >= oldest]
        if mine:
            known.setdefault((code, ref), []).extend(mine)
    return {case: sorted(mine, key=lambda x: x.happened_on, reverse=True) for case, mine in known.items()}
