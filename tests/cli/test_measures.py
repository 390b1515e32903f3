"""`ehc measures` and `ehc snapshot` as a person and a program read them, run in this process."""

import csv
import json
import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from models.errors import NotFoundError
from tests.store.build import a_case, an_advice, take, write_extract

PLANS = "plans_within_20_weeks"
FIELDS = "authority_code,measure,basis,period,period_from,period_to,dimension,group_name,numerator,denominator,value"


def ehc(*arguments: str) -> Result:
    from deployments.cli import app

    found = CliRunner().invoke(app, arguments, env={"COLUMNS": "200"})
    assert found.exit_code == 0, found.output
    return found


@pytest.fixture
def councils(sqlite_watched: str, tmp_path: Path) -> str:
    """Two authorities with eight plans each, issued in February: one of them a week late, and one child of its own."""
    cases = []
    for code in ("998", "999"):
        for number in range(8):
            day = "2026-02-09" if number else "2026-02-16"
            need = "ASD" if number else "SLCN"
            of = {"team": "North", "primary_need": need, "plan_decision": "Y", "final_plan_sent_on": day}
            received = "2025-09-22" if number else "2025-09-15"
            cases.append(a_case(f"C-{number}", authority_code=code, request_received_on=received, **of))
    advice = [an_advice("C-1", authority_code="998", requested_on="2025-11-03")]
    take(sqlite_watched, write_extract(tmp_path, cases=cases, advice=advice))
    return sqlite_watched


def test_a_measure_says_what_it_counts() -> None:
    said = ehc("measures", "--define", PLANS).stdout
    assert "Plans issued within 20 weeks" in said
    assert "final_plan_sent_on" in said


@pytest.mark.usefixtures("councils")
def test_the_cases_behind_a_figure() -> None:
    of = ("--measure", PLANS, "--cases", "--as-of", "2026-03-02", "--authority", "999")
    said = ehc("measures", *of).stdout
    assert "7 counted of 8." in said
    rows = list(csv.DictReader(ehc("measures", *of, "--format", "csv").stdout.splitlines()))
    assert {row["case_ref"] for row in rows if row["counted"] == "no"} == {"C-0"}
    assert json.loads(ehc("measures", *of, "--format", "json").stdout) == rows


@pytest.mark.usefixtures("councils")
def test_bands_stand_in_their_order() -> None:
    said = ehc("measures", "--as-of", "2026-01-06", "--measure", "cases_open", "--by", "age").stdout
    assert said.index("7 to 16") < said.index("17 to 20")


@pytest.mark.usefixtures("councils")
def test_the_figures_for_a_program_are_the_same_as_csv_and_as_json() -> None:
    of = ("--as-of", "2026-03-02", "--measure", PLANS, "--period", "month")
    text = ehc("measures", *of, "--format", "csv").stdout
    assert text.splitlines()[0] == FIELDS
    rows = [row for row in csv.DictReader(text.splitlines()) if row["period_from"] == "2026-02-01"]
    assert [(x["authority_code"], x["numerator"], x["denominator"], x["value"]) for x in rows] == [
        ("998", "7.0", "8.0", "0.875"),
        ("999", "7.0", "8.0", "0.875"),
    ]
    found = json.loads(ehc("measures", *of, "--format", "json").stdout)
    assert [{name: str(x) for name, x in row.items()} for row in found if row["period_from"] == "2026-02-01"] == rows


@pytest.mark.usefixtures("councils")
def test_the_columns_of_the_dfe() -> None:
    rows = json.loads(ehc("measures", "--dfe", "2026", "--as-of", "2026-03-02", "--format", "json").stdout)
    assert set(rows[0]) == {"file", "column", "2026"}
    assert len(rows) == len({(row["file"], row["column"]) for row in rows}) > 10


