"""`ehc rehearse`: what a proposed ladder would say, beside the one in use."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.store.alerting import staff
from tests.store.build import a_case, an_advice, take, write_extract


def rehearse(*arguments: str) -> str:
    from deployments.cli import app

    found = CliRunner().invoke(app, ["rehearse", *arguments, "--to", "2026-03-31"])
    assert found.exit_code == 0, found.output
    return found.stdout


@pytest.fixture
def proposed(sqlite_watched: str, tmp_path: Path) -> str:
    """A practice whose ladder does not chase advice on the day that the six weeks end."""
    cases = [a_case("C-1", team="North", officer="A. Officer")]
    take(sqlite_watched, write_extract(tmp_path, cases=cases, people=staff(), advice=[an_advice()]))
    file = tmp_path / "proposed.toml"
    file.write_text("[ladders.give_advice.chase]\non = false\n", encoding="utf-8")
    return str(file)


def test_a_proposed_ladder_stands_beside_the_one_in_use(proposed: str) -> None:
    found = json.loads(rehearse("--practice", proposed, "--json"))
    chased = {"role": "health_dco", "day": "2026-03-13", "alerts": 1}
    assert chased in found["in_use"]["days"]
    assert chased not in found["days"]
    (dco,) = (x for x in found["first_night"] if x["role"] == "health_dco")
    assert (dco["people"], dco["clocks"], dco["messages"]) == (1, 1, 1)
    table = rehearse("--practice", proposed)
    assert "The ladder in use, and the one proposed" in table
    assert "The first night, if the ladder is switched on for 2026-03-31" in table


@pytest.mark.usefixtures("proposed")
def test_the_ladder_in_use_stands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "one proposed" not in rehearse()
    assert "in_use" not in json.loads(rehearse("--json"))
