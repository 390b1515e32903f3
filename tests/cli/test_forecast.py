"""`ehc forecast` as a person and a program read it, run in this process."""

import csv
import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner, Result

from tests.report.conftest import AS_OF, council
from tests.store.build import a_case, take, write_extract


def ehc(*arguments: str, columns: int = 80) -> Result:
    from deployments.cli import app

    return CliRunner().invoke(app, ["forecast", "--as-of", str(AS_OF), *arguments], env={"COLUMNS": str(columns)})


@pytest.fixture
def of_two_years(sqlite_watched: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    from models.settings import settings

    take(sqlite_watched, write_extract(tmp_path, **council()))
    (tmp_path / "practice.toml").write_text(
        "[targets]\nplans_in_time = 60\n[target_dates]\nplans_in_time = 2026-12-31\n"
    )
    monkeypatch.setenv("EHC_PRACTICE", str(tmp_path / "practice.toml"))
    settings.cache_clear()
    return sqlite_watched


@pytest.mark.usefixtures("of_two_years")
def test_a_forecast_in_words_and_for_a_program() -> None:
    printed = ehc()
    assert printed.exit_code == 0, printed.output
    said = " ".join(printed.stdout.split())
    assert "Exampleshire, 15 June 2026" in said
    assert "Made three months ago, this forecast would have said " in said
    assert "Month by month it missed by " in said
    assert "plans are overdue. In the last three months " in said
    assert "Target: 60% of plans in time by 31 December 2026. March to May 2026: " in said
    assert "no request is guessed" in said
    assert max(map(len, printed.stdout.splitlines())) <= 80
    assert "\N{HORIZONTAL ELLIPSIS}" not in printed.stdout
    (found,) = json.loads(ehc("--json").stdout)
    quarter = found["plans"]["quarter"]
    assert (quarter["first"], quarter["last"]) == ("2026-06-16", "2026-09-15")
    assert f"{100 * quarter['share']:.0f}% {100 * quarter['low']:.0f}% to {100 * quarter['high']:.0f}%" in said
    rows = list(csv.DictReader(ehc("--csv").stdout.splitlines()))
    assert {row["part"] for row in rows} == {"certain", "expected", "tried", "backlog", "target"}
    (share,) = [x for x in rows if (x["part"], x["figure"], x["first"]) == ("expected", "share", quarter["first"])]
    assert float(share["value"]) == quarter["share"]
    assert "C-0" not in said + json.dumps(found)


def test_one_of_several_authorities_is_named_and_one_that_is_not_there_refused(
    sqlite_watched: str, tmp_path: Path
) -> None:
    take(sqlite_watched, write_extract(tmp_path, cases=[a_case(authority_code=code) for code in ("998", "999")]))
    assert [x["authority_code"] for x in json.loads(ehc("--json").stdout)] == ["998", "999"]
    assert [x["authority_code"] for x in json.loads(ehc("--json", "--authority", "998").stdout)] == ["998"]
    assert "No plan is on record as sent, so there is no pace to forecast from." in " ".join(ehc().stdout.split())
    assert "There are the records of: 998, 999." in str(ehc("--authority", "336").exception)


def test_where_no_plan_falls_due_the_forecast_says_so(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from deployments.commands import forecast

    monkeypatch.setattr(forecast.words, "tried", lambda *_: ["It was tried."])
    plans = SimpleNamespace(why_not="", months=(), quarter=None)
    aims = [SimpleNamespace(target="plans_in_time", points=())]
    forecast._print_expected(SimpleNamespace(plans=plans, aims=aims, as_of=AS_OF))  # type: ignore[arg-type]
    assert capsys.readouterr().out == "\nNo plan falls due in these months.\nIt was tried.\n"
