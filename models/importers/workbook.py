"""Sheets of an Excel workbook as tables, with the same text a CSV file would have."""

import warnings
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import numpy as np
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from models.errors import ExtractRefusedError
from models.importers.archive import not_a_workbook, refuse_unsafe_archive
from models.importers.heading import MOST_COLUMNS, Heading, Wanted, plain, read_heading
from models.importers.table import Table, TextColumn

Row = tuple[object, ...]

WORKBOOKS = (".xlsx", ".xlsm")

# What openpyxl raises on a damaged workbook, besides saying so.
DAMAGED = (
    BadZipFile,
    InvalidFileException,
    ParseError,
    zlib.error,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
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
                # Without this a sheet that claims a million columns is read as wide as it claims.
                sheet.reset_dimensions()
                rows = sheet.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
                tables[name] = _table(f"{path.name}, sheet {sheet.title}", rows, wanted[name])
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


def _table(file: str, rows: Iterable[Row], wanted: Wanted) -> Table:
    numbered = ((line, row) for line, row in enumerate(rows, start=1) if any(cell is not None for cell in row))
    first = next(numbered, None)
    if first is None:
        raise ExtractRefusedError(
            f"{file} is empty", where=file, why="it has no heading and no rows", remedy="Export it again."
        )
    heading = read_heading(file, _without_tail([cell_text(cell) for cell in first[1]]), wanted)
    return _body(file, heading, numbered).without_blank_rows()


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
