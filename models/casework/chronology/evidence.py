"""Everything that is known of one case and of how it was looked after, for the Ombudsman, a court or the family."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import Connection

from models.casework.chronology.journal import Entry, Word, entries
from models.casework.recording.holding import HERE
from models.casework.recording.recordable import PLANS
from models.importers.contract import contract
from models.queries.authorities import names
from models.queries.evidence import asked as parts
from models.queries.evidence import sent
from models.queries.evidence.asked import Row, Section, Staff
from models.queries.evidence.gaps import gaps
from models.queries.explain import explain_case
from models.queries.held import contradictions
from models.queries.holding.ledger import Ledger, ledger
from models.queries.scope import Scope
from models.statute.explanation import Explanation
from models.statute.register import Register
from models.store import fetch

LATE_AFTER_DAYS = 7
"""A fact is recorded late if more days than these lie between its happening and our knowing."""

ABOUT_THE_CHILD = frozenset(
    {"person_ref", "birth_date", "ncy", "primary_need", "in_care", "setting_type", "setting_urn", "request_source"}
)
"""Columns that describe the child and move no date: left out."""

_STAFF = frozenset({"officer", "replied_by", "approved_by"})
_IN_FULL_WITH_NAMES = frozenset({"facts", "impractical_because"})


@dataclass(frozen=True)
class Evidence:
    """The evidence of one case as of a day: sections in the order of reading, and the ledger for a picture."""

    authority_code: str
    authority: str
    case_ref: str
    as_of: str
    register_version: str
    has_names: bool
    sections: Sequence[Section]
    ledger: Ledger


def evidence(
    connection: Connection, register: Register, as_of: date, scope: Scope, *, with_names: bool, most_days: int
) -> Evidence:
    """The evidence of one case as it stood on `as_of`, with everything that was recorded of it since.

    Args:
        connection: to read by.
        register: the law to apply.
        as_of: the day asked about.
        scope: the one case.
        with_names: call members of staff by name and show what people wrote, not only their roles.
        most_days: how many days may pass between two extracts before that is a gap.
    """
    code, ref = str(scope.authority_code), str(scope.case_ref)
    authority = names().get(code, f"authority {code}")
    found = explain_case(connection, register, as_of, scope)
    clocks = [x for x in found if _is_for_a_reader(x, register)]
    staff, records = Staff(connection, code, with_names=with_names), sent.Records(connection, scope, register)
    held = ledger(connection, register, as_of, scope)
    journal = list(entries(connection, authority_code=code, case_ref=ref))
    facts, late = _facts(journal, staff)
    return Evidence(
        code,
        authority,
        ref,
        as_of.isoformat(),
        register.version,
        with_names,
        (
            parts.summary(scope, authority, as_of, clocks),
            parts.lost_by(held),
            parts.held_by(held),
            facts,
            parts.requests(connection, register, as_of, scope, clocks),
            sent.alerts(connection, scope, records, staff),
            sent.answers(connection, scope, records, staff),
            sent.family(connection, scope, staff),
            parts.exceptions(connection, scope, clocks, staff),
            _settled(connection, scope, staff),
            _chain(connection, scope, journal),
            Section(
                "gaps",
                "What is missing here, and what cannot be shown",
                [*late, *gaps(connection, scope, clocks, as_of, most_days=most_days)],
            ),
        ),
        held,
    )


def _is_for_a_reader(clock: Explanation, register: Register) -> bool:
    """False for another way of counting beside the law, and for what was never begun, as a consultation not sent."""
    duty = register.duty(clock.duty)
    is_begun = clock.origin_on or clock.done_on or "request_received_on" in duty.origin or clock.record == "advice"
    return duty.is_watched and bool(is_begun)


def _facts(journal: Sequence[Entry], staff: Staff) -> tuple[Section, list[str]]:
    """Every fact in the order in which it happened, and words about those that were recorded late."""
    rows = sorted((row for entry in journal for row in _rows(entry, staff)), key=lambda x: (x[0] or x[3][:10], x[3]))
    first = min((entry.recorded_at[:10] for entry in journal), default="")
    late = [row for row in rows if row[0] and _days(row[0], row[3][:10]) > LATE_AFTER_DAYS]
    since = [row for row in late if row[3][:10] != first]
    words = [
        "Each line is one fact: when it happened in the world, and when these records learnt it, from where.",
        "A fact that was changed has a line for each time. Facts that describe the child are left out.",
    ]
    columns = ("happened", "fact", "what it was before", "recorded at", "source", "by")
    told = []
    if len(late) > len(since):
        told.append(
            f"{len(late) - len(since)} facts came on {first}, the day on which the case first came into these records, "
            f"more than {LATE_AFTER_DAYS} days after they happened."
        )
    told += [f"Recorded late, {_days(x[0], x[3][:10])} days after it happened: {x[1]}, on {x[3][:10]}." for x in since]
    return Section("facts", "Every fact, in the order it happened", words, columns, rows), told


def _rows(entry: Entry, staff: Staff) -> Iterator[Row]:
    plan = PLANS[entry.record]
    key = entry.record_key.replace(":", " ").replace("_", " ").strip()
    of = f"{entry.record} {key}".strip() if entry.record != "case" else ""
    by = staff.called(entry.recorded_by) if entry.source.startswith(HERE) else entry.recorded_by
    source = entry.source if staff.with_names else entry.source.partition(", because")[0]
    for name, (before, after) in entry.changes.items():
        if name in ABOUT_THE_CHILD or name in plan.identity:
            continue
        happened = str(after) if name in plan.dates and after else ""
        told, was = (_shown(entry.record, name, x, staff) for x in (after, before))
        what = f"{of}: {name.removesuffix('_on').replace('_', ' ')}".removeprefix(": ")
        yield (
            happened,
            what if happened else f"{what}: {told or 'not known'}",
            was,
            entry.recorded_at[:16],
            source,
            by,
        )


def _shown(record: str, name: str, word: Word, staff: Staff) -> str:
    if word is None or word == "":
        return ""
    if name in _STAFF:
        return staff.called(str(word))
    if name in _IN_FULL_WITH_NAMES and not staff.with_names:
        return "given"
    return _codes(record).get(name, {}).get(str(word), str(word))


@cache
def _codes(record: str) -> Mapping[str, Mapping[str, str]]:
    """By column of a kind of record, what its codes mean."""
    return {column.name: column.codes for column in contract()[PLANS[record].sheet].columns}


def _settled(connection: Connection, scope: Scope, staff: Staff) -> Section:
    """The facts recorded here that the authority's own system contradicts."""
    found = contradictions(connection, scope)
    columns = ("record", "fact", "recorded here", "the case system says", "recorded at", "by")
    rows = [
        (
            f"{x.record} {x.record_key}".strip().replace(":", " "),
            x.milestone.replace("_", " "),
            _shown(x.record, x.milestone, x.value, staff) or "not known",
            _shown(x.record, x.milestone, x.contradicted_by, staff),
            x.recorded_at,
            staff.called(x.recorded_by),
        )
        for x in found
    ]
    words = "A person recorded these facts, and the case system says otherwise. Somebody must settle which is right."
    nothing = "Nothing that a person recorded here is contradicted by the case system."
    return Section("contradictions", "Contradictions not yet settled", [words if rows else nothing], columns, rows)


def _chain(connection: Connection, scope: Scope, journal: Sequence[Entry]) -> Section:
    """Whether every entry follows from the one before, with the first hash and the last."""
    of = "WHERE authority_code = :authority_code AND case_ref = :case_ref"
    hashes = [
        bytes(fetch(connection, f"SELECT hash FROM chronology {of} ORDER BY id {way} LIMIT 1", **scope.values)[0][0])
        for way in ("", "DESC")
        if journal
    ]
    broken = [entry for entry in journal if not entry.is_sealed]
    words = [f"The chronology has {len(journal)} entries about this case; each carries the hash of the one before it."]
    if broken:
        words.append(
            f"{len(broken)} do not follow from the one before: the records were tampered with, first at the one "
            f"recorded at {broken[0].recorded_at[:16]} UTC."
        )
    elif journal:
        words.append("Checked now: every one of them follows from the one before.")
    words += [f"{which} hash: {x.hex()}" for which, x in zip(("First", "Last"), hashes, strict=False)]
    return Section("chain", "Has anybody changed these records?", words)


def _days(earlier: str, later: str) -> int:
    return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
