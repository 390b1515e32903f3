"""One stage of the pathway on one day: what is overdue, what falls due this week, what turned tonight."""

from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from sqlalchemy import Connection

from models.queries.board import DueItem, due_items, open_cases, open_clocks
from models.queries.nights import night_before
from models.statute.register import Register
from models.store import fetch


@dataclass(frozen=True)
class StageList:
    """The lists of one stage; `turned` has tonight's breaches, warnings and recoveries, with their cases.

    `night_before` is the night they are new since, an ISO day, "" on the first night, when nothing is news.
    """

    stage: str
    as_of: str
    night_before: str
    overdue: tuple[DueItem, ...]
    due_this_week: tuple[DueItem, ...]
    turned: dict[str, tuple[str, ...]]


def stage_list(connection: Connection, register: Register, stage: str, as_of: date) -> StageList:
    """The lists of one stage, from clocks refreshed for that day; only open cases are on them."""
    mine = [
        open_clocks(connection, duty, register, as_of)
        for kind in ("case", "advice", "order")
        for duty in register.of_record(kind)
        if duty.stage == stage
    ]
    still_open = open_cases(connection, register) if mine else frozenset()
    return StageList(
        stage=stage,
        as_of=as_of.isoformat(),
        night_before=night_before(connection, as_of),
        overdue=due_items(mine, still_open, attrgetter("is_overdue")),
        due_this_week=due_items(mine, still_open, attrgetter("is_due_this_week")),
        turned=turned(connection, register, stage, as_of),
    )


def turned(connection: Connection, register: Register, stage: str, as_of: date) -> dict[str, tuple[str, ...]]:
    """Per change, the cases of which a clock of the stage turned on that night, each once."""
    duties = {duty.key for duty in register.duties if duty.stage == stage}
    rows = fetch(
        connection,
        "SELECT t.change, t.duty, c.authority_code, c.case_ref FROM transitions t JOIN cases c ON c.id = t.case_id "
        "WHERE t.as_of = :as_of AND t.is_news ORDER BY c.authority_code, c.case_ref",
        as_of=as_of.isoformat(),
    )
    found: dict[str, dict[str, None]] = {"breach": {}, "warning": {}, "recovery": {}}
    for change, duty, authority, case in rows:
        if duty in duties:
            found[change][f"{authority}/{case}"] = None
    return {change: tuple(cases) for change, cases in found.items()}
