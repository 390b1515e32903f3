"""The SEN2 return in its shapes of 2023 to 2026, as XML and as COLLECT's CSV export; no name gets through."""

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from models.errors import ExtractRefusedError, SettingsError
from models.importers.extract import Extract
from models.importers.reader import read_extract

pytestmark = pytest.mark.usefixtures("pseudonym_key")

SECRETS = ("Quillfeather", "Zebedee", "ZZ99", "Y885200019001", "Z885200019002", "9000000001", "WBRI")


def filled(frame: pd.DataFrame, row: int) -> dict[str, str]:
    """What one row says, without its references."""
    return {str(k): v for k, v in frame.iloc[row].items() if v and k not in ("case_ref", "person_ref", "line", "file")}


def read(data: Path, year: int) -> Extract:
    return read_extract(data / "sen2" / f"return_{year}.xml", source="sen2_xml")


def test_the_shape_of_2023(data: Path) -> None:
    extract = read(data, 2023)
    assert extract.rejections == []
    assert filled(extract.sheets["cases"], 0) == {
        "authority_code": "999",
        "birth_date": "2019-05-04",
        "primary_need": "SLCN",
        "setting_urn": "100000",
        "request_received_on": "2022-03-03",
        "assess_decision": "Y",
        "assess_decided_on": "2022-04-10",
        "plan_decision": "Y",
        "final_plan_sent_on": "2022-07-21",
        "week20_exception": "0",
    }
    assert filled(extract.sheets["reviews"], 0) == {
        "authority_code": "999",
        "review_number": "1",
        "last_review_concluded_on": "2022-12-01",
    }


def test_the_shape_of_2024(data: Path) -> None:
    extract = read(data, 2024)
    cases = extract.sheets["cases"]
    assert cases["plan_decision"].tolist() == ["N", ""]
    assert cases["no_plan_notified_on"].tolist() == ["2023-06-20", ""]
    assert cases["final_plan_sent_on"].tolist() == ["", ""]
    assert cases["assess_decision"].tolist() == ["Y", "A"]
    assert cases["person_ref"].nunique() == 1
    assert extract.notes == [
        "return_2024.xml: 1 of 3 rows left out of cases, where requestoutcome is H",
        "return_2024.xml: 1 of 3 rows left out of reviews, where requestoutcome is H",
    ]
    # Its one review is of a plan older than the year, which has no case to hang on.
    assert extract.sheets["reviews"].empty


def test_the_shape_of_2026(data: Path) -> None:
    extract = read(data, 2026)
    cases = extract.sheets["cases"]
    assert cases["request_source"].tolist() == ["2", "1", "1", "3", "3"]
    assert cases["assess_decision"].tolist() == ["Y", "N", "W", "Y", "W"]
    assert cases["withdrawn_on"].tolist() == [""] * 5
    assert (cases["primary_need"][0], cases["setting_urn"][0], cases["week20_exception"][0]) == ("DS", "100000", "1")
    assert filled(extract.sheets["reviews"], 0) == {
        "authority_code": "999",
        "review_number": "1",
        "meeting_on": "2025-11-03",
        "decision": "A",
        "decision_notified_on": "2025-12-01",
        "amendment_notice_sent_on": "2025-11-28",
        "final_plan_sent_on": "2026-03-20",
        "phase_transfer_on": "2026-03-31",
        "phase_transfer_kind": "secondary_to_post16",
    }
    assert extract.notes == [
        "return_2026.xml: persons with neither UPN nor ULN: 2; their references depend on their order in the file"
    ]


def test_references_are_keyed_and_tell_requests_apart(data: Path) -> None:
    cases = read(data, 2026).sheets["cases"]
    assert all(re.fullmatch("[0-9a-f]{16}", ref) for ref in cases["person_ref"])
    assert cases["person_ref"].nunique() == 4
    assert cases["case_ref"].tolist() == [
        f"{cases['person_ref'][0]}-20250303",
        f"{cases['person_ref'][1]}-20250505",
        f"{cases['person_ref'][2]}-20250505",
        f"{cases['person_ref'][3]}-20250602",
        f"{cases['person_ref'][3]}-20250602-2",
    ]
    assert cases["person_ref"][0] == read(data, 2023).sheets["cases"]["person_ref"][0]


