"""The map of a source, read from its TOML file, or refused with the key that is wrong.

The maps that come with the product are in `maps/`; a council's own is named by its path.
"""

import re
import tomllib
from collections.abc import Collection, Mapping
from datetime import date
from difflib import get_close_matches
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import get_args

from models.errors import SettingsError
from models.importers.contract import Sheet, contract
from models.importers.source_map import Block, ColumnRule, SourceFormat, SourceMap
from models.importers.values import ISO_FORMAT, Fault, checker, iso_date

# Written and read again to test a format; its day is past 12, its month and year are unlike it.
A_DAY = date(2024, 3, 31)


def load_map(source: str) -> SourceMap:
    """The map of this name, or in the TOML file of this path.

    Raises:
        SettingsError: there is no such map, or it says something that cannot be used, with file, key, reason, remedy.
    """
    path = Path(source)
    if path.suffix.casefold() == ".toml":
        return _MapReader(path.name, path).source_map(path.stem)
    bundled = files("models.importers").joinpath("maps")
    names = sorted(item.name.removesuffix(".toml") for item in bundled.iterdir() if item.name.endswith(".toml"))
    if source not in names:
        raise SettingsError(
            f"there is no source called {source}",
            where="--source",
            why=f"the sources are: canonical, {', '.join(names)}",
            remedy="Use one of these, or the path of your own map, which ends in .toml.",
        )
    return _MapReader(f"{source}.toml", bundled.joinpath(f"{source}.toml")).source_map(source)


