"""Two systems' records of the same cases compared, and what each difference does to a deadline."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Connection, Date

from models.practice.schema import Side
from models.queries.reconciling.consequences import (
    NO_CONSEQUENCE,
    Consequence,
    Consequences,
    consequences,
    records_at,
    standing_clocks,
    with_column,
    worst_first,
)
from models.queries.records import KINDS, Loaded, load
from models.statute.records import Rows
from models.statute.register import Register
from models.store import as_text, fetch
from models.tables.all import SHEETS

WHOLE = "whole record"

SHOWN = frozenset({"team", "ncy", "request_source", "setting_type", "duty", "code", "reply", "decision", "kind"})
"""Fields of words whose values may be printed; dates may be too, but for the date of birth."""

_HIDDEN_DATES = frozenset({"birth_date"})
_CODES = frozenset({"assess_decision", "plan_decision", "week20_exception", "phase_transfer_kind", "requires"})

_SHEET = {"case": "cases", "advice": "advice", "order": "orders", "review": "reviews", "transfer": "transfers"}
_NOT_COMPARED = frozenset({"id", "case_id", "number", "last_import_id", "authority_code", "case_ref"})

# What records of a case are told apart by, and what puts those alike into an order: two systems number differently.
_ALIKE = {
    "case": (),
    "advice": ("kind",),
    "order": ("kind", "requires"),
    "review": ("review_number",),
    "transfer": ("transfer_number",),
    "exception": ("duty", "advice_kind", "code"),
}
_BY_DAY = {"advice": "requested_on", "order": "dated_on", "exception": "claimed_on"}

Key = tuple[Any, ...]


class Difference(NamedTuple):
    """One field of one record that the two sides have differently, or a record that one side alone has.

    `left` and `right` are "" where unknown and "not shown" where the value may be a name. `believed` is the side
    that local practice believes: "left", "right" or "neither". `consequences` are of every clock that it moves, the
    worst first.
    """

    authority_code: str
    case_ref: str
    record: str
    of: str
    field: str
    left: str
    right: str
    believed: str
    consequences: Consequences

    @property
    def consequence(self) -> Consequence:
        """What it does to the clock that it moves most."""
        return self.consequences[0] if self.consequences else NO_CONSEQUENCE


class FieldMatch(NamedTuple):
    """How often the two sides agree in a field, of the records that both have and of which one says something."""

    record: str
    field: str
    compared: int
    same: int

    @property
    def rate(self) -> float | None:
        """The share that agrees, None where nothing could be compared."""
        return self.same / self.compared if self.compared else None


@dataclass(frozen=True)
class Reconciliation:
    """The comparison of two sources: what differs, the worst first, and how often they agree."""

    left_cases: int
    right_cases: int
    both: int
    only_left: tuple[Difference, ...]
    only_right: tuple[Difference, ...]
    differences: tuple[Difference, ...]
    fields: tuple[FieldMatch, ...]


@dataclass(frozen=True)
class _Table:
    """The rows of one sheet on one side: their columns, and the key by which each is found on the other side."""

    columns: Mapping[str, Sequence[str]]
    keys: Sequence[Key]
    place: Mapping[Key, int]


def reconcile(
    left: Connection,
    right: Connection,
    register: Register,
    prefer: Callable[[str, str], Side],
    as_of: date,
    *,
    progress: Callable[[str], None] = lambda _: None,
) -> Reconciliation:
    """The two sources compared, case by case and field by field.

    Args:
        left: the records of the first source.
        right: those of the second.
        register: the law by which deadlines are counted.
        prefer: the side believed for an authority's field.
        as_of: the day on which the clocks stand; facts after it do not count.
        progress: is told each kind of record as its turn comes.
    """
    believed = _Believed(prefer)
    found: list[Difference] = []
    fields: list[FieldMatch] = []
    sides: dict[str, tuple[Loaded, Loaded]] = {}
    cases = _table(left, "case"), _table(right, "case")
    both = set(cases[0].place) & set(cases[1].place)
    for kind in KINDS:
        progress(f"comparing every {kind}")
        tables = cases if kind == "case" else (_table(left, kind), _table(right, kind))
        sides[kind] = load(left, kind), load(right, kind)
        compared = _Comparison(kind, tables, sides[kind], register, as_of, believed)
        found += compared.differences()
        fields += compared.matches
        if kind != "case":
            found += (x for x in compared.alone() if (x.authority_code, x.case_ref) in both)
    progress("comparing every claim")
    claims = _Claims((_table(left, "exception"), _table(right, "exception")), sides, register, as_of, believed, both)
    found += claims.differences()
    fields += claims.matches
    alone = _Comparison("case", cases, sides["case"], register, as_of, believed).alone()
    return Reconciliation(
        left_cases=len(cases[0].keys),
        right_cases=len(cases[1].keys),
        both=len(both),
        only_left=tuple(x for x in alone if x.left),
        only_right=tuple(x for x in alone if x.right),
        differences=tuple(sorted(found, key=_worst_first)),
        fields=tuple(fields),
    )


def _worst_first(x: Difference) -> tuple[object, ...]:
    important, days = x.consequence.rank
    return -important, -days, x.authority_code, x.case_ref, x.record, x.of, x.field


class _Believed:
    """Which side is believed: one that says something before one that does not, else as local practice has it."""

    def __init__(self, prefer: Callable[[str, str], Side]) -> None:
        self._prefer = prefer

    def of(self, authority_code: str, field: str, left: str, right: str) -> str:
        if bool(left) != bool(right):
            return "left" if left else "right"
        return self._prefer(authority_code, field)


class _Comparison:
    """The records of one kind, those of both sides in pairs."""

    def __init__(
        self,
        kind: str,
        tables: tuple[_Table, _Table],
        sides: tuple[Loaded, Loaded],
        register: Register,
        as_of: date,
        believed: _Believed,
    ) -> None:
        self.kind, self.tables, self.sides = kind, tables, sides
        self.register, self.as_of, self.believed = register, as_of, believed
        self.pairs = _pairs(*tables)
        self.matches: list[FieldMatch] = []

    def differences(self) -> Iterator[Difference]:
        for field in self.tables[0].columns:
            rows, match = _differing(self.kind, field, self.tables, self.pairs)
            self.matches.append(match)
            if not len(rows):
                continue
            mine, theirs = (records_at(side, self.pairs[n][rows]) for n, side in enumerate(self.sides))
            effects = consequences(mine, with_column(mine, theirs, field), self.register, self.as_of)
            yield from _said(self.kind, field, self.tables, (self.pairs[0][rows], self.pairs[1][rows]), self, effects)

    def alone(self) -> list[Difference]:
        """The records that one side alone has, with the clock that is missing on the other."""
        found: list[Difference] = []
        for side, name in enumerate(("left", "right")):
            other = self.tables[1 - side].place
            places = [at for at, key in enumerate(self.tables[side].keys) if key not in other]
            rows = np.array(places, dtype=np.int64)
            effects = standing_clocks(records_at(self.sides[side], rows), self.register, self.as_of, name)
            for at, effect in zip(places, effects, strict=True):
                key = self.tables[side].keys[at]
                said = ("there", "") if side == 0 else ("", "there")
                found.append(Difference(key[0], key[1], self.kind, _of(key), WHOLE, *said, name, effect))
        return sorted(found, key=_worst_first)


class _Claims:
    """The claims of exceptions: what differs in any of a case's claims is tried with all of them exchanged."""

    matches: list[FieldMatch]

    def __init__(
        self,
        tables: tuple[_Table, _Table],
        sides: Mapping[str, tuple[Loaded, Loaded]],
        register: Register,
        as_of: date,
        believed: _Believed,
        both: set[Key],
    ) -> None:
        self.tables, self.sides, self.register, self.as_of, self.believed = tables, sides, register, as_of, believed
        self.both = both
        self.matches = []

    def differences(self) -> list[Difference]:
        found: list[Difference] = []
        pairs = _pairs(*self.tables)
        for field in self.tables[0].columns:
            rows, match = _differing("exception", field, self.tables, pairs)
            self.matches.append(match)
            at = pairs[0][rows], pairs[1][rows]
            found += _said("exception", field, self.tables, at, self, [()] * len(rows))
        for side, name in enumerate(("left", "right")):
            other = self.tables[1 - side].place
            for key in self.tables[side].keys:
                if key not in other and key[:2] in self.both:
                    said = ("there", "") if side == 0 else ("", "there")
                    found.append(Difference(key[0], key[1], "exception", _of(key), WHOLE, *said, name, ()))
        effects = self._effects({(x.authority_code, x.case_ref) for x in found})
        return [x._replace(consequences=worst_first(effects.get((x.authority_code, x.case_ref), ()))) for x in found]

    def _effects(self, cases: set[tuple[str, str]]) -> dict[tuple[str, str], list[Consequence]]:
        every: dict[tuple[str, str], list[Consequence]] = {}
        for kind in ("case", "advice", "order"):
            left, right = self.sides[kind]
            places = {key: at for at, key in enumerate(_loaded_keys(right))}
            pairs = [(at, places[key]) for at, key in enumerate(_loaded_keys(left)) if key in places]
            pairs = [pair for pair in pairs if (left.authority_codes[pair[0]], left.case_refs[pair[0]]) in cases]
            mine = records_at(left, np.array([one for one, _ in pairs], dtype=np.int64))
            theirs = records_at(right, np.array([other for _, other in pairs], dtype=np.int64))
            effects = consequences(mine, with_column(mine, theirs, "claims"), self.register, self.as_of)
            for (at, _), effect in zip(pairs, effects, strict=True):
                every.setdefault((left.authority_codes[at], left.case_refs[at]), []).extend(effect)
        return every


