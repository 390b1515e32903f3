"""One CSV file as a table: refused whole if it is not what it claims, else its rows, the odd ones set aside."""

import csv
import io
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.errors import ExtractRefusedError
from models.importers.extract import Rejection
from models.importers.heading import Heading, Wanted, read_heading
from models.importers.records import BROKEN, Records, records_of
from models.importers.table import Table, TextColumn

UTF8_MARK = b"\xef\xbb\xbf"
SAVE_AS_UTF8 = "In Excel choose Save As, 'CSV UTF-8 (Comma delimited)'; elsewhere choose the encoding UTF-8."


def csv_table(file: str, data: bytes, wanted: Wanted) -> Table:
    """The wanted columns of a CSV file and, of every row, its line.

    Blank lines are no rows. Rows with a wrong number of fields are rejections of the table.

    Raises:
        ExtractRefusedError: not text, not UTF-8, cut short, or its heading is not the one wanted.
    """
    text = _checked_text(file, data)
    records = records_of(file, text)
    filled = _filled(text, records)
    if not len(filled):
        raise ExtractRefusedError(
            f"{file} is empty", where=file, why="it has no heading and no rows", remedy="Export it again."
        )
    heading = read_heading(file, _cells(text, records, filled[0]), wanted)
    body = filled[1:]
    good = body[records.fields[body] == heading.width]
    bad = body[records.fields[body] != heading.width]
    _refuse_cut_short(file, text, records, heading, bad)
    return Table(
        file=file,
        columns=_columns(file, text, records, heading, good),
        lines=records.lines[good],
        headings=heading.spelled,
        ignored=heading.ignored,
        rejections=[_wrong_width(file, records, heading, row) for row in bad.tolist()],
        misfits=_misfits(file, text, records, heading, bad) if len(bad) else None,
    ).without_blank_rows()


def _checked_text(file: str, data: bytes) -> bytes:
    if data.startswith(b"PK\x03\x04"):
        raise _not_csv(file, "it is a workbook or another zip archive", "Save it as CSV, or give the workbook itself.")
    # With the mark that says so or without: every other byte of Latin letters is 0.
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:2]:
        raise _not_csv(file, "it is written in UTF-16, not UTF-8", SAVE_AS_UTF8)
    if b"\0" in data:
        raise _not_csv(file, "it is a binary file: it holds NUL bytes", "Check that this is the right file.")
    try:
        # Most extracts are plain ASCII, which is seen far sooner than read.
        _ = data.isascii() or data.decode("utf-8")
    except UnicodeDecodeError as error:
        # `from None`, because the cause carries the whole file and might be printed.
        line = data.count(b"\n", 0, error.start) + 1
        raise ExtractRefusedError(
            f"{file} is not written in UTF-8",
            where=f"{file}, line {line}, byte {error.start}",
            why=f"byte 0x{data[error.start]:02x} is no character in UTF-8; the file is probably in Windows-1252",
            remedy=SAVE_AS_UTF8,
        ) from None
    return data.removeprefix(UTF8_MARK)


def _not_csv(file: str, why: str, remedy: str) -> ExtractRefusedError:
    return ExtractRefusedError(f"{file} is not a CSV file", where=file, why=why, remedy=remedy)


def _filled(text: bytes, records: Records) -> NDArray[np.int64]:
    """The records that hold anything but white space."""
    blank = (records.fields <= 1) & (records.fields != BROKEN)
    for row in np.flatnonzero(blank).tolist():
        blank[row] = not "".join(_cells(text, records, row)).strip()
    return np.flatnonzero(~blank)


def _cells(text: bytes, records: Records, row: int) -> list[str]:
    # The record is parsed with its line breaks as it has them; a heading with a stray quote is a wrong heading. What
    # the parser would refuse as too long a field is cut: no heading and no reference is so long.
    end = min(records.ends[row], records.starts[row] + csv.field_size_limit())
    piece = text[records.starts[row] : end].decode("utf-8", errors="ignore")
    return next(csv.reader(io.StringIO(piece, newline="")), [])