def test_each_authoritys_own_practice_says_what_may_be_published_and_what_it_aims_at(
    councils: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from models.settings import settings

    folder = tmp_path / "practice"
    folder.mkdir()
    (folder / "998.toml").write_text(
        "[publication]\nsuppress_below = 1\nround_counts_to = 1\n[targets]\nplans_in_time = 80\n"
    )
    monkeypatch.setenv("EHC_PRACTICE", str(folder))
    settings.cache_clear()
    of = ("--as-of", "2026-03-02", "--measure", PLANS, "--period", "year_to_date")
    told = json.loads(ehc("measures", *of, "--published", "--by", "primary_need", "--format", "json").stdout)
    alone = [row for row in told if row["period_from"] == "2026-01-01" and row["primary_need"] == "SLCN"]
    assert [(row["authority_code"], row["denominator"]) for row in alone] == [("998", "1"), ("999", "c")]
    lines = ehc("measures", *of).stdout.splitlines()
    assert any(line.rstrip().endswith("target") for line in lines)
    assert [line.split()[-1] for line in lines if "2026-01-01 to" in line] == ["80%", "100%"]


@pytest.mark.usefixtures("councils")
def test_several_periods_at_once_are_not_published() -> None:
    from deployments.cli import app

    refused = CliRunner().invoke(app, ["measures", "--published", "--as-of", "2026-03-02"])
    assert "several kinds of period" in str(refused.exception)


@pytest.mark.usefixtures("councils")
@pytest.mark.parametrize("of", [(), ("--dfe", "2026"), ("--cases", "--measure", PLANS)])
def test_an_authority_that_has_no_cases_has_no_figures(of: tuple[str, ...]) -> None:
    from deployments.cli import app

    refused = CliRunner().invoke(app, ["measures", "--as-of", "2026-03-02", "--authority", "336", *of])
    assert "no cases of authority 336" in str(refused.exception)


@pytest.mark.parametrize("beside", [("--by", "team"), ("--published",), ("--known-at", "2026-02-01")])
@pytest.mark.parametrize("of", [("--dfe", "2026"), ("--cases", "--measure", PLANS)])
def test_an_option_that_would_change_nothing_is_refused(of: tuple[str, ...], beside: tuple[str, ...]) -> None:
    from deployments.cli import app

    refused = CliRunner().invoke(app, ["measures", "--as-of", "2026-03-02", *of, *beside])
    assert refused.exit_code == 2
    assert "--known-at" in refused.output


def test_a_month_is_frozen_restated_compared_and_shown(councils: str, tmp_path: Path) -> None:
    from models.queries.kpi import snapshot
    from models.store import reading, unit_of_work

    assert "No month was frozen yet" in ehc("snapshot", "list").stdout
    assert "February 2026 is frozen: " in ehc("snapshot", "freeze", "2026-02", "--by", "A. Manager").stdout
    assert "nothing has changed since" in ehc("snapshot", "freeze", "2026-02").stdout
    with unit_of_work(councils) as connection:
        connection.exec_driver_sql("UPDATE cases SET final_plan_sent_on = '2026-02-23' WHERE case_ref = 'C-1'")
    again = ehc("snapshot", "freeze", "2026-02", "--reason", "two plans were entered late", "--by", "A. Manager")
    assert "is restated as version 2" in again.stdout
    listed = json.loads(ehc("snapshot", "list", "--json").stdout)
    assert [(x["month"], x["version"], x["frozen_by"]) for x in listed] == [
        ("2026-02-01", 2, "A. Manager"),
        ("2026-02-01", 1, "A. Manager"),
    ]
    differs = json.loads(ehc("snapshot", "compare", "2026-02", "1", "2", "--json").stdout)
    of_all = {"measure": PLANS, "authority_code": "999", "period": "month", "dimension": "all"}
    assert [(x["was"], x["is"]) for x in differs if of_all.items() <= x.items()] == [("7 of 8", "6 of 8")]
    compared = ehc("snapshot", "compare", "2026-02", "1", "2").stdout
    assert "The reason given: two plans were entered late." in compared
    assert re.search(r"998 +Plans issued within.* +issued +month +7 of 8 +6 of 8", compared)
    assert "two plans were" in ehc("snapshot", "list").stdout
    with reading(councils) as connection, pytest.raises(NotFoundError) as refused:
        snapshot(connection, date(2026, 2, 1), 3)
    assert refused.value.why == "The newest of that month is version 2."
    shown = ehc("snapshot", "show", "2026-02", "--version", "1").stdout
    assert shown.startswith("February 2026, version 1, as of 2026-02-28, frozen ")
    figures = json.loads(ehc("snapshot", "show", "2026-02-17", "--json").stdout)
    plans = [x for x in figures if (x["measure"], x["period"], x["authority_code"]) == (PLANS, "month", "999")]
    assert [(x["numerator"], x["denominator"]) for x in plans if x["period_from"] == "2026-02-01"] == [(6, 8)]
