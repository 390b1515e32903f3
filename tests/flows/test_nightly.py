"""The night, run as Prefect runs it: well, twice the same, and failing in words a person understands."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prefect import Flow, task
from prefect.artifacts import Artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import ObjectNotFound
from prefect.flow_engine import run_flow
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.states import Scheduled

from flows.decision import decision
from flows.explain_case import explain_case
from flows.nightly import nightly
from models.settings import settings
from tests.patience import PATIENCE, until
from tests.store.build import (
    TUESDAY,
    a_case,
    an_advice,
    clocks_on,
    counted,
    everything,
    one_of_each,
    stored,
    take,
    write_extract,
)

pytestmark = pytest.mark.usefixtures("prefect_server")

AS_OF = date(2026, 3, 2)
NAMES = {"Child forename": "Zebedee", "Child surname": "Quillfeather"}
FREE_TEXT = "Philomena's own words"
"""What stands in a free text of an extract may be a name, whatever the contract says."""

OF_A_CHILD = {"person_ref": "P-7731-4489", "birth_date": "2011-01-17"}
OF_STAFF = {"name": "Perpetua Dovecote", "address": "mailto:dovecote@council.example"}
PLANTED = ("Zebedee", "Quillfeather", "Philomena", "Ottoline", "Dovecote", "dovecote@", *OF_A_CHILD.values())
"""Marked values, none of which Prefect may ever hold, nor anybody read who watches it."""


def test_a_night_on_a_fresh_database_and_again(
    sqlite_watched: str,
    tmp_path: Path,
    prefect_server: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = one_of_each()
    late = a_case("C-2", request_received_on="2025-10-06")
    rows["cases"] = [{**rows["cases"][0], **OF_A_CHILD, "officer": "Ottoline Marchbanks"}, late]
    rows["people"] = [{**rows["people"][0], **OF_STAFF}]
    rows["exceptions"] = [{**rows["exceptions"][0], "facts": FREE_TEXT, "impractical_because": FREE_TEXT}]
    rows["advice"] = [
        *rows["advice"],
        an_advice(requested_on="Zebedee said so"),
        an_advice("C-2", requested_on="2025-11-03"),
    ]
    extract = write_extract(
        tmp_path, extracted_at=datetime.now(UTC), unknown_columns=dict.fromkeys(rows, NAMES), **rows
    )
    found = nightly(as_of=AS_OF, extract=extract)

    assert found["as_of"] == "2026-03-02"
    assert found["taken"] == {"read": 11, "added": 11, "changed": 0, "removed": 0, "quarantined": 1}
    clocks = len(clocks_on(sqlite_watched, "2026-03-02"))
    assert found["clocks"] == {"evaluated": clocks, "written": clocks, "removed": 0}
    assert counted(sqlite_watched, "clocks", "imports") == {"clocks": clocks, "imports": 1}
    assert found["board"]["open_cases"] == 2
    assert "2 open cases" in artifact("board")
    for duty in found["board"]["duties"]:
        listed = artifact(f"stage-{duty['stage'].replace('_', '-')}")
        assert listed.count(f"| {duty['duty'].replace('_', ' ')} |") == duty["overdue"] + duty["due_this_week"]
    assert "| health | 2 | 1 |" in artifact("who-owes-advice")
    assert "| send review report |" in artifact("stage-review")
    assert "# Panel agenda on 2026-03-02" in artifact("panel-agenda")
    bar = Artifact.get("night")
    assert bar is not None
    assert bar.description == "14 of 14 steps done, last: the certificate. Night of 2 March 2026"
    assert bar.data == 100
    told = told_to_prefect(prefect_server) + json.dumps(found) + "".join(capfd.readouterr())
    assert [word for word in PLANTED if word in told] == []

    # Once more, with the extract that the settings name: all is as it was, but for the lines that say that an extract
    # came and that a night was.
    monkeypatch.setenv("EHC_EXTRACT", str(extract))
    settings.cache_clear()
    but = ("imports", "nights", "quarantine")
    before = everything(sqlite_watched, but=but)
    again = nightly(as_of=AS_OF)
    assert again["taken"] == {"read": 11, "added": 0, "changed": 0, "removed": 0, "quarantined": 1}
    assert (again["clocks"]["written"], again["clocks"]["removed"]) == (0, 0)
    assert set(again["turned"].values()) == {0}
    assert everything(sqlite_watched, but=but) == before


def test_what_is_asked_and_what_goes_wrong_tells_prefect_nothing_personal(
    sqlite_watched: str, tmp_path: Path, prefect_server: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    rows = one_of_each()
    case = {**rows["cases"][0], **OF_A_CHILD, "officer": "Ottoline Marchbanks"}
    rows |= {"cases": [case], "people": [{**rows["people"][0], **OF_STAFF}]}
    take(sqlite_watched, write_extract(tmp_path, **rows))
    with temporary_settings({PREFECT_LOGGING_TO_API_ENABLED: True}):
        assert "of case C-1 explained" in asyncio.run(explain_case(case="C-1", as_of=AS_OF))["said"]
        # A file that is nothing but names, under the name of a sheet.
        (tmp_path / "Zebedee").mkdir()
        (tmp_path / "Zebedee" / "cases.csv").write_text("Zebedee,Quillfeather\nPhilomena,Dovecote\n", "utf-8")
        refused = nightly(as_of=AS_OF, extract=tmp_path / "Zebedee", return_state=True)
        assert refused.is_failed()
        APILogWorker.drain_all(timeout=PATIENCE)
    told = told_to_prefect(prefect_server) + "".join(capfd.readouterr())
    assert "Case C-1 on 2026-03-02" in told
    # What a person names a folder is theirs; what is in it is not told.
    assert [word for word in PLANTED if word in told.replace(str(tmp_path / "Zebedee"), "")] == []


def test_a_night_killed_in_the_middle_is_made_up_for_by_the_next(
    sqlite_watched: str, tmp_path: Path, prefect_address: str
) -> None:
    take(sqlite_watched, write_extract(tmp_path, **one_of_each()))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IN_ITS_FOURTH_STAGE, AS_OF.isoformat()],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PREFECT_API_URL": prefect_address, "PREFECT_LOGGING_LEVEL": "CRITICAL"},
        timeout=PATIENCE,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert 0 < counted(sqlite_watched, "clocks")["clocks"] < len(clocks_on(sqlite_watched, "2026-03-02"))
    nightly(as_of=AS_OF, return_state=True)
    assert counted(sqlite_watched, "clocks")["clocks"] == len(clocks_on(sqlite_watched, "2026-03-02"))


KILLED_IN_ITS_FOURTH_STAGE = """
import os, signal, sys
from datetime import date
from sqlalchemy import event
from flows.nightly import nightly
from models.store import engine

