"""Facts that a person recorded here: how one is written, and how it stands when later extracts come in.

A fact recorded here stands while the extract does not carry it. Once the extract says the same, the fact is
reconciled and the extract governs again. While the extract says otherwise, the fact stands and carries what the
extract says, for somebody to settle.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from models.casework.chronology.journal import Change, Word, append, change_in_json
from models.casework.extracts.sheets import SheetPlan
from models.casework.extracts.taking import FIRST_NUMBER_HERE, Cases, RecordKey, Sheet, record_key
from models.queries.instants import as_instant
from models.queries.sql import bound
from models.store import as_text, fetch, insert_rows, next_id, update_rows

HERE = "recorded here"
"""The chronology's source of whatever a person recorded here."""

NO_RECORD = "no such record"
"""What a fact is contradicted by whose record the extract no longer has."""

_ALIKE = ("duty", "advice_kind", "code")
"""A claim made here and one of the extract are the same if they agree in these: each side has its own numbers."""


class Subject(NamedTuple):
    """Which record a fact is about, as the chronology names it."""

    authority_code: str
    case_ref: str
    record: str
    record_key: str


@dataclass(frozen=True)
class Found:
    """A record as it stands: its plan, what names it, its primary key, its values with None for unknown."""

    plan: SheetPlan
    subject: Subject
    id: int
    values: Mapping[str, Word]


class Standing(NamedTuple):
    """A fact recorded here that no newer one has replaced and no extract has said since."""

    id: int
    subject: Subject
    milestone: str
    value: str
    contradicted_by: str | None


def records_of(connection: Connection, plan: SheetPlan, authority_code: str, case_ref: str) -> list[Found]:
    """The records of one kind of one case, in the order in which they came."""
    own = ", ".join(as_text(connection, f"r.{name}") if name in plan.dates else f"r.{name}" for name in plan.values)
    case_of = "r.case_id" if plan.of_case else "r.id"
    rows = fetch(
        connection,
        f"SELECT r.id, {own} FROM {plan.table} r JOIN cases c ON c.id = {case_of} "
        "WHERE c.authority_code = :a AND c.case_ref = :ref ORDER BY r.id",
        a=authority_code,
        ref=case_ref,
    )
    found = []
    for number, *values in rows:
        named = dict(zip(plan.values, values, strict=True))
        key = record_key(named[x] for x in plan.identity) if plan.of_case else ""
        found.append(Found(plan, Subject(authority_code, case_ref, plan.record, key), number, named))
    return found


def change(
    connection: Connection, found: Found, after: Mapping[str, Word], *, now: datetime, by: str, source: str
) -> None:
    """Set columns of a record, say so in the chronology, and hold them."""
    _journal(connection, found.plan, found.subject, found.values, after, now=now, by=by, source=source)
    update_rows(connection, found.plan.table, tuple(after), ("id",), [(*after.values(), found.id)])
    hold(connection, found.subject, {name: str(word or "") for name, word in after.items()}, now=now, by=by)


def add(
    connection: Connection,
    plan: SheetPlan,
    subject: Subject,
    owner: int | str,
    values: Mapping[str, Word],
    *,
    now: datetime,
    by: str,
) -> None:
    """Add a record of the case or authority `owner`, say so in the chronology, and hold its date."""
    nothing = dict.fromkeys(plan.values)
    _journal(connection, plan, subject, nothing, values, now=now, by=by, source=HERE)
    columns = ("id", "case_id" if plan.of_case else "authority_code", *plan.values)
    row = (next_id(connection, plan.table), owner, *(values.get(name) for name in plan.values))
    insert_rows(connection, plan.table, columns, [row])
    held = {name: str(values[name]) for name in ("claimed_on", "held_on") if values.get(name)}
    hold(connection, subject, held, now=now, by=by)


def hold(connection: Connection, subject: Subject, facts: Mapping[str, str], *, now: datetime, by: str) -> None:
    """Keep these facts against later extracts; each replaces what was held of the same milestone."""
    at = as_instant(now)
    milestones, names = bound(facts)
    replaced = fetch(
        connection,
        f"SELECT id FROM held_facts WHERE {' AND '.join(f'{x} = :{x}' for x in Subject._fields)} "
        f"AND replaced_at IS NULL AND milestone IN ({milestones})",
        **subject._asdict(),
        **names,
    )
    if replaced:
        update_rows(connection, "held_facts", ("replaced_at",), ("id",), [(at, number) for (number,) in replaced])
    columns = ("id", *Subject._fields, "milestone", "value", "recorded_at", "recorded_by")
    rows = [
        (number, *subject, milestone, value, at, by)
        for number, (milestone, value) in enumerate(facts.items(), next_id(connection, "held_facts"))
    ]
    insert_rows(connection, "held_facts", columns, rows)


