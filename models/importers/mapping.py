"""Rows of a source turned into rows of the contract, as its map says."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.importers.contract import Sheet
from models.importers.heading import plain
from models.importers.source_map import ANYTHING, Block, ColumnRule
from models.importers.table import Table, TextColumn
from models.importers.values import iso_date


def mapped(block: Block, sheet: Sheet, table: Table, date_formats: Sequence[str]) -> tuple[Table, list[str]]:
    """The rows of the table under the names of the contract, and notes on the rows the map leaves out.

    A date that is in none of the formats stays as it is: the check that follows says so in the source's own words.
    """
    left_out, notes = _left_out(block, table)
    rows = table.take(~left_out & _filled(block, table))
    columns = {name: _column(rule, rows) for name, rule in block.columns.items()}
    for name, column in columns.items():
        if sheet.column(name).type == "date":
            columns[name] = column.changed(lambda value: iso_date(value.strip(), date_formats))
    constants = {name: TextColumn.constant(word, len(rows)) for name, word in block.constants.items()}
    headings = {name: rows.headings[plain(rule.source)] for name, rule in block.columns.items()}
    misfits = None if table.misfits is None else mapped(block, sheet, table.misfits, date_formats)[0]
    return Table(rows.file, {**columns, **constants}, rows.lines, headings, misfits=misfits), notes


def _column(rule: ColumnRule, table: Table) -> TextColumn:
    column = table.columns[plain(rule.source)]
    if rule.values:
        column = column.changed(lambda value: _in_our_words(value, rule.values))
    if rule.when:
        applies = np.ones(len(table), dtype=np.bool_)
        for words in _rows_with(rule.when, table).values():
            applies &= words
        column = TextColumn(np.where(applies, column.codes, len(column.values)), (*column.values, ""))
    return column


def _in_our_words(value: str, words: Mapping[str, str]) -> str:
    word = value.strip().casefold()
    return words.get(word, words.get(ANYTHING, value) if word else value)


def _filled(block: Block, table: Table) -> NDArray[np.bool_]:
    if not block.only_with:
        return np.ones(len(table), dtype=np.bool_)
    filled = np.zeros(len(table), dtype=np.bool_)
    for name in block.only_with:
        filled |= table.columns[plain(name)].where(lambda value: bool(value.strip()))
    return filled


def _left_out(block: Block, table: Table) -> tuple[NDArray[np.bool_], list[str]]:
    left_out = np.zeros(len(table), dtype=np.bool_)
    notes: list[str] = []
    for name, rows in _rows_with(block.leave_out, table).items():
        count = int((rows & ~left_out).sum())
        words = " or ".join(block.leave_out[name])
        if count:
            notes.append(
                f"{table.file}: {count:,} of {len(table):,} rows left out of {block.sheet}, where {name} is {words}"
            )
        left_out |= rows
    return left_out, notes


def _rows_with(words: Mapping[str, tuple[str, ...]], table: Table) -> dict[str, NDArray[np.bool_]]:
    """For each column the rows in which it has one of its words, whatever their case."""
    wanted = {name: {word.strip().casefold() for word in some} for name, some in words.items()}
    return {name: _rows_of(table.columns[plain(name)], some) for name, some in wanted.items()}


def _rows_of(column: TextColumn, words: set[str]) -> NDArray[np.bool_]:
    return column.where(lambda value: value.strip().casefold() in words)
