"""A case explained: every clock, with where its origin came from."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import Connection

from models.errors import NotFoundError
from models.queries.instants import as_instant
from models.queries.records import KINDS, Loaded, load
from models.queries.scope import Scope
from models.statute.explanation import Explanation, explain
from models.statute.register import Register
from models.store import as_text, fetch


def find_case(connection: Connection, case: str) -> Scope:
    """The one case meant by "REF" or "AUTHORITY/REF"; NotFoundError where none or several are.

    A reference may hold strokes itself, as EHC/2026/17.
    """
    authority, _, ref = case.partition("/")
    rows = fetch(
        connection,
        "SELECT authority_code, case_ref FROM cases WHERE case_ref = :case "
        "OR (authority_code = :authority AND case_ref = :ref) ORDER BY authority_code",
        case=case,
        authority=authority,
        ref=ref,
    )
    found = [Scope(*row) for row in rows if tuple(row) == (authority, ref)] or [Scope(*row) for row in rows]
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError(
            f"{len(found)} authorities have a case {case}.",
            remedy="Name the authority too: " + ", ".join(f"{x.authority_code}/{x.case_ref}" for x in found),
        )
    near = fetch(
        connection,
        "SELECT case_ref FROM cases WHERE case_ref LIKE :like ORDER BY case_ref LIMIT 3",
        like=f"%{ref or case}%",
    )
    hint = f" Near it: {', '.join(x for (x,) in near)}." if near else ""
    raise NotFoundError(
        f"There is no case {case}.",
        why="No extract taken in so far has it." + hint,
        remedy="ehc clocks lists every case and its clocks.",
    )


def explain_case(
    connection: Connection,
    register: Register,
    as_of: date,
    scope: Scope,
    *,
    journal: Connection | None = None,
    known_at: datetime | None = None,
) -> list[Explanation]:
    """Every clock of one case as it stood on `as_of`, the advisory ones after those of the law.

    Args:
        connection: where the records are.
        register: the law applied.
        as_of: the day asked about.
        scope: the case.
        journal: where the chronology is, if elsewhere, as for records that were replayed.
        known_at: what was recorded later does not say where a fact came from.
    """
    found: list[Explanation] = []
    for kind in KINDS:
        loaded = load(connection, kind, scope)
        sources = {
            (row, milestone): source
            for row, key in enumerate(loaded.chronology_keys)
            for milestone, source in _sources(journal or connection, scope, kind, key, known_at).items()
        }
        duties = register.of_record(kind) + register.advisory_for(kind)
        found += explain(loaded.records, register, as_of, duties, _told_apart(loaded), sources)
    sent_on = _plan_sent_on(connection, scope, as_of, found)
    return _no_longer_chased(found, register, sent_on) if sent_on else found


def _plan_sent_on(connection: Connection, scope: Scope, as_of: date, found: Iterable[Explanation]) -> str:
    """The day on which the plan was sent, in ISO; "" while it is to come."""
    if any(x.duty == "send_final_plan" and not x.ended_on for x in found):
        return ""
    rows = fetch(
        connection,
        f"SELECT {as_text(connection, 'final_plan_sent_on')} FROM cases WHERE authority_code = :a AND case_ref = :r "
        "AND final_plan_sent_on <= :as_of",
        a=scope.authority_code,
        r=scope.case_ref,
        as_of=as_of.isoformat(),
    )
    return str(rows[0][0]) if rows else ""


def _no_longer_chased(found: Sequence[Explanation], register: Register, sent_on: str) -> list[Explanation]:
    """The explanations, those of advice still owed for the plan that was sent with the words that nobody chases it.

    The clock itself is the law's and runs on. What an order to assess or to make a plan asked for is chased.
    """
    ordered = [
        x.origin_on
        for x in found
        if {"assess", "make_plan"} & set(register.duty(x.duty).where.get("requires", ())) and x.origin_on
    ]
    day = date.fromisoformat(sent_on)
    words = f"; the plan was sent without it on {day.day} {day:%B %Y}, and it is no longer chased"
    return [
        replace(x, outcome=x.outcome + words)
        if x.record == "advice" and not x.ended_on and not any(day <= x.origin_on for day in ordered)
        else x
        for x in found
    ]


def _told_apart(loaded: Loaded) -> list[str]:
    """What tells the records of the case apart for a reader: of several requests for one kind of advice, whose."""
    if loaded.records.kind != "advice":
        return list(loaded.keys)
    # The key in the chronology is kind, body and number, and a body may hold a colon itself.
    whose = [
        f"{kind} from {of.rpartition(':')[0]}" for kind, _, of in (x.partition(":") for x in loaded.chronology_keys)
    ]
    found = []
    for kind, body, key in zip(loaded.keys, whose, loaded.chronology_keys, strict=True):
        number = f", number {key.rpartition(':')[2]}" if whose.count(body) > 1 else ""
        found.append(f"{body}{number}" if loaded.keys.count(kind) > 1 else kind)
    return found


def _sources(connection: Connection, scope: Scope, kind: str, key: str, known_at: datetime | None) -> dict[str, str]:
    """Per milestone of a record, who said what it is and when, from the newest entry that set it."""
    rows = fetch(
        connection,
        "SELECT changes, source, CAST(recorded_at AS TEXT), recorded_by FROM chronology WHERE authority_code = :a "
        f"AND case_ref = :r AND record = :kind AND record_key = :key {'AND recorded_at <= :at' if known_at else ''} "
        "ORDER BY id",
        a=scope.authority_code,
        r=scope.case_ref,
        kind=kind,
        key=key,
        **({"at": as_instant(known_at)} if known_at else {}),
    )
    found: dict[str, str] = {}
    for changes, source, recorded_at, recorded_by in rows:
        words = f"{source}, recorded {recorded_at[:16]} UTC by {recorded_by}"
        found |= dict.fromkeys(json.loads(changes), words)
    return found
