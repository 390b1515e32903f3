"""Every kind of source as one piece of bytes that can be spoilt, and the reader that has to make something of it."""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import xlsxwriter

from models.errors import EhcError
from models.importers.contract import contract
from models.importers.extract import Extract
from models.importers.reader import read_extract

DATA = Path(__file__).parents[1] / "unit" / "importers" / "data"
COUNCIL = DATA / "example_council"
KEY = "an invented key of good length"
ROWS = (
    {"authority_code": "999", "case_ref": "C-1", "request_received_on": "2026-01-05", "officer": "B, Example"},
    {"authority_code": "999", "case_ref": "C-2", "assess_decision": "Y", "in_care": "1", "ncy": "5"},
    {"authority_code": "999", "case_ref": "C-3", "request_received_on": "soon"},
)
SHEET = "xl/worksheets/sheet1.xml"


@cache
def canonical() -> bytes:
    """The cases of a canonical folder."""
    names = contract()["cases"].names
    lines = [names, *(tuple(f'"{row[x]}"' if x in row else "" for x in names) for row in ROWS)]
    return "".join(",".join(line) + "\n" for line in lines).encode()


@cache
def workbook() -> bytes:
    """A canonical workbook."""
    made, names = io.BytesIO(), contract()["cases"].names
    book = xlsxwriter.Workbook(made)
    sheet = book.add_worksheet("cases")
    for number, line in enumerate([names, *([row.get(x, "") for x in names] for row in ROWS)]):
        sheet.write_row(number, 0, line)
    book.close()
    return made.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a workbook by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def of_parts(parts: dict[str, bytes]) -> bytes:
    """The workbook of these parts, packed but not pressed, so that no ratio gives it away."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def with_sheet(sheet: bytes) -> bytes:
    """The workbook with this as its first sheet."""
    return of_parts(parts_of(workbook()) | {SHEET: sheet})


def _in_a_folder(name: str, others: Path | None = None) -> Callable[[bytes, Path], Path]:
    def put(content: bytes, folder: Path) -> Path:
        for path in others.iterdir() if others else ():
            (folder / path.name).write_bytes(path.read_bytes())
        (folder / name).write_bytes(content)
        return folder

    return put


def _as_a_file(name: str) -> Callable[[bytes, Path], Path]:
    return lambda content, folder: _in_a_folder(name)(content, folder) / name


REQUESTS = next((DATA / "collect").glob("*_requests.csv"))
REGISTER = next(COUNCIL.glob("EHCNA*.csv"))
MAPS = Path(__file__).parents[2] / "models" / "importers" / "maps"

SOURCES: dict[str, tuple[Callable[[], bytes], Callable[[bytes, Path], Path], str]] = {
    "canonical": (canonical, _in_a_folder("cases.csv"), "canonical"),
    "workbook": (workbook, _as_a_file("extract.xlsx"), "canonical"),
    "sheet of a workbook": (
        lambda: parts_of(workbook())[SHEET],
        lambda content, folder: _as_a_file("extract.xlsx")(with_sheet(content), folder),
        "canonical",
    ),
    "SEN2 XML": ((DATA / "sen2" / "return_2026.xml").read_bytes, _as_a_file("return.xml"), "sen2_xml"),
    "COLLECT CSV": (REQUESTS.read_bytes, _in_a_folder(REQUESTS.name, DATA / "collect"), "collect_csv"),
    "mapped": (REGISTER.read_bytes, _in_a_folder(REGISTER.name, COUNCIL), "example_council"),
    "manifest": (
        lambda: json.dumps({"extracted_at": "2026-01-31T02:00:00+00:00"}).encode(),
        lambda content, folder: _in_a_folder("manifest.json")(content, _in_a_folder("cases.csv")(canonical(), folder)),
        "canonical",
    ),
    "map": ((MAPS / "example_council.toml").read_bytes, _as_a_file("map.toml"), ""),
}
"""Of each: what is valid, how it is laid into a folder, and by what source it is read; a map is its own source."""


def read(kind: str, content: bytes) -> Extract | EhcError:
    """What the reader makes of the bytes: an extract, or a refusal that says where, why, and what to do."""
    os.environ.setdefault("EHC_PSEUDONYM_KEY", KEY)
    _, put, source = SOURCES[kind]
    with tempfile.TemporaryDirectory() as folder:
        path = put(content, Path(folder))
        try:
            return read_extract(path, source=source) if source else read_extract(COUNCIL, source=str(path))
        except EhcError as error:
            refusal = error
    assert all((refusal.where, refusal.why, refusal.remedy)), refusal
    return refusal
