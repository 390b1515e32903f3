"""The files and worksheets that the map of a source names."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from models.errors import ExtractRefusedError
from models.importers.csv_text import csv_table
from models.importers.files import SourceFiles, only_file
from models.importers.heading import Wanted
from models.importers.source_map import Block
from models.importers.table import Table
from models.importers.workbook import WORKBOOKS, workbook_tables


def mapped_tables(path: Path, blocks: Iterable[Block], files: SourceFiles) -> dict[tuple[str, str], Table]:
    """The files and worksheets that a map names, each read once with the columns all its blocks ask for.

    Raises:
        ExtractRefusedError: a file or worksheet is missing, there are two, or one is not what it claims.
    """
    wanted: dict[tuple[str, str], tuple[str, ...]] = {}
    for block in blocks:
        place = (block.file, block.worksheet)
        wanted[place] = tuple(dict.fromkeys([*wanted.get(place, ()), *block.sources]))
    tables: dict[tuple[str, str], Table] = {}
    for file in dict.fromkeys(file for file, _ in wanted):
        found = only_file(path, file)
        sheets = {sheet: Wanted(names) for (of_file, sheet), names in wanted.items() if of_file == file}
        if found.suffix.casefold() in WORKBOOKS:
            tables |= {(file, sheet): table for sheet, table in _worksheets(found, sheets, files).items()}
        else:
            tables |= {(file, s): csv_table(found.name, files.read(found), names) for s, names in sheets.items()}
    return tables


def _worksheets(path: Path, wanted: Mapping[str, Wanted], files: SourceFiles) -> dict[str, Table]:
    files.note(path)
    tables, others = workbook_tables(path, wanted)
    missing = [sheet for sheet in wanted if sheet not in tables]
    if missing:
        raise ExtractRefusedError(
            f"{path.name} has no sheet {missing[0] or '(the map names none)'}",
            where=str(path),
            why=f"its sheets are: {', '.join([*tables, *others])}",
            remedy="Correct `worksheet` in the map, or the name of the sheet.",
        )
    return tables
