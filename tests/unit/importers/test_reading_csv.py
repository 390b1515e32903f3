"""CSV as people and programs write it: quotes, line ends, marks, blanks, and the lines they count to."""

import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from models.errors import ExtractRefusedError
from models.importers.contract import contract
from models.importers.csv_text import csv_table
from models.importers.heading import Wanted
from models.importers.reader import read_extract

AB = Wanted(("a", "b"))


def rows(text: str | bytes, wanted: Wanted = AB) -> list[tuple[object, ...]]:
    """The line of each row, and its cells."""
    table = csv_table("a.csv", text if isinstance(text, bytes) else text.encode(), wanted)
    return [(int(line), *(table.columns[c].at(i) for c in table.columns)) for i, line in enumerate(table.lines)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b\n1,2\n3,4\n", [(2, "1", "2"), (3, "3", "4")]),
        ("a,b\n1,2\n3,4", [(2, "1", "2"), (3, "3", "4")]),
        ("a,b\r\n1,2\r\n3,4\r\n", [(2, "1", "2"), (3, "3", "4")]),
        ("a,b\r1,2\r3,4\r", [(2, "1", "2"), (3, "3", "4")]),
        ("\ufeffa,b\n1,2\n", [(2, "1", "2")]),
        ("a,b\n\n1,2\n  \n\n3,4\n", [(3, "1", "2"), (6, "3", "4")]),
        ("\n\na,b\n1,2\n", [(4, "1", "2")]),
        ("a,b\n,\n1,2\n , \n", [(3, "1", "2")]),
        ('a,b\n"1,5","say ""hello"""\n3,4\n', [(2, "1,5", 'say "hello"'), (3, "3", "4")]),
        ('a,b\n"one\ntwo",2\n3,4\n', [(2, "one\ntwo", "2"), (4, "3", "4")]),
        ('a,b\n"one\r\n\r\ntwo",2\r\n3,4\r\n', [(2, "one\r\n\r\ntwo", "2"), (5, "3", "4")]),
        ('"a","b"\n1,2\n', [(2, "1", "2")]),
        ('a,b\n6" of snow,2\n', [(2, '6" of snow', "2")]),
        (" A , B \n1,2\n", [(2, "1", "2")]),
        ("b,c,a\n2,x,1\n", [(2, "2", "1")]),
        ("a,b,\n1,2,\n", [(2, "1", "2")]),
        ("a,b\n007,1.0\nNA,null\n", [(2, "007", "1.0"), (3, "NA", "null")]),
        ("a,b\n\ufeff1,2\n", [(2, "\ufeff1", "2")]),
        ("a,b\né,ü\x85\n", [(2, "é", "ü\x85")]),
        ("a,b\n=1+1,2\n", [(2, "=1+1", "2")]),
    ],
)
def test_rows_and_their_lines(text: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(text) == expected


def test_a_stray_quotation_mark_costs_its_own_row_only() -> None:
    text = 'a,b\n1,2\n"3"x,4\n5,6\n"7,8\n9,"10"\n11,12\n'
    table = csv_table("a.csv", text.encode(), AB)
    assert table.lines.tolist() == [2, 4, 6, 7]
    assert [(one.line, one.reason) for one in table.rejections] == [
        (3, "a quotation mark in this row is not closed where its field ends"),
        (5, "a quotation mark in this row is not closed where its field ends"),
    ]


@pytest.mark.parametrize("row", ["x" * 200_000, "1," + "é" * 200_000 + ",3"], ids=["no comma", "one too many"])
def test_a_row_longer_than_any_field_can_be_costs_itself_only(row: str) -> None:
    table = csv_table("a.csv", f"a,b\n{row}\n1,2\n".encode(), AB)
    assert table.lines.tolist() == [3]
    assert [x.line for x in table.rejections] == [2]


def test_a_heading_longer_than_any_field_can_be_is_refused_as_a_wrong_one() -> None:
    with pytest.raises(ExtractRefusedError, match="does not have the columns"):
        csv_table("a.csv", b"a" * 200_000 + b"\n1,2\n", AB)


def test_columns_nobody_asked_for_are_left_at_the_door() -> None:
    table = csv_table("a.csv", b"a,Child forename,b\n1,Zebedee,2\n", AB)
    assert table.ignored == ["Child forename"]
    assert "Zebedee" not in repr(table)


def test_an_optional_column_that_looks_misspelt_is_pointed_out(tmp_path: Path) -> None:
    names = ",".join(contract()["cases"].names).replace("primary_need", "primry_need")
    (tmp_path / "cases.csv").write_text(f"{names}\n999,A-1{',' * 24}\n", encoding="utf-8")
    extract = read_extract(tmp_path)
    assert extract.ignored_columns == {"cases": ["primry_need"]}
    assert extract.notes == ["cases.csv: column primry_need was ignored; is it primary_need?"]
    assert extract.sheets["cases"]["primary_need"].tolist() == [""]


def test_frames_are_text_in_the_order_of_the_contract(an_extract: Callable[..., Path]) -> None:
    extract = read_extract(an_extract({"cases": [{"authority_code": "999", "case_ref": "007"}], "panels": []}))
    for name, frame in extract.sheets.items():
        assert list(frame.columns) == [*contract()[name].names, "line", "file"]
        assert {str(frame[column].cat.categories.dtype) for column in frame.columns if column != "line"} == {"str"}
        assert frame["line"].dtype.kind == "i"
        assert not frame.isna().to_numpy().any()
    assert extract.sheets["cases"]["case_ref"].tolist() == ["007"]
    assert len(extract.sheets["panels"]) == 0
    assert "advice" not in extract.sheets


def test_the_digest_is_over_the_files_read_and_nothing_else(an_extract: Callable[..., Path]) -> None:
    folder = an_extract({"cases": [{"authority_code": "999", "case_ref": "1"}], "panels": []})
    (folder / "notes.txt").write_text("not read", encoding="utf-8")
    (folder / "manifest.json").write_text('{"extracted_at": "2026-01-31T02:00:00+01:00"}', encoding="utf-8")
    extract = read_extract(folder)
    both = (folder / "cases.csv").read_bytes() + (folder / "panels.csv").read_bytes()
    assert extract.digest == hashlib.sha256(both).hexdigest()
    assert extract.extracted_at == datetime(2026, 1, 31, 1, tzinfo=UTC)


def test_without_a_manifest_the_newest_file_says_when(an_extract: Callable[..., Path]) -> None:
    folder = an_extract({"cases": [{"authority_code": "999", "case_ref": "1"}], "panels": []})
    os.utime(folder / "cases.csv", (1_700_000_000, 1_700_000_000))
    os.utime(folder / "panels.csv", (1_600_000_000, 1_600_000_000))
    assert read_extract(folder).extracted_at == datetime.fromtimestamp(1_700_000_000, UTC)


def test_authorities_are_those_of_the_accepted_cases(an_extract: Callable[..., Path]) -> None:
    cases = [{"authority_code": code, "case_ref": ref} for code, ref in [("888", "1"), ("777", "1"), ("666", "")]]
    heard: list[str] = []
    extract = read_extract(an_extract({"cases": cases}), progress=heard.append)
    assert extract.authorities == ("777", "888")
    assert heard == ["cases: 2 rows"]
