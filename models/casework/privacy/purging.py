"""Purge what has been held for long enough: the case, all that hangs on it, and its part of the chronology.

An extract that still has a purged case does not bring it back: only a digest of its reference is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from models.casework.chronology.journal import heads
from models.casework.extracts.intake import OPEN_CASE
from models.casework.extracts.sheets import plans
from models.casework.privacy.acts import record_act
from models.casework.privacy.purged import case_digest
from models.practice.loader import Practices
from models.practice.schema import RetentionPolicy
from models.queries.subject_access import BY_CASE, BY_REFERENCE
from models.store import as_text, delete_rows, fetch, insert_rows, retire_ids, update_rows

IS_PURGED = "(purged)"

_WITH_PLAN = (
    "SELECT id FROM cases WHERE final_plan_sent_on IS NOT NULL",
    "SELECT case_id FROM orders WHERE final_plan_sent_on IS NOT NULL",
    "SELECT case_id FROM reviews",
    "SELECT case_id FROM transfers",
)
"""The cases with a plan: one that was sent, after an order too, or one that was reviewed or moved."""


@dataclass(frozen=True)
class Due:
    """A closed case that has been held for long enough: its key, and the last day anything happened in it."""

    case_id: int
    authority_code: str
    case_ref: str
    last_on: str


@dataclass(frozen=True)
class Purged:
    """How much a purge deleted: cases, entries of the chronology, rows set aside at import; messages emptied."""

    cases: int
    chronology: int
    quarantined: int
    messages: int


def due_for_purge(connection: Connection, practices: Practices, as_of: date) -> list[Due]:
    """The closed cases whose last fact is older than their authority keeps it, by authority and reference.

    A case that ended in a plan, if only after an order, stays until the young person has passed the age of the
    practice, however old the plan is: it may be in force. One whose birth date is not known stays.
    """
    last = _last_days(connection)
    planned = {case_id for query in _WITH_PLAN for (case_id,) in fetch(connection, query)}
    rows = fetch(
        connection,
        f"SELECT id, authority_code, case_ref, {as_text(connection, 'birth_date')} FROM cases WHERE NOT ({OPEN_CASE}) "
        "ORDER BY authority_code, case_ref",
    )
    before = _Before(practices, as_of, lambda policy: policy.cases_without_plan_years)
    born_before = _Before(practices, as_of, lambda policy: policy.cases_with_plan_until_age)
    return [
        Due(case_id, authority, ref, last[case_id])
        for case_id, authority, ref, born in rows
        if last.get(case_id, "9") < before[authority]
        and (case_id not in planned or (born and born < born_before[authority]))
    ]


def purge(
    connection: Connection,
    due: Sequence[Due],
    practices: Practices,
    as_of: date,
    *,
    now: datetime,
    by: str,
    reason: str,
) -> Purged:
    """Delete these cases with all that hangs on them, and what was set aside long ago; recorded without their names.

    All of it in the caller's unit of work, or nothing.
    """
    keys = [(x.authority_code, x.case_ref) for x in due]
    last = heads(connection)
    ids = [(x.case_id,) for x in due]
    messages = _forget_messages(connection, ids, _Before(practices, as_of, lambda policy: policy.messages_years))
    entries = _delete_cases(connection, keys, ids)
    act = record_act(connection, "purge", cases=len(due), entries=entries, now=now, by=by, reason=reason)
    tombs = [(case_digest(*key), act, last[key].hex()) for key in keys]
    insert_rows(connection, "purged_cases", ("digest", "privacy_act_id", "last_hash"), tombs)
    quarantined = _delete_quarantined(connection, _Before(practices, as_of, lambda policy: policy.quarantine_years))
    return Purged(len(due), entries, quarantined, messages)


class _Before(dict[str, str]):
    """Per authority the day, in ISO, before which something has been held for long enough by its own practice."""

    def __init__(self, practices: Practices, as_of: date, years: Callable[[RetentionPolicy], int]) -> None:
        super().__init__()
        self._practices, self._as_of, self._years = practices, as_of, years

    def __missing__(self, authority_code: str) -> str:
        self[authority_code] = _years_before(self._as_of, self._years(self._practices.of(authority_code).retention))
        return self[authority_code]


def _years_before(day: date, years: int) -> str:
    """The same day some years before, as ISO text; 29 February is 28 February where there is none."""
    try:
        return day.replace(year=day.year - years).isoformat()
    except ValueError:
        return day.replace(year=day.year - years, day=28).isoformat()


def _last_days(connection: Connection) -> dict[int, str]:
    """Per case, the latest day of any fact of it; cases with none are left out."""
    found: dict[int, str] = {}
    for plan in plans().values():
        days = sorted(plan.dates - {"birth_date"})
        if not days or not (plan.of_case or plan.sheet == "cases"):
            continue
        owner = "case_id" if plan.of_case else "id"
        for case_id, *values in fetch(connection, f"SELECT {owner}, {as_text(connection, *days)} FROM {plan.table}"):
            latest = max((day for day in values if day), default="")
            if latest > found.get(case_id, ""):
                found[case_id] = latest
    return found


def _delete_cases(connection: Connection, keys: Sequence[tuple[str, str]], ids: Sequence[tuple[int]]) -> int:
    """Delete the rows of these cases everywhere; answers how many entries of the chronology went."""
    for table in ("cases", *BY_CASE, *BY_REFERENCE):
        if table not in ("clocks", "transitions"):  # their keys are those of others
            retire_ids(connection, table)
    before = _count(connection, "SELECT COUNT(*) FROM chronology")
    insert_rows(connection, "purging", ("authority_code", "case_ref"), keys)
    for table in BY_REFERENCE:
        delete_rows(connection, table, ("authority_code", "case_ref"), keys)
    for table in BY_CASE:
        delete_rows(connection, table, ("case_id",), ids)
    delete_rows(connection, "cases", ("id",), ids)
    delete_rows(connection, "purging", ("authority_code", "case_ref"), keys)
    return before - _count(connection, "SELECT COUNT(*) FROM chronology")


def old_words(connection: Connection, practices: Practices, as_of: date) -> tuple[int, int]:
    """How many messages have words, and how many rows stand set aside, that were kept for long enough."""
    before = _Before(practices, as_of, lambda policy: policy.messages_years)
    rows = _old_quarantined(connection, _Before(practices, as_of, lambda policy: policy.quarantine_years))
    return sum(on < before[code] for _, code, on in _with_words(connection)), len(rows)


def _old_quarantined(connection: Connection, before: _Before) -> list[tuple[int]]:
    """What was set aside by imports long ago: a value that could not be read may be anything."""
    found = fetch(
        connection,
        "SELECT q.id, i.authorities, CAST(i.imported_at AS TEXT) FROM quarantine q "
        "JOIN imports i ON i.id = q.import_id",
    )
    return [(number,) for number, codes, at in found if at[:10] < min(before[code] for code in codes.split(","))]


def _delete_quarantined(connection: Connection, before: _Before) -> int:
    """Delete what was set aside long ago; answers how many rows that were."""
    rows = _old_quarantined(connection, before)
    if rows:
        retire_ids(connection, "quarantine")
        delete_rows(connection, "quarantine", ("id",), rows)
    return len(rows)


def _forget_messages(connection: Connection, ids: Sequence[tuple[int]], before: _Before) -> int:
    """Empty the messages that told of these cases, those that told of their failing, and all that are kept no longer.

    A message lists many cases in many spellings, so no reference is taken out of it: it is emptied whole. That it was
    sent, when and to whom, stays.
    """
    purged = {case_id for (case_id,) in ids}
    told = fetch(connection, "SELECT case_id, message_id FROM alerts WHERE message_id IS NOT NULL")
    named = {message for case_id, message in told if case_id in purged}
    failed = fetch(connection, "SELECT id, told_in_id FROM messages WHERE told_in_id IS NOT NULL")
    named |= {telling for message, telling in failed if message in named}
    rows = _with_words(connection)
    emptied = [(IS_PURGED, IS_PURGED, "", number) for number, code, on in rows if number in named or on < before[code]]
    if emptied:
        update_rows(connection, "messages", ("subject", "text", "html"), ("id",), emptied)
    return len(emptied)


def _with_words(connection: Connection) -> list[Sequence[Any]]:
    """The messages that were not emptied, with their authority and their day."""
    day = as_text(connection, "day")
    return fetch(connection, f"SELECT id, authority_code, {day} FROM messages WHERE text <> :p", p=IS_PURGED)


def _count(connection: Connection, sql: str) -> int:
    return int(fetch(connection, sql)[0][0])
