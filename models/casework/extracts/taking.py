"""One sheet of an extract against the records of the same cases: what is new, what changed, what went away."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from models.casework.chronology.journal import Change, Word, Words, additions_in_json, change_in_json
from models.casework.extracts.sheets import SheetPlan
from models.statute.records import Rows
from models.statute.register import load_register
from models.store import as_text, delete_rows, fetch, insert_rows, next_id, retire_ids, update_rows

Identity = tuple[Word, ...]

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
    columns: Mapping[str, Words]
    authority_codes: Words
    case_refs: Words
    case_ids: Words

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(self.authority_codes)

    @property
    def owners(self) -> Words:
        """What identifies each row's owner."""
        return self.case_ids if self.plan.of_case else self.authority_codes

    def take(self, rows: Rows) -> "Sheet":
        """The sheet at these rows."""
        return Sheet(
            self.plan,
            {name: column[rows] for name, column in self.columns.items()},
            self.authority_codes[rows],
            self.case_refs[rows],
            self.case_ids[rows],
        )


@dataclass(frozen=True)
class Stored:
    """Records of one sheet by column, None for unknown; `owners` are case keys, or authority codes."""

    ids: Words
    owners: Words
    columns: Mapping[str, Words]


@dataclass(frozen=True)
class Difference:
    """Rows of an extract against the records: those new, those changed (before and after), those gone."""

    added: Sheet
    after: Sheet
    before: Stored
    gone: Sheet
    gone_ids: Words
    counts: Counts

    def changes(self) -> Iterator[Change]:
        """What the chronology is to say of it."""
        yield from _described(self.added, additions_in_json(self.added.columns))
        names = tuple(self.after.columns)
        yield from _described(
            self.after,
            (
                change_in_json(dict(zip(names, old, strict=True)), dict(zip(names, new, strict=True)))
                for old, new in zip(_rows(self.before.columns), _rows(self.after.columns), strict=True)
            ),
        )
        nothing = dict.fromkeys(self.gone.columns)
        yield from _described(
            self.gone,
            (change_in_json(dict(zip(nothing, old, strict=True)), nothing) for old in _rows(self.gone.columns)),
        )


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
    stored = _stored(connection, sheet.plan, sorted({*authorities, *sheet.authority_codes}))
    plan = sheet.plan
    place, unmatched = _matched(plan, stored, sheet)
    known = np.flatnonzero(place >= 0)
    differs = np.zeros(len(known), dtype=np.bool_)
    for name, column in sheet.columns.items():
        differs |= column[known] != stored.columns[name][place[known]]
    changed = known[differs]
    gone = np.empty(0, dtype=np.int64)
    if plan.of_case and complete_for:
        missing = [x for x in unmatched if x[0] in complete_for and not _made_here(plan, x)]
        going = (unmatched[x] for x in missing if (x[0], record_key(x[1:])) not in kept)
        gone = np.array(sorted(going), dtype=np.int64)
    added = np.flatnonzero(place < 0)
    return Difference(
        added=sheet.take(added),
        after=sheet.take(changed),
        before=_at(stored, place[changed]),
        gone=_with_owners(plan, _at(stored, gone), cases),
        gone_ids=stored.ids[gone],
        counts=Counts(sheet.size, len(added), len(changed), len(gone)),
    )


def _matched(plan: SheetPlan, stored: Stored, sheet: Sheet) -> tuple[Rows, Mapping[Identity, int]]:
    """For each row of the sheet the place of its record, -1 where it is new; and the records no row stands for.

    Most nights bring the same rows in the same order: then nothing has to be looked up.
    """
    columns = [(stored.owners, sheet.owners), *((stored.columns[x], sheet.columns[x]) for x in plan.identity)]
    if all(np.array_equal(before, after) for before, after in columns):
        return np.arange(sheet.size), {}
    places = {identity: place for place, identity in enumerate(_identities(plan, stored.owners, stored.columns))}
    identities = _identities(plan, sheet.owners, sheet.columns)
    place = np.fromiter((places.get(x, -1) for x in identities), dtype=np.int64, count=len(identities))
    return place, {x: places[x] for x in places.keys() - set(identities)}


