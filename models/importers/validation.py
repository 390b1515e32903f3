"""A table checked against a sheet of the contract: the frame of the rows that can be used, and the others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.importers.contract import Column, Sheet
from models.importers.extract import Rejection, shown
from models.importers.table import Table, TextColumn
from models.importers.values import ISO_FORMAT, Fault, checker, empty_fault

NO_FAULT = -1


@dataclass(frozen=True)
class CheckedColumn:
    """A column in canonical text, with the faults of its distinct values by their place."""

    text: TextColumn
    faults: dict[int, Fault]

    def faulty(self) -> NDArray[np.bool_]:
        """True in the rows whose value cannot be read."""
        return self.text.flags(place in self.faults for place in range(len(self.text.values)))


def checked_rows(
    sheet: Sheet, table: Table, *, date_formats: Sequence[str] = (ISO_FORMAT,)
) -> tuple[pd.DataFrame, list[Rejection]]:
    """The rows of a table whose every value can be read, and a rejection for each of the others.

    The table has columns of the contract; those it lacks are unknown in every row. A row with several faults is
    rejected for the first of them in the order of the contract, and the others are named.
    """
    columns = {column.name: _checked(column, sheet, table, date_formats) for column in sheet.columns}
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
    if sheet.numbered_within:
        # Before the bad rows are left out, so that a row that cannot be read tonight does not renumber the others.
        frame["number"] = _numbers(sheet, table, columns, date_formats)
    left_out = bad | late
    return frame[~left_out].reset_index(drop=True) if left_out.any() else frame, rejections


def numbers(within: Sequence[TextColumn]) -> NDArray[np.int64]:
    """The place of each row, from 1, among those that agree in all these columns."""
    groups = [pd.factorize(np.array(column.values, dtype=object))[0][column.codes] for column in within]
    places = pd.DataFrame(dict(enumerate(groups))).groupby(list(range(len(groups))), sort=False).cumcount()
    return np.asarray(places, dtype=np.int64) + 1


def _numbers(
    sheet: Sheet, table: Table, columns: dict[str, CheckedColumn], date_formats: Sequence[str]
) -> NDArray[np.int64]:
    """The number of each row of the table, counting those that do not fit its columns among their likes."""
    within = [columns[name].text for name in sheet.numbered_within]
    misfits = table.misfits
    if misfits is None:
        return numbers(within)
    keys = {column.name: column for column in sheet.columns}
    others = [_checked(keys[name], sheet, misfits, date_formats).text for name in sheet.numbered_within]
    in_file = np.argsort(np.concatenate([table.lines, misfits.lines]), kind="stable")
    found = np.empty(len(in_file), dtype=np.int64)
    found[in_file] = numbers([mine.then(other).take(in_file) for mine, other in zip(within, others, strict=True)])
    return found[: len(table)]


def without_repeats(sheet: Sheet, frame: pd.DataFrame, files: Sequence[str]) -> tuple[pd.DataFrame, list[Rejection]]:
    """The rows without those whose key an earlier row has, and a rejection for each of those.

    `files` names the file of every row.
    """
    key = list(sheet.key)
    repeated = frame.duplicated(subset=key) if key else pd.Series(data=False, index=frame.index)
    if not repeated.any():
        return frame, []
    firsts = frame.loc[~repeated, key].reset_index()
    pairs = frame.loc[repeated, key].reset_index(names="row").merge(firsts, on=key, how="left", validate="many_to_one")
    lines = frame["line"].to_numpy()
    rejections = [
        Rejection(
            file=files[row],
            line=int(lines[row]),
            column=", ".join(key),
            value=shown(" ".join(words)),
            reason=f"the same record is already on line {lines[first]} of {files[first]}",
            remedy="Keep one of the two rows at the source; the first was taken.",
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


def _out_of_order(sheet: Sheet, columns: dict[str, CheckedColumn]) -> NDArray[np.bool_]:
    """True where the second of two dates is known and is not the later one."""
    if not sheet.in_order:
        return np.zeros(len(columns[sheet.names[0]].text.codes), dtype=np.bool_)
    earlier, later = (columns[name].text.text() for name in sheet.in_order)
    return ((later != "") & (earlier != "") & (later <= earlier)).to_numpy(dtype=np.bool_)


def _rejection(table: Table, names: Sequence[str], row: int, columns: dict[str, CheckedColumn]) -> Rejection:
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


def _order_rejection(sheet: Sheet, table: Table, columns: dict[str, CheckedColumn], row: int) -> Rejection:
    earlier, later = sheet.in_order
    return Rejection(
        file=table.file,
        line=int(table.lines[row]),
        column=table.headings.get(later, later),
        value=shown(columns[later].text.at(row)),
        reason=f"{later} is not after {earlier} ({columns[earlier].text.at(row)})",
        remedy="Correct one of the two dates at the source.",
    )
