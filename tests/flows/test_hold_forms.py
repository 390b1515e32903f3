"""The forms and commands that answer alerts, turn sending off and on, and record that a family was told."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.exceptions import ParameterTypeError
from prefect.utilities.callables import parameter_schema
from typer.testing import CliRunner

from deployments.cli import app
from deployments.serving import PLAN
from flows import acknowledge, family_told, snooze, turn_sending
from flows.today import night_of
from models.errors import RecordingRefusedError
from tasks import holds
from tests.store.build import a_case, an_advice, everything, night, stored, take, write_extract

FORMS: dict[str, Flow[..., Any]] = {
    "acknowledge": acknowledge.acknowledge,
    "snooze": snooze.snooze,
    "turn_sending": turn_sending.turn_sending,
    "family_told": family_told.family_told,
}
SOON = (night_of(None) + timedelta(days=5)).isoformat()
GOOD: dict[str, dict[str, Any]] = {
    "acknowledge": {"case": "999/C-1", "duty": "send_final_plan", "acknowledged_by": "A. Officer"},
    "snooze": {
        "case": "C-1",
        "duty": "give_advice",
        "advice_kind": "health",
        "until_on": SOON,
        "reason": "an appointment has been made",
        "snoozed_by": "A. Officer",
    },
    "turn_sending": {"turn": "off", "reason": "wrong messages went out", "turned_by": "A. Officer"},
    "family_told": {"case": "C-1", "told_on": "2026-02-20", "how": "phone", "told_by": "A. Officer"},
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "acknowledge": ({"duty": "ask_for_advice:health"}, "The case has no clock of ask_for_advice:health"),
    "snooze": ({"until_on": "2099-01-01"}, "Nothing can be put off for more than"),
    "turn_sending": ({"turn": "on"}, "sending is on already"),
    "family_told": ({"told_on": "2099-01-01"}, "is in the future"),
}
MODULES = {"acknowledge": acknowledge, "snooze": snooze, "turn_sending": turn_sending, "family_told": family_told}
TABLES = {"acknowledge": "holds", "snooze": "holds", "turn_sending": "switches", "family_told": "family_notices"}


@pytest.fixture
def council(sqlite_watched: str, tmp_path: Path) -> str:
    case = a_case("C-1", assess_decision="Y", assess_decided_on="2026-02-02")
    take(sqlite_watched, write_extract(tmp_path, cases=[case], advice=[an_advice()]))
    night(sqlite_watched, "2026-03-02")
    return sqlite_watched


@pytest.fixture
def without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tasks as plain functions, so that the flow's own function starts no server."""
    for name in ("acknowledge", "snooze", "turn_sending", "tell_family"):
        monkeypatch.setattr(holds, name, getattr(holds, name).fn)


def submit(form: str, **said: Any) -> Any:
    """What a run of the form ends with, its answers checked as Prefect checks them."""
    found = FORMS[form]
    return asyncio.run(found.fn(**found.validate_parameters({**GOOD[form], **said})))


@pytest.mark.usefixtures("prefect_server")
def test_a_run_ends_completed_or_failed_in_words(council: str) -> None:
    for said, is_well in (({}, True), (BAD["acknowledge"][0], False)):
        state = asyncio.run(FORMS["acknowledge"](**{**GOOD["acknowledge"], **said}, return_state=True))
        assert state.is_completed() is is_well
    assert BAD["acknowledge"][1] in state.message
    assert stored(council, "holds", "duty", "held_by") == [("send_final_plan", "A. Officer")]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("without_a_server")
def test_a_form_records_who_did_it(form: str, council: str) -> None:
    state = submit(form)
    assert state.message == state.data["said"]
    (row,) = stored(council, TABLES[form])
    assert "A. Officer" in row
    assert "A. Officer" not in str(state.data)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("without_a_server")
def test_a_refused_form_ends_failed_and_changes_nothing(form: str, council: str) -> None:
    said, why = BAD[form]
    before = everything(council)
    state = submit(form, **said)
    assert isinstance(state, State)
    assert state.is_failed()
    assert why in state.message
    assert everything(council) == before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("acknowledge", {"case": "Anna Smith"}),
        ("acknowledge", {"duty": "do_something"}),
        ("acknowledge", {"acknowledged_by": ""}),
        ("snooze", {"reason": "Anna's mother rang"}),
        ("snooze", {"until_on": "soon"}),
        ("turn_sending", {"turn": "maybe"}),
        ("family_told", {"how": "pigeon"}),
    ],
)
def test_an_answer_that_cannot_be_right_starts_no_run(form: str, said: dict[str, str]) -> None:
    with pytest.raises(ParameterTypeError):
        FORMS[form].validate_parameters({**GOOD[form], **said})


@pytest.mark.parametrize("form", FORMS)
def test_every_answer_is_explained_no_text_is_free_and_it_is_deployed(form: str) -> None:
    schema = parameter_schema(FORMS[form].fn)
    for name, answer in schema.properties.items():
        assert answer["description"], name
        if answer.get("type") == "string" and "format" not in answer:
            assert "pattern" in answer, name
    assert [name for name in schema.required if name.endswith("_by")]
    assert f"flows.{form}.{form}" in {served.entrypoint for served in PLAN}


@pytest.mark.parametrize(
    ("form", "name"),
    [
        ("acknowledge", "send final plan acknowledged, 999/C-1"),
        ("snooze", f"give advice put off until {SOON}, C-1"),
        ("turn_sending", "sending off"),
        ("family_told", "family told, C-1"),
    ],
)
def test_a_run_has_a_name_that_a_person_understands(form: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MODULES[form], "flow_run", SimpleNamespace(parameters=GOOD[form]))
    assert MODULES[form]._run_name() == name


def run(*words: str) -> str:
    said = CliRunner().invoke(app, list(words), catch_exceptions=False)
    assert said.exit_code == 0, said.output
    return said.output


def test_the_commands_record_and_refuse(council: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "aofficer")
    assert "send_final_plan, due on 2026-05-25, is acknowledged until" in run("ack", "C-1", "send", "--reason", "seen")
    assert json.loads(run("snooze", "C-1", "give", "--until", SOON, "--reason", "visit", "--by", "B", "--json"))["said"]
    assert "the family was told on 2026-02-20" in run(
        *("record", "family-told", "C-1", "--on", "2026-02-20", "--how", "phone")
    )
    assert run("sending", "status") == "Sending is on; it was never turned off.\n"
    assert run("sending", "off", "--reason", "a test").startswith("Sending is off")
    assert "by aofficer: a test." in run("sending", "status")
    assert stored(council, "holds", "held_by") == [("aofficer",), ("B",)]
    with pytest.raises(RecordingRefusedError, match="It is acknowledged already"):
        run("ack", "C-1", "send")
