"""The log as JSON: one object a line, and nothing in it that a database said of a row."""

import json
import logging
import sys
from pathlib import Path

import pytest
from prefect.logging.configuration import DEFAULT_LOGGING_SETTINGS_PATH, load_logging_config

from deployments import logs
from models.errors import SettingsError, StoreError
from models.settings import settings
from tests.cli.conftest import Home


@pytest.fixture(autouse=True)
def as_json(settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What `EHC_LOG=json` makes of this process."""
    monkeypatch.setenv("EHC_LOG", "json")
    settings.cache_clear()


def line(error: BaseException, words: str = "It failed: %r", *arguments: object, **more: object) -> dict[str, str]:
    try:
        raise error
    except type(error):
        info = sys.exc_info()
    record = logging.getLogger("x").makeRecord("x", 40, "", 0, words, arguments or (error,), info, extra=more)
    text = logs.OneLine("default", None, "%").format(record)
    assert "\n" not in text
    found: dict[str, str] = json.loads(text)
    return found


def test_a_line_says_when_how_grave_from_where_what_and_of_which_run() -> None:
    found = line(
        StoreError("The database is locked.", why="Another night runs."), flow_run_name="night of 2 March 2026"
    )
    assert found.pop("at").endswith("+00:00")
    assert found == {
        "level": "error",
        "logger": "x",
        "message": "It failed: 'The database is locked. Another night runs.'",
        "flow_run_name": "night of 2 March 2026",
        "error": "The database is locked. Another night runs.",
    }


def test_of_an_error_that_is_not_ours_only_the_kind_and_the_place_are_told() -> None:
    found = line(ValueError("Zebedee\nZ-77"))
    assert "Zebedee" not in str(found)
    assert found["error"].startswith("ValueError at ")


def test_prefect_writes_such_lines_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in logs.for_prefect().items():
        monkeypatch.setenv(name, value)
    config = load_logging_config(DEFAULT_LOGGING_SETTINGS_PATH)
    assert {config["handlers"][name]["formatter"] for name in ("console", "debug")} == {"json"}
    assert config["formatters"]["json"]["class"] == "deployments.logs.OneLine"
    assert config["handlers"]["console"]["level"] == "INFO"


def test_a_command_that_is_refused_says_so_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    ran = Home(tmp_path / "home").ehc("clocks", EHC_LOG="json")
    (found,) = map(json.loads, ran.err.splitlines())
    assert (ran.code, found["level"], found["exit_code"]) == (13, "error", 13)
    assert found["message"] == "There is nothing in the database yet."
    assert found["remedy"].startswith("Take in an extract")


def test_any_other_word_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EHC_LOG", "xml")
    settings.cache_clear()
    with pytest.raises(SettingsError, match="EHC_LOG is 'xml'"):
        logs.for_prefect()
