"""The night: take in what arrived, evaluate every stage, publish the board, certify that nothing was missed."""

from datetime import date
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.runtime import flow_run
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.advice import advice
from flows.after_order import after_order
from flows.after_plan import after_plan
from flows.decision import decision
from flows.draft import draft
from flows.final_plan import final_plan
from flows.intake import intake
from flows.request import request
from flows.stage import day_of_run
from flows.today import now
from models.errors import NightIncompleteError
from models.queries.authorities import whose_records
from models.store import reading
from tasks.publish import publish_board, publish_certificate

STAGES = (request, advice, decision, draft, final_plan, after_order, after_plan)


def _run_name() -> str:
    day = day_of_run(flow_run.parameters.get("as_of"))
    with reading() as connection:
        whose = whose_records(connection)
    return ", ".join(filter(None, (f"night of {day.day} {day:%B %Y}", whose)))


@flow(name="nightly", flow_run_name=_run_name)
def nightly(as_of: date | None = None, extract: Path | None = None, source: str = "canonical") -> dict[str, Any]:
    """Take in an extract, evaluate every stage, publish the board and the certificate; safe to run again.

    Args:
        as_of: the day to evaluate for; by default the day the run was scheduled for, in England.
        extract: the extract to take in first; without one the records stand as they are.
        source: how the extract's columns are mapped, a name or the path of a map file.
    """
    day = day_of_run(as_of)
    # The night's own heartbeat goes on; one for each stage would cost a second's wait every time.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        taken = intake(extract, source) if extract else None
        stages = {stage.name: stage(day) for stage in STAGES}
    board = publish_board(day)
    certificate = publish_certificate(day, now().date())
    if not certificate.is_complete:
        raise NightIncompleteError(
            "The night is not complete.",
            where=f"certificate of {day}",
            why=" ".join(certificate.faults),
            remedy="Mend what it names and run the night again: ehc nightly.",
        )
    clocks = {name: sum(counts[name] for counts in stages.values()) for name in ("evaluated", "written", "removed")}
    turned = {name: sum(counts[name] for counts in stages.values()) for name in ("breaches", "warnings", "recoveries")}
    return {"as_of": day.isoformat(), "taken": taken, "clocks": clocks, "turned": turned, "board": board}
