"""The board: where the open cases stand, what is overdue, what falls due this week. Read from the clock table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.queries.columns import Table, read_table
from models.statute.clocks import NO_EXCEPTION, STATES, STILL_OPEN, state_and_days
from models.statute.register import Duty, Register
from models.store import as_text

STAGES = ("request", "advice", "draft", "final_plan", "order")
"""The stages an open case can be in, in the order of the pathway."""

BANDS = ("overdue", "this week", "four weeks", "later", "excepted", "no date")
"""How soon the clock of a stage runs out: `this week` is today and the seven days after it."""

DAYS_OF_WEEK, DAYS_OF_FOUR_WEEKS = 7, 28


@dataclass(frozen=True)
class StageLine:
    """How many open cases are in a stage, by the band of the clock that governs it."""

    stage: str
    open_cases: int
    bands: dict[str, int]


@dataclass(frozen=True)
class DutyLine:
    """How many clocks of a duty are overdue or fall due within the week, and how late the worst is, in days."""

    duty: str
    title: str
    stage: str
    statutory: bool
    cite: str
    overdue: int
    worst_days: int
    due_this_week: int


@dataclass(frozen=True)
class DueItem:
    """One open clock that falls due within the week."""

    authority_code: str
    case_ref: str
    record_key: str
    duty: str
    due_on: str
    act_by: str
    days: int


@dataclass(frozen=True)
class Board:
    """The board of one day."""

    as_of: str
    register_version: str
    open_cases: int
    stages: tuple[StageLine, ...]
    duties: tuple[DutyLine, ...]
    due_this_week: tuple[DueItem, ...]
    contradictory: int


@dataclass(frozen=True)
class _Open:
    """The open clocks of one duty, as columns."""

    duty: Duty
    table: Table
    states: Sequence[str]
    days: Sequence[float]

    @property
    def cases(self) -> Sequence[int]:
        return self.table.words("case_id")


def board(connection: Connection, register: Register, as_of: date) -> Board:
    """The board as of a day, from clocks refreshed for that day."""
    duties = [duty for kind in ("case", "advice", "order") for duty in register.of_record(kind)]
    found = {duty.key: _open_clocks(connection, duty, register, as_of) for duty in duties}
    stages, open_cases = _stages(found)
    contradictory = read_table(connection, ("n",), "SELECT COUNT(*) FROM clocks WHERE done_on < origin_on")
    return Board(
        as_of=as_of.isoformat(),
        register_version=register.version,
        open_cases=sum(line.open_cases for line in stages),
        stages=stages,
        duties=tuple(_duty_line(x, open_cases) for x in found.values()),
        due_this_week=_due_this_week(found.values(), open_cases),
        contradictory=int(contradictory.words("n")[0]),
    )


def _open_clocks(connection: Connection, duty: Duty, register: Register, as_of: date) -> _Open:
    key = {"advice": "r.kind", "order": "CAST(r.number AS TEXT)"}.get(duty.record, "''")
    record = {"advice": "JOIN advice r ON r.id = k.record_id", "order": "JOIN orders r ON r.id = k.record_id"}
    dates = as_text(connection, "k.origin_on", "k.due_on", "k.act_by")
    table = read_table(
        connection,
        ("case_id", "authority_code", "case_ref", "key", "origin_on", "due_on", "act_by", "exception"),
        f"SELECT k.case_id, c.authority_code, c.case_ref, {key}, {dates}, COALESCE(k.exception, '') "
        f"FROM clocks k JOIN cases c ON c.id = k.case_id {record.get(duty.record, '')} "
        "WHERE k.duty = :duty AND k.ended_on IS NULL ORDER BY k.due_on, c.case_ref",
        duty=duty.key,
    )
    codes = ("", *register.exceptions)
    exception = np.fromiter((codes.index(x) for x in table.words("exception")), np.int8, table.size) + NO_EXCEPTION
    never = np.full(table.size, "NaT", dtype="datetime64[D]")
    still_open = np.full(table.size, STILL_OPEN, dtype=np.int8)
    states, days = state_and_days(
        duty, table.days("origin_on"), table.days("due_on"), never, never, still_open, exception, as_of
    )
    return _Open(duty, table, [STATES[x] for x in states.tolist()], days.tolist())


def _stages(found: dict[str, _Open]) -> tuple[tuple[StageLine, ...], set[int]]:
    """The open cases under the stage each is in, and their keys: a final plan, or what an order asks, is to come."""
    plan_to_come = set(found["send_final_plan"].cases)
    by_order = [x for x in found.values() if x.duty.record == "order"]
    governing: dict[str, Iterable[_Open]] = {
        "request": [found["decide_whether_to_assess"]],
        "advice": [found["give_advice"]],
        "draft": [found["serve_draft"]],
        "final_plan": [found["send_final_plan"]],
    }
    placed: set[int] = set()
    lines = []
    for stage, clocks in governing.items():
        worst = _worst(clocks, among=plan_to_come - placed)
        placed |= set(worst)
        lines.append(_stage_line(stage, worst))
    ordered = _worst(by_order, among=None, leaving_out=placed)
    lines.append(_stage_line("order", ordered))
    return tuple(lines), placed | set(ordered)


def _worst(clocks: Iterable[_Open], *, among: set[int] | None, leaving_out: Iterable[int] = ()) -> dict[int, str]:
    """Per case, the band of its most pressing clock."""
    out = frozenset(leaving_out)
    found: dict[int, str] = {}
    for block in clocks:
        for case, state, days in zip(block.cases, block.states, block.days, strict=True):
            if case in out or (among is not None and case not in among):
                continue
            band = _band(state, days)
            if case not in found or BANDS.index(band) < BANDS.index(found[case]):
                found[case] = band
    return found


def _band(state: str, days: float) -> str:
    if state in ("overdue", "excepted"):
        return state
    if state == "unknown":
        return "no date"
    if days <= DAYS_OF_WEEK:
        return "this week"
    return "four weeks" if days <= DAYS_OF_FOUR_WEEKS else "later"


def _stage_line(stage: str, bands: dict[int, str]) -> StageLine:
    counts = Counter(bands.values())
    return StageLine(stage, len(bands), {band: counts[band] for band in BANDS})


def _duty_line(block: _Open, open_cases: set[int]) -> DutyLine:
    """A duty's line; a clock that was left open in a case that has ended is a finding, not a thing to do."""
    rows = zip(block.cases, block.states, block.days, strict=True)
    clocks = [(state, days) for case, state, days in rows if case in open_cases]
    late = [-days for state, days in clocks if state == "overdue"]
    soon = sum(_is_due_this_week(state, days) for state, days in clocks)
    return DutyLine(
        duty=block.duty.key,
        title=block.duty.title,
        stage=block.duty.stage,
        statutory=block.duty.is_statutory,
        cite=block.duty.limits[-1].source.cite,
        overdue=len(late),
        worst_days=int(max(late, default=0)),
        due_this_week=soon,
    )


def _is_due_this_week(state: str, days: float) -> bool:
    return state == "running" and days <= DAYS_OF_WEEK


def _due_this_week(found: Iterable[_Open], open_cases: set[int]) -> tuple[DueItem, ...]:
    items = []
    for block in found:
        names = ("case_id", "authority_code", "case_ref", "key", "due_on", "act_by")
        rows = zip(block.states, block.days, *(block.table.words(name) for name in names), strict=True)
        items += [
            DueItem(code, ref, key, block.duty.key, due_on, act_by, int(days))
            for state, days, case, code, ref, key, due_on, act_by in rows
            if case in open_cases and _is_due_this_week(state, days)
        ]
    return tuple(sorted(items, key=lambda item: (item.due_on, item.authority_code, item.case_ref)))
