"""Every flow that can be run alone: it does its own part and no other's, and fails in words where it cannot."""

import asyncio
from collections.abc import Mapping
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow
from prefect.artifacts import Artifact

from flows.nightly import STAGES as NIGHT
from flows.stage import OPEN_BY
from models.queries.board import open_by
from models.statute.register import load_register
from tests.store.build import (
    Row,
    a_case,
    a_review,
    a_transfer,
    an_advice,
    an_order,
    night,
    stored,
    take,
    write_extract,
)

pytestmark = pytest.mark.usefixtures("prefect_server")

AS_OF = date(2026, 3, 2)
STAGES = {
    "request": {"request"},
    "advice": {"advice"},
    "decision": {"decision"},
    "draft": {"draft"},
    "final_plan": {"final_plan"},
    "after_order": {"order"},
    "after_plan": {"review", "transfer"},
}
"""The stages of the register that each flow of a stage evaluates."""

LATE: Mapping[str, list[Row]] = {
    "cases": [a_case("C-1", request_received_on="2025-09-01")],
    "advice": [an_advice("C-1", requested_on="2025-10-06")],
    "orders": [an_order("C-1", "amend", dated_on="2025-12-01")],
    "reviews": [a_review("C-1", meeting_on="2025-12-01")],
    "transfers": [a_transfer("C-1", aware_on="2025-12-01", moved_on="2025-12-01")],
}
"""A case that is late in every stage."""

DAY: Mapping[str, Any] = {"as_of": AS_OF}
ALONE: Mapping[str, Mapping[str, Any]] = {
    **dict.fromkeys((*STAGES, "alerts", "measures", "monthly", "weekly"), DAY),
    "deliver": {},
    "explain_case": {"case": "C-1", "as_of": AS_OF},
    "intake": {"extract": Path("nowhere")},
}
"""The flows of one step, with what each is asked."""


def flow_of(name: str) -> Flow[..., Any]:
    package = "deployments" if name == "weekly" else "flows"
    found = getattr(import_module(f"{package}.{name}"), name)
    assert isinstance(found, Flow)
    return found


def test_every_stage_of_the_law_has_its_flow() -> None:
    watched = {duty.stage for duty in load_register().duties if duty.is_watched}
    assert set().union(*STAGES.values()) == watched


def test_the_stages_that_say_which_cases_are_open_are_the_first_of_a_night() -> None:
    register = load_register()
    assert {register.duty(key).stage for key in open_by(register)} == set(OPEN_BY)
    first = NIGHT[: len(OPEN_BY)]
    assert set().union(*(STAGES[stage.name.replace("-", "_")] for stage in first)) == set(OPEN_BY)


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_run_alone_evaluates_its_own_duties_and_which_cases_are_open(
    name: str, sqlite_watched: str, tmp_path: Path
) -> None:
    take(sqlite_watched, write_extract(tmp_path, **LATE))
    counts = flow_of(name)(**DAY)
    of_stage = {duty.key: duty.stage for duty in load_register().duties}
    assert {of_stage[duty] for (duty,) in stored(sqlite_watched, "nights", "duty")} == STAGES[name] | set(OPEN_BY)
    assert counts["overdue"] > 0
    for stage in STAGES[name]:
        page = Artifact.get(f"stage-{stage.replace('_', '-')}")
        assert page is not None
        assert f"on {AS_OF}" in str(page.data)
        assert "| C-1 |" in str(page.data)


def test_a_stage_run_for_a_past_day_leaves_the_clocks_as_the_newest_night_had_them(
    sqlite_watched: str, tmp_path: Path
) -> None:
    take(sqlite_watched, write_extract(tmp_path, cases=[a_case("C-1", request_received_on="2026-03-01")]))
    night(sqlite_watched, str(AS_OF))
    before = stored(sqlite_watched, "clocks")
    flow_of("request")(as_of=date(2026, 2, 27))
    page = Artifact.get("stage-request")
    assert page is not None
    assert "on 2026-02-27" in str(page.data)
    assert stored(sqlite_watched, "clocks") == before != []


def test_measures_alone_measure_and_publish(sqlite_watched: str, tmp_path: Path) -> None:
    take(sqlite_watched, write_extract(tmp_path, cases=[a_case("C-1")]))
    night(sqlite_watched, str(AS_OF))
    found = flow_of("measures")(**DAY)
    assert found["measurements"] == len(stored(sqlite_watched, "measurement_figures")) > 0
    page = Artifact.get("measures")
    assert page is not None
    assert "# Measures, 2 March 2026" in str(page.data)


@pytest.mark.parametrize("name", ALONE)
@pytest.mark.usefixtures("settings_of_the_process")
def test_a_flow_that_finds_nothing_fails_in_words_for_a_person(name: str) -> None:
    found = flow_of(name)
    ended = found(**ALONE[name], return_state=True)
    state = asyncio.run(ended) if found.isasync else ended
    assert state.is_failed()
    assert "\n  remedy:" in state.message


async def _swept(**given: object) -> tuple[str, str]:
    state = await flow_of("sweep")(**given, return_state=True)
    return state.name, state.message


def test_a_sweep_of_nothing_is_quiet_and_one_of_nonsense_fails() -> None:
    assert asyncio.run(_swept()) == ("Quiet", "Every running run is alive.")
    name, message = asyncio.run(_swept(silent_after_seconds="soon"))
    assert name == "Failed"
    assert "silent_after_seconds" in message