def store(connection: Connection, found: Difference, import_id: int) -> None:
    """Make the records what the extract says."""
    plan = found.added.plan
    owner = "case_id" if plan.of_case else "authority_code"
    extra = {"last_import_id": [import_id] * found.added.size} if plan.sheet == "cases" else {}
    first = next_id(connection, plan.table)
    columns = [*(found.added.columns[name] for name in plan.values), *extra.values()]
    numbers = range(first, first + found.added.size)
    insert_rows(
        connection,
        plan.table,
        ("id", owner, *plan.values, *extra),
        zip(numbers, found.added.owners, *columns, strict=True),
    )
    if found.after.size:
        rows = zip(*(found.after.columns[name] for name in plan.values), found.before.ids, strict=True)
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


def _made_here(plan: SheetPlan, identity: Identity) -> bool:
    return plan.sheet == "exceptions" and int(identity[-1] or 0) >= FIRST_NUMBER_HERE


def words(column: Sequence[Word]) -> Words:
    """A column of words as an array of objects."""
    found = np.empty(len(column), dtype=object)
    found[:] = column
    return found


def _stored(connection: Connection, plan: SheetPlan, authorities: Sequence[str]) -> Stored:
    """The records of these authorities."""
    columns = ", ".join(as_text(connection, name) if name in plan.dates else name for name in plan.values)
    mine = f"authority_code IN ({', '.join(f':a{number}' for number in range(len(authorities)))})"
    where = f"case_id IN (SELECT id FROM cases WHERE {mine})" if plan.of_case else mine
    owner = "case_id" if plan.of_case else "authority_code"
    rows = fetch(
        connection,
        f"SELECT id, {owner}, {columns} FROM {plan.table} WHERE {where} ORDER BY id",
        **{f"a{number}": code for number, code in enumerate(authorities)},
    )
    found = [words(column) for column in zip(*rows, strict=True)] if rows else [words([])] * (2 + len(plan.values))
    ids, owners, *values = found
    return Stored(ids, owners, dict(zip(plan.values, values, strict=True)))


def _identities(plan: SheetPlan, owners: Words, columns: Mapping[str, Words]) -> list[Identity]:
    """What tells each row from every other of the sheet."""
    return list(zip(owners, *(columns[name] for name in plan.identity), strict=True))


def _at(stored: Stored, rows: Rows) -> Stored:
    columns = {name: column[rows] for name, column in stored.columns.items()}
    return Stored(stored.ids[rows], stored.owners[rows], columns)


def _with_owners(plan: SheetPlan, gone: Stored, cases: Cases) -> Sheet:
    """Records that went away, with the case each hung on."""
    wanted = set(gone.owners)
    owners = {case_id: key for key, case_id in cases.items() if case_id in wanted} if wanted else {}
    codes, refs = ([owners[x][part] for x in gone.owners] for part in (0, 1))
    return Sheet(plan, gone.columns, words(codes), words(refs), gone.owners)


def _rows(columns: Mapping[str, Words]) -> Iterator[tuple[Word, ...]]:
    return zip(*columns.values(), strict=True)


def _described(sheet: Sheet, changes: Iterator[str]) -> Iterator[Change]:
    plan = sheet.plan
    # What a new fact says happened is the latest of its dates; which of them is new is in the change itself.
    days = zip(*(sheet.columns[name] for name in plan.values if name in plan.dates), strict=True)
    happened = (max(filter(None, row), default=None) for row in days) if plan.dates else [None] * sheet.size
    if plan.sheet == "cases":
        refs, keys = sheet.columns["case_ref"], [""] * sheet.size
    else:
        refs = sheet.case_refs
        keys = [record_key(row) for row in zip(*(sheet.columns[x] for x in plan.identity), strict=True)]
    record = [plan.record] * sheet.size
    return map(Change, sheet.authority_codes, refs, record, keys, happened, changes)
