"""A council's own columns, dates and words, by the worked example."""

import shutil
from collections.abc import Hashable, Mapping
from pathlib import Path

import pytest
from openpyxl import Workbook

from models.errors import ExtractRefusedError
from models.importers.extract import Extract
from models.importers.reader import read_extract

A_MAP = """
title = "one workbook"
format = "files"
date_formats = ["%d/%m/%Y"]

[[rows]]
sheet = "cases"
file = "*.xlsx"
worksheet = "Register"
constants = { authority_code = "999" }

[rows.columns]
case_ref = "ID"
request_received_on = "Received"
"""


TWO_REQUESTS = """
title = "two requests of one kind in a row, and more in another file"
format = "files"

[[rows]]
sheet = "cases"
file = "register.csv"
constants = { authority_code = "999" }
leave_out = { Status = ["Enquiry"] }
columns = { case_ref = "ID", request_received_on = "Received" }

[[rows]]
sheet = "advice"
file = "register.csv"
constants = { authority_code = "999", kind = "health" }
only_with = ["First asked"]
columns = { case_ref = "ID", requested_on = "First asked" }

[[rows]]
sheet = "advice"
file = "again.csv"
constants = { authority_code = "999", kind = "health" }
columns = { case_ref = "ID", requested_on = "Asked again" }
"""


def read_two_requests(folder: Path, register: str, again: str) -> Extract:
    (folder / "two.toml").write_text(TWO_REQUESTS, encoding="utf-8")
    (folder / "register.csv").write_text(f"ID,Status,Received,First asked\n{register}", encoding="utf-8")
    (folder / "again.csv").write_text(f"ID,Asked again\n{again}", encoding="utf-8")
    return read_extract(folder, source=str(folder / "two.toml"))


def filled(row: Mapping[Hashable, object]) -> dict[str, object]:
    return {str(name): value for name, value in row.items() if value}


def test_the_worked_example(data: Path) -> None:
    extract = read_extract(data / "example_council", source="example_council")
    assert extract.source == "example_council"
    assert extract.authorities == ("999",)
    first, second, third = extract.sheets["cases"].to_dict("records")
    assert filled(first) == {
        "authority_code": "999",
        "case_ref": "1001",
        "person_ref": "C1",
        "birth_date": "2015-05-04",
        "ncy": "5",
        "primary_need": "SLCN",
        "in_care": "0",
        "setting_urn": "100000",
        "team": "North",
        "officer": "P. Coordinator",
        "request_received_on": "2025-03-03",
        "assess_decision": "Y",
        "assess_decided_on": "2025-04-10",
        "plan_decision": "Y",
        "draft_served_on": "2025-06-20",
        "final_plan_sent_on": "2025-07-21",
        "line": 2,
        "file": "EHCNA_register_2026-01-31.csv",
    }
    assert (second["officer"], second["assess_decision"], second["in_care"]) == ("Coordinator, B.", "N", "1")
    assert (third["no_plan_notified_on"], third["final_plan_sent_on"]) == ("2025-06-01", "")


def test_one_file_feeds_cases_and_several_advices(data: Path) -> None:
    extract = read_extract(data / "example_council", source="example_council")
    advice = extract.sheets["advice"][["case_ref", "kind", "requested_on", "reply_on", "reply", "line"]]
    assert advice.to_numpy().tolist() == [
        ["1001", "psychology", "2025-04-11", "2025-06-02", "advice", 2],
        ["1001", "health", "2025-04-11", "", "", 2],
        ["1005", "health", "2025-04-02", "2025-05-03", "advice", 6],
    ]
    assert extract.sheets["panels"]["held_on"].tolist() == ["2026-02-05", "2026-02-12"]


def test_a_rejection_speaks_of_the_councils_own_columns_and_dates(data: Path) -> None:
    (rejection,) = read_extract(data / "example_council", source="example_council").rejections
    assert rejection.file == "EHCNA_register_2026-01-31.csv"
    assert (rejection.line, rejection.column, rejection.value) == (5, "Request received", "31/02/2025")
    assert "dd/mm/yyyy or dd-Mon-yyyy" in rejection.remedy


def test_what_the_map_does_not_name_stays_out(data: Path) -> None:
    extract = read_extract(data / "example_council", source="example_council")
    everything = repr(extract) + "".join(frame.to_csv() for frame in extract.sheets.values())
    assert "Zebedee" not in everything
    assert "Quillfeather" not in everything
    assert "Child surname" in extract.ignored_columns["cases"]
    assert extract.notes[0].endswith("1 of 5 rows left out of cases, where Case status is Enquiry or Duplicate")


