"""The forms of the UI and `ehc record`: each once well and once refused, what they offer, and what Prefect keeps."""

import asyncio
import json
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from prefect import Flow
from prefect.client.schemas.objects import State
from prefect.exceptions import ParameterTypeError
from prefect.utilities.callables import parameter_schema
from typer.testing import CliRunner

from deployments.commands.record import app
from flows import add_panel_date, claim_exception, correct_fact, record_milestone
from flows.today import night_of
from models.errors import RecordingRefusedError, StoreError
from models.queries.explain import explain_case
from models.queries.scope import Scope
from models.statute.register import load_register
from models.store import engine, reading
from tasks import recording
from tasks.explanation_page import explanation_page
from tests.store.build import a_case, an_advice, chronology, everything, execute, stored, take, write_extract

FORMS: dict[str, Flow[..., Any]] = {
    "record_milestone": record_milestone.record_milestone,
    "correct_fact": correct_fact.correct_fact,
    "claim_exception": claim_exception.claim_exception,
    "add_panel_date": add_panel_date.add_panel_date,
}
ME = {"recorded_by": "A. Officer"}
GOOD: dict[str, dict[str, Any]] = {
    "record_milestone": {
        **ME,
        "case": "999/C-1",
        "milestone": "advice: reply_on",
        "happened_on": "2026-02-20",
        "advice_kind": "health",
        "outcome": "not_known",
        "replied_by": "Nurse B",
    },
    "correct_fact": {
        **ME,
        "case": "C-1",
        "fact": "case: assess_decided_on",
        "value": "2026-02-01",
        "reason": "typing error at the source",
        "document_reference": "EDRMS 2026/1234",
    },
    "claim_exception": {
        **ME,
        "case": "C-1",
        "claim": "send_final_plan: absent_4w",
        "from_on": "2026-01-12",
        "to_on": "2026-02-20",
        "document_reference": "EDRMS 2026/1235",
    },
    "add_panel_date": {**ME, "authority_code": "999", "panel": "SEND panel", "held_on": "2026-04-01"},
}
BAD: dict[str, tuple[dict[str, Any], str]] = {
    "record_milestone": ({"happened_on": "2099-01-01"}, "is in the future"),
    "correct_fact": ({"value": "2026-02-02"}, "Nothing would change"),
    "claim_exception": ({"to_on": "2026-01-20"}, "it did not last long enough"),
    "add_panel_date": ({"authority_code": "998"}, "No case of an authority '998' is held"),
}


@pytest.fixture
def council(sqlite_watched: str, tmp_path: Path) -> str:
    # What is recorded by which statements is seen on both databases in tests/store.
    case = a_case("C-1", assess_decision="Y", assess_decided_on="2026-02-02")
    take(sqlite_watched, write_extract(tmp_path, cases=[case], advice=[an_advice()]))
    return sqlite_watched


@pytest.fixture
def without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tasks as plain functions, so that the flow's own function starts no server."""
    for name in FORMS:
        monkeypatch.setattr(recording, name, getattr(recording, name).fn)


def submit(form: str, **said: Any) -> Any:
    """What a run of the form ends with, its answers checked as Prefect checks them."""
    found = FORMS[form]
    return asyncio.run(found.fn(**found.validate_parameters({**GOOD[form], **said})))


def run(form: str, **said: Any) -> State[Any]:
    """The state in which a run of the form by Prefect ends."""
    return asyncio.run(FORMS[form](**{**GOOD[form], **said}, return_state=True))


@pytest.mark.parametrize("form", FORMS)
def test_a_run_ends_completed_or_failed_in_words(
    form: str, sqlite_watched: str, tmp_path: Path, prefect_server: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    case = a_case("C-1", assess_decision="Y", assess_decided_on="2026-02-02")
    take(sqlite_watched, write_extract(tmp_path, cases=[case], advice=[an_advice()]))
    said, why = BAD[form]
    before = everything(sqlite_watched)
    refused = run(form, **said)
    assert refused.is_failed()
    assert why in refused.message
    assert everything(sqlite_watched) == before
    recorded = run(form)
    assert recorded.is_completed()
    assert "999" in recorded.message
    assert everything(sqlite_watched) != before
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("without_a_server")
def test_a_form_records(form: str, council: str) -> None:
    state = submit(form)
    assert set(state.data) == {"said", "authority_code", "case_ref", "record", "record_key"}
    assert state.message == state.data["said"]
    assert chronology(council)[-1].recorded_by == "A. Officer"
    assert stored(council, "held_facts", "recorded_by")[-1] == ("A. Officer",)
    assert not [word for word in ("Nurse B", "A. Officer", "EDRMS 2026/1234") if word in str(state.data)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.usefixtures("without_a_server")
def test_a_refused_form_ends_failed_and_changes_nothing(form: str, council: str) -> None:
    said, why = BAD[form]
    before = everything(council)
    state = submit(form, **said)
    assert isinstance(state, State)
    assert state.is_failed()
    assert state.message.startswith("Nothing was recorded.\n  why:")
    assert why in state.message
    assert state.data is None
    assert everything(council) == before


@pytest.mark.usefixtures("without_a_server")
def test_a_form_without_a_database_says_so(council: str) -> None:
    execute(council, "UPDATE alembic_version SET version_num = '9999'")
    assert "a newer release" in submit("add_panel_date").message


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("record_milestone", {"case": "Anna Smith"}),
        ("record_milestone", {"milestone": "case: birth_date"}),
        ("record_milestone", {"happened_on": "yesterday"}),
        ("record_milestone", {"recorded_by": ""}),
        ("correct_fact", {"fact": "case: birth_date"}),
        ("correct_fact", {"value": "Smith"}),
        ("correct_fact", {"document_reference": "Anna's mother rang, and said (twice)"}),
        ("correct_fact", {"document_reference": "x" * 61}),
        ("claim_exception", {"claim": "send_final_plan: ep_shortage"}),
        ("claim_exception", {"claim": "give_advice: school_closed_4w"}),
        ("claim_exception", {"document_reference": ""}),
        ("add_panel_date", {"panel": "x" * 61}),
    ],
)
def test_an_answer_that_cannot_be_right_starts_no_run(form: str, said: dict[str, str]) -> None:
    with pytest.raises(ParameterTypeError):
        FORMS[form].validate_parameters({**GOOD[form], **said})