def _refuse_cut_short(file: str, text: bytes, records: Records, heading: Heading, bad: NDArray[np.int64]) -> None:
    if len(bad) and bad[-1] == len(records.ends) - 1 and not text.endswith((b"\n", b"\r")):
        raise ExtractRefusedError(
            f"{file} is cut short",
            where=f"{file}, line {records.lines[bad[-1]]}",
            why=f"the last line has no end and not the {heading.width} fields of the heading: it was half-written",
            remedy="Wait until the export has finished, or export it again.",
        )


def _columns(
    file: str, text: bytes, records: Records, heading: Heading, good: NDArray[np.int64]
) -> dict[str, TextColumn]:
    if not len(good):
        return {name: TextColumn.of([]) for name in heading.places}
    try:
        frame = pd.read_csv(
            io.BytesIO(_joined(text, records, heading, good)),
            header=0,
            names=range(heading.width),
            usecols=list(heading.places.values()),
            index_col=False,
            # Never as categories: pandas would make numbers of them, and 007 would become 7.
            dtype=object,
            na_filter=False,
            skip_blank_lines=False,
            quoting=csv.QUOTE_MINIMAL if b'"' in text else csv.QUOTE_NONE,
            encoding="utf-8",
            engine="c",
            low_memory=False,
        )
    except (pd.errors.ParserError, ValueError) as error:
        raise _unreadable(file, str(error)) from error
    if len(frame) != len(good):
        raise _unreadable(file, f"{len(good):,} rows were counted and {len(frame):,} read")
    return {name: _text_column(frame[place]) for name, place in heading.places.items()}


def _joined(text: bytes, records: Records, heading: Heading, good: NDArray[np.int64]) -> bytes:
    """The bytes of the good records, one run of neighbours after the other, under a heading of our own.

    Without that heading pandas would take a byte order mark in the first row for its own business.
    """
    breaks = np.flatnonzero(np.diff(good) > 1) + 1
    firsts = good[np.concatenate([[0], breaks])]
    lasts = good[np.concatenate([breaks - 1, [len(good) - 1]])]
    runs = zip(records.starts[firsts].tolist(), records.ends[lasts].tolist(), strict=True)
    own_heading = b",".join([b"x"] * heading.width) + b"\n"
    return b"".join([own_heading, *(text[start:end] for start, end in runs)])


def _misfits(file: str, text: bytes, records: Records, heading: Heading, bad: NDArray[np.int64]) -> Table:
    """The records that do not fit, cell by cell from the left: what identifies a record is mostly at its beginning."""
    cells = [_cells(text, records, row) for row in bad.tolist()]
    columns = {
        name: TextColumn.of(row[place] if place < len(row) else "" for row in cells)
        for name, place in heading.places.items()
    }
    return Table(file, columns, records.lines[bad], heading.spelled)


def _text_column(column: "pd.Series[Any]") -> TextColumn:
    codes, values = pd.factorize(column.to_numpy())
    return TextColumn(codes, tuple(values.tolist()))


def _unreadable(file: str, why: str) -> ExtractRefusedError:
    return ExtractRefusedError(
        f"{file} cannot be read as CSV",
        where=file,
        why=why,
        remedy="Open it in a spreadsheet, save it again as CSV UTF-8, and look for stray quotation marks.",
    )


def _wrong_width(file: str, records: Records, heading: Heading, row: int) -> Rejection:
    fields = int(records.fields[row])
    # What the row holds is not shown: in shifted columns anything may be a name.
    reason = (
        "a quotation mark in this row is not closed where its field ends"
        if fields == BROKEN
        else f"the row has {fields} field{'s' if fields != 1 else ''} where the heading has {heading.width}"
    )
    remedy = "Put quotation marks around a text that holds commas, and double those inside it."
    return Rejection(file, int(records.lines[row]), "", "", reason, remedy)
