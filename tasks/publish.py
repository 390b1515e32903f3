"""Publish what managers read: artifacts in Prefect, and events that automations can be built on."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from prefect import task
from prefect.events import emit_event

from models.casework.standings import store_standings
from models.practice.here import practices_here
from models.queries.advice import advice_matrix
from models.queries.authorities import authority_codes
from models.queries.board import DAYS_OF_WEEK
from models.queries.certificate import Certificate, certificate
from models.queries.outbox.attention import attention
from models.queries.panels import agenda
from models.queries.scope import Scope
from models.queries.stage import news_of_stages, stage_list
from models.settings import settings
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tasks.explain_form import explain_form
from tasks.pages import advice_page, agenda_page, board_page, certificate_page, stage_page
from tasks.telling import publish

MOST_NAMED = 100


@task(task_run_name="publish {stage} of {as_of}")
def publish_stage(stage: str, as_of: date) -> dict[str, int]:
    """How many clocks of the stage are overdue and due this week, also put in the artifact `stage-NAME`."""
    with reading() as connection:
        found = stage_list(connection, load_register(), stage, as_of)
    publish(
        f"stage-{stage.replace('_', '-')}",
        stage_page(found, explain_form(as_of)),
        f"{stage.replace('_', ' ').capitalize()} on {as_of}",
    )
    for change, cases in found.turned.items():
        if cases:
            _event(f"ehc.clock.{change}", f"ehc.stage.{stage}", as_of, _named(cases))
    return {"overdue": found.overdue.number, "due_this_week": found.due_this_week.number}


@task(task_run_name="publish the panel agenda of {as_of}")
def publish_agenda(as_of: date) -> dict[str, int]:
    """How many cases must be on the next panel, on a later one, and how many have none left; see `panel-agenda`.

    On a later one are those whose papers are wanted within the week.
    """
    with reading() as connection:
        items = [
            item
            for code in authority_codes(connection)
            for item in agenda(
                *(connection, load_register(), practices_here().of(code), as_of, Scope(code, None)),
                papers_until=as_of + timedelta(days=DAYS_OF_WEEK),
            )
        ]
    page = agenda_page(items, as_of.isoformat(), explain_form(as_of))
    publish("panel-agenda", page, f"Who must be on the next panel, as of {as_of}")
    lost, later = sum(item.is_lost for item in items), sum(not item.is_next for item in items)
    return {"on_next_panel": len(items) - lost - later, "on_a_later_panel": later, "without_a_panel": lost}


@task(task_run_name="publish who owes advice on {as_of}")
def publish_advice_matrix(as_of: date) -> int:
    """How much advice is outstanding, also put in the artifact `who-owes-advice`."""
    with reading() as connection:
        lines = advice_matrix(connection, load_register(), as_of)
    publish("who-owes-advice", advice_page(lines, as_of.isoformat()), f"Who owes advice on {as_of}")
    return sum(line.outstanding for line in lines)


@task(task_run_name="publish board of {as_of}")
def publish_board(as_of: date) -> dict[str, Any]:
    """The board of the day, also put in the artifact `board` and kept for the trend."""
    with unit_of_work() as connection:
        found = store_standings(connection, load_register(), as_of)
        wanting = attention(connection, practices_here(), as_of)
        news = news_of_stages(connection, load_register(), as_of)
    publish("board", board_page(found, news, wanting), f"The board of {as_of}")
    return asdict(found)


@task(task_run_name="certify the night of {as_of}")
def publish_certificate(as_of: date, today: date) -> Certificate:
    """The certificate of the night, also put in the artifact `certificate`; an incomplete one is an event."""
    with reading() as connection:
        found = certificate(
            connection,
            load_register(),
            as_of,
            today=today,
            practices=practices_here(),
        )
    publish("certificate", certificate_page(found), f"Certificate of the night of {as_of}")
    if not found.is_complete:
        _event("ehc.night.incomplete", "ehc.night", as_of, {"faults": list(found.faults)})
    return found


def _named(cases: tuple[str, ...]) -> dict[str, Any]:
    return {"count": len(cases), "cases": list(cases[:MOST_NAMED])}


def _event(name: str, resource: str, as_of: date, payload: Mapping[str, Any]) -> None:
    """Emit an event under an identity of its own, so that a night run again tells the same thing, not another."""
    resource = settings().own_name(resource)
    emit_event(
        event=name,
        resource={"prefect.resource.id": resource},
        payload={"as_of": as_of.isoformat(), **payload},
        id=uuid5(NAMESPACE_URL, f"{name}/{resource}/{as_of}"),
    )
