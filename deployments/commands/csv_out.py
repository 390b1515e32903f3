"""CSV for a spreadsheet or a program, in which no cell is ever a formula."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

_BEGINS_A_FORMULA = frozenset("=+-@\t\n＝＋－＠")  # noqa: RUF001 - full width too, as some spreadsheets take them
_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+%?")


def write_csv(file: TextIO, heading: Sequence[str], rows: Iterable[Sequence[Any]], *, line_end: str = "\n") -> None:
    """Write the heading and the rows; a text that a spreadsheet would take for a formula is marked as text."""
    writer = csv.writer(file, lineterminator=line_end)
    writer.writerow(heading)
    writer.writerows(map(_safe, rows))


def write_csv_by_name(
    file: TextIO, heading: Sequence[str], rows: Iterable[Mapping[str, Any]], *, line_end: str = "\n"
) -> None:
    """The same for rows that name their cells; what a row does not name is empty."""
    write_csv(file, heading, ([row.get(name, "") for name in heading] for row in rows), line_end=line_end)


def _safe(row: Sequence[Any]) -> Sequence[Any]:
    for cell in row:
        # Written out, since this is asked of every cell of millions of rows.
        if cell.__class__ is str and cell and (cell[0] in _BEGINS_A_FORMULA or "\r" in cell):
            return [_marked(x) if isinstance(x, str) else x for x in row]
    return row


def _marked(cell: str) -> str:
    # The writer puts no marks around a carriage return, and a spreadsheet would begin a row there.
    cell = cell.replace("\r\n", "\n").replace("\r", "\n")
    return f"'{cell}" if cell[:1] in _BEGINS_A_FORMULA and not _NUMBER.fullmatch(cell) else cell
