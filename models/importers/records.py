"""Where each record of a CSV text starts and ends, and how many fields it has, without keeping a field.

Files without quotation marks are counted with numpy; others go through the `csv` module, which knows that a
line break inside quotation marks ends no record.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.errors import ExtractRefusedError

COMMA, NEW_LINE = ord(","), ord("\n")
BROKEN = -1
"""The number of fields of a record whose quotation marks do not match."""


@dataclass(frozen=True)
class Records:
    """The records of a text: `starts` and `ends` count bytes, `lines` count from 1, `fields` may be `BROKEN`."""

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    lines: NDArray[np.int64]
    fields: NDArray[np.int64]


def records_of(file: str, data: bytes) -> Records:
    """The records of a CSV text in UTF-8.

    Raises:
        ExtractRefusedError: a quotation mark is opened and never closed.
    """
    plain_line_ends = data.count(b"\r") == data.count(b"\r\n")
    return _counted(data) if plain_line_ends and b'"' not in data else _parsed(file, data)


def _counted(data: bytes) -> Records:
    text = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(text == NEW_LINE) + 1
    if not len(ends) or ends[-1] < len(text):
        ends = np.append(ends, len(text))
    starts = np.concatenate([[0], ends[:-1]])
    commas = np.flatnonzero(text == COMMA)
    fields = np.diff(np.searchsorted(commas, ends), prepend=0) + 1
    return Records(starts, ends, np.arange(1, len(ends) + 1), fields)


def _parsed(file: str, data: bytes) -> Records:
    # Latin-1 gives every byte one character, so that characters count bytes; no field is kept.
    lines = io.StringIO(data.decode("latin-1"), newline="").readlines()
    offsets = np.concatenate([[0], np.cumsum(np.fromiter(map(len, lines), dtype=np.int64, count=len(lines)))])
    firsts: list[int] = []
    lasts: list[int] = []
    fields: list[int] = []
    for first, last, count in _spans(file, lines):
        firsts.append(first)
        lasts.append(last)
        fields.append(count)
    return Records(
        starts=offsets[firsts],
        ends=offsets[lasts],
        lines=np.array(firsts, dtype=np.int64) + 1,
        fields=np.array(fields, dtype=np.int64),
    )


def _spans(file: str, lines: list[str]) -> Iterator[tuple[int, int, int]]:
    first = 0
    while first < len(lines):
        offset = first
        reader = csv.reader((lines[line] for line in range(offset, len(lines))), strict=True)
        try:
            for cells in reader:
                last = offset + reader.line_num
                yield first, last, len(cells)
                first = last
        except csv.Error as error:
            # A field of over 131,072 characters is a mark that was never closed, not a text somebody wrote.
            if "unexpected end" in str(error) or "field larger" in str(error):
                raise _never_closed(file, first + 1) from error
            # The next line is read as a record of its own: a stray mark costs its own row, not its neighbours.
            yield first, first + 1, BROKEN
            first += 1
        else:
            return


def _never_closed(file: str, line: int) -> ExtractRefusedError:
    return ExtractRefusedError(
        f"{file} is cut short, or a quotation mark is never closed",
        where=f"{file}, line {line}",
        why="a quotation mark opened in this line is still open at the end of the file",
        remedy="Export it again; if it is cut off at the same place, close the quotation mark in the source.",
    )
