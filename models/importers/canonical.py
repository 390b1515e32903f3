"""The files of a canonical extract: a folder of CSV files, or one workbook with the same sheets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from models.errors import ExtractRefusedError
from models.importers.contract import Sheet, contract
from models.importers.csv_text import csv_table
from models.importers.extract import shown
from models.importers.files import SourceFiles, folder_files, two_files
from models.importers.heading import Wanted, near_misses, plain
from models.importers.table import Table
from models.importers.workbook import WORKBOOKS, workbook_tables

MOST_NAMED = 20
"""Of the files or sheets that are not read so many are named, those first that are named nearly as one that is."""


@dataclass
class Found:
    """Tables by the sheet they are for, and notes on what was passed over."""

    tables: dict[str, Table] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def canonical_tables(path: Path, files: SourceFiles) -> Found:
    """The sheets of a canonical extract: a folder of CSV files, or one workbook.

    Raises:
        ExtractRefusedError: it is neither, has no cases, or a sheet is not what it claims.
    """
    wanted = {name: _wanted(sheet) for name, sheet in contract().items()}
    if path.is_dir():
        found = _folder(path, wanted, files)
        place = str(path / "cases.csv")
    elif path.suffix.casefold() in WORKBOOKS:
        files.note(path)
        tables, others = workbook_tables(path, wanted)
        found = Found(tables, _passed_over(others, list(wanted), "sheet"))
        place = f"{path.name}, sheet cases"
    else:
        raise ExtractRefusedError(
            f"{path.name} is not an extract",
            where=str(path),
            why="an extract is a folder of CSV files (cases.csv and others) or one workbook (.xlsx)",
            remedy="Give the folder the file is in; with columns of your own, also a map: --source MAP.toml.",
        )
    if "cases" not in found.tables:
        raise ExtractRefusedError(
            "the extract has no cases",
            where=place,
            why="; ".join(["there is no such file or sheet", *found.notes]),
            remedy="Export the cases too; nothing else is compulsory. Where files and columns have names of your own, "
            "say what they mean in a map: ehc import --source MAP.toml.",
        )
    found.notes += _likely_misspelt(found.tables)
    return found


def _wanted(sheet: Sheet) -> Wanted:
    return Wanted(
        required=tuple(column.name for column in sheet.columns if not column.optional),
        optional=tuple(column.name for column in sheet.columns if column.optional),
    )


def _folder(folder: Path, wanted: Mapping[str, Wanted], files: SourceFiles) -> Found:
    paths = [path for path in folder_files(folder) if path.suffix.casefold() == ".csv"]
    _refuse_no_files(folder, wanted)
    found = Found()
    for name in wanted:
        here = [path for path in paths if plain(path.stem) == name]
        if len(here) > 1:
            raise two_files(name, here)
        if here:
            found.tables[name] = csv_table(here[0].name, files.read(here[0]), wanted[name])
    found.notes = _passed_over([path.stem for path in paths if plain(path.stem) not in wanted], list(wanted), "file")
    return found


def _refuse_no_files(folder: Path, wanted: Collection[str]) -> None:
    """Refuse a folder in which something has the name of a sheet and is no file: what it was to say would be lost."""
    for path in folder.iterdir():
        if path.suffix.casefold() == ".csv" and plain(path.stem) in wanted and not path.is_file():
            raise ExtractRefusedError(
                f"{path.name} is no file",
                where=str(path),
                why="it is a folder, a pipe, or a link to what is not there",
                remedy="Put the file itself there, or remove it if the source has nothing to say.",
            )


def _passed_over(others: list[str], known: list[str], kind: str) -> list[str]:
    near = {other: like for like, other in near_misses(known, others).items()}
    named = sorted(others, key=lambda other: other not in near)[:MOST_NAMED]
    more = len(others) - len(named)
    return [
        f"{kind} {shown(other)} is not in the contract and was not read"
        + (f"; is it {near[other]}?" if other in near else "")
        for other in named
    ] + ([f"{more:,} more {kind}s are not in the contract and were not read"] if more else [])


def _likely_misspelt(tables: Mapping[str, Table]) -> list[str]:
    """A column that was ignored although one that is absent looks like it is probably a slip."""
    return [
        f"{table.file}: column {heading} was ignored; is it {name}?"
        for sheet, table in tables.items()
        for name, heading in near_misses(
            [name for name in contract()[sheet].names if name not in table.columns], table.ignored
        ).items()
    ]
