"""What comes out: no cell that is a formula, no text of a source that a browser would run."""

import csv
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import deployments
from deployments.commands.csv_out import write_csv
from deployments.commands.tables import CONSOLE, print_table
from tests.store.build import a_case, an_advice, an_exception, night, take, write_extract

FORMULAS = ("=1+1", "+1+cmd", "-2+3+cmd", "@SUM(1)", "＝1+1")  # noqa: RUF001 - full width, which some take for the same
NUMBERS = ("-3", "+4", "-1,234", "-0.5", "-12%")
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"&"
AS_OF = "2026-03-02"
CSVS = (
    ("clocks", "--as-of", AS_OF, "--format", "csv"),
    ("quality", "--as-of", AS_OF, "--csv"),
    ("measures", "--as-of", AS_OF, "--measure", "plans_within_20_weeks", "--cases", "--format", "csv"),
    ("measures", "--as-of", AS_OF, "--measure", "requests_received", "--by", "team", "--format", "csv"),
)


def ehc(*arguments: str) -> str:
    from deployments.cli import app

    found = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.fixture
def planted(sqlite_watched: str, tmp_path: Path) -> Path:
    """A council whose source says formulas and scripts wherever it may say anything."""
    own = {"request_received_on": "2025-09-15", "plan_decision": "Y", "final_plan_sent_on": "2026-02-09"}
    cases = [a_case(x, officer=x, team=x, setting_urn=x, **own) for x in FORMULAS]
    cases.append(a_case("C-1", officer=SCRIPT, team=SCRIPT))
    advice = [an_advice(x, body=y) for x, y in (*((x, x) for x in FORMULAS), ("C-1", SCRIPT))]
    claims = [an_exception("C-1", facts=SCRIPT, impractical_because=FORMULAS[0])]
    take(sqlite_watched, write_extract(tmp_path, cases=cases, advice=advice, exceptions=claims))
    night(sqlite_watched, AS_OF)
    return tmp_path


def formulas(text: str) -> list[str]:
    """The cells that a spreadsheet would work out."""
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    return [x for x in cells if x[:1] in tuple("=+-@\t\r＝") and not re.fullmatch(r"[+-][\d,.]+%?", x)]  # noqa: RUF001


class Page(HTMLParser):
    """What a browser would run or fetch of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "script" or "x" in (value for name, value in attrs if name == "src"):
            self.found.append(tag)


def test_a_formula_is_marked_and_a_number_is_not() -> None:
    out = io.StringIO()
    write_csv(
        out, ["a", "b"], [[x, "b"] for x in (*FORMULAS, "\t=1", "x\r=1", "\r\n=1", *NUMBERS, "C-1", "", -3, None)]
    )
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:]
    marked = [*(f"'{x}" for x in FORMULAS), "'\t=1", "x\n=1", "'\n=1"]
    assert rows == [[x, "b"] for x in (*marked, *NUMBERS, "C-1", "", "-3", "")]


def test_no_output_is_a_formula_or_a_script(planted: Path) -> None:
    for command in CSVS:
        said = ehc(*command)
        assert formulas(said) == [], command
        assert "'=1+1" in said, command
    ehc("evidence", "=1+1", "--as-of", AS_OF, "--csv", str(planted / "e.csv"))
    assert formulas((planted / "e.csv").read_text()) == []
    ehc("evidence", "C-1", "--as-of", AS_OF, "--names", "--out", str(planted / "e.html"))
    ehc("call-list", "--as-of", AS_OF, "--html", str(planted / "c.html"))
    for name in ("e.html", "c.html"):
        page = (planted / name).read_text()
        assert Page(page).found == [], name
        assert "&lt;script&gt;" in page, name
    ehc("tracker", "--as-of", AS_OF, "--out", str(planted / "t.xlsx"))
    cells = [c for sheet in load_workbook(planted / "t.xlsx") for row in sheet.iter_rows() for c in row]
    assert {c.value for c in cells} >= {"=1+1", SCRIPT}
    assert "f" not in {c.data_type for c in cells if c.value in FORMULAS}


def test_brackets_are_printed_as_they_are() -> None:
    with CONSOLE.capture() as said:
        print_table(["[/b]"], [["[red]:smile:"]])
        CONSOLE.print("columns not in the contract were dropped: [/b].")
    assert said.get().split("\n") == [
        "[/b]        ",
        "[red]:smile:",
        "columns not in the contract were dropped: [/b].",
        "",
    ]


def test_every_writer_goes_through_the_one_function() -> None:
    folder = Path(deployments.__file__).parent
    for path in folder.rglob("*.py"):
        text = path.read_text("utf-8")
        if path.parent.name != "demo" and path.name != "csv_out.py":
            assert not re.search(r"csv\.(writer|DictWriter)\(|\.to_csv\(", text), path.name
        for made in re.findall(r"Console\(.*\)", text):
            assert "markup=False, emoji=False" in made, path.name
        if "Environment(" in text:
            assert "autoescape=True" in text, path.name
