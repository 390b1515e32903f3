"""Files made to do harm, each read in a process that may have no more than so much memory and time.

Run as a program with a folder: prints of each file its name, whether it was read or refused, and the words.
"""

import io
import os
import re
import resource
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import xlsxwriter

from models.errors import EhcError
from models.importers.contract import contract
from models.importers.reader import read_extract
from tests.fuzz.sources import COUNCIL, KEY, SHEET, canonical, of_parts, parts_of, with_sheet, workbook

MEMORY, SECONDS = 1 << 30, 120
"""Bytes of address space, most of which are programs, and processor time for all of them together."""

XML = "<Message><Header><Source><LEA>999</LEA></Source></Header>"
REQUEST = "<Requests><ReceivedDate>2026<x/>-01-05</ReceivedDate></Requests>"
ENTITIES = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;'>]>"
EXTERNAL = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>"
OUTSIDE = "<!DOCTYPE x SYSTEM 'http://127.0.0.1:1/x.dtd'>"
ROW = "999,C-1" + "," * (len(contract()["cases"].names) - 2) + "\n"
PLAIN = (",".join(contract()["cases"].names) + "\n" + ROW).encode()


def _sheet(old: bytes, new: bytes) -> bytes:
    sheet = parts_of(workbook())[SHEET]
    assert old in sheet
    return with_sheet(sheet.replace(old, new))


def _with_rows(*rows: int) -> bytes:
    """The rows of the sheet in this order, each with the number that it has."""
    sheet = parts_of(workbook())[SHEET]
    head, *found = re.split(rb"(?=<row )", sheet.partition(b"</sheetData>")[0])
    return with_sheet(b"".join([head, *(found[row - 1] for row in rows), b"</sheetData></worksheet>"]))


def _with_two_sheets() -> bytes:
    made = io.BytesIO()
    book = xlsxwriter.Workbook(made)
    for name in ("cases", "CASES "):
        book.add_worksheet(name).write_row(0, 0, contract()["cases"].names)
    book.close()
    return made.getvalue()


def _with_doctype(part: str) -> bytes:
    parts = parts_of(workbook())
    return of_parts(parts | {part: ENTITIES.encode() + parts[part]})


def _pressed(name: str, content: bytes) -> bytes:
    made = io.BytesIO(workbook())
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return made.getvalue()


