"""Any day again: the records as they were known at one moment.

The chronology up to that moment is played into an empty database in memory with the same tables, so every
query that answers for today answers for then, under the limits that were in force for each clock.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, create_engine

from models.casework.chronology.journal import Word, entries
from models.casework.extracts.sheets import SheetPlan, plans
from models.store import insert_rows
from models.tables.all import METADATA


@contextmanager
def replay(
    connection: Connection, *, known_at: datetime, authority_code: str | None = None, case_ref: str | None = None
) -> Iterator[Connection]:
    """A database in memory that holds the records as known at `known_at` (aware), or one case, and nothing else."""
    facts = _facts(connection, known_at, authority_code, case_ref)
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as then:
        _import_row(then, known_at)
        cases: dict[tuple[str, str], int] = {}
        for plan in plans().values():
            _play(then, plan, {x: values for x, values in facts.items() if x.record == plan.record}, cases)
        yield then
    engine.dispose()


@dataclass(frozen=True)
class _Subject:
    authority_code: str
    case_ref: str
    record: str
    record_key: str


Facts = dict[_Subject, dict[str, Word]]


def _facts(connection: Connection, known_at: datetime, authority_code: str | None, case_ref: str | None) -> Facts:
    """Per record, its columns as the entries up to the moment left them; records that went away are absent."""
    found: Facts = {}
    named = {"authority_code": authority_code, "case_ref": case_ref}
    wanted = {name: value for name, value in named.items() if value}
    for entry in entries(connection, known_at=known_at, **wanted):
        subject = _Subject(entry.authority_code, entry.case_ref, entry.record, entry.record_key)
        values = found.setdefault(subject, {})
        values |= {name: after for name, (_, after) in entry.changes.items()}
        if all(value is None for value in values.values()):
            del found[subject]
    return found


def _play(then: Connection, plan: SheetPlan, facts: Facts, cases: dict[tuple[str, str], int]) -> None:
    rows: list[tuple[Word, ...]] = []
    for number, (subject, values) in enumerate(facts.items(), 1):
        case = (subject.authority_code, subject.case_ref)
        owner = cases[case] if plan.of_case else subject.authority_code
        words = [values.get(name, "" if name in plan.sparse else None) for name in plan.values]
        rows.append((number, owner, *words, *((1,) if plan.sheet == "cases" else ())))
        if plan.sheet == "cases":
            cases[case] = number
    names = ("id", "case_id" if plan.of_case else "authority_code", *plan.values)
    insert_rows(then, plan.table, (*names, "last_import_id") if plan.sheet == "cases" else names, rows)


def _import_row(then: Connection, known_at: datetime) -> None:
    """The one import that the replayed cases refer to."""
    columns = ("id", "source", "authorities", "digest", "imported_at", "imported_by", "read", "added", "changed")
    more = ("removed", "quarantined", "missing_open_cases")
    insert_rows(then, "imports", columns + more, [(1, "replay", "", "", known_at.isoformat(), "", 0, 0, 0, 0, 0, 0)])
