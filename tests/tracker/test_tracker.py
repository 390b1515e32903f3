"""The workbook as a spreadsheet program reads it: sheets, real dates, filters, bands in words, and no formulas."""

import shutil
import stat
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter import Workbook

from deployments.tracker.names import LONGEST, SheetNames
from deployments.tracker.sheets import BAND_COLOURS, HEADING_ROW, HIGHEST, Book, Column
from deployments.tracker.workbook import Written, write_tracker
from models.casework.findings import refresh_findings
from models.practice.loader import practices
from models.queries.board import BANDS
from models.statute.register import load_register
from models.store import engine, reading, unit_of_work
from tests.store.build import Row, a_case, a_panel, a_review, an_advice, an_order, night, take, write_extract

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 19, tzinfo=UTC)
OTHERS = ["Reviews and moves", "Overdue", "Advice owed", "Panel agenda", "Data quality", "Definitions"]
STAGES = ["Request", "Advice", "Draft", "Final plan", "Orders"]

NO_CASES = ["Summary", *OTHERS[3:]]

AGREED = {"assess_decision": "Y", "assess_decided_on": "2026-02-02"}
CASES = [
    a_case("C-1", officer="Ann Lee", team="North"),
    a_case("C-2", officer="Ann Lee", team="North", **AGREED),
    a_case("C-3", officer="=Bob/[Ray]", team="+South", **AGREED, draft_served_on="2026-02-20"),
    a_case("C-4", assess_decision="N", assess_decided_on="2026-02-02"),
    a_case("C-5", request_received_on=""),
    a_case("C-6", officer="Ann Lee", **AGREED),
    a_case("=1+1", officer="ann lee", request_received_on="2026-02-20"),
]
ADVICE = [
    an_advice("C-2", requested_on="2026-02-02", body="=HYPERLINK(1)"),
    an_advice("C-2", requested_on="2026-02-02", body="Speech therapy"),
    an_advice("C-2", "psychology"),
    an_advice("C-6", requested_on=""),
]


def written(address: str, folder: Path, **sheets: Sequence[Row]) -> Written:
    panels = [a_panel("2026-03-10"), a_panel("2026-03-17")]
    take(address, write_extract(folder, **{"cases": CASES, "advice": ADVICE, "panels": panels, **sheets}))
    night(address, TODAY.isoformat())
    with unit_of_work(address) as connection:
        refresh_findings(connection, load_register(), practices().of, TODAY)
    return again(address, folder)


def again(address: str, folder: Path, as_of: date = TODAY, **options: Any) -> Written:
    with reading(address) as connection:
        path = folder / "tracker.xlsx"
        return write_tracker(path, connection, load_register(), practices(), as_of, made_at=NOW, **options)