def _many_parts() -> bytes:
    made = io.BytesIO(workbook())
    with zipfile.ZipFile(made, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/media/{number}", b"")
    return made.getvalue()


def _lying() -> bytes:
    """The sizes of the parts as the list of them has it, all too small."""
    content, place = bytearray(_pressed("xl/media/1", b"0" * (1 << 20))), 0
    while (place := content.find(b"PK\1\2", place)) >= 0:
        content[place + 24 : place + 28] = (10).to_bytes(4, "little")
        place += 4
    return bytes(content)


CSV: dict[str, Callable[[], bytes]] = {
    "a heading of a million columns": lambda: canonical().split(b"\n")[0] + b"," * 1_000_000 + b"\n",
    "a row of a million columns": lambda: canonical() + b"x," * 1_000_000 + b"\n",
    "a million marks": lambda: canonical() + b'"' * 1_000_001,
    "a mark that is never closed": lambda: canonical() + b'"' + b"x\n" * 500_000,
    "rows with stray marks only": lambda: canonical().split(b"\n")[0] + b'\n"a"b,c\n' * 20,
    "a reference of ten million characters": lambda: PLAIN + ROW.replace("C-1", "C" * 10_000_000).encode(),
    "a text of ten million characters": lambda: PLAIN + ("999,C-9," + "x" * 10_000_000 + ROW[8:]).encode(),
    "a reference that is the error of a formula": lambda: PLAIN + ROW.replace("C-1", "#N/A").encode(),
    "two bytes a letter, and no mark that says so": lambda: PLAIN.decode().encode("utf-16-le"),
    "a heading twice": lambda: canonical().replace(b"person_ref", b"case_ref", 1),
}
BOOKS: dict[str, Callable[[], bytes]] = {
    "a zip bomb": lambda: _pressed("xl/media/1", b"0" * (64 << 20)),
    "more parts than a workbook has": _many_parts,
    "parts that are larger than they say": _lying,
    "a row after two thousand million others": lambda: _sheet(b'<row r="2"', b'<row r="2000000000"'),
    "a column that cannot be": lambda: _sheet(b'r="A2"', b'r="ZZZZZZZ2"'),
    "a sheet as wide as it can be": lambda: _sheet(b'<dimension ref="', b'<dimension ref="A1:XFD1048576" was="'),
    "elements a hundred thousand deep": lambda: _sheet(b"<sheetData>", b"<sheetData>" + b"<a>" * 100_000),
    "an encoding nobody knows": lambda: _sheet(b'encoding="UTF-8"', b'encoding="UTF-8-1"'),
    "a number without end": lambda: _sheet(b't="s"><v>0<', b't="n"><v>' + b"9" * 5_000 + b"<"),
    "a formula that nobody has worked out": lambda: _sheet(b'<c r="B2" t="s"><v>27</v>', b'<c r="B2"><f>A2</f><v></v>'),
    "a row that comes too late": lambda: _with_rows(1, 3, 2),
    "a row that is there twice": lambda: _with_rows(1, 2, 2, 3),
    "two sheets of one name": _with_two_sheets,
    **{
        f"a document type in {part}": lambda part=part: _with_doctype(part)  # type: ignore[misc]
        for part in (SHEET, "xl/workbook.xml", "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml")
    },
}
RETURNS: dict[str, Callable[[], bytes]] = {
    "a bomb of entities": (ENTITIES + XML.replace("999", "&c;")).encode,
    "an entity from a file": (EXTERNAL + XML.replace("999", "&e;")).encode,
    "a document type from elsewhere": (OUTSIDE + XML).encode,
    "a million elements deep": (XML + "<a>" * 1_000_000).encode,
    "an attribute of twenty million characters": f"<Message a='{'x' * 20_000_000}'/>".encode,
    "a comment of twenty million characters": (XML + f"<!--{'x' * 20_000_000}--></Message>").encode,
    "a date with something in it": (XML + f"<Persons><Person>{REQUEST}</Person></Persons></Message>").encode,
    "another encoding by name": ('<?xml version="1.0" encoding="hex"?>' + XML).encode,
}
MAPS: dict[str, Callable[[], bytes]] = {
    "lists in lists": lambda: b"rows = " + b"[" * 100_000,
    "a number of many digits": lambda: b"rows = " + b"9" * 100_000,
    "a date that says its year twice": lambda: b'format = "files"\ndate_formats = ["%Y-%m-%d-%Y"]\n',
    "a file outside": lambda: (
        b'title = "x"\nformat = "files"\n[[rows]]\nsheet = "cases"\nfile = "../../../../etc/passwd"\n'
        b'columns = { authority_code = "a", case_ref = "b" }\n'
    ),
}
KINDS = {"csv": (CSV, ""), "xlsx": (BOOKS, "canonical"), "xml": (RETURNS, "sen2_xml"), "toml": (MAPS, "")}


def lay(folder: Path) -> None:
    """Write every one of them into the folder."""
    for ending, (files, _) in KINDS.items():
        for name, content in files.items():
            (folder / f"{name.replace('/', ' ')}.{ending}").write_bytes(content())
    (folder / "a device.xlsx").symlink_to("/dev/zero")
    (folder / "a link to nothing.csv").symlink_to(folder / "nothing")
    os.mkfifo(folder / "a pipe.csv")
    (folder / "a circle.xlsx").symlink_to(folder / "a circle.xlsx")


def what_comes_of(path: Path, place: Path) -> str:
    """The words of the refusal, or how many rows were read and set aside."""
    source = KINDS[path.suffix[1:]][1]
    if path.suffix == ".csv":
        (place / "cases.csv").unlink(missing_ok=True)
        (place / "cases.csv").symlink_to(path)
    try:
        match path.suffix:
            case ".csv":
                found = read_extract(place)
            case ".toml":
                found = read_extract(COUNCIL, source=str(path))
            case _:
                found = read_extract(path, source=source)
    except EhcError as error:
        return f"refused: {error.what}: {error.why}" if error.where and error.remedy else "refused without a remedy"
    return f"read: {len(found.sheets['cases'])} rows, {len(found.rejections)} set aside"


def main() -> None:
    """Read every file of the folder."""
    os.environ["EHC_PSEUDONYM_KEY"] = KEY
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    place = Path(sys.argv[2])
    for path in sorted(Path(sys.argv[1]).iterdir()):
        print(path.stem, what_comes_of(path, place), sep="\t", flush=True)


if __name__ == "__main__":
    main()
