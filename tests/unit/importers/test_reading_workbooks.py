"""A workbook gives what CSV files of the same facts give, and an unsafe one is not opened."""

import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from models.errors import ExtractRefusedError
from models.importers.contract import contract
from models.importers.reader import read_extract
from models.importers.workbook import cell_text

CASES = [
    {"authority_code": "999", "case_ref": "007", "request_received_on": "2025-03-03", "in_care": "1", "ncy": "5"},
    {"authority_code": "999", "case_ref": "008", "officer": "B, Example", "assess_decision": "Q"},
    {"authority_code": "999", "case_ref": "009", "facts": "x"},
]
PANELS = [{"authority_code": "999", "panel": "EHC", "held_on": "2025-03-03"}]


def typed(column: str, value: str) -> object:
    """The value as a person types it into a spreadsheet."""
    if column.endswith("_on") and value:
        return datetime.fromisoformat(value)
    return int(value) if column in ("authority_code", "ncy") and value else value or None


def write_workbook(path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for sheet, rows in {"Cases": CASES, "panels": PANELS}.items():
        page = book.create_sheet(sheet)
        names = contract()[sheet.casefold()].names
        page.append(list(names))
        for row in rows:
            page.append([typed(name, row.get(name, "")) for name in names])
    book.create_sheet("Notes").append(["anything"])
    book.save(path)


def write_folder(folder: Path) -> None:
    folder.mkdir()
    for sheet, rows in {"cases": CASES, "panels": PANELS}.items():
        names = contract()[sheet].names
        frame = pd.DataFrame([{name: row.get(name, "") for name in names} for row in rows], columns=list(names))
        frame.to_csv(folder / f"{sheet}.csv", index=False)


def test_a_workbook_and_a_folder_of_csv_files_are_read_alike(tmp_path: Path) -> None:
    write_workbook(tmp_path / "extract.xlsx")
    write_folder(tmp_path / "extract")
    book, folder = read_extract(tmp_path / "extract.xlsx"), read_extract(tmp_path / "extract")
    assert book.sheets.keys() == folder.sheets.keys()
    for name, frame in folder.sheets.items():
        pd.testing.assert_frame_equal(frame.drop(columns="file"), book.sheets[name].drop(columns="file"))
    assert [(one.line, one.column) for one in book.rejections] == [(one.line, one.column) for one in folder.rejections]
    assert book.rejections[0].file == "extract.xlsx, sheet Cases"
    assert book.notes == ["sheet Notes is not in the contract and was not read"]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (None, ""),
        ("007", "007"),
        (True, "1"),
        (False, "0"),
        (336, "336"),
        (336.0, "336"),
        (1.5, "1.5"),
        (datetime(2025, 3, 3), "2025-03-03"),  # noqa: DTZ001 - as openpyxl gives it
        (datetime(2025, 3, 3, 14), "2025-03-03 14:00:00"),  # noqa: DTZ001 - as openpyxl gives it
        (date(2025, 3, 3), "2025-03-03"),
    ],
)
def test_a_cell_is_text_as_a_csv_file_would_have_it(cell: object, text: str) -> None:
    assert cell_text(cell) == text


def a_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (8 << 20))


def no_workbook_inside(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")


def with_entities(path: Path) -> None:
    write_workbook(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = b'<!DOCTYPE x [<!ENTITY e "boom">]>' + sheet
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def cut_short(path: Path) -> None:
    write_workbook(path)
    path.write_bytes(path.read_bytes()[:-200])


def without_cases(path: Path) -> None:
    book = Workbook()
    book.active.title = "case"
    book.save(path)


def old_format(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)


def encrypted(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"))


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (a_bomb, ["too large when unpacked", "over 200 times"]),
        (no_workbook_inside, ["is not a workbook", "damaged, or no workbook at all"]),
        (with_entities, ["is not a workbook", "damaged"]),
        (cut_short, ["is not a workbook", "cut short"]),
        (without_cases, ["the extract has no cases", "is it cases?"]),
        (old_format, ["is not a workbook", "before 2007"]),
        (encrypted, ["protected by a password", "Save it without a password"]),
        (lambda path: path.write_bytes(b""), ["is empty", "0 bytes"]),
        (lambda path: path.write_text("a,b\n1,2\n"), ["is not a workbook", "no zip archive"]),
    ],
)
def test_a_workbook_that_is_not_what_it_claims_is_refused(
    write: Callable[[Path], object], words: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "extract.xlsx"
    write(path)
    with pytest.raises(ExtractRefusedError) as refusal:
        read_extract(path)
    assert [word for word in words if word not in str(refusal.value)] == []