def _loaded_keys(loaded: Loaded) -> list[Key]:
    return list(zip(loaded.authority_codes, loaded.case_refs, loaded.chronology_keys, strict=True))


def _table(connection: Connection, kind: str) -> _Table:
    """The rows of a sheet in the order of their primary keys, which is that of the loaded records."""
    sheet = "exceptions" if kind == "exception" else _SHEET[kind]
    of_table = SHEETS[sheet].__table__.columns  # type: ignore[attr-defined]
    names = [column.name for column in of_table if column.name not in _NOT_COMPARED]
    dates = {column.name for column in of_table if isinstance(column.type, Date)}
    chosen = ", ".join(as_text(connection, f"r.{x}") if x in dates else f"CAST(r.{x} AS TEXT)" for x in names)
    join = "" if kind == "case" else "JOIN cases c ON c.id = r.case_id"
    own = "r" if kind == "case" else "c"
    rows = fetch(
        connection, f"SELECT {own}.authority_code, {own}.case_ref, {chosen} FROM {sheet} r {join} ORDER BY r.id"
    )
    columns = {name: [row[at] or "" for row in rows] for at, name in enumerate(names, 2)}
    keys = _keys(kind, [tuple(row[:2]) for row in rows], columns)
    return _Table(
        {name: words for name, words in columns.items() if name not in _ALIKE[kind]},
        keys,
        {key: at for at, key in enumerate(keys)},
    )