def test_a_council_brings_its_own_map_and_workbook(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "Register"
    for row in (["ID", "Received"], [17, "03/03/2025"]):
        book.active.append(row)
    book.save(tmp_path / "night.xlsx")
    (tmp_path / "ours.toml").write_text(A_MAP, encoding="utf-8")
    for path in (tmp_path, tmp_path / "night.xlsx"):
        extract = read_extract(path, source=str(tmp_path / "ours.toml"))
        assert extract.source == "ours"
        assert extract.sheets["cases"][["case_ref", "request_received_on"]].to_numpy().tolist() == [
            ["17", "2025-03-03"]
        ]


@pytest.mark.parametrize(
    ("missing", "words"),
    [
        ("Panel dates.csv", ["there is no file Panel dates.csv", "the source asks for it"]),
        ("EHCNA_register_2026-01-31.csv", ["there is no file EHCNA_register_*.csv"]),
    ],
)
def test_a_file_of_the_map_that_is_missing_is_refused(
    data: Path, tmp_path: Path, missing: str, words: list[str]
) -> None:
    folder = shutil.copytree(data / "example_council", tmp_path / "copy")
    (folder / missing).unlink()
    with pytest.raises(ExtractRefusedError) as refusal:
        read_extract(folder, source="example_council")
    assert [word for word in words if word not in str(refusal.value)] == []


def test_two_files_for_one_pattern_are_refused(data: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(data / "example_council", tmp_path / "copy")
    shutil.copy(folder / "EHCNA_register_2026-01-31.csv", folder / "EHCNA_register_2026-02-01.csv")
    with pytest.raises(ExtractRefusedError, match="there are two files"):
        read_extract(folder, source="example_council")


def test_a_column_of_the_map_that_is_missing_is_refused_with_what_looks_like_it(data: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(data / "example_council", tmp_path / "copy")
    path = folder / "EHCNA_register_2026-01-31.csv"
    path.write_text(path.read_text("utf-8").replace("Request received", "Request recieved"), encoding="utf-8")
    with pytest.raises(ExtractRefusedError) as refusal:
        read_extract(folder, source="example_council")
    assert "'Request recieved' looks like Request received" in str(refusal.value)


@pytest.mark.parametrize(
    ("register", "again", "numbers"),
    [
        pytest.param("17,,2026-01-05,2026-02-02\n", "17,2026-03-02\n17,2026-04-02\n", [1, 2, 3], id="all can be read"),
        pytest.param("17,,2026-01-05,soon\n", "17,2026-03-02\n17,2026-04-02\n", [2, 3], id="a value cannot be read"),
        pytest.param(
            "17,,2026-01-05,2026-02-02\n", "17,2026-03-02,?\n17,2026-04-02\n", [1, 3], id="a row does not fit"
        ),
    ],
)
def test_a_row_left_out_of_one_file_does_not_renumber_those_of_another(
    tmp_path: Path, register: str, again: str, numbers: list[int]
) -> None:
    extract = read_two_requests(tmp_path, register, again)
    assert extract.sheets["advice"]["number"].tolist() == numbers
    assert len(extract.rejections) == 3 - len(numbers)


def test_of_a_case_that_is_there_twice_only_the_case_is_set_aside(tmp_path: Path) -> None:
    """A register may have a row for each request for advice: none of them is lost."""
    extract = read_two_requests(tmp_path, "17,,2026-01-05,2026-02-02\n17,,2026-01-05,2026-03-02\n", "17,2026-04-02\n")
    assert len(extract.sheets["cases"]) == 1
    assert extract.sheets["advice"]["requested_on"].tolist() == ["2026-02-02", "2026-03-02", "2026-04-02"]
    (rejection,) = extract.rejections
    assert rejection.reason == "cases has the same record already, from line 2 of register.csv"
    assert rejection.remedy.endswith("for cases the first was taken.")


@pytest.mark.parametrize("again", ["17,2026-04-02\n", "17,2026-04-02,?\n17,2026-05-02\n"], ids=["sound", "a bad row"])
def test_a_map_that_leaves_out_every_case_is_refused_with_what_it_left_out(tmp_path: Path, again: str) -> None:
    with pytest.raises(ExtractRefusedError, match="the map leaves out every case") as refusal:
        read_two_requests(tmp_path, "17,Enquiry,2026-01-05,\n", again)
    assert "1 of 1 rows left out of cases, where Status is Enquiry" in refusal.value.why
    assert "`leave_out`" in refusal.value.remedy