def is_held(connection: Connection, subject: Subject, milestone: str) -> bool:
    """Whether what a record says of this milestone was recorded here, and no extract has said the same since."""
    held = "SELECT 1 FROM held_facts WHERE replaced_at IS NULL AND reconciled_at IS NULL AND milestone = :milestone"
    whose = " AND ".join(f"{x} = :{x}" for x in Subject._fields)
    return bool(fetch(connection, f"{held} AND {whose}", milestone=milestone, **subject._asdict()))


def standing(connection: Connection, authorities: Iterable[str]) -> Mapping[str, Sequence[Standing]]:
    """The facts that stand against an extract of these authorities, by kind of record."""
    wanted, codes = bound(authorities)
    if not codes:
        return {}
    rows = fetch(
        connection,
        f"SELECT id, {', '.join(Subject._fields)}, milestone, value, contradicted_by FROM held_facts "
        f"WHERE authority_code IN ({wanted}) AND replaced_at IS NULL AND reconciled_at IS NULL ORDER BY id",
        **codes,
    )
    found: dict[str, list[Standing]] = {}
    for number, authority_code, case_ref, record, key, milestone, value, otherwise in rows:
        subject = Subject(authority_code, case_ref, record, key)
        found.setdefault(record, []).append(Standing(number, subject, milestone, value, otherwise))
    return found


def honour(
    connection: Connection,
    sheet: Sheet,
    held: Sequence[Standing],
    cases: Cases,
    *,
    complete_for: AbstractSet[int],
    now: datetime,
) -> tuple[Sheet, AbstractSet[RecordKey]]:
    """The sheet with the facts held here in the place of what the extract says, and the records that must not go.

    Marks each held fact that the extract now carries, and each that it contradicts. Of what the extract does not speak,
    as of a case that it left out, what it said before goes on.
    """
    if not held:
        return sheet, frozenset()
    columns = {**sheet.columns, **{fact.milestone: sheet.columns[fact.milestone].copy() for fact in held}}
    rows = _rows(sheet, {fact.subject.case_ref for fact in held})
    kept: set[RecordKey] = set()
    reconciled: list[int] = []
    said_of: dict[int, str | None] = {}
    for fact in held:
        made_here = _is_made_here(fact.subject)
        row = _same_claim(connection, sheet, rows, fact.subject) if made_here else rows.get(fact.subject)
        case_id = cases.get((fact.subject.authority_code, fact.subject.case_ref), 0)
        if row is None and case_id not in complete_for:
            continue
        is_gone = row is None and not made_here
        said = NO_RECORD if is_gone and fact.value else None if row is None else columns[fact.milestone][row]
        if (row is not None or is_gone) and (said or "") == fact.value:
            reconciled.append(fact.id)
            continue
        said_of[fact.id] = said
        if row is None:
            kept.add((case_id, fact.subject.record_key))
        elif not made_here:
            columns[fact.milestone][row] = fact.value or None
    if reconciled:
        values = [(as_instant(now), None, number) for number in reconciled]
        update_rows(connection, "held_facts", ("reconciled_at", "contradicted_by"), ("id",), values)
    news = [(said_of[x.id], x.id) for x in held if x.id in said_of and said_of[x.id] != x.contradicted_by]
    if news:
        update_rows(connection, "held_facts", ("contradicted_by",), ("id",), news)
    return replace(sheet, columns=columns), kept


def _journal(
    connection: Connection,
    plan: SheetPlan,
    subject: Subject,
    before: Mapping[str, Word],
    after: Mapping[str, Word],
    *,
    now: datetime,
    by: str,
    source: str,
) -> None:
    days = [str(word) for name, word in after.items() if name in plan.dates and word]
    entry = Change(*subject, max(days, default=None), change_in_json(before, after))
    append(connection, [entry], now=now, by=by, source=source)


def _rows(sheet: Sheet, wanted: AbstractSet[str]) -> dict[Subject, int]:
    """Where the records of these cases are in the sheet."""
    plan = sheet.plan
    is_cases = plan.sheet == "cases"
    refs = sheet.columns["case_ref"] if is_cases else sheet.case_refs
    found = {}
    for row in [row for row, ref in enumerate(refs) if ref in wanted]:
        key = "" if is_cases else record_key(sheet.columns[name][row] for name in plan.identity)
        found[Subject(sheet.authority_codes[row], refs[row], plan.record, key)] = row
    return found


def _is_made_here(subject: Subject) -> bool:
    return subject.record == "exception" and int(subject.record_key) >= FIRST_NUMBER_HERE


def _same_claim(connection: Connection, sheet: Sheet, rows: Mapping[Subject, int], subject: Subject) -> int | None:
    """Where the extract carries the claim that was made here, None where it does not."""
    claims = {x.subject: x.values for x in records_of(connection, sheet.plan, subject.authority_code, subject.case_ref)}
    mine = [claims[subject][name] for name in _ALIKE]
    return next(
        (
            row
            for other, row in rows.items()
            if other[:2] == subject[:2] and [sheet.columns[name][row] for name in _ALIKE] == mine
        ),
        None,
    )