def test_a_folder_with_one_return_in_it_will_do(data: Path, tmp_path: Path) -> None:
    shutil.copy(data / "sen2" / "return_2023.xml", tmp_path / "RETURN.XML")
    extract = read_extract(tmp_path, source="sen2_xml")
    assert extract.digest == read(data, 2023).digest
    with pytest.raises(ExtractRefusedError, match="there are two files"):
        read_extract(data / "sen2", source="sen2_xml")


def test_another_key_gives_other_references(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = read(data, 2023).sheets["cases"]["person_ref"][0]
    monkeypatch.setenv("EHC_PSEUDONYM_KEY", "another invented key of good length")
    assert read(data, 2023).sheets["cases"]["person_ref"][0] != before


@pytest.mark.parametrize(("key", "why"), [(None, "it is not set"), ("short", "fewer than 16 characters")])
@pytest.mark.parametrize("source", ["sen2_xml", "collect_csv"])
def test_without_a_key_nothing_is_read(
    data: Path, monkeypatch: pytest.MonkeyPatch, key: str | None, why: str, source: str
) -> None:
    monkeypatch.delenv("EHC_PSEUDONYM_KEY")
    if key:
        monkeypatch.setenv("EHC_PSEUDONYM_KEY", key)
    path = data / "collect" if source == "collect_csv" else data / "sen2" / "return_2026.xml"
    with pytest.raises(SettingsError) as refusal:
        read_extract(path, source=source)
    assert why in str(refusal.value)
    assert "secrets.token_hex(32)" in str(refusal.value)


def test_the_export_of_collect_says_the_same_as_the_xml(data: Path) -> None:
    xml, export = read(data, 2026), read_extract(data / "collect", source="collect_csv")
    assert export.rejections == []
    for name, frame in xml.sheets.items():
        places = ["line", "file"]
        pd.testing.assert_frame_equal(frame.drop(columns=places), export.sheets[name].drop(columns=places))
    assert export.sheets["cases"]["line"].tolist() == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("source", ["sen2_xml", "collect_csv"])
def test_no_name_number_or_postcode_is_in_what_was_read(data: Path, tmp_path: Path, source: str) -> None:
    if source == "collect_csv":
        path = shutil.copytree(data / "collect", tmp_path / "export")
        requests = next(path.glob("*_requests.csv"))
        requests.write_text(
            requests.read_text("utf-8").replace("2025-Apr-10", "2025-Apr-31") + "1,2\n", encoding="utf-8"
        )
    else:
        path = tmp_path / "return.xml"
        text = (data / "sen2" / "return_2026.xml").read_text("utf-8")
        path.write_text(text.replace("2025-04-10", "2025-04-31"), encoding="utf-8")
    extract = read_extract(path, source=source)
    assert extract.rejections
    everything = repr(extract) + "".join(frame.to_csv() for frame in extract.sheets.values())
    assert [secret for secret in SECRETS if secret in everything] == []


@pytest.mark.parametrize(
    "change",
    [str.upper, str.lower, str.swapcase],
    ids=["upper", "lower", "swapped"],
)
def test_tags_are_matched_in_any_case(data: Path, tmp_path: Path, change: object) -> None:
    text = (data / "sen2" / "return_2026.xml").read_text("utf-8")
    path = tmp_path / "return_2026.xml"
    path.write_text(re.sub(r"(?<=[</])\w+(?=>)", lambda tag: change(tag[0]), text), encoding="utf-8")  # type: ignore[operator]
    changed, exact = read_extract(path, source="sen2_xml"), read(data, 2026)
    for name, frame in exact.sheets.items():
        pd.testing.assert_frame_equal(frame, changed.sheets[name])


def test_a_namespace_changes_nothing(data: Path, tmp_path: Path) -> None:
    text = (data / "sen2" / "return_2026.xml").read_text("utf-8")
    path = tmp_path / "return_2026.xml"
    path.write_text(text.replace("<Message>", '<Message xmlns="urn:example">'), encoding="utf-8")
    pd.testing.assert_frame_equal(
        read_extract(path, source="sen2_xml").sheets["cases"], read(data, 2026).sheets["cases"]
    )


def test_a_row_is_rejected_at_the_line_of_its_request(data: Path, tmp_path: Path) -> None:
    text = (data / "sen2" / "return_2026.xml").read_text("utf-8")
    path = tmp_path / "return.xml"
    path.write_text(text.replace("<RequestOutcome>N<", "<RequestOutcome>Q<"), encoding="utf-8")
    (rejection,) = read_extract(path, source="sen2_xml").rejections
    assert text.splitlines()[rejection.line - 1].strip() == "<Requests>"
    assert (rejection.column, rejection.value) == ("requestoutcome", "Q")


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("requests", ["has no file of the module requests", "_requests.csv"]),
        ("person", ["has no file of the module person"]),
        ("sen2", ["has no file of the module sen2"]),
    ],
)
def test_an_export_without_a_module_it_needs_is_refused(
    data: Path, tmp_path: Path, module: str, words: list[str]
) -> None:
    folder = shutil.copytree(data / "collect", tmp_path / "export")
    next(folder.glob(f"*_{module}.csv")).unlink()
    with pytest.raises(ExtractRefusedError) as refusal:
        read_extract(folder, source="collect_csv")
    assert [word for word in words if word not in str(refusal.value)] == []


