"""How a source says what the contract asks: its files, columns, dates and words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

SourceFormat = Literal["files", "sen2_xml", "collect_csv"]

ANYTHING = "*"
"""In place of a word of the source: whatever else stands in the cell."""


@dataclass(frozen=True)
class ColumnRule:
    """Where a column of the contract comes from.

    `values` turn the source's words (in lower case) into those of the contract; a word that is not there stays
    as it is, unless `ANYTHING` is. Where `when` is given, the column is filled only in rows in which each of its
    columns has one of these words.
    """

    source: str
    values: Mapping[str, str] = field(default_factory=dict)
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Block:
    """Rows of one file or worksheet that become rows of one sheet of the contract.

    `file` is a name or a pattern (`cases_*.csv`), and empty for SEN2, which is one table. A row is used only if
    one of the columns `only_with` is filled, and not if a column of `leave_out` has one of its words.
    """

    sheet: str
    columns: Mapping[str, ColumnRule]
    file: str = ""
    worksheet: str = ""
    constants: Mapping[str, str] = field(default_factory=dict)
    only_with: tuple[str, ...] = ()
    leave_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[str, ...]:
        """The columns of the source that the block reads, as the map spells them, each once."""
        rules = self.columns.values()
        asked = [name for rule in rules for name in (rule.source, *rule.when)]
        return tuple(dict.fromkeys([*asked, *self.only_with, *self.leave_out]))


@dataclass(frozen=True)
class SourceMap:
    """One source: its name, the shape of its files, how it writes dates, and its rows."""

    name: str
    title: str
    format: SourceFormat
    date_formats: tuple[str, ...]
    blocks: tuple[Block, ...]
