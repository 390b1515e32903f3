"""No names: what the contract does not ask for is left at the door, and is nowhere in the database afterwards."""

import contextlib
from pathlib import Path

from models.errors import EhcError
from models.store import engine
from tests.store.build import a_case, an_advice, everything, night, one_of_each, stored, take, write_extract

MARKERS = {"Child forename": "Zebedee", "Child surname": "Quillfeather", "Home address": "17 Larkspur Rise"}
UPN = "Z999000000001"
UNKNOWN_COLUMNS = {sheet: {**MARKERS, "UPN": UPN} for sheet in one_of_each()}


def words_of(address: str, tmp_path: Path) -> str:
    """Every value of every table as text, and the bytes of the file where there is one."""
    found = repr(everything(address))
    engine(address).dispose()
    return found + "".join(path.read_bytes().decode("latin-1") for path in sorted(tmp_path.glob("ehc.db*")))


def test_unknown_columns_leave_no_trace(database: str, tmp_path: Path) -> None:
    extract = write_extract(tmp_path, unknown_columns=UNKNOWN_COLUMNS, **one_of_each())
    taken = take(database, extract)
    night(database, "2026-03-02")
    assert taken.total.added == 9
    found = words_of(database, tmp_path)
    assert "C-1" in found
    assert [word for word in (*MARKERS.values(), UPN) if word in found] == []


def test_rows_set_aside_leave_no_trace_of_them(database: str, tmp_path: Path) -> None:
    cases = [a_case(), a_case("C-2", request_received_on="soon")]
    advice = [an_advice(), an_advice("C-9"), an_advice(kind="nonsense")]
    extract = write_extract(tmp_path, unknown_columns=UNKNOWN_COLUMNS, cases=cases, advice=advice)
    with (extract / "cases.csv").open("a") as file:
        file.write("999,C-3,Zebedee,Quillfeather\n")
        file.write('999,C-4,"Zebedee "Quillfeather",\n')
        file.write(",".join(["999", "C-5", *["Zebedee"] * 40]) + "\n")
    taken = take(database, extract)
    assert len(taken.rejections) == 6
    assert len(stored(database, "quarantine")) == 6
    found = words_of(database, tmp_path)
    assert [word for word in (*MARKERS.values(), UPN) if word in found] == []


def test_a_refused_extract_leaves_no_trace(sqlite_database: str, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "cases.csv").write_text("Dear Zebedee Quillfeather,\n")
    with contextlib.suppress(EhcError):
        take(sqlite_database, tmp_path / "letters")
    assert "Zebedee" not in words_of(sqlite_database, tmp_path)