@pytest.fixture(scope="module")
def book(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A workbook of a few cases, only read by the tests."""
    folder = tmp_path_factory.mktemp("tracker")
    shutil.copy(sqlite_file, folder / "ehc.db")
    address = f"sqlite:///{folder / 'ehc.db'}"
    order = an_order("C-4", "assess", dated_on="2026-02-16")
    found = written(
        address, folder, orders=[order], reviews=[a_review("C-4"), a_review("C-3", meeting_on="2026-03-30")]
    )
    engine(address).dispose()
    workbook = openpyxl.load_workbook(found.path)
    yield workbook
    workbook.close()


def table(sheet: Any) -> list[dict[str, Any]]:
    """The rows of a listing by heading."""
    headings = [cell.value for cell in sheet[HEADING_ROW + 1]]
    rows = sheet.iter_rows(min_row=HEADING_ROW + 2, values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows if row[0] not in (None, "Nothing.")]


def links(sheet: Any) -> list[Any]:
    """The links of a sheet."""
    return [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def test_it_has_a_sheet_for_each_stage_each_list_and_each_officer(book: Any) -> None:
    assert book.sheetnames == ["Summary", *STAGES, *OTHERS, "=Bob Ray", "Ann Lee", "ann lee 2"]


def test_a_case_stands_on_the_sheet_of_its_stage_and_of_its_officer(book: Any) -> None:
    on = {name: [row["Case"] for row in table(book[name])] for name in book.sheetnames if name not in NO_CASES}
    assert on["Advice"] == ["C-2", "C-6"]
    assert on["Draft"] == []
    assert on["Final plan"] == ["C-3"]
    assert on["Orders"] == ["C-4"]
    assert on["Request"] == ["C-5", "C-1", "=1+1"]
    assert on["Ann Lee"] == ["C-1", "C-2", "C-6"]
    assert "C-1" in on["Overdue"]


def test_nobody_is_asked_to_give_notice_of_a_meeting_that_was_held(book: Any) -> None:
    ahead = [row["Case"] for row in table(book["Reviews and moves"]) if "two weeks" in row["What is due"]]
    assert ahead == ["C-3", "C-3"]


def test_dates_are_dates_and_numbers_are_numbers(book: Any) -> None:
    row = table(book["Advice"])[0]
    assert row["Due"] == datetime(2026, 3, 13)  # noqa: DTZ001 - a spreadsheet has no time zones
    assert (row["Days left"], row["Week"], row["Band"]) == (11, 8, "four weeks")
    assert row["Advice owed"] == "health, psychology"
    assert book["Advice"].cell(HEADING_ROW + 2, 4).number_format == "dd/mm/yyyy"


def test_a_case_without_a_date_comes_first_and_says_so(book: Any) -> None:
    row = table(book["Request"])[0]
    assert (row["Case"], row["Band"], row["Due"], row["Days left"]) == ("C-5", "no date", None, None)


def test_a_case_whose_advice_was_asked_on_no_known_day_is_held_to_its_draft(book: Any) -> None:
    row = table(book["Advice"])[1]
    assert (row["Case"], row["What is due"], row["Band"]) == ("C-6", "serve draft", "later")
    assert row["Due"] == datetime(2026, 4, 27)  # noqa: DTZ001
    assert row["Advice owed"] == "health"


def test_each_piece_of_advice_names_the_one_body_that_owes_it(book: Any) -> None:
    rows = [(row["Case"], row["Agency"], row["Body"]) for row in table(book["Advice owed"])]
    assert rows == [
        ("C-6", "health", "Royal Hospital"),
        ("C-2", "health", "=HYPERLINK(1)"),
        ("C-2", "health", "Speech therapy"),
        ("C-2", "psychology", "Royal Hospital"),
    ]


def test_a_long_text_is_no_higher_than_a_row_can_be_and_what_finds_no_room_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deployments.tracker.sheets.MOST_ROWS", 2)
    with Workbook(str(tmp_path / "long.xlsx"), {"constant_memory": True}) as workbook:
        Book(workbook, TODAY).listing(
            "Long", "Long", [Column("Words", "wide")], [["word " * 4000], ["a"], ["b"], ["c"]]
        )
    sheet = openpyxl.load_workbook(tmp_path / "long.xlsx")["Long"]
    assert sheet.row_dimensions[HEADING_ROW + 2].height <= HIGHEST
    assert [row[0] for row in sheet.iter_rows(min_row=HEADING_ROW + 3, values_only=True)] == [
        "a",
        "2 more rows found no room.",
    ]


def test_what_looks_like_a_formula_is_text(book: Any) -> None:
    suspects = [
        cell
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, str) and cell.value[:1] in "=+-@"
    ]
    assert {cell.value for cell in suspects} >= {"=1+1", "=Bob/[Ray]", "+South", "=HYPERLINK(1)"}
    # As it is in the file: openpyxl itself takes a text that begins with "=" for a formula only by its type.
    assert {cell.data_type for cell in suspects} <= {"s", "inlineStr"}


def test_every_listing_can_be_filtered_scrolled_and_printed(book: Any) -> None:
    for sheet in book.worksheets[1:]:
        assert sheet.freeze_panes == "B4", sheet.title
        assert sheet.auto_filter.ref, sheet.title
        assert sheet.print_title_rows == "$3:$3", sheet.title
        assert sheet.page_setup.orientation == "landscape"
        # As wide as the page, which is what the file means by leaving the width out, and as long as it gets.
        assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (9, None, 0)


def test_bands_are_words_first_and_every_band_has_its_colour(book: Any) -> None:
    assert tuple(BAND_COLOURS) == BANDS
    formulas = [rule.formula for area in book["Advice"].conditional_formatting for rule in area.rules]
    assert formulas == [[f'"{band}"'] for band in BANDS]


@pytest.mark.parametrize(("text", "background"), BAND_COLOURS.values())
def test_a_band_can_be_read(text: str, background: str) -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert (light(background) + 0.05) / (light(text) + 0.05) >= 4.5


def test_the_summary_counts_and_leads_to_every_sheet(book: Any) -> None:
    sheet = book["Summary"]
    counts = {row[0].value: [cell.value for cell in row[1:8]] for row in sheet.iter_rows(min_row=4)}
    assert counts["Request"] == [3, 1, 0, 0, 1, 0, 1]
    assert counts["all"][0] == 7
    assert counts["no officer"][0] == 2
    led_to = {str(link.location).split("!")[0].strip("'") for link in links(sheet)}
    assert led_to == set(book.sheetnames) - {"Summary"}
    assert "canonical, authority 999" in counts


def test_the_document_says_what_it_is(book: Any) -> None:
    assert book.properties.title == "SEND tracker, 02 March 2026"
    assert book.properties.creator == "ehc-pathway"


def test_a_case_says_how_it_is_explained(sqlite_database: str, tmp_path: Path) -> None:
    found = written(sqlite_database, tmp_path)
    plain = openpyxl.load_workbook(found.path)
    assert table(plain["Advice"])[0]["Explain"] == "ehc explain C-2"
    assert [x.target for x in links(plain["Advice"]) if x.target] == []
    again(sqlite_database, tmp_path, address_of=lambda case: f"http://127.0.0.1:4200/run?case={case}")
    linked = openpyxl.load_workbook(found.path)
    assert table(linked["Advice"])[0]["Explain"] == "ehc explain C-2"
    assert "http://127.0.0.1:4200/run?case=C-2" in {x.target for x in links(linked["Advice"])}


def test_cases_of_two_authorities_are_told_apart(sqlite_database: str, tmp_path: Path) -> None:
    found = written(sqlite_database, tmp_path, cases=[a_case(), a_case(authority_code="998")], advice=[])
    rows = table(openpyxl.load_workbook(found.path)["Request"])
    assert [(row["Case"], row["Explain"]) for row in rows] == [
        ("998/C-1", "ehc explain 998/C-1"),
        ("999/C-1", "ehc explain 999/C-1"),
    ]


def test_it_says_that_no_night_was_run_for_the_day(sqlite_database: str, tmp_path: Path) -> None:
    written(sqlite_database, tmp_path)
    found = again(sqlite_database, tmp_path, date(2026, 3, 4))
    words = [str(row[0].value) for row in openpyxl.load_workbook(found.path)["Summary"].iter_rows(max_row=6)]
    assert any("last evaluated for 2026-03-02" in x for x in words)
    found = again(sqlite_database, tmp_path, date(2026, 2, 27))
    words = [str(row[0].value) for row in openpyxl.load_workbook(found.path)["Summary"].iter_rows(max_row=6)]
    assert any("The clocks stand at 2026-03-02" in x for x in words)


def test_only_its_owner_can_read_it_and_nothing_is_left_beside_it(sqlite_database: str, tmp_path: Path) -> None:
    path = written(sqlite_database, tmp_path).path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [x.name for x in tmp_path.iterdir() if "tracker" in x.name] == ["tracker.xlsx"]


def test_officers_beyond_the_cap_are_said_to_have_no_sheet(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deployments.tracker.workbook.MOST_OFFICERS", 1)
    found = written(sqlite_database, tmp_path)
    book = openpyxl.load_workbook(found.path)
    assert found.officers_without_sheet == 2
    assert book.sheetnames[-1] == "Ann Lee"
    assert any("2 officers with fewer cases" in str(row[0].value) for row in book["Summary"].iter_rows())


@given(st.lists(st.text(), max_size=20))
def test_names_of_sheets_are_allowed_and_differ(wanted: list[str]) -> None:
    names = SheetNames()
    given_out = [names.free(one) for one in wanted]
    assert len({name.casefold() for name in given_out}) == len(wanted)
    for name in given_out:
        assert 0 < len(name) <= LONGEST
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