@pytest.mark.parametrize("form", FORMS)
def test_every_answer_is_explained_and_no_text_is_free(form: str) -> None:
    schema = parameter_schema(FORMS[form].fn)
    for name, answer in schema.properties.items():
        assert answer["description"], name
        if answer.get("type") == "string" and "format" not in answer:
            assert "pattern" in answer, name
    assert "recorded_by" in schema.required


def test_only_lawful_claims_are_offered() -> None:
    register = load_register()
    offered = [claim.value.split(": ") for claim in recording.Claim]
    assert offered
    for duty, code in offered:
        assert any(limit.allows(code) for limit in register.duty(duty).limits)
        assert register.exceptions[code].ends is None


@pytest.mark.parametrize(
    ("form", "said", "name"),
    [
        ("record_milestone", {}, "advice received, 999/C-1"),
        ("record_milestone", {"milestone": "case: final_plan_sent_on"}, "final plan sent, 999/C-1"),
        ("record_milestone", {"milestone": "order: notified_on"}, "order notified, 999/C-1"),
        ("correct_fact", {}, "correction of case assess decided on, C-1"),
        ("claim_exception", {}, "exception absent_4w claimed for send final plan, C-1"),
        ("add_panel_date", {}, "panel date 2026-04-01, authority 999"),
    ],
)
def test_a_run_has_a_name_that_a_person_understands(
    form: str, said: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = {"record_milestone": record_milestone, "correct_fact": correct_fact}.get(form) or {
        "claim_exception": claim_exception,
        "add_panel_date": add_panel_date,
    }[form]
    monkeypatch.setattr(module, "flow_run", SimpleNamespace(parameters={**GOOD[form], **said}))
    assert module._run_name() == name


COMMANDS: dict[str, list[str]] = {
    "milestone": ["milestone", "C-1", "received_by_body_on", "2026-02-02", "--advice", "health"],
    "fact": ["fact", "C-1", "case", "assess_decided_on", "2026-02-01", "--reason", "the letter says so"],
    "exception": [
        *("exception", "C-1", "send_final_plan", "absent_4w", "--from", "2026-01-12", "--to", "2026-02-20"),
        *("--facts", "The family was abroad.", "--because", "Nobody could be seen."),
    ],
    "panel": ["panel", "999", "SEND panel", "2026-04-01"],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_records_once(command: str, council: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "aofficer")
    said = CliRunner().invoke(app, COMMANDS[command], catch_exceptions=False)
    assert said.exit_code == 0
    assert "999" in said.output
    assert chronology(council)[-1].recorded_by == "aofficer"
    with pytest.raises(RecordingRefusedError, match="Nothing would change"):
        CliRunner().invoke(app, COMMANDS[command], catch_exceptions=False)


def test_an_explanation_has_all_clocks_in_short_and_says_whence_but_not_by_whom(council: str) -> None:
    words = ["--reason", "the mother said so", "--by", "B. Clerk"]
    received = ["fact", "C-1", "case", "request_received_on", "2026-01-06", *words]
    CliRunner().invoke(app, received, catch_exceptions=False)
    with reading(council) as connection:
        found = explain_case(connection, load_register(), date(2026, 3, 2), Scope("999", "C-1"))
    page = explanation_page("C-1", "2026-03-02", found)
    in_short = page.partition("## In short")[2].partition("##")[0]
    assert "| Give the advice asked for (health) | 2026-03-13 | **running: 11 days left** |" in in_short
    assert "| cannot be counted yet: consultation sent on is not known |" in in_short
    assert "as the Code counts" not in in_short
    assert "request received on 2026-01-06 (recorded here, recorded 20" in page
    assert "requested on 2026-01-30 (canonical \\#1, recorded 2026-03-02" in page
    assert not [word for word in ("mother", "Clerk", " by intake") if word in page]


def test_a_command_answers_a_program(council: str) -> None:
    said = CliRunner().invoke(app, [*COMMANDS["milestone"], "--by", "B. Clerk", "--json"], catch_exceptions=False)
    assert json.loads(said.output)["record_key"] == "health:Royal Hospital:1"
    assert chronology(council)[-1].recorded_by == "B. Clerk"


def test_a_command_knows_today(council: str) -> None:
    tomorrow = (night_of(None) + timedelta(days=1)).isoformat()
    with pytest.raises(
        RecordingRefusedError,
        match=f"{tomorrow} is in the future: today is {date.fromisoformat(tomorrow) - timedelta(days=1)}",
    ):
        CliRunner().invoke(app, ["milestone", "C-1", "withdrawn_on", tomorrow], catch_exceptions=False)


def test_a_command_without_tables_says_how_to_begin(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from models.settings import settings

    monkeypatch.setenv("EHC_DATABASE_URL", empty_database)
    settings.cache_clear()
    engine.cache_clear()
    with pytest.raises(StoreError, match="nothing in the database yet"):
        CliRunner().invoke(app, COMMANDS["panel"], catch_exceptions=False)
    settings.cache_clear()
