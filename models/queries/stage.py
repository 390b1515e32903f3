"""One stage of the pathway on one day: what is overdue, what falls due this week, what turned since a working day."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Connection

from models.queries.board import PATHWAY, DueItem, OpenClocks, by_due_date, open_cases, open_clocks, still_to_come
from models.queries.nights import night_after, night_of_last_workday
from models.queries.records import KINDS
from models.statute.register import Duty, Register
from models.store import as_text, fetch

LONGEST_LIST = 100


CHANGES = ("breach", "warning", "recovery")
"""How a clock can turn: overdue, its last useful day come, overdue no more."""


@dataclass(frozen=True)
class Listed:
    """How many open clocks there are, and the first of them by due date, as many as anybody reads."""

    number: int
    first: tuple[DueItem, ...]


@dataclass(frozen=True)
class StageList:
    """The lists of one stage, and what turned: per change the cases, each once.

    Breaches and warnings are, like the lists, of open cases; a recovery may be what closed a case. `turned` is
    tonight's. `news` is what turned since the night of the last working day, `since` (ISO, "" where no night was run
    before: then nothing is news), so that a Monday's page has the weekend's. `newly_overdue` are those of the overdue
    that turned since then. `night_after` is the newest night for a later day, "" if there is none.
    """

    stage: str
    as_of: str
    since: str
    night_after: str
    newly_overdue: Listed
    overdue: Listed
    due_this_week: Listed
    turned: dict[str, tuple[str, ...]]
    news: dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class News:
    """What turned since the night of the last working day, by stage: how many cases, per change.

    `since` and `night_after` as of a `StageList`.
    """

    since: str
    night_after: str
    by_stage: Mapping[str, Mapping[str, int]]


class _Turned(NamedTuple):
    """A clock that turned: how, when, which, and whether its case is open; ISO days."""

    change: str
    night: str
    duty: str
    case_id: int
    due_on: str
    is_open: bool
    case: str


def stage_list(connection: Connection, register: Register, stage: str, as_of: date) -> StageList:
    """The lists of one stage, from clocks refreshed for that day; only open cases are on those of the pathway."""
    duties = _duties_of(register, stage)
    mine = [open_clocks(connection, duty, register, as_of, is_pressing=True) for duty in duties]
    among = open_cases(connection, register) if _is_of_pathway(duties) else None
    since = night_of_last_workday(connection, as_of)
    turned = _told(_turned(connection, register, since, as_of), duties)
    overdue = [(x, list(x.rows(x.is_overdue, among))) for x in mine]
    return StageList(
        stage=stage,
        as_of=as_of.isoformat(),
        since=since,
        night_after=night_after(connection, as_of),
        newly_overdue=_listed([(x, _new(x, rows, turned)) for x, rows in overdue]),
        overdue=_listed(overdue),
        due_this_week=_listed([(x, list(x.rows(x.is_due_this_week, among))) for x in mine]),
        turned=_cases([x for x in turned if x.night == as_of.isoformat()]),
        news=_cases(turned),
    )


def news_of_stages(connection: Connection, register: Register, as_of: date) -> News:
    """How many cases turned since the night of the last working day, in each stage in which any did."""
    since = night_of_last_workday(connection, as_of)
    return News(since, night_after(connection, as_of), _by_stage(connection, register, since, as_of))


def turned_by_night(connection: Connection, register: Register, as_of: date) -> dict[str, int]:
    """How many cases turned on a night, in all its runs, by the lists of all stages: breaches, warnings, recoveries."""
    found = Counter[str]()
    for of_stage in _by_stage(connection, register, "", as_of).values():
        found.update(of_stage)
    return {"breaches": found["breach"], "warnings": found["warning"], "recoveries": found["recovery"]}


def _by_stage(connection: Connection, register: Register, since: str, as_of: date) -> dict[str, dict[str, int]]:
    turned = _turned(connection, register, since, as_of)
    found = {}
    for stage in {duty.stage: None for kind in KINDS for duty in register.of_record(kind)}:
        cases = _cases(_told(turned, _duties_of(register, stage)))
        if any(cases.values()):
            found[stage] = {change: len(of_change) for change, of_change in cases.items()}
    return found


def _duties_of(register: Register, stage: str) -> list[Duty]:
    return [duty for kind in KINDS for duty in register.of_record(kind) if duty.stage == stage]


def _is_of_pathway(duties: Iterable[Duty]) -> bool:
    return any(duty.record in PATHWAY for duty in duties)


def _listed(wanted: Iterable[tuple[OpenClocks, list[int]]]) -> Listed:
    number, first = 0, list[DueItem]()
    for block, rows in wanted:
        number += len(rows)
        first += block.items(rows[:LONGEST_LIST])
    return Listed(number, by_due_date(first)[:LONGEST_LIST])


def _new(block: OpenClocks, rows: Iterable[int], turned: Iterable[_Turned]) -> list[int]:
    """Of the overdue clocks at these places, those that turned."""
    new = {(x.case_id, x.due_on) for x in turned if x.change == "breach" and x.duty == block.duty.key}
    cases, due_on = block.cases, block.table.words("due_on")
    return [row for row in rows if (cases[row], due_on[row]) in new]


_OVERDUE_AGAIN = (
    "EXISTS (SELECT 1 FROM clocks k WHERE k.duty = t.duty AND k.record_id = t.record_id AND k.due_on = t.due_on "
    "AND k.ended_on IS NULL AND k.exception IS NULL AND k.due_on < t.as_of)"
)
"""In SQL, true where the clock that turned is overdue after all: what was recorded was taken back."""


def _turned(connection: Connection, register: Register, since: str, as_of: date) -> list[_Turned]:
    """The clocks that turned in the nights after one and up to another, by case; with none to begin, on that night."""
    rows = fetch(
        connection,
        f"SELECT t.change, {as_text(connection, 't.as_of')}, t.duty, t.case_id, {as_text(connection, 't.due_on')}, "
        f"EXISTS ({still_to_come(register)} AND case_id = t.case_id), c.authority_code || '/' || c.case_ref "
        "FROM transitions t JOIN cases c ON c.id = t.case_id "
        f"WHERE t.as_of {'> :since AND t.as_of <= :as_of' if since else '= :as_of'} AND t.is_news "
        f"AND NOT (t.change = 'recovery' AND {_OVERDUE_AGAIN}) ORDER BY c.authority_code, c.case_ref",
        as_of=as_of.isoformat(),
        **({"since": since} if since else {}),
    )
    return [_Turned(*row) for row in rows]


def _told(turned: Iterable[_Turned], duties: Sequence[Duty]) -> list[_Turned]:
    """Of the clocks that turned, those of these duties; on the pathway, of cases that are closed only recoveries.

    Nobody can act on the rest.
    """
    keys, is_of_pathway = {duty.key for duty in duties}, _is_of_pathway(duties)
    return [x for x in turned if x.duty in keys and (x.is_open or x.change == "recovery" or not is_of_pathway)]


def _cases(turned: Iterable[_Turned]) -> dict[str, tuple[str, ...]]:
    """Per change, the cases of which a clock turned, each once."""
    found: dict[str, dict[str, None]] = {change: {} for change in CHANGES}
    for x in turned:
        found[x.change][x.case] = None
    return {change: tuple(cases) for change, cases in found.items()}
