"""The night: what arrived, every stage, alerts and their delivery, measures, the board, and the certificate of it."""

import gc
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from prefect import Flow, flow, get_run_logger
from prefect.runtime import flow_run

from flows.advice import advice
from flows.after_order import after_order
from flows.after_plan import after_plan
from flows.decision import decision
from flows.draft import draft
from flows.final_plan import final_plan
from flows.heartbeat import without_heartbeats
from flows.intake import intake
from flows.measures import measure
from flows.request import request
from flows.stage import clocks_put_back, day_of_run, open_cases_first
from flows.today import now, refuse_day_to_come
from models.authority import AuthorityCode, tables_of
from models.errors import EhcError, NightIncompleteError
from models.queries.authorities import names, whose_records
from models.settings import settings
from models.store import reading
from tasks.alerts import raise_alerts
from tasks.deliver import deliver_messages
from tasks.intake import remember_refusal
from tasks.progress import Progress
from tasks.publish import publish_board, publish_certificate
from tasks.quality import refresh_data_quality
from tasks.telling import told_beside

STAGES = (final_plan, after_order, request, advice, decision, draft, after_plan)
"""In this order because the lists are of open cases, and the clocks of the first two say which cases are open."""

AROUND = 7
"""The steps of a night beside its stages."""


def _evaluated(stage: Flow[..., dict[str, int]], number: int, day: date) -> dict[str, int]:
    """What a stage did, also said in the night's own log."""
    counts = stage(day)
    get_run_logger().info(
        "Stage %d of %d, %s: %s clocks evaluated, %s written, %s overdue, %s due this week.",
        number,
        len(STAGES),
        stage.name.replace("-", " "),
        *(f"{counts[name]:,}" for name in ("evaluated", "written", "overdue", "due_this_week")),
    )
    return counts


def _run_name() -> str:
    day, authority = day_of_run(flow_run.parameters.get("as_of")), flow_run.parameters.get("authority_code")
    if authority is None:
        with reading() as connection:
            whose = whose_records(connection)
    else:
        whose = names().get(authority, f"authority {authority}")
    return ", ".join(filter(None, (f"night of {day.day} {day:%B %Y}", whose)))


@flow(name="nightly", flow_run_name=_run_name, persist_result=False)  # else Prefect asks its server whether to
def nightly(
    as_of: date | None = None,
    extract: Path | None = None,
    source: str = "canonical",
    authority_code: AuthorityCode | None = None,
) -> dict[str, Any]:
    """Take in what arrived, evaluate every stage, raise and deliver alerts, measure, publish; safe to run again.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
        extract: the extract to take in first; by default the one that EHC_EXTRACT names, if it names one.
        source: how the extract's columns are mapped, a name or the path of a map file.
        authority_code: whose night it is where each authority has tables of its own; by default everybody's.
    """
    day = day_of_run(as_of)
    refuse_day_to_come(day)
    _leave_to_stay()
    with tables_of(authority_code), told_beside():
        if authority_code is not None:
            from models import migrations  # noqa: PLC0415 - a third of a second, for who has tables of their own

            migrations.ensure()
        with clocks_put_back(day):
            return _night(day, extract, source)


@cache  # counting what is spared, to see whether it was done, takes a tenth as long again
def _leave_to_stay() -> None:
    """Spare the collector what a process has loaded by now and keeps for good: a fifth of a second a night."""
    gc.freeze()


def _night(day: date, extract: Path | None, source: str) -> dict[str, Any]:
    after = Progress(settings().own_name("night"), f"Night of {day.day} {day:%B %Y}", AROUND + len(STAGES)).after
    taken = after("what arrived", _taken(extract, source, day))
    stages: dict[str, dict[str, int]] = {}
    with without_heartbeats(), open_cases_first():
        for number, stage in enumerate(STAGES, 1):
            stages[stage.name] = after(stage.name.replace("-", " "), _evaluated(stage, number, day))
    raised = after("alerts", raise_alerts(day, now()))
    measured = after("measures", measure(day))
    # Of a day that is past the clocks would say of what waits that it is over, or not yet.
    sent = after("delivery", {} if raised["nothing_because"] else deliver_messages(now))
    quality = after("data quality", refresh_data_quality(day))
    board = after("the board", publish_board(day))
    certificate = after("the certificate", publish_certificate(day, now().date()))
    if not certificate.is_complete:
        raise NightIncompleteError(
            "The night is not complete.",
            where=f"certificate of {day}",
            why=" ".join(certificate.faults),
            remedy="Mend what it names and run the night again: ehc nightly.",
        )
    return {
        "as_of": day.isoformat(),
        "taken": taken,
        "clocks": _summed(stages, ("evaluated", "written", "removed")),
        "turned": _summed(stages, ("breaches", "warnings", "recoveries")),
        "alerts": raised,
        "sent": sent,
        "measured": measured,
        "quality": quality,
        "board": board,
    }


def _taken(extract: Path | None, source: str, day: date) -> dict[str, int] | None:
    """What was taken in; the night goes on without what is refused, and its certificate is red."""
    if extract is None and settings().extract_here is not None:
        extract, source = settings().extract_here, settings().source
    if extract is None:
        return None
    try:
        taken = intake(extract, source)
    except EhcError as error:
        remember_refusal(day, f"The extract was not taken in: {error.in_one_line}", now())
        return None
    remember_refusal(day, "", now())
    return taken


def _summed(stages: Mapping[str, Mapping[str, int]], names: Sequence[str]) -> dict[str, int]:
    return {name: sum(counts[name] for counts in stages.values()) for name in names}
