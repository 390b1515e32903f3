"""The one list of what is deployed: adding a flow is adding a line to `PLAN`.

`deployments/prefect.yaml` says the same for those who run their own server and work pool; a test holds the two equal.
Write it again with `python -m deployments.serving`.
"""

import importlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

TIMEZONE = "Europe/London"
WORK_POOL = "ehc"
NIGHTS_POOL = "ehc-nights"
"""Where the nights of many authorities run: not in the pool of what waits for them, which would then wait for ever."""


@dataclass(frozen=True)
class Served:
    """A deployment: which flow, when, with what, and what a manager reads about it.

    Daily work is at 02:00 or later: between 01:00 and 02:00 an hour is skipped in March and repeated in October.
    A rhythm runs one at a time, and a run that would overlap is cancelled: the next one does its work. A form has no
    schedule and no limit.
    """

    name: str
    entrypoint: str
    description: str
    cron: str | None = None
    tags: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    work_pool: str = WORK_POOL

    @property
    def is_one_at_a_time(self) -> bool:
        """Whether an overlapping run is cancelled."""
        return self.cron is not None


PLAN = (
    Served(
        "nightly",
        "flows.nightly.nightly",
        "Every night at 02:30: takes in what arrived, evaluates every clock, raises alerts, measures, publishes. "
        "Safe to run again by hand, for today or for any past day.",
        cron="30 2 * * *",
        tags=("rhythm",),
    ),
    *(
        Served(
            stage,
            f"flows.{stage}.{stage}",
            f"{what} Part of every night; run it alone to see the stage as it stands after a change.",
            tags=("stage",),
        )
        for stage, what in (
            ("request", "Requests: six weeks to decide whether to assess."),
            ("advice", "Advice: who owes what, and whose six weeks end this week."),
            ("decision", "Decisions: sixteen weeks to decide whether to issue."),
            ("draft", "Drafts: served by week sixteen; fifteen days for the family and for settings."),
            ("final_plan", "Final plans: twenty weeks from the request."),
            ("after_order", "Orders, notices to the tribunal and mediation agreements."),
            ("after_plan", "Annual reviews, phase transfers, plans that move between authorities."),
        )
    ),
    Served(
        "alerts",
        "flows.alerts.alerts",
        "Alerts: claims every rung that a clock has reached and writes the messages; sends nothing. Part of the night.",
        tags=("stage",),
    ),
    Served(
        "measures",
        "flows.measures.measures",
        "Measures: every indicator by its one definition. Part of every night; run it alone after a correction.",
        tags=("stage",),
    ),
    Served(
        "monthly",
        "flows.monthly.monthly",
        "On the first of each month at 04:00: freezes what the month before came to. A month once frozen stays as it "
        "is; ehc snapshot freeze restates it, with a reason.",
        cron="0 4 1 * *",
        tags=("rhythm",),
    ),
    Served(
        "weekly",
        "deployments.weekly.weekly",
        "Every Monday at 05:00: writes the board report, the tracker and the list of what is to be mended in the data "
        "into EHC_HOME/reports.",
        cron="0 5 * * 1",
        tags=("rhythm",),
    ),
    Served(
        "intake", "flows.intake.intake", "Takes in an extract; the same one again changes nothing.", tags=("rhythm",)
    ),
    Served(
        "explain a case",
        "flows.explain_case.explain_case",
        "Why every date of a case is what it is: give its reference, and read the answer under Artifacts.",
        tags=("form",),
    ),
    Served(
        "record a milestone",
        "flows.record_milestone.record_milestone",
        "Advice received, a decision made, a plan sent: it stands until the case system's extract carries it.",
        tags=("form",),
    ),
    Served(
        "claim an exception",
        "flows.claim_exception.claim_exception",
        "Claim that one limit could not be kept: only what the law allows there is offered.",
        tags=("form",),
    ),
    Served(
        "correct a fact",
        "flows.correct_fact.correct_fact",
        "Put right what the records have wrong, with the reason.",
        tags=("form",),
    ),
    Served(
        "add a panel date",
        "flows.add_panel_date.add_panel_date",
        "Add a sitting of a panel.",
        tags=("form",),
    ),
    Served(
        "acknowledge",
        "flows.acknowledge.acknowledge",
        "You have it in hand: alerts about one date of a case keep silent for some days, then go on if it is open.",
        tags=("form",),
    ),
    Served(
        "snooze",
        "flows.snooze.snooze",
        "Put off the alerts about one date of a case until a day, with the reason. The date itself does not move.",
        tags=("form",),
    ),
    Served(
        "family told",
        "flows.family_told.family_told",
        "Record that you told a family of a delay: the program never does so itself.",
        tags=("form",),
    ),
    Served(
        "turn sending off or on",
        "flows.turn_sending.turn_sending",
        "Stops every message at once, or lets them go on. What is due meanwhile is kept and waits.",
        tags=("form",),
    ),
    Served(
        "deliver",
        "flows.deliver.deliver",
        "Every quarter of an hour: sends the messages whose time has come. Quiet hours, days off and the most that "
        "anybody gets in an hour are local practice; what has to wait is never dropped.",
        # Between the sweeps, which tidy away the runs that had nothing to send.
        cron="7-59/15 * * * *",
        tags=("rhythm",),
    ),
    Served(
        "sweep",
        "flows.sweep.sweep",
        "Every ten minutes: marks as crashed the runs whose process was killed. Of the sweeps that found nothing, "
        "only the newest is kept.",
        cron="*/10 * * * *",
        tags=("upkeep",),
    ),
)