@pytest.mark.parametrize("module", ["assessment", "namedplan", "plandetail", "activeplans", "senneed"])
def test_an_export_may_lack_what_hangs_under_the_requests(data: Path, tmp_path: Path, module: str) -> None:
    folder = shutil.copytree(data / "collect", tmp_path / "export")
    next(folder.glob(f"*_{module}.csv")).unlink()
    extract = read_extract(folder, source="collect_csv")
    assert len(extract.sheets["cases"]) == 5


def test_a_request_of_which_a_part_cannot_be_read_is_left_out_and_not_read_in_part(data: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(data / "collect", tmp_path / "export")
    whole = read_extract(folder, source="collect_csv").sheets["cases"]["case_ref"].tolist()
    assessment = next(folder.glob("*_assessment.csv"))
    assessment.write_text(assessment.read_text("utf-8").replace("32,n,1,s,24,A", "32,n,1,s,24,A,?"), encoding="utf-8")
    extract = read_extract(folder, source="collect_csv")
    # Another request of the same person on the same day keeps its reference.
    assert extract.sheets["cases"]["case_ref"].tolist() == [*whole[:3], whole[4]]
    (misfit, request) = extract.rejections
    assert (misfit.file, misfit.line) == (assessment.name, 3)
    assert (request.file, request.line) == (assessment.name.replace("assessment", "requests"), 5)
    assert request.reason == f"a row of {assessment.name} that belongs to this request cannot be read"


def test_of_two_assessments_under_one_request_both_sources_take_the_first_and_say_so(
    data: Path, tmp_path: Path
) -> None:
    again = "<Assessment><AssessmentOutcome>N</AssessmentOutcome><NamedPlan><PlanDetail><URN>999999</URN>"
    again += "<PlacementRank>1</PlacementRank></PlanDetail></NamedPlan></Assessment><ActivePlans>"
    again += "<ReviewDraft>2026-01-01</ReviewDraft></ActivePlans>"
    text = (data / "sen2" / "return_2026.xml").read_text("utf-8").splitlines(keepends=True)
    end = next(number for number, line in enumerate(text) if "</ActivePlans>" in line)
    (tmp_path / "return_2026.xml").write_text("".join([*text[: end + 1], again, *text[end + 1 :]]), encoding="utf-8")
    folder = shutil.copytree(data / "collect", tmp_path / "export")
    rows = {
        "assessment": "33,n,2,s,21,N,,,,,,\n",
        "namedplan": "42,n,1,s,33,,,,,,,,\n",
        "plandetail": "53,n,1,s,42,999999,,,,1,,\n",
        "activeplans": "62,n,2,s,21,,,,,2026-Jan-01 00:00:00,,\n",
    }
    for module, row in rows.items():
        with next(folder.glob(f"*_{module}.csv")).open("a", encoding="utf-8") as file:
            file.write(row)

    xml = read_extract(tmp_path / "return_2026.xml", source="sen2_xml")
    export = read_extract(folder, source="collect_csv")

    for name, frame in read(data, 2026).sheets.items():
        for found in (xml, export):
            pd.testing.assert_frame_equal(
                *(x.drop(columns=["line", "file"]) for x in (frame, found.sheets[name])), obj=name
            )
    first = {"return_2026.xml": xml.sheets["cases"]["line"][0], "Blade-Export_02-02-2026_requests.csv": 2}
    for found, (file, line) in zip((xml, export), first.items(), strict=True):
        assert found.rejections == []
        assert found.notes[1:] == [
            f"{file}: requests with more than one {module}: 1; the first of each is taken (line {line})"
            for module in ("assessment", "active plan")
        ]
