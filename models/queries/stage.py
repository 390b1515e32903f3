"""One stage of the pathway on one day: what is overdue, what falls due this week, what turned tonight."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.queries.board import PATHWAY, DueItem, OpenClocks, by_due_date, open_cases, open_clocks
from models.queries.nights import night_before
from models.queries.records import KINDS
from models.statute.register import Duty, Register
from models.store import fetch

LONGEST_LIST = 100


@dataclass(frozen=True)
class Listed:
    """How many open clocks there are, and the first of them by due date, as many as anybody reads."""

    number: int
    first: tuple[DueItem, ...]


@dataclass(frozen=True)
class StageList:
    """The lists of one stage; `turned` has tonight's breaches, warnings and recoveries, with their cases.

    Breaches and warnings are, like the lists, of open cases; a recovery may be what closed a case.

    `night_before` is the night they are new since, an ISO day, "" on the first night, when nothing is news.
    """

    stage: str
    as_of: str
    night_before: str
    overdue: Listed
    due_this_week: Listed
    turned: dict[str, tuple[str, ...]]


def stage_list(connection: Connection, register: Register, stage: str, as_of: date) -> StageList:
    """The lists of one stage, from clocks refreshed for that day; only open cases are on those of the pathway."""
    duties = _duties_of(register, stage)
    mine = [open_clocks(connection, duty, register, as_of, is_pressing=True) for duty in duties]
    among = open_cases(connection, register) if _is_of_pathway(duties) else None
    return StageList(
        stage=stage,
        as_of=as_of.isoformat(),
        night_before=night_before(connection, as_of),
        overdue=_listed([(x, x.rows(x.is_overdue, among)) for x in mine]),
        due_this_week=_listed([(x, x.rows(x.is_due_this_week, among)) for x in mine]),
        turned=_turned(connection, {duty.key for duty in duties}, among, as_of),
    )


def turned_by_night(connection: Connection, register: Register, as_of: date) -> dict[str, int]:
    """How many cases turned on a night, in all its runs, by the lists of all stages: breaches, warnings, recoveries."""
    still_open = open_cases(connection, register)
    found = Counter[str]()
    for stage in {duty.stage: None for kind in KINDS for duty in register.of_record(kind)}:
        duties = _duties_of(register, stage)
        among = still_open if _is_of_pathway(duties) else None
        cases = _turned(connection, {duty.key for duty in duties}, among, as_of)
        found.update({change: len(of_change) for change, of_change in cases.items()})
    return {"breaches": found["breach"], "warnings": found["warning"], "recoveries": found["recovery"]}


def _duties_of(register: Register, stage: str) -> list[Duty]:
    return [duty for kind in KINDS for duty in register.of_record(kind) if duty.stage == stage]


def _is_of_pathway(duties: Iterable[Duty]) -> bool:
    return any(duty.record in PATHWAY for duty in duties)


def _listed(wanted: Iterable[tuple[OpenClocks, Iterator[int]]]) -> Listed:
    number, first = 0, list[DueItem]()
    for block, places in wanted:
        rows = list(places)
        number += len(rows)
        first += block.items(rows[:LONGEST_LIST])
    return Listed(number, by_due_date(first)[:LONGEST_LIST])


_OVERDUE_AGAIN = (
    "EXISTS (SELECT 1 FROM clocks k WHERE k.duty = t.duty AND k.record_id = t.record_id AND k.due_on = t.due_on "
    "AND k.ended_on IS NULL AND k.exception IS NULL AND k.due_on < t.as_of)"
)
"""In SQL, true where the clock that turned is overdue after all: what was recorded was taken back."""


def _turned(
    connection: Connection, duties: Container[str], among: Container[int] | None, as_of: date
) -> dict[str, tuple[str, ...]]:
    """Per change, the cases of which a clock of these duties turned on that night, each once.

    Of a case that is not `among` those given only recoveries are told: nobody can act on the rest.
    """
    rows = fetch(
        connection,
        "SELECT t.change, t.duty, t.case_id, c.authority_code, c.case_ref FROM transitions t "
        "JOIN cases c ON c.id = t.case_id WHERE t.as_of = :as_of AND t.is_news "
        f"AND NOT (t.change = 'recovery' AND {_OVERDUE_AGAIN}) ORDER BY c.authority_code, c.case_ref",
        as_of=as_of.isoformat(),
    )
    found: dict[str, dict[str, None]] = {"breach": {}, "warning": {}, "recovery": {}}
    for change, duty, case, authority, ref in rows:
        if duty in duties and (change == "recovery" or among is None or case in among):
            found[change][f"{authority}/{ref}"] = None
    return {change: tuple(cases) for change, cases in found.items()}
