"""A database filled with many invented cases as they stood on one day, and what became of them by the next.

Rows go in as they are, without what an import checks and compares: here only the night is measured.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from deployments.demo.council import make_cases
from models import migrations
from models.store import engine, insert_rows, unit_of_work, update_rows
from models.tables.all import SHEETS
from tests.benchmarks.multiplied import multiply

YESTERDAY, TODAY = date(2026, 11, 19), date(2026, 11, 20)
MOST_AUTHORITIES = 153
CASES_OF_AN_AUTHORITY = 50
"""Fewer cases are spread over fewer authorities."""
MOST_MADE = 100_000
"""Of more cases the others are copies of these but for their names, which spares the memory to make them all."""

FILLED = ("cases", "advice", "exceptions", "orders", "closures", "panels", "people")
_IDENTITY = {
    "cases": ("authority_code", "case_ref"),
    "advice": ("case_id", "kind", "body", "number"),
    "exceptions": ("case_id", "number"),
    "orders": ("case_id", "number"),
}
_IMPORT = {
    "id": 1,
    "source": "canonical",
    "authorities": "",
    "digest": "",
    "imported_at": "2026-11-19 19:00:00+00:00",
    "imported_by": "benchmark",
    **dict.fromkeys(("read", "added", "changed", "removed", "quarantined", "missing_open_cases"), 0),
}


class Change(NamedTuple):
    """What one day changes in a table: its columns, the rows that are new, and all of the rows that are different."""

    table: str
    columns: tuple[str, ...]
    new: Sequence[tuple[Any, ...]]
    different: Sequence[tuple[Any, ...]]


def fill(address: str, cases: int) -> list[Change]:
    """Make the tables and fill them with so many cases as of `YESTERDAY`; what `TODAY` changes in them.

    Above `MOST_MADE` it is the nearest multiple of that.
    """
    made, times = min(cases, MOST_MADE), max(1, round(cases / MOST_MADE))
    authorities = min(MOST_AUTHORITIES, max(1, made // CASES_OF_AN_AUTHORITY))
    before, after = (
        _with_ids(make_cases(made, seed=1, as_of=TODAY, authorities=authorities, seen_on=day))
        for day in (YESTERDAY, TODAY)
    )
    _same_ids(before, after)
    migrations.ensure(address)
    with unit_of_work(address) as connection:
        insert_rows(connection, "imports", tuple(_IMPORT), [tuple(_IMPORT.values())])
        for name in FILLED:
            insert_rows(connection, name, _columns(before[name]), _rows(before[name]))
    multiply(_IDENTITY, times, address)
    engine(address).dispose()
    changes = [_change(name, before[name], after[name]) for name in _IDENTITY]
    keys = {x.table: _Keys(len(before[x.table]), len(x.new), times) for x in changes}
    return [_multiplied(x, keys) for x in changes]


class _Keys(NamedTuple):
    """The keys of a table with copies: `size` rows of the first day so many `times`, then as often `new` ones."""

    size: int
    new: int
    times: int

    def of(self, key: int, copy: int) -> int:
        """The key that a row has in a copy, 0 being the row itself."""
        if key <= self.size:
            return key + copy * self.size
        return key + (self.times - 1) * self.size + copy * self.new


def pass_a_day(address: str, changes: Iterable[Change]) -> None:
    """What a day changes in the records is in the tables, and every message that waited has gone out."""
    with unit_of_work(address) as connection:
        connection.exec_driver_sql("UPDATE messages SET status = 'sent', attempts = 1 WHERE status = 'waiting'")
        for table, columns, new, different in changes:
            insert_rows(connection, table, columns, new)
            update_rows(connection, table, columns[1:], columns[:1], [(*row[1:], row[0]) for row in different])


def _with_ids(sheets: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The sheets as tables: with numbers for what an import numbers, and without keys as yet."""
    for name in FILLED:
        frame = sheets[name]
        if name in ("advice", "exceptions", "orders"):
            of = ["authority_code", "case_ref", *(("kind", "body") if name == "advice" else ())]
            frame["number"] = frame.groupby(of, sort=False).cumcount() + 1
    sheets["cases"]["last_import_id"] = 1
    return {name: sheets[name] for name in FILLED}


def _same_ids(before: dict[str, pd.DataFrame], after: dict[str, pd.DataFrame]) -> None:
    """Give every row its key, and a row of both days the same."""
    for name in FILLED:
        for frames in (before, after):
            frame = frames[name]
            if "case_ref" in frame and name != "cases":
                of = pd.MultiIndex.from_frame(frames["cases"][["authority_code", "case_ref"]])
                place = of.get_indexer(pd.MultiIndex.from_frame(frame[["authority_code", "case_ref"]]))
                frame.insert(0, "case_id", frames["cases"]["id"].to_numpy()[place])
                frames[name] = frame.drop(columns=["authority_code", "case_ref"])
        first, then = before[name], after[name]
        first.insert(0, "id", np.arange(1, len(first) + 1))
        if name in _IDENTITY:
            keys = [pd.MultiIndex.from_frame(frame[list(_IDENTITY[name])]) for frame in (first, then)]
            place = keys[0].get_indexer(keys[1])
            new = np.cumsum(place < 0) + len(first)
            then.insert(0, "id", np.where(place < 0, new, first["id"].to_numpy()[place]))


def _change(name: str, before: pd.DataFrame, after: pd.DataFrame) -> Change:
    after = after.sort_values("id")
    kept = after[: len(before)]
    if not np.array_equal(kept["id"], before["id"]):
        raise AssertionError(f"{name}: a row of the first day is not there on the next")
    values = [column for column in before if column != "id"]
    differs = np.zeros(len(before), dtype=np.bool_)
    for column in values:
        differs |= before[column].to_numpy() != kept[column].to_numpy()
    return Change(name, _columns(after), list(_rows(after[len(before) :])), list(_rows(kept[differs])))


def _multiplied(change: Change, keys: Mapping[str, _Keys]) -> Change:
    """The same change in every copy of the rows."""
    own, of_case = keys[change.table], keys["cases"]

    def copies(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for copy in range(own.times):
            for row in rows:
                named = dict(zip(change.columns, row, strict=True))
                named["id"] = own.of(named["id"], copy)
                if "case_id" in named:
                    named["case_id"] = of_case.of(named["case_id"], copy)
                elif copy:
                    named["case_ref"] = f"{named['case_ref']}-{copy}"
                yield tuple(named.values())

    return change._replace(new=list(copies(change.new)), different=list(copies(change.different)))


def _columns(frame: pd.DataFrame) -> tuple[str, ...]:
    return tuple(map(str, frame.columns))


def _rows(frame: pd.DataFrame) -> Iterable[tuple[object, ...]]:
    """The rows for the database, in which an empty text is unknown, but for the parts of a key."""
    kept = {"body", *(("team",) if "role" in frame else ())}
    columns = [
        frame[name].tolist() if name in kept else [x if x != "" else None for x in frame[name].tolist()]
        for name in frame
    ]
    return zip(*columns, strict=True)


assert set(FILLED) <= set(SHEETS)
