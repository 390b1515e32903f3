"""One sheet of an extract against the records of the same cases: what is new, what changed, what went away."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from models.casework.chronology.journal import Word
from models.casework.extracts.column import NOWHERE, Codes, Column, found_in
from models.casework.extracts.sheets import SheetPlan
from models.casework.extracts.stored import Stored, read_stored
from models.statute.records import Flags, Rows
from models.statute.register import load_register
from models.store import delete_rows, insert_rows, next_id, retire_ids, update_rows

RecordKey = tuple[Word, str]
"""A record by the primary key of its case, and what tells it from the others there."""

FIRST_NUMBER_HERE = 1001
"""Claims recorded here are numbered from this one up, out of the way of the extract, which numbers its own from 1."""


@dataclass(frozen=True)
class Counts:
    """How many rows of a sheet were read, and what became of them."""

    read: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.read + other.read,
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
        )


@dataclass(frozen=True)
class Sheet:
    """Rows of one sheet by column, None for unknown, with whose they are.

    `case_refs` are "" and `case_ids` 0 for what belongs to the authority as a whole.
    """

    plan: SheetPlan
    columns: Mapping[str, Column]
    authority_codes: Column
    case_refs: Column
    case_ids: Rows

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.authority_codes)

    def take(self, rows: Rows) -> "Sheet":
        """The sheet at these rows."""
        return Sheet(
            self.plan,
            {name: column.take(rows) for name, column in self.columns.items()},
            self.authority_codes.take(rows),
            self.case_refs.take(rows),
            self.case_ids[rows],
        )


@dataclass(frozen=True)
class Difference:
    """Rows of an extract against the records: those new, those changed (before and after), those gone."""

    added: Sheet
    after: Sheet
    before: Stored
    gone: Sheet
    gone_ids: Rows
    counts: Counts


Cases = Mapping[tuple[str, str], int]
"""The primary key of each case by authority and reference."""


def difference(
    connection: Connection,
    sheet: Sheet,
    cases: Cases,
    authorities: Iterable[str],
    *,
    complete_for: AbstractSet[int],
    kept: AbstractSet[RecordKey] = frozenset(),
) -> Difference:
    """The sheet against the records of these authorities.

    Records that the sheet no longer has are gone only where their case is one of those it was complete for, and
    neither they nor a fact of theirs (`kept`) were recorded here; what belongs to the authority as a whole never
    goes away.
    """
    plan = sheet.plan
    named = (str(code) for code in sheet.authority_codes.words if code)
    stored = read_stored(connection, plan, sorted({*authorities, *named}))
    place = _places(plan, stored, sheet)
    known = np.flatnonzero(place != NOWHERE)
    differs = np.zeros(len(known), dtype=np.bool_)
    for name in plan.values:
        if name not in plan.identity:
            differs |= sheet.columns[name].differs(known, stored.columns[name], place[known])
    changed = known[differs]
    gone = np.empty(0, dtype=np.int64)
    if plan.of_case and complete_for:
        missing = np.delete(np.arange(len(stored.ids)), place[known])
        gone = missing[_may_go(plan, stored.take(missing), complete_for, kept)]
    added = np.flatnonzero(place == NOWHERE)
    return Difference(
        added=sheet.take(added),
        after=sheet.take(changed),
        before=stored.take(place[changed]),
        gone=_with_owners(plan, stored.take(gone), cases),
        gone_ids=stored.ids[gone],
        counts=Counts(sheet.size, len(added), len(changed), len(gone)),
    )


def _places(plan: SheetPlan, stored: Stored, sheet: Sheet) -> Rows:
    """For each row of the sheet the place of its record, `NOWHERE` where it is new."""
    names = plan.identity
    among: list[Codes] = [stored.columns[name].codes for name in names]
    wanted = [sheet.columns[name].as_in(stored.columns[name]) for name in names]
    if plan.of_case:
        return found_in([*among, stored.case_ids], [*wanted, sheet.case_ids])
    owners = stored.authority_codes
    return found_in([*among, owners.codes], [*wanted, sheet.authority_codes.as_in(owners)])


def _may_go(plan: SheetPlan, missing: Stored, complete_for: AbstractSet[int], kept: AbstractSet[RecordKey]) -> Flags:
    """True for records whose case the sheet was complete for, unless they or a fact of theirs were recorded here."""
    identities = zip(*(missing.columns[name] for name in plan.identity), strict=True)
    may_go = (
        case_id in complete_for and not _made_here(plan, identity) and (case_id, record_key(identity)) not in kept
        for case_id, identity in zip(missing.case_ids.tolist(), identities, strict=True)
    )
    return np.fromiter(may_go, dtype=np.bool_, count=len(missing.ids))


def store(connection: Connection, found: Difference, import_id: int) -> None:
    """Make the records what the extract says."""
    plan = found.added.plan
    owner = "case_id" if plan.of_case else "authority_code"
    owners = found.added.case_ids.tolist() if plan.of_case else found.added.authority_codes
    extra = {"last_import_id": [import_id] * found.added.size} if plan.sheet == "cases" else {}
    first = next_id(connection, plan.table)
    columns = [*(found.added.columns[name] for name in plan.values), *extra.values()]
    numbers = range(first, first + found.added.size)
    rows = zip(numbers, owners, *columns, strict=True)
    insert_rows(connection, plan.table, ("id", owner, *plan.values, *extra), rows)
    if found.after.size:
        rows = zip(*(found.after.columns[name] for name in plan.values), found.before.ids.tolist(), strict=True)
        update_rows(connection, plan.table, plan.values, ("id",), rows)
    if found.gone.size:
        ids = found.gone_ids.tolist()
        duties = [duty.key for duty in load_register().of_record(plan.record)]
        delete_rows(connection, "clocks", ("duty", "record_id"), [(duty, x) for duty in duties for x in ids])
        retire_ids(connection, plan.table)
        delete_rows(connection, plan.table, ("id",), [(x,) for x in ids])


def record_key(identity: Iterable[Word]) -> str:
    """What tells a record from the others of its owner, as the chronology has it."""
    return ":".join(map(str, identity))


def _made_here(plan: SheetPlan, identity: Sequence[Word]) -> bool:
    return plan.sheet == "exceptions" and int(identity[-1] or 0) >= FIRST_NUMBER_HERE


def _with_owners(plan: SheetPlan, gone: Stored, cases: Cases) -> Sheet:
    """Records that went away, with the case each hung on."""
    ids = gone.case_ids.tolist()
    wanted = set(ids)
    owners = {case_id: key for key, case_id in cases.items() if case_id in wanted} if wanted else {}
    codes, refs = (Column.of(owners[case_id][part] for case_id in ids) for part in (0, 1))
    return Sheet(plan, gone.columns, codes, refs, gone.case_ids)
