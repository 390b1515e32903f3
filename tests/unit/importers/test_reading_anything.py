"""Whatever bytes come, the reader answers or refuses; and every row is accepted or rejected, none lost."""

import contextlib
import csv
import io
import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.errors import ExtractRefusedError
from models.importers.contract import contract
from models.importers.extract import Extract
from models.importers.reader import read_extract

NAMES = contract()["closures"].names
CASES = f"{','.join(contract()['cases'].names)}\n999,A-1{',' * 24}\n"

tokens = st.sampled_from(
    [",", '"', "\n", "\r", "\r\n", " ", "2025-01-01", "x", "\ufeff", "é", "\x85", "\u2028", "\x1a", "\t"]
)
text = st.lists(tokens | st.text(max_size=3), max_size=40).map("".join)
# Without a carriage return: where lines end in a line feed, `csv` writes one without quotation marks.
cells = st.sampled_from(["", " ", "999", "100000", "2025-07-01", "2025-07-02", "2025-02-30"]) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=5
)


def read_closures(content: bytes) -> Extract:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cases.csv").write_text(CASES, encoding="utf-8")
        (Path(folder) / "closures.csv").write_bytes(content)
        return read_extract(Path(folder))


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200) | text.map(str.encode))
@example(b'"')
@example(b"\r")
@example(b"\xef\xbb\xbf")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    for heading in (b"", ",".join(NAMES).encode() + b"\n"):
        with contextlib.suppress(ExtractRefusedError):
            read_closures(heading + content)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=6), max_size=8), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_every_row_is_accepted_or_rejected(rows: list[list[str]], line_end: str, quoted: bool) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator=line_end, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL)
    writer.writerow(NAMES)
    writer.writerows(rows)
    extract = read_closures(out.getvalue().encode())
    blank = sum(len(row) in (1, len(NAMES)) and not any(cell.strip() for cell in row) for row in rows)
    assert len(extract.sheets["closures"]) + len(extract.rejections) == len(rows) - blank


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(cells, min_size=4, max_size=4), max_size=6))
def test_what_is_accepted_is_what_was_written(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([NAMES, *rows])
    frame = read_closures(out.getvalue().encode()).sheets["closures"]
    written = [[cell.strip() for cell in row] for row in rows]
    assert all(accepted in written for accepted in frame[list(NAMES)].to_numpy().tolist())