def _keys(kind: str, cases: Sequence[Key], columns: Mapping[str, Sequence[str]]) -> list[Key]:
    """What identifies each row on both sides; rows alike are told apart by their order in time."""
    alike = [columns[name] for name in _ALIKE[kind]]
    bare = [(*case, *words) for case, *words in zip(cases, *alike, strict=True)]
    if kind not in _BY_DAY:
        return bare
    day = columns[_BY_DAY[kind]]
    counts: dict[Key, int] = {}
    found: list[Key] = [()] * len(bare)
    for at in sorted(range(len(bare)), key=lambda x: (day[x] or "9999", x)):
        counts[bare[at]] = counts.get(bare[at], 0) + 1
        found[at] = (*bare[at], counts[bare[at]])
    return found


def _pairs(left: _Table, right: _Table) -> tuple[Rows, Rows]:
    both = [(at, right.place[key]) for at, key in enumerate(left.keys) if key in right.place]
    one, other = zip(*both, strict=True) if both else ((), ())
    return np.array(one, dtype=np.int64), np.array(other, dtype=np.int64)


def _differing(
    kind: str, field: str, tables: tuple[_Table, _Table], pairs: tuple[Rows, Rows]
) -> tuple[Rows, FieldMatch]:
    """Which of the pairs differ in a field."""
    left, right = (np.array(t.columns[field], dtype=object)[p] for t, p in zip(tables, pairs, strict=True))
    said = (left != "") | (right != "")
    rows = np.flatnonzero(left != right)
    compared = int(np.count_nonzero(said))
    return rows, FieldMatch(kind, field, compared, compared - len(rows))


def _said(
    kind: str,
    field: str,
    tables: tuple[_Table, _Table],
    rows: tuple[Rows, Rows],
    of: "_Comparison | _Claims",
    effects: Iterable[Consequences],
) -> Iterator[Difference]:
    for one, other, effect in zip(rows[0].tolist(), rows[1].tolist(), effects, strict=True):
        key, left, right = tables[0].keys[one], tables[0].columns[field][one], tables[1].columns[field][other]
        believed = of.believed.of(key[0], field, left, right)
        yield Difference(
            key[0], key[1], kind, _of(key), field, _shown(field, left), _shown(field, right), believed, effect
        )


def _of(key: Key) -> str:
    """What tells the record from the others of its case, for a reader: a kind, and a number from the second on."""
    words = [str(word).replace("_", " ") for word in key[2:] if word not in ("", 1)]
    return " ".join(words)


def _shown(field: str, value: str) -> str:
    may_be_read = field in SHOWN | _CODES or (field.endswith("_on") and field not in _HIDDEN_DATES)
    return value if may_be_read or not value else "not shown"
