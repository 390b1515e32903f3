"""Take in an extract: all of it in one unit of work, or none of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from sqlalchemy import Connection

from models.casework.chronology.journal import append
from models.casework.extracts.changes import changes
from models.casework.extracts.lacking import absent_sheets, refuse_half_gone
from models.casework.extracts.leavers import PEOPLE, with_leavers
from models.casework.extracts.owned import owned
from models.casework.extracts.sheets import CASE_KEY, plans
from models.casework.extracts.taking import Cases, Counts, difference, store
from models.casework.privacy.purged import without_purged
from models.casework.recording.holding import honour, standing
from models.errors import ExtractRefusedError
from models.importers.extract import Extract, Rejection
from models.importers.files import MANIFEST
from models.importers.heading import plain
from models.importers.reader import CANONICAL
from models.queries.instants import ENGLAND, as_instant
from models.queries.outbox.extracts import YEARLY
from models.store import fetch, insert_rows, next_id, without_collector

A_DAY = timedelta(days=1)

OPEN_CASE = (
    "final_plan_sent_on IS NULL AND no_plan_notified_on IS NULL AND withdrawn_on IS NULL "
    "AND NOT (COALESCE(assess_decision, '') = 'N' AND assess_agreed_after_refusal_on IS NULL)"
)
"""SQL for a case that still has something to come; a refused one whose refusal stands has not."""


@dataclass(frozen=True)
class Taken:
    """What an accepted extract changed: counts by sheet, the rows left out, open cases it no longer has.

    `purged` counts the cases that were left out because they had been purged here.
    """

    import_id: int
    sheets: Mapping[str, Counts]
    rejections: tuple[Rejection, ...]
    missing_open_cases: int
    purged: int = 0

    @property
    def total(self) -> Counts:
        """The counts over all sheets."""
        return sum(self.sheets.values(), Counts())


@without_collector()
def take_in(
    connection: Connection,
    extract: Extract,
    *,
    now: datetime,
    by: str,
    allow_missing: bool = False,
    allow_older: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Taken:
    """The records after this hold what the extract says; every difference is in the chronology.

    Args:
        connection: the open unit of work; what is refused or interrupted leaves nothing behind.
        extract: as read and checked.
        now: when we learnt it, aware.
        by: who or what runs the import.
        allow_missing: accept an extract that lacks half of the open cases, or of the rows of a sheet.
        allow_older: accept an extract older than the last one.
        progress: is told each sheet as it is taken in.

    Raises:
        ExtractRefusedError: the extract says that it was made in days to come, is older than what is held, or lacks
            half of the open cases, or of the rows of a sheet.
    """
    _refuse_not_yet_made(extract, now)
    if not allow_older:
        _refuse_older(connection, extract)
    missing = _missing_open_cases(connection, extract, refuse=not allow_missing)
    extract, purged = without_purged(connection, extract)
    import_id = next_id(connection, "imports")
    _begin(connection, import_id, extract, now, by, missing)
    rejections = [*extract.rejections, *absent_sheets(connection, extract)]
    counts: dict[str, Counts] = {}
    cases: Cases = {}
    sent, torn = frozenset[int](), _torn(extract)
    held = standing(connection, extract.authorities)
    for name, plan in plans().items():
        if name not in extract.sheets:
            continue
        if progress:
            progress(f"taking in {name}")
        frame = extract.sheets[name]
        if name == PEOPLE and name not in torn:
            made = (extract.extracted_at or now).astimezone(ENGLAND).date()
            frame = with_leavers(connection, frame, made)
        sheet, orphans = owned(plan, frame, cases)
        rejections += orphans
        complete_for = frozenset[int]() if orphans or name in torn else sent
        of_here = held.get(plan.record, ())
        sheet, kept = honour(connection, sheet, of_here, cases, complete_for=complete_for, now=now)
        found = difference(connection, sheet, cases, extract.authorities, complete_for=complete_for, kept=kept)
        # A yearly return has what happened in its year.
        if not allow_missing and extract.source not in YEARLY:
            refuse_half_gone(plan, found.counts)
        append(connection, changes(found), now=now, by=by, source=f"{extract.source} #{import_id}")
        store(connection, found, import_id)
        counts[name] = found.counts
        if name == "cases":
            cases = _case_ids(connection, extract)
            sent = frozenset(cases[key] for key in _case_keys(extract))
    taken = Taken(import_id, counts, tuple(rejections), missing, purged)
    _end(connection, taken)
    return taken


def _torn(extract: Extract) -> frozenset[str]:
    """The sheets a row of which may have been left out; a file of a mapped source may have fed any of them."""
    files = {rejection.file.rpartition(", sheet ")[2] for rejection in extract.rejections}
    named = frozenset(plain(PurePath(file).stem) for file in files)
    is_clear = extract.source == CANONICAL and named <= plans().keys()
    return named if is_clear or not named else frozenset(plans())


def _case_keys(extract: Extract) -> Iterator[tuple[str, str]]:
    frame = extract.sheets["cases"]
    return zip(*(frame[name].tolist() for name in CASE_KEY), strict=True)


def _case_ids(connection: Connection, extract: Extract) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for authority in extract.authorities:
        rows = fetch(connection, "SELECT case_ref, id FROM cases WHERE authority_code = :a", a=authority)
        found |= {(authority, ref): case_id for ref, case_id in rows}
    return found


def _refuse_not_yet_made(extract: Extract, now: datetime) -> None:
    """Refuse what would make every extract older until its day has come; clocks and time zones differ by hours."""
    made = extract.extracted_at
    if made and extract.is_dated and made > now + A_DAY:
        raise ExtractRefusedError(
            "The extract says that it was made in days to come; nothing was changed.",
            where=MANIFEST,
            why=f"It says {as_instant(made)[:16]} UTC, and it is {as_instant(now)[:16]} UTC now.",
            remedy="Correct `extracted_at`, the year, then the month, then the day; or the clock of this computer.",
        )


def _refuse_older(connection: Connection, extract: Extract) -> None:
    imports = fetch(
        connection,
        "SELECT digest, CAST(extracted_at AS TEXT), id, authorities FROM imports WHERE source = :s ORDER BY id",
        s=extract.source,
    )
    # Whatever others came with it: what counts is what is held of the authorities of this one.
    rows = [row[:3] for row in imports if not set(row[3].split(",")).isdisjoint(extract.authorities)]
    if not rows:
        return
    newest = max((at for _, at, _ in rows if at), default="")
    made = as_instant(extract.extracted_at) if extract.extracted_at else ""
    # A file copied again looks new: one taken in before, and followed by another, is old unless it says otherwise.
    says_newer = extract.is_dated and made[:19] > newest[:19]
    earlier = [number for digest, _, number in rows[:-1] if digest == extract.digest and not says_newer]
    is_latest = rows[-1][0] == extract.digest
    is_older = bool(made and newest and made[:19] < newest[:19])
    if is_latest or not (earlier or is_older):
        return
    why = f"it was made at {made[:16]} UTC, the newest one taken in at {newest[:16]} UTC"
    if earlier:
        why = f"it is the same as import {earlier[-1]}, and newer ones came after"
    raise ExtractRefusedError(
        "The extract is older than what is held; nothing was changed.",
        why=why,
        remedy="Send the newest extract. If this one is meant: ehc import --allow-older.",
    )


def _missing_open_cases(connection: Connection, extract: Extract, *, refuse: bool) -> int:
    """How many open cases of its authorities the extract no longer has."""
    sent = set(_case_keys(extract))
    missing_in_all = 0
    for authority in extract.authorities:
        rows = fetch(connection, f"SELECT case_ref FROM cases WHERE authority_code = :a AND {OPEN_CASE}", a=authority)
        missing = sum((authority, ref) not in sent for (ref,) in rows)
        if refuse and missing and missing + missing >= len(rows):
            raise ExtractRefusedError(
                f"The extract lacks {missing:,} of the {len(rows):,} open cases of authority {authority}; "
                "nothing was changed.",
                why="An extract without half of the open cases is more likely broken than true.",
                remedy="Look at how it was made. If the cases are really gone: ehc import --allow-missing.",
            )
        missing_in_all += missing
    return missing_in_all


def _begin(connection: Connection, import_id: int, extract: Extract, now: datetime, by: str, missing: int) -> None:
    columns = {
        "id": import_id,
        "source": extract.source,
        "authorities": ",".join(extract.authorities),
        "digest": extract.digest,
        "extracted_at": as_instant(extract.extracted_at) if extract.extracted_at else None,
        "imported_at": as_instant(now),
        "imported_by": by,
        "read": 0,
        "added": 0,
        "changed": 0,
        "removed": 0,
        "quarantined": 0,
        "missing_open_cases": missing,
    }
    insert_rows(connection, "imports", tuple(columns), [tuple(columns.values())])


def _end(connection: Connection, taken: Taken) -> None:
    first = next_id(connection, "quarantine")
    rows = [
        (number, taken.import_id, x.file, x.line, x.column, x.value, x.reason, x.remedy)
        for number, x in enumerate(taken.rejections, first)
    ]
    insert_rows(
        connection, "quarantine", ("id", "import_id", "file", "line", "column", "value", "reason", "remedy"), rows
    )
    total = taken.total
    connection.exec_driver_sql(
        f"UPDATE imports SET read = {total.read}, added = {total.added}, changed = {total.changed}, "
        f"removed = {total.removed}, quarantined = {len(rows)} WHERE id = {taken.import_id}"
    )