class _MapReader:
    """Takes a map apart key by key, so that every refusal says which key of which file it is about."""

    def __init__(self, file: str, path: Traversable) -> None:
        self.file = file
        self.path = path

    def source_map(self, name: str) -> SourceMap:
        data = self._data()
        self._known(data, "", ("title", "format", "date_formats", "rows"))
        form = self._text(data, "format", "")
        if form not in get_args(SourceFormat):
            raise self._refused("format", f"'{form}' is no format", f"Use one of: {', '.join(get_args(SourceFormat))}.")
        formats = self._texts(data.get("date_formats", [ISO_FORMAT]), "date_formats")
        for date_format in formats:
            self._check_date_format(date_format)
        rows = data.get("rows")
        if not isinstance(rows, list) or not rows:
            raise self._refused("rows", "there are no rows", "Add a [[rows]] table that says where `cases` come from.")
        blocks = tuple(self._block(row, f"rows[{number}]", form) for number, row in enumerate(rows, start=1))
        if "cases" not in [block.sheet for block in blocks]:
            raise self._refused("rows", "none of them is for the sheet cases", "Say where the cases come from.")
        return SourceMap(name, self._text(data, "title", ""), form, formats, blocks)  # type: ignore[arg-type]

    def _data(self) -> dict[str, object]:
        try:
            return tomllib.loads(self.path.read_bytes().decode("utf-8-sig"))
        except OSError as error:
            raise SettingsError(
                "the map of the source cannot be read",
                where=str(self.path),
                why=error.strerror or str(error),
                remedy="Check the path of the map.",
            ) from error
        except (ValueError, RecursionError) as error:
            # `from None`, because a file that is nested without end has as many frames.
            raise self._refused("", f"it is not a TOML file: {error}", "Correct the line that is named.") from None

    def _block(self, row: object, key: str, form: str) -> Block:
        table = self._table(row, key)
        self._known(table, key, ("sheet", "file", "worksheet", "columns", "constants", "only_with", "leave_out"))
        name = self._text(table, "sheet", key)
        sheet = contract().get(name)
        if sheet is None:
            raise self._refused(f"{key}.sheet", f"'{name}' is no sheet of the contract", _suggest(name, contract()))
        if form == "files":
            self._text(table, "file", key)
        block = Block(
            sheet=name,
            columns=self._columns(table.get("columns", {}), f"{key}.columns", sheet),
            file=str(table.get("file", "")),
            worksheet=str(table.get("worksheet", "")),
            constants=self._constants(table.get("constants", {}), f"{key}.constants", sheet),
            only_with=self._texts(table.get("only_with", []), f"{key}.only_with"),
            leave_out=self._lists(table.get("leave_out", {}), f"{key}.leave_out"),
        )
        self._complete(block, key, sheet)
        return block

    def _columns(self, data: object, key: str, sheet: Sheet) -> dict[str, ColumnRule]:
        rules: dict[str, ColumnRule] = {}
        for name, rule in self._table(data, key).items():
            self._column_of(sheet, name, key)
            rules[name] = self._rule(rule, f"{key}.{name}", sheet, name)
        return rules

    def _rule(self, rule: object, key: str, sheet: Sheet, name: str) -> ColumnRule:
        if isinstance(rule, str):
            return ColumnRule(rule)
        table = self._table(rule, key)
        self._known(table, key, ("from", "values", "when"))
        values: dict[str, str] = {}
        for word, meaning in self._table(table.get("values", {}), f"{key}.values").items():
            values[word.strip().casefold()] = self._value(meaning, f"{key}.values.{word}", sheet, name)
        return ColumnRule(self._text(table, "from", key), values, self._lists(table.get("when", {}), f"{key}.when"))

    def _constants(self, data: object, key: str, sheet: Sheet) -> dict[str, str]:
        constants: dict[str, str] = {}
        for name, value in self._table(data, key).items():
            self._column_of(sheet, name, key)
            constants[name] = self._value(value, f"{key}.{name}", sheet, name)
        return constants

    def _value(self, value: object, key: str, sheet: Sheet, name: str) -> str:
        if not isinstance(value, str):
            raise self._refused(key, "it is not text", 'Put it in quotation marks: "1".')
        read = checker(sheet.column(name), key=name in sheet.key, date_formats=[ISO_FORMAT])(value) if value else ""
        if isinstance(read, Fault):
            raise self._refused(key, f"'{value}': {read.reason}", read.remedy)
        return read

    def _complete(self, block: Block, key: str, sheet: Sheet) -> None:
        both = sorted(block.columns.keys() & block.constants.keys())
        if both:
            raise self._refused(f"{key}.constants", f"{both[0]} is among the columns too", "Keep one of the two.")
        said = block.columns.keys() | block.constants.keys()
        missing = [column.name for column in sheet.columns if column.required and column.name not in said]
        if missing:
            remedy = "Name the column of the source they come from, or give a constant."
            raise self._refused(f"{key}.columns", f"nothing is said of {', '.join(missing)}", remedy)

    def _column_of(self, sheet: Sheet, name: str, key: str) -> None:
        if name not in sheet.names:
            why = f"the sheet {sheet.name} has no such column"
            raise self._refused(f"{key}.{name}", why, _suggest(name, sheet.names))

    def _check_date_format(self, form: str) -> None:
        if "%" not in form or not _says_the_day(form):
            remedy = 'Write it with %d, %m (or %b) and %Y: "%d/%m/%Y".'
            raise self._refused("date_formats", f"'{form}' does not say day, month and year", remedy)

    def _known(self, table: Mapping[str, object], key: str, known: tuple[str, ...]) -> None:
        for name in table:
            if name not in known:
                raise self._refused(f"{key}.{name}".lstrip("."), "there is no such key", _suggest(name, known))

    def _table(self, value: object, key: str) -> dict[str, object]:
        if not isinstance(value, dict):
            raise self._refused(key, "it is not a table", "Write it as { name = value }.")
        return value

    def _text(self, table: Mapping[str, object], name: str, key: str) -> str:
        value = table.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._refused(f"{key}.{name}".lstrip("."), "it is missing, or not text", f'Write {name} = "...".')
        return value

    def _texts(self, value: object, key: str) -> tuple[str, ...]:
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise self._refused(key, "it is not a list of texts", 'Write it as ["one", "two"].')
        return tuple(texts)

    def _lists(self, value: object, key: str) -> dict[str, tuple[str, ...]]:
        return {name: self._texts(words, f"{key}.{name}") for name, words in self._table(value, key).items()}

    def _refused(self, key: str, why: str, remedy: str) -> SettingsError:
        where = f"{self.file}, key {key}" if key else self.file
        return SettingsError("the map of the source cannot be used", where=where, why=why, remedy=remedy)


def _says_the_day(form: str) -> bool:
    try:
        return iso_date(A_DAY.strftime(form), [form]) == A_DAY.isoformat()
    except re.error:  # a part of the date is named twice
        return False


def _suggest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"Did you mean {near[0]}?" if near else f"Use one of: {', '.join(known)}."
