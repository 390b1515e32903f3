"""Is everything well that the night needs? Each finding says what, whether it is well, and what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from models.casework.chronology.journal import entries
from models.casework.delivery.switches import is_sending, standing
from models.errors import EhcError
from models.practice.here import practices_here
from models.queries.held import contradictions
from models.queries.ladders.faults import ladder_faults
from models.statute.calendar import england
from models.statute.register import load_register
from models.store import fetch, reading, require_tables, shown_address

CALENDAR_YEARS_AHEAD = 2
DAYS_UNTIL_STALE = 3
MOST_NAMED = 5


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    is_well: bool
    words: str
    remedy: str = ""


def findings(today: date) -> list[Finding]:
    """Everything looked at, in the order in which the night needs it."""
    register = load_register()
    found = [
        Finding("law", True, f"{len(register.duties)} duties, register {register.version}"),
        _calendar(today),
    ]
    try:
        practices_here()
    except EhcError as error:
        return [*found, Finding("local practice", False, f"{error.where}: {error.why}", error.remedy)]
    try:
        with reading() as connection:
            require_tables(connection)
            found += _records(connection, today)
    except EhcError as error:
        found.append(Finding("database", False, f"{error.what} {error.why}".strip(), error.remedy))
    return found


def _calendar(today: date) -> Finding:
    last = england().last_year
    return Finding(
        "bank holidays",
        last - today.year >= CALENDAR_YEARS_AHEAD,
        f"known to the end of {last}",
        "Install the newest release: it carries later years.",
    )


def _records(connection: Connection, today: date) -> Iterator[Finding]:
    cases = fetch(connection, "SELECT COUNT(*) FROM cases")[0][0]
    yield Finding("database", True, f"{shown_address()}, {cases:,} cases")
    entry_count = broken = 0
    for entry in entries(connection):
        entry_count += 1
        broken += not entry.is_sealed
    yield Finding(
        "chronology",
        not broken,
        f"{entry_count:,} entries, every hash follows from the one before"
        if not broken
        else f"{broken:,} of {entry_count:,} entries do not follow from the one before: they were tampered with",
        "Restore a copy from before, and find out who can write to the database.",
    )
    aside = fetch(connection, "SELECT COUNT(*) FROM quarantine WHERE import_id = (SELECT MAX(id) FROM imports)")[0][0]
    # Not ill: the rest of the extract went in, and the rows are kept until they are mended at the source.
    yield Finding("set aside", True, f"{aside:,} {'row' if aside == 1 else 'rows'} of the last import")
    yield _contradicted(connection)
    yield Finding("sending", is_sending(connection), standing(connection).rstrip("."), "Let it go on: ehc sending on.")
    yield _roles(connection, today)
    yield _latest(connection, today, "last import", "imports", "imported_at", "Look at why no extract came.")
    yield _latest(
        connection, today, "last night", "nights", "evaluated_at", "Run ehc nightly, and look at its schedule."
    )


def _roles(connection: Connection, today: date) -> Finding:
    """Roles of the ladders that nobody holds; not ill, since the next one up the line is told."""
    faults = ladder_faults(connection, practices_here(), today)
    named = "; ".join(x.words for x in faults[:MOST_NAMED])
    more = f"; and {len(faults) - MOST_NAMED} more" if len(faults) > MOST_NAMED else ""
    return Finding(
        "who is told",
        True,
        f"{named}{more}" if faults else "nobody is missing, as far as the open cases of the last night go",
    )


def _contradicted(connection: Connection) -> Finding:
    """Facts that a person recorded and the extract denies; the case is named, not what it says."""
    found = contradictions(connection)
    cases = list(dict.fromkeys(x.case_ref or f"authority {x.authority_code}" for x in found))
    more = f" and {len(cases) - MOST_NAMED} more" if len(cases) > MOST_NAMED else ""
    return Finding(
        "contradictions",
        not found,
        f"{len(found):,} facts recorded here that the extract contradicts: {', '.join(cases[:MOST_NAMED])}{more}"
        if found
        else "no fact recorded here is contradicted by the extract",
        "Settle which is right: correct the case system, or ehc record fact; ehc evidence CASE shows both.",
    )


def _latest(connection: Connection, today: date, what: str, table: str, column: str, remedy: str) -> Finding:
    newest = fetch(connection, f"SELECT CAST(MAX({column}) AS TEXT) FROM {table}")[0][0]
    if newest is None:
        return Finding(what, False, "none yet", remedy)
    days = (today - datetime.fromisoformat(newest[:19]).date()).days
    return Finding(what, days <= DAYS_UNTIL_STALE, f"{newest[:16]} UTC, {days} days ago", remedy)
