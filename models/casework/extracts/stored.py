"""The records of one sheet as they are stored, by column, to be compared with an extract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from models.casework.extracts.column import Column
from models.casework.extracts.sheets import SheetPlan
from models.queries.authorities import authority_codes
from models.queries.packed import Packed, read_packed
from models.queries.sql import bound
from models.statute.records import Rows
from models.store import as_text

NUMBER = "number"
"""The one column that is stored as a number and is no key."""


@dataclass(frozen=True)
class Stored:
    """Records of one sheet by column, None for unknown; those of a case have `case_ids`, others `authority_codes`."""

    ids: Rows
    case_ids: Rows
    authority_codes: Column
    columns: Mapping[str, Column]

    def take(self, rows: Rows) -> "Stored":
        """The records in these places."""
        columns = {name: column.take(rows) for name, column in self.columns.items()}
        return Stored(self.ids[rows], self.case_ids[rows], self.authority_codes.take(rows), columns)


def read_stored(connection: Connection, plan: SheetPlan, authorities: Sequence[str]) -> Stored:
    """The records of these authorities."""
    owner = "case_id" if plan.of_case else "authority_code"
    wanted, codes = bound(authorities)
    where = f"authority_code IN ({wanted})"
    if plan.of_case:
        where = f"case_id IN (SELECT id FROM cases WHERE {where})"
    if (plan.of_case or plan.sheet == "cases") and set(authorities) >= set(authority_codes(connection)):
        # Of all there are: then nothing has to be looked up in an index.
        where, codes = "1 = 1", {}
    source = f"FROM {plan.table} WHERE {where}"
    numbers = {NUMBER} & set(plan.values) | ({owner} if plan.of_case else set())
    words = [name for name in (owner, *plan.values) if name not in numbers]
    table = read_packed(
        connection,
        source,
        key="id",
        spread=source,
        numbers={name: name for name in sorted(numbers)},
        words={name: as_text(connection, name) if name in plan.dates else name for name in words},
        **codes,
    )
    columns = {name: _column(table, plan, name) for name in plan.values}
    nothing = np.zeros(table.size, dtype=np.int64)
    if plan.of_case:
        return Stored(table.ids, table.numbers(owner), Column(nothing, [""]), columns)
    return Stored(table.ids, nothing, _column(table, plan, owner), columns)


def _column(table: Packed, plan: SheetPlan, name: str) -> Column:
    if name == NUMBER:
        return Column.of_numbers(table.numbers(name))
    found = table.codes(name)
    return Column(found.index, found.values if name in plan.sparse else [word or None for word in found.values])
