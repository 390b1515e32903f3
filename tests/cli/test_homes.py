"""What a home holds, and what it never comes to hold: nothing made by a look, nothing invented beside what is real."""

import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner

from deployments.cli import app
from deployments.demo.run import run_demo
from deployments.server.prefect_here import prefect_home
from deployments.steps import import_extract
from flows.today import night_of
from models.errors import ExtractRefusedError, SettingsError, StoreError
from models.queries.health import LEVELS
from models.settings import settings
from models.store import reading
from tasks.intake import take_in_path
from tests.store.build import MONDAY, a_case, everything, take, write_extract

REAL = "301"


def test_a_look_at_an_empty_home_makes_nothing(settings_of_the_process: None, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing in the database yet"), reading():
        pass
    assert not (tmp_path / "home").exists()


def test_a_home_that_cannot_be_is_said_to_be_so(settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EHC_HOME", "/dev/null/home")
    settings.cache_clear()
    with pytest.raises(SettingsError, match="cannot be made") as refused:
        prefect_home()
    assert "EHC_HOME" in refused.value.remedy


def test_a_home_made_by_a_night_is_for_its_owner_alone(settings_of_the_process: None) -> None:
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (prefect_home(), settings().home)} == {0o700}


def test_a_monitor_is_told_in_one_line_of_a_database_that_cannot_be_used(settings_of_the_process: None) -> None:
    told = CliRunner().invoke(app, ["health"], catch_exceptions=False)
    assert told.exit_code == LEVELS.index("critical")
    assert told.stdout.startswith("critical: service: There is nothing in the database yet (sqlite:///")
    assert told.stdout.count("\n") == 1


def test_real_cases_do_not_go_beside_the_demo_council(sqlite_watched: str, tmp_path: Path) -> None:
    take(sqlite_watched, write_extract(tmp_path, cases=[a_case()]))
    before = everything(sqlite_watched)
    real = write_extract(tmp_path, cases=[a_case(authority_code=REAL)])
    with pytest.raises(StoreError, match="holds invented cases; real ones were not mixed in") as refused:
        import_extract(real, "canonical")
    assert refused.value.why == "It holds authority 999; what came is of authority 301."
    with pytest.raises(StoreError, match="holds invented cases"):
        take_in_path(real, "canonical", now=MONDAY, by="a form")
    assert everything(sqlite_watched) == before


def test_an_extract_that_mixes_invented_and_real_cases_is_refused_whole(sqlite_watched: str, tmp_path: Path) -> None:
    mixed = write_extract(tmp_path, cases=[a_case(), a_case(authority_code=REAL)])
    for _ in ("a first", "a second"):
        with pytest.raises(ExtractRefusedError, match="holds invented cases and real ones") as refused:
            import_extract(mixed, "canonical")
        assert refused.value.why == "Authority 999 is invented, authority 301 is not."
        take(sqlite_watched, write_extract(tmp_path, cases=[a_case()]))


def test_the_demo_council_does_not_go_beside_real_cases(sqlite_watched: str, tmp_path: Path) -> None:
    take(sqlite_watched, write_extract(tmp_path, cases=[a_case(authority_code=REAL)]))
    before = everything(sqlite_watched)
    with pytest.raises(StoreError, match="holds real cases; invented ones were not mixed in"):
        run_demo(night_of(None))
    assert everything(sqlite_watched) == before
