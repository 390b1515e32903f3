"""The canonical extract as data: its sheets, their columns, and the codes allowed, from `contract.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, TypedDict

ColumnType = Literal["date", "text", "code", "flag", "integer"]


@dataclass(frozen=True)
class Column:
    """One column: its name, what it holds, and what it means.

    `codes` are the words allowed with their meaning, empty unless `type` is ``code``. A row without a value
    in a `required` column is quarantined; a file may come without an `optional` column.
    """

    name: str
    type: ColumnType
    description: str
    codes: Mapping[str, str]
    required: bool
    optional: bool


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns in order, and which of them tell one row from another.

    `key` is empty where rows have none of their own: those that agree in `numbered_within` are numbered from 1 in
    file order. `in_order` is empty or names two
    dates of which the second, where known, must be the later one.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    numbered_within: tuple[str, ...]
    compulsory: bool
    in_order: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of this name."""
        return next(column for column in self.columns if column.name == name)


class _ColumnData(TypedDict, total=False):
    name: str
    type: ColumnType
    description: str
    codes: str
    required: bool
    optional: bool


class _SheetData(TypedDict, total=False):
    description: str
    columns: list[_ColumnData]
    key: list[str]
    numbered_within: list[str]
    compulsory: bool
    in_order: list[str]


class _ContractData(TypedDict):
    codes: dict[str, dict[str, str]]
    sheets: dict[str, _SheetData]


@cache
def contract() -> Mapping[str, Sheet]:
    """The sheets of the canonical extract by name, `cases` first."""
    data: _ContractData = tomllib.loads(files("models.importers").joinpath("contract.toml").read_text("utf-8"))  # type: ignore[assignment]
    return {name: _sheet(name, sheet, data["codes"]) for name, sheet in data["sheets"].items()}


def _sheet(name: str, data: _SheetData, codes: Mapping[str, Mapping[str, str]]) -> Sheet:
    return Sheet(
        name=name,
        description=data["description"],
        columns=tuple(_column(column, codes) for column in data["columns"]),
        key=tuple(data.get("key", ())),
        numbered_within=tuple(data.get("numbered_within", ())),
        compulsory=data.get("compulsory", False),
        in_order=tuple(data.get("in_order", ())),
    )


def _column(data: _ColumnData, codes: Mapping[str, Mapping[str, str]]) -> Column:
    return Column(
        name=data["name"],
        type=data["type"],
        description=data["description"],
        codes=codes[data["codes"]] if "codes" in data else {},
        required=data.get("required", False),
        optional=data.get("optional", False),
    )
