"""The one way in: a path and the name of its source give an extract, checked, or a refusal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from models.errors import ExtractRefusedError
from models.importers.canonical import canonical_tables
from models.importers.collect import collect_table
from models.importers.contract import contract
from models.importers.extract import Extract, Rejection
from models.importers.files import MANIFEST, SourceFiles, existing, extracted_at
from models.importers.map_file import load_map
from models.importers.mapped_files import mapped_tables
from models.importers.mapping import mapped
from models.importers.sen2_xml import sen2_xml_table
from models.importers.source_map import SourceMap
from models.importers.table import Table
from models.importers.validation import checked_columns, numbered, usable_rows, without_repeats
from models.importers.values import ISO_FORMAT

__all__ = ["CANONICAL", "Extract", "Rejection", "read_extract"]

CANONICAL = "canonical"


@dataclass
class _Contents:
    """What the files of a source say in the words of the contract, before it is checked.

    `tables` are by sheet, several where several blocks of a map feed one; `cases` counts the rows of the source
    that are, or could have been, cases.
    """

    tables: list[tuple[str, Table]] = field(default_factory=list)
    date_formats: tuple[str, ...] = (ISO_FORMAT,)
    rejections: list[Rejection] = field(default_factory=list)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    cases: int = 0


def read_extract(path: Path, *, source: str = CANONICAL, progress: Callable[[str], None] | None = None) -> Extract:
    """The extract at this path, read as the source says: `canonical`, the name of a map, or the path of one.

    Rows that cannot be used are in its `rejections`; that a case exists for a row of another sheet is not checked.
    `progress` is told of each sheet in a few words.

    Raises:
        ExtractRefusedError: the extract as a whole is not what it claims to be.
        SettingsError: the map cannot be used, or SEN2 is to be read without a key for pseudonyms.
    """
    files = SourceFiles()
    if source == CANONICAL:
        name, contents = CANONICAL, _canonical(existing(path), files)
    else:
        source_map = load_map(source)
        name, contents = source_map.name, _mapped(existing(path), source_map, files)
    if not contents.cases:
        raise ExtractRefusedError(
            "the extract has no cases",
            where=str(path),
            why="there is a heading and no row: an authority has always had a case",
            remedy="Check the export; last night's records are kept as they were.",
        )
    sheets, rejections = _checked(contents, progress or (lambda _: None))
    if sheets["cases"].empty:
        raise _no_case(path, contents, rejections)
    return Extract(
        source=name,
        sheets=sheets,
        rejections=sorted([*contents.rejections, *rejections], key=lambda one: (one.file, one.line)),
        ignored_columns={sheet: headings for sheet, headings in contents.ignored.items() if headings},
        digest=files.digest,
        extracted_at=extracted_at(path, files),
        is_dated=(path / MANIFEST).is_file(),
        authorities=tuple(sorted(sheets["cases"]["authority_code"].unique())),
        notes=contents.notes,
    )


def _no_case(path: Path, contents: _Contents, rejections: Sequence[Rejection]) -> ExtractRefusedError:
    """The refusal of an extract of whose rows none became a case."""
    files = {table.file for sheet, table in contents.tables if sheet == "cases"}
    first = next((one for one in [*contents.rejections, *rejections] if one.file in files), None)
    if first is None:
        return ExtractRefusedError(
            "the map leaves out every case of the extract",
            where=str(path),
            why="; ".join(contents.notes) or "no row has any of the columns `only_with` filled",
            remedy="Look at the export; or correct `leave_out` or `only_with` in the map of the source.",
        )
    return ExtractRefusedError(
        "not one case of the extract can be read",
        where=str(path),
        why=", ".join(filter(None, (first.file, f"line {first.line}", first.column)))
        + f": {first.reason}, and so on for every row",
        remedy=first.remedy,
    )


def _canonical(path: Path, files: SourceFiles) -> _Contents:
    found = canonical_tables(path, files)
    return _Contents(
        tables=list(found.tables.items()),
        rejections=[rejection for table in found.tables.values() for rejection in table.rejections],
        ignored={sheet: table.ignored for sheet, table in found.tables.items()},
        notes=found.notes,
        cases=_rows(found.tables["cases"]),
    )


def _mapped(path: Path, source_map: SourceMap, files: SourceFiles) -> _Contents:
    contents = _Contents(date_formats=source_map.date_formats)
    tables: dict[tuple[str, str], Table] = {}
    match source_map.format:
        case "files":
            tables = mapped_tables(path, source_map.blocks, files)
        case "sen2_xml":
            tables["", ""], contents.notes = sen2_xml_table(path, files)
        case "collect_csv":
            tables["", ""], contents.notes = collect_table(path, files)
    contents.rejections = [rejection for table in tables.values() for rejection in table.rejections]
    for block in source_map.blocks:
        table = tables[block.file, block.worksheet]
        rows, notes = mapped(block, contract()[block.sheet], table, source_map.date_formats)
        contents.tables.append((block.sheet, rows))
        contents.notes += notes
        contents.ignored[block.sheet] = sorted({*contents.ignored.get(block.sheet, []), *table.ignored})
        if block.sheet == "cases":
            contents.cases += _rows(table)
    return contents


def _one_below_the_other(frames: Sequence[pd.DataFrame], texts: Sequence[str]) -> pd.DataFrame:
    # Columns that differ in their categories become one of objects.
    return pd.concat(frames, ignore_index=True).astype(dict.fromkeys(texts, "category"))


def _rows(table: Table) -> int:
    return len(table) + len(table.rejections)


def _checked(contents: _Contents, progress: Callable[[str], None]) -> tuple[dict[str, pd.DataFrame], list[Rejection]]:
    sheets: dict[str, pd.DataFrame] = {}
    rejections: list[Rejection] = []
    for sheet in contract().values():
        tables = [table for name, table in contents.tables if name == sheet.name]
        if not tables:
            continue
        frames: list[pd.DataFrame] = []
        checked = [checked_columns(sheet, table, contents.date_formats) for table in tables]
        numbers = numbered(sheet, tables, checked, contents.date_formats)
        for table, columns, number in zip(tables, checked, numbers, strict=True):
            frame, rejected = usable_rows(sheet, table, columns, number)
            frames.append(frame)
            rejections += rejected
        whole = _one_below_the_other(frames, [*sheet.names, "file"]) if len(frames) > 1 else frames[0]
        sheets[sheet.name], rejected = without_repeats(sheet, whole)
        rejections += rejected
        progress(f"{sheet.name}: {len(sheets[sheet.name]):,} rows")
    return sheets, rejections
