"""The commands that write the week's work and look at the data, as a person and a program run them."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

import deployments.commands.quality
import deployments.commands.quarantine
from deployments.cli import app
from models.errors import SettingsError
from models.queries.findings import Found, Week
from tasks import quality, telling
from tests.store.build import a_case, a_panel, night, take, write_extract

DAY = ["--as-of", "2026-03-02"]


@pytest.fixture(autouse=True)
def _on_a_wide_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (deployments.commands.quality, deployments.commands.quarantine):
        monkeypatch.setattr(module, "CONSOLE", Console(width=200, highlight=False))


@pytest.fixture
def council(sqlite_watched: str, tmp_path: Path) -> Path:
    """The product's own database with three cases, one of them unreadable; a folder to write to."""
    wrong = a_case("C-2", officer="Ann Lee", assess_decided_on="2026-02-02")
    cases = [a_case("C-1", officer="Ann Lee"), wrong, a_case("C-3", request_received_on="Zebedee")]
    take(sqlite_watched, write_extract(tmp_path, cases=cases, panels=[a_panel()]))
    night(sqlite_watched, "2026-03-02")
    return tmp_path


def ehc(*arguments: str | Path) -> str:
    """What a command prints that does what it was asked."""
    ran = CliRunner().invoke(app, [str(x) for x in arguments], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def test_the_tracker_and_the_calendars_are_written_where_asked(council: Path) -> None:
    said = ehc("tracker", *DAY, "--out", council / "tracker.xlsx")
    assert "2 open cases on 13 sheets" in said
    assert (council / "tracker.xlsx").exists()
    assert "Ann Lee" in ehc("calendar", *DAY, "--out", council / "calendars")
    assert (council / "calendars" / "ann-lee.ics").exists()


@pytest.mark.parametrize("command", ["tracker", "calendar", "call-list"])
def test_what_was_open_on_a_day_before_the_last_night_is_not_listed(council: Path, command: str) -> None:
    with pytest.raises(SettingsError, match="open on 2026-03-01 cannot be listed any more"):
        ehc(command, "--as-of", "2026-03-01")


def test_what_is_wrong_is_listed_for_a_person_and_for_programs(council: Path) -> None:
    assert "A date of decision" in ehc("quality", *DAY)
    rows = list(csv.DictReader(io.StringIO(ehc("quality", *DAY, "--csv", "--owner", "officer"))))
    assert [(row["rule"], row["case_ref"], row["owner"]) for row in rows] == [
        ("date_without_decision", "C-2", "officer")
    ]
    document = json.loads(ehc("quality", *DAY, "--json"))
    assert {row["rule"] for row in document["findings"]} == {
        "date_without_decision",
        "person_ref_missing",
        "rows_set_aside",
        "team_missing",
    }
    assert document["weeks"][-1]["week_to"] == "2026-03-02"


def test_a_row_set_aside_says_where_and_why_and_its_value_only_if_asked_for(council: Path) -> None:
    for as_json in ([], ["--json"]):
        plain, full = ehc("quarantine", *as_json), ehc("quarantine", "--values", *as_json)
        assert "request_received_on" in plain
        assert "Zebedee" not in plain
        assert "Zebedee" in full


def test_two_extracts_are_compared_and_nothing_is_taken_in(council: Path) -> None:
    left = write_extract(council, cases=[a_case("C-7")])
    right = write_extract(council, cases=[a_case("C-7", request_received_on="2026-01-14")])
    found = json.loads(ehc("reconcile", left, right, *DAY, "--json"))
    assert [(x["case_ref"], x["days"]) for x in found["differences"]] == [("C-7", 9)]
    assert "C-7" not in ehc("clocks", *DAY, "--format", "csv")


def test_the_artifact_counts_and_names_no_case(
    council: Path, sqlite_watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, str] = {}
    monkeypatch.setattr(telling, "create_markdown_artifact", lambda **said: made.update(said))
    counts = quality.refresh_data_quality.fn(date(2026, 3, 2))
    assert counts == {"new": 4, "still_there": 0, "gone": 0}
    assert made["key"] == "data-quality"
    assert "| deadline | A date of decision without the decision | officer | 1 | 0 |" in made["markdown"]
    assert "C-2" not in made["markdown"]


def test_the_page_lists_the_worst_rule_first_and_its_oldest_finding() -> None:
    def one(rule: str, days: int) -> Found:
        return Found(rule, "999", "C-1", "case", "", "officer", "words", "2026-03-01", days)

    found = [one("team_missing", 30), one("request_date_missing", 9), one("request_date_missing", 2)]
    page = quality.quality_page(found, [Week("2026-03-02", "officer", 3, 1, 0)], date(2026, 3, 2))
    lines = [line for line in page.splitlines() if line.startswith(("| deadline", "| record"))]
    assert lines == [
        "| deadline | No date of the request | officer | 2 | 9 |",
        "| record | An open case without a team | service manager | 1 | 30 |",
    ]
    assert "| 2026-03-02 | officer | 3 | 1 | 0 |" in page
