"""Sheets of an Excel workbook as tables, with the same text a CSV file would have."""

import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile

import numpy as np
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from models.errors import ExtractRefusedError
from models.importers.archive import not_a_workbook, refuse_unsafe_archive
from models.importers.heading import MOST_COLUMNS, Heading, Wanted, plain, read_heading
from models.importers.sheet_xml import look_over, never_worked_out
from models.importers.table import Table, TextColumn

Row = tuple[object, ...]

WORKBOOKS = (".xlsx", ".xlsm")

MOST_ROWS = 1 << 20
"""What Excel itself has on a sheet; a row that says it comes later has openpyxl fill up the rows before it."""

# What openpyxl raises on a damaged workbook, besides saying so.
DAMAGED = (
    BadZipFile,
    InvalidFileException,
    SyntaxError,  # of XML: what lxml raises is one too, which openpyxl takes wherever it is installed
    zlib.error,
    AttributeError,
    EOFError,
    LookupError,  # of an encoding too that nobody knows
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)


def workbook_tables(path: Path, wanted: Mapping[str, Wanted]) -> tuple[dict[str, Table], list[str]]:
    """The wanted sheets by name, and the names of the sheets that were not read.

    A sheet the workbook does not have is absent from the answer. Sheets are matched as headings are.

    Raises:
        ExtractRefusedError: no workbook, one that is not safe to open, or a sheet whose heading is not the one wanted.
    """
    refuse_unsafe_archive(path)
    sheets = {plain(name): name for name in wanted}
    tables: dict[str, Table] = {}
    others: list[str] = []
    with _damage_refused(path):
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            for sheet in book.worksheets:
                name = sheets.get(plain(sheet.title))
                if name is None:
                    others.append(sheet.title)
                    continue
                if name in tables:
                    raise _two_sheets(path, name)
                # Without this a sheet that claims a million columns is read as wide as it claims.
                sheet.reset_dimensions()
                tables[name] = _table(f"{path.name}, sheet {sheet.title}", sheet, wanted[name])
        finally:
            book.close()
    return tables, others


@contextmanager
def _damage_refused(path: Path) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            # That styles or drop-down lists are lost is nothing to somebody who reads values.
            warnings.simplefilter("ignore", UserWarning)
            yield
    except ExtractRefusedError:
        raise
    except DAMAGED as error:
        raise not_a_workbook(path, f"it is damaged, or no workbook at all ({type(error).__name__})") from error


def _table(file: str, sheet: ReadOnlyWorksheet, wanted: Wanted) -> Table:
    first = next(_filled(file, sheet, 1, MOST_COLUMNS + 1), None)
    if first is None:
        raise ExtractRefusedError(
            f"{file} is empty", where=file, why="it has no heading and no rows", remedy="Export it again."
        )
    line, cells = first
    heading = read_heading(file, _without_tail([cell_text(cell) for cell in cells]), wanted)
    _refuse_what_would_be_lost(file, sheet, heading)
    # Read anew and only as wide as is wanted: every row is filled up to the width that is asked for.
    width = max(heading.places.values(), default=0) + 1
    return _body(file, heading, _filled(file, sheet, line + 1, width)).without_blank_rows()


def _refuse_what_would_be_lost(file: str, sheet: ReadOnlyWorksheet, heading: Heading) -> None:
    """Refuse the sheet if openpyxl would pass over something in it without a word."""

    def source() -> BinaryIO:
        return sheet._get_source()  # type: ignore[no-any-return]  # noqa: SLF001 - who else knows where the sheet is

    with source() as xml:
        found = look_over(xml)
    if found.misplaced:
        raise ExtractRefusedError(
            f"{file} has its rows out of order",
            where=f"{file}, row {found.misplaced}",
            why="that row does not come after the one before it, or is there twice; a spreadsheet would repair that",
            remedy="Open it in Excel, let it be repaired, save it, and give it again; tell who makes the export.",
        )
    if not found.has_formulas:
        return
    with source() as xml:
        cell = never_worked_out(xml, {get_column_letter(place + 1) for place in heading.places.values()})
    if cell:
        raise ExtractRefusedError(
            f"{file} has formulas that were never worked out",
            where=f"{file}, cell {cell}",
            why="a program wrote the workbook, and no spreadsheet has opened it since: its formulas have no values",
            remedy="Open it in Excel, save it, and give it again; or have the program write values.",
        )


def _two_sheets(path: Path, name: str) -> ExtractRefusedError:
    return ExtractRefusedError(
        f"{path.name} has two sheets {name}",
        where=str(path),
        why="their names differ only in capitals or spaces; which of them is meant cannot be known",
        remedy="Remove or rename one of them.",
    )


def _filled(file: str, sheet: ReadOnlyWorksheet, start: int, width: int) -> Iterator[tuple[int, Row]]:
    """The rows from `start` on that hold anything in so many columns, with their numbers."""
    for line, row in enumerate(sheet.iter_rows(min_row=start, max_col=width, values_only=True), start):
        if line > MOST_ROWS:
            raise ExtractRefusedError(
                f"{file} has too many rows",
                where=file,
                why=f"a sheet has at most {MOST_ROWS:,}",
                remedy="Give the extract as a folder of CSV files.",
            )
        if row.count(None) < len(row):
            yield line, row


def _body(file: str, heading: Heading, numbered: Iterable[tuple[int, Row]]) -> Table:
    lines: list[int] = []
    words: dict[str, list[str]] = {name: [] for name in heading.places}
    for line, row in numbered:
        lines.append(line)
        for name, place in heading.places.items():
            # Rows end with their last filled cell.
            words[name].append(cell_text(row[place]) if place < len(row) else "")
    return Table(
        file=file,
        columns={name: TextColumn.of(column) for name, column in words.items()},
        lines=np.array(lines, dtype=np.int64),
        headings=heading.spelled,
        ignored=heading.ignored,
    )


def cell_text(cell: object) -> str:
    """A cell as a CSV file would have it: dates as YYYY-MM-DD, whole numbers without a point, true as 1."""
    if cell is None:
        return ""
    if isinstance(cell, bool) or (isinstance(cell, float) and cell.is_integer()):
        return str(int(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def _without_tail(cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    return cells