MANY = (
    Served(
        "region",
        "flows.region.region",
        "Every night at 02:30: runs the night of each authority in the pool ehc-nights, waits for all, and puts them "
        "together; red if one is not whole.",
        cron="30 2 * * *",
        tags=("rhythm",),
    ),
    Served(
        "nights of some authorities",
        "flows.some_authorities.some_authorities",
        "Started by the region's night: the nights of some authorities in one process, one after the other.",
        tags=("rhythm",),
        work_pool=NIGHTS_POOL,
    ),
    Served(
        "night of an authority",
        "flows.nightly.nightly",
        "Run it by hand with the authority's code, after mending something; the region's night does so for those whose "
        "process was killed.",
        tags=("rhythm",),
        work_pool=NIGHTS_POOL,
    ),
    Served(
        "deliver of every authority",
        "flows.every_authority.every_authority",
        "Every quarter of an hour: sends the messages whose time has come, one authority after the other.",
        cron="7-59/15 * * * *",
        tags=("rhythm",),
        parameters={"rhythm": "deliver"},
    ),
    Served(
        "month of every authority",
        "flows.every_authority.every_authority",
        "On the first of each month at 04:00: freezes what the month before came to, one authority after the other.",
        cron="0 4 1 * *",
        tags=("rhythm",),
        parameters={"rhythm": "monthly"},
    ),
    next(served for served in PLAN if served.name == "sweep"),
)
"""What is deployed instead where many authorities each have tables of their own (docs/how-to/scale-out.md)."""


def deployments(plan: tuple[Served, ...] = PLAN) -> list["RunnerDeployment"]:
    """Everything in the plan as Prefect serves it; the flows are imported only now."""
    return [_deployment(served) for served in plan]


def _deployment(served: Served) -> "RunnerDeployment":
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy  # noqa: PLC0415
    from prefect.deployments.runner import RunnerDeployment  # noqa: PLC0415
    from prefect.schedules import Cron  # noqa: PLC0415
    from prefect.types.entrypoint import EntrypointType  # noqa: PLC0415

    module, _, function = served.entrypoint.rpartition(".")
    deployment = RunnerDeployment.from_flow(
        getattr(importlib.import_module(module), function),
        name=served.name,
        schedule=Cron(served.cron, timezone=TIMEZONE) if served.cron else None,
        parameters=served.parameters,
        tags=list(served.tags),
        description=served.description,
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.CANCEL_NEW)
        if served.is_one_at_a_time
        else None,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    # Said outright, so that a deployment once made from prefect.yaml comes back from its work pool.
    deployment.work_pool_name = deployment.work_queue_name = None
    return deployment


def prefect_yaml(plan: tuple[Served, ...] = PLAN, file: str = "deployments/prefect.yaml") -> str:
    """The plan as a project file of Prefect's."""
    parts = [
        "# For your own Prefect server and work pool; `ehc up` does not read it. Written from deployments/serving.py",
        "# by `python -m deployments.serving`: change it there.",
        "#",
        *(f"#   prefect work-pool create {pool} --type process" for pool in sorted({x.work_pool for x in plan})),
        f"#   prefect --no-prompt deploy --prefect-file {file} --all",
        "name: ehc-pathway",
        "pull: []  # the flows are imported from the installed package",
        "deployments:",
    ]
    for served in plan:
        parts += [f"- name: {served.name}", f"  entrypoint: {served.entrypoint}"]
        parts += [f"  description: {json.dumps(served.description)}", f"  tags: {json.dumps(served.tags)}"]
        parts += [f"  parameters: {json.dumps(served.parameters)}", f"  work_pool: {{name: {served.work_pool}}}"]
        if served.cron:
            parts += [f"  schedules: [{{cron: {json.dumps(served.cron)}, timezone: {TIMEZONE}}}]"]
        if served.is_one_at_a_time:
            parts += ["  concurrency_limit: {limit: 1, collision_strategy: CANCEL_NEW}"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("prefect.yaml").write_text(prefect_yaml(), encoding="utf-8")
    scale_out = Path(__file__).with_name("scale-out") / "prefect.yaml"
    scale_out.write_text(prefect_yaml(MANY, "deployments/scale-out/prefect.yaml"), encoding="utf-8")
