"""A table checked against a sheet of the contract: the frame of the rows that can be used, and the others."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.importers.contract import Column, Sheet
from models.importers.extract import Rejection, shown
from models.importers.table import Table, TextColumn
from models.importers.values import Fault, checker, empty_fault

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class CheckedColumn:
    """A column in canonical text, with the faults of its distinct values by their place."""

    text: TextColumn
    faults: dict[int, Fault]

    def faulty(self) -> NDArray[np.bool_]:
        """True in the rows whose value cannot be read."""
        return self.text.flags(place in self.faults for place in range(len(self.text.values)))


Columns = Mapping[str, CheckedColumn]


def checked_columns(sheet: Sheet, table: Table, date_formats: Sequence[str]) -> Columns:
    """The columns of a sheet in canonical text, as a table has them; those it lacks are unknown in every row."""
    return {column.name: _checked(column, sheet, table, date_formats) for column in sheet.columns}


def usable_rows(
    sheet: Sheet, table: Table, columns: Columns, number: Numbers | None
) -> tuple[pd.DataFrame, list[Rejection]]:
    """The rows of a table whose every value can be read, and a rejection for each of the others.

    `columns` are those of the table, checked, and `number` that of each row, if rows are numbered. A row with several
    faults is rejected for the first of them in the order of the contract, and the others are named.
    """
    faulty = {name: column.faulty() for name, column in columns.items() if column.faults}
    bad = np.logical_or.reduce([np.zeros(len(table), dtype=np.bool_), *faulty.values()])
    rejections = [
        _rejection(table, [name for name, rows in faulty.items() if rows[row]], row, columns)
        for row in np.flatnonzero(bad).tolist()
    ]
    late = _out_of_order(sheet, columns) & ~bad
    rejections += [_order_rejection(sheet, table, columns, row) for row in np.flatnonzero(late).tolist()]
    frame = pd.DataFrame({name: column.text.categorical() for name, column in columns.items()})
    frame["line"] = table.lines
    frame["file"] = TextColumn.constant(table.file, len(table)).categorical()
    if number is not None:
        frame["number"] = number
    left_out = bad | late
    return frame[~left_out].reset_index(drop=True) if left_out.any() else frame, rejections


def numbered(
    sheet: Sheet, tables: Sequence[Table], checked: Sequence[Columns], date_formats: Sequence[str]
) -> list[Numbers | None]:
    """For each table the numbers of its rows, from 1 among all that agree in `numbered_within`; None if none have any.

    All are counted in the order of the tables and of their lines, with those that cannot be read and those that do not
    fit the columns: a row that is left out tonight does not renumber the others.
    """
    if not sheet.numbered_within:
        return [None] * len(tables)
    misfits = [(place, table.misfits) for place, table in enumerate(tables) if table.misfits is not None]
    parts = [*enumerate(tables), *misfits]
    every = [*checked, *(checked_columns(sheet, part, date_formats) for _, part in misfits)]
    within = [reduce(TextColumn.then, [one[name].text for one in every]) for name in sheet.numbered_within]
    if len(parts) == 1:
        return [_places_within(within)]
    sizes = [len(part) for _, part in parts]
    in_order = np.lexsort((np.concatenate([part.lines for _, part in parts]), np.repeat([x for x, _ in parts], sizes)))
    found = np.empty(len(in_order), dtype=np.int64)
    found[in_order] = _places_within([column.take(in_order) for column in within])
    return [*np.split(found, np.cumsum(sizes)[:-1])[: len(tables)]]


def _places_within(within: Sequence[TextColumn]) -> Numbers:
    """The place of each row, from 1, among those that agree in all these columns."""
    groups = [pd.factorize(np.array(column.values, dtype=object))[0][column.codes] for column in within]
    places = pd.DataFrame(dict(enumerate(groups))).groupby(list(range(len(groups))), sort=False).cumcount()
    return np.asarray(places, dtype=np.int64) + 1


def without_repeats(sheet: Sheet, frame: pd.DataFrame) -> tuple[pd.DataFrame, list[Rejection]]:
    """The rows without those whose key an earlier row has, and a rejection for each of those."""
    key = list(sheet.key)
    repeated = frame.duplicated(subset=key) if key else pd.Series(data=False, index=frame.index)
    if not repeated.any():
        return frame, []
    firsts = frame.loc[~repeated, key].reset_index()
    pairs = frame.loc[repeated, key].reset_index(names="row").merge(firsts, on=key, how="left", validate="many_to_one")
    lines, files = frame["line"].to_numpy(), frame["file"]
    rejections = [
        Rejection(
            file=files[row],
            line=int(lines[row]),
            column=", ".join(key),
            value=shown(" ".join(words)),
            reason=f"{sheet.name} has the same record already, from line {lines[first]} of {files[first]}",
            remedy=f"Keep one of the two rows at the source; for {sheet.name} the first was taken.",
        )
        for row, first, *words in pairs[["row", "index", *key]].itertuples(index=False)
    ]
    return frame[~repeated].reset_index(drop=True), rejections


def _checked(column: Column, sheet: Sheet, table: Table, date_formats: Sequence[str]) -> CheckedColumn:
    text = table.columns.get(column.name, TextColumn.constant("", len(table))).changed(str.strip)
    check = checker(column, key=column.name in sheet.key, date_formats=date_formats)
    values: list[str] = []
    faults: dict[int, Fault] = {}
    for place, value in enumerate(text.values):
        read = check(value) if value else empty_fault(column) if column.required else ""
        if isinstance(read, Fault):
            faults[place] = read
        values.append(value if isinstance(read, Fault) else read)
    return CheckedColumn(replace(text, values=tuple(values)), faults)


def _out_of_order(sheet: Sheet, columns: Columns) -> NDArray[np.bool_]:
    """True where the second of two dates is known and is not the later one."""
    if not sheet.in_order:
        return np.zeros(len(columns[sheet.names[0]].text.codes), dtype=np.bool_)
    earlier, later = (columns[name].text.text() for name in sheet.in_order)
    return ((later != "") & (earlier != "") & (later <= earlier)).to_numpy(dtype=np.bool_)


def _rejection(table: Table, names: Sequence[str], row: int, columns: Columns) -> Rejection:
    first = columns[names[0]]
    fault = first.faults[int(first.text.codes[row])]
    others = ", ".join(table.headings.get(name, name) for name in names[1:])
    return Rejection(
        file=table.file,
        line=int(table.lines[row]),
        column=table.headings.get(names[0], names[0]),
        value=shown(first.text.at(row)),
        reason=fault.reason,
        remedy=f"{fault.remedy} Also look at: {others}." if others else fault.remedy,
    )


def _order_rejection(sheet: Sheet, table: Table, columns: Columns, row: int) -> Rejection:
    earlier, later = sheet.in_order
    return Rejection(
        file=table.file,
        line=int(table.lines[row]),
        column=table.headings.get(later, later),
        value=shown(columns[later].text.at(row)),
        reason=f"{later} is not after {earlier} ({columns[earlier].text.at(row)})",
        remedy="Correct one of the two dates at the source.",
    )