left = iter(range(3))

@event.listens_for(engine(None), "commit")
def die(connection):
    if connection.get_execution_options().get("writing") and next(left, None) is None:
        os.kill(os.getpid(), signal.SIGKILL)

nightly(as_of=date.fromisoformat(sys.argv[1]))
"""


def test_a_refused_extract_changes_no_record_and_the_night_goes_on_and_ends_red(
    sqlite_watched: str, tmp_path: Path
) -> None:
    cases = [a_case(f"C-{x}") for x in range(4)]
    take(sqlite_watched, write_extract(tmp_path, cases=cases))
    before = {table: stored(sqlite_watched, table) for table in ("cases", "chronology", "imports", "quarantine")}
    half = write_extract(tmp_path, extracted_at=TUESDAY, cases=cases[:2])
    state = nightly(as_of=AS_OF, extract=half, return_state=True)
    assert state.is_failed()
    assert "The extract lacks 2 of the 4 open cases of authority 999; nothing was changed." in state.message
    assert "--allow-missing" in state.message
    assert {table: stored(sqlite_watched, table) for table in before} == before
    # The clocks of what is held are evaluated all the same.
    assert counted(sqlite_watched, "clocks")["clocks"] == len(clocks_on(sqlite_watched, "2026-03-02"))


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_night_on_an_old_extract_is_not_complete(watched: str, tmp_path: Path) -> None:
    take(watched, write_extract(tmp_path))
    state = nightly(as_of=AS_OF, return_state=True)
    assert state.is_failed()
    assert "The night is not complete." in state.message
    assert "The extract of authority 999 was made" in state.message
    # What could be done was done.
    assert counted(watched, "clocks")["clocks"] == len(clocks_on(watched, "2026-03-02"))


@pytest.mark.parametrize(
    ("scheduled_for", "asked_for", "night"),
    [
        # Half past two in the morning on both sides of the end of summer time.
        (datetime(2026, 10, 24, 1, 30, tzinfo=UTC), {}, "2026-10-24"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), {}, "2026-10-25"),
        # Half past eleven in a summer's evening, and a day given in a form.
        (datetime(2026, 7, 6, 22, 30, tzinfo=UTC), {}, "2026-07-06"),
        (datetime(2026, 7, 6, 22, 30, tzinfo=UTC), {"as_of": "2026-03-02"}, "2026-03-02"),
    ],
)
def test_a_run_that_starts_late_does_the_night_it_was_meant_for(
    sqlite_watched: str, tmp_path: Path, scheduled_for: datetime, asked_for: dict[str, str], night: str
) -> None:
    take(sqlite_watched, write_extract(tmp_path))
    # A stage asks which day it is as the night does, and is quicker. It starts now, weeks late.
    flow_run = run_of(decision, scheduled_for, **asked_for)
    run_flow(decision, flow_run=flow_run)
    assert {as_of for (as_of,) in stored(sqlite_watched, "nights", "as_of")} == {night}
    day = date.fromisoformat(night)
    assert name_of(flow_run) == f"decision, {day.day} {day:%B %Y}"


def run_of(flow: Flow[..., Any], scheduled_for: datetime, **parameters: object) -> FlowRun:
    """A run as a schedule makes it, from a deployment, with its parameters as JSON."""
    with get_client(sync_client=True) as client:
        flow_id = client.create_flow(flow)
        deployment_id = client.create_deployment(flow_id, flow.name, entrypoint=f"{flow.fn.__module__}.{flow.name}")
        return client.create_flow_run_from_deployment(
            deployment_id, parameters=parameters, state=Scheduled(scheduled_time=scheduled_for)
        )


def told_to_prefect(prefect_server: Path) -> str:
    """All that Prefect keeps: its whole database, what is not yet moved into it from its journal, and its pages."""
    last = marked(return_state=True).state_details.task_run_id
    until(lambda: is_recorded(last), "what is told last is recorded, and so is all that was told before")
    kept = [path.read_bytes().decode("latin-1") for path in prefect_server.parent.glob(f"{prefect_server.name}*")]
    with get_client(sync_client=True) as client:
        asked = [x.model_dump_json() for x in (*client.read_artifacts(), *client.read_logs(), *client.read_flow_runs())]
    return "".join((*kept, *asked))


@task
def marked() -> None:
    """Come after everything else."""


def is_recorded(task_run: UUID) -> bool:
    with get_client(sync_client=True) as client:
        try:
            state = client.read_task_run(task_run).state
        except ObjectNotFound:
            return False
    # Its row is there a moment before its state.
    return state is not None and state.is_final()


def name_of(flow_run: FlowRun) -> str:
    """The name under which the server shows a run now."""
    with get_client(sync_client=True) as client:
        return client.read_flow_run(flow_run.id).name


def artifact(key: str) -> str:
    """The newest page that managers find under this key."""
    found = Artifact.get(key)
    assert found is not None
    return str(found.data)
