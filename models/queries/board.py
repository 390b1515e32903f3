"""The board: where the open cases stand, what is overdue, what falls due this week. Read from the clock table."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import Connection

from models.queries.columns import Table, read_table
from models.queries.overdue import Overdue, overdue
from models.queries.records import TABLES
from models.queries.sql import quoted
from models.statute.clocks import NO_EXCEPTION, STATES, STILL_OPEN, state_and_days
from models.statute.records import Flags
from models.statute.register import Duty, Register
from models.store import as_text, fetch

STAGES = ("request", "advice", "draft", "final_plan", "order")
"""The stages an open case can be in, in the order of the pathway."""

PATHWAY = ("case", "advice", "order")
"""The kinds of record whose clocks are for a plan that is still to come."""

NO_DATE = "no date"
BANDS = ("overdue", "this week", "four weeks", "later", "excepted", NO_DATE)
"""How soon the clock of a stage runs out: `this week` is today and the seven days after it."""

DAYS_OF_WEEK, DAYS_OF_FOUR_WEEKS = 7, 28

_OVERDUE, _RUNNING = STATES.index("overdue"), STATES.index("running")


@dataclass(frozen=True)
class StageLine:
    """How many open cases are in a stage, by the band of the clock that governs it.

    `team` is "" where all teams are counted together; `week_ago` and `four_weeks_ago` are the open cases then,
    None where no night was run about that long ago.
    """

    stage: str
    team: str
    open_cases: int
    bands: dict[str, int]
    week_ago: int | None = None
    four_weeks_ago: int | None = None


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
    """One open clock of an open case, with the team that holds it, "" for none; `days` is negative when late."""

    authority_code: str
    case_ref: str
    team: str
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
    teams: tuple[StageLine, ...]
    duties: tuple[DutyLine, ...]
    due_this_week: tuple[DueItem, ...]
    contradictory: int
    overdue: Overdue


@dataclass(frozen=True)
class OpenClocks:
    """The open clocks of one duty, as columns, the longest overdue first.

    `is_overdue`: past its date, and no exception covers it; `is_due_this_week`: it runs out today or in the seven days
    after.
    """

    duty: Duty
    table: Table
    states: Sequence[str]
    days: Sequence[float]
    is_overdue: Flags
    is_due_this_week: Flags

    @property
    def cases(self) -> Sequence[int]:
        """The case of each clock."""
        return self.table.words("case_id")

    def rows(self, wanted: Flags, among: Container[int] | None) -> Iterator[int]:
        """The places of the clocks wanted, of cases `among` those given, or of all."""
        cases = self.cases
        return (place for place in np.flatnonzero(wanted).tolist() if among is None or cases[place] in among)

    def items(self, rows: Iterable[int]) -> Iterator[DueItem]:
        """The clocks at these places."""
        names = ("authority_code", "case_ref", "team", "key", "due_on", "act_by")
        code, ref, team, key, due_on, act_by = map(self.table.words, names)
        for x in rows:
            yield DueItem(code[x], ref[x], team[x], key[x], self.duty.key, due_on[x], act_by[x], int(self.days[x]))


Standings = Counter[tuple[str, str, str, str]]
"""How many open cases stand where: by authority, team, stage and band."""


def board_and_standings(connection: Connection, register: Register, as_of: date) -> tuple[Board, Standings]:
    """The board of a day whose clocks were refreshed, and the standings that the trend of later boards is made of."""
    found = open_of_all(connection, register, as_of)
    places, teams = places_of(found), _teams(connection, register)
    made = Board(
        as_of=as_of.isoformat(),
        register_version=register.version,
        open_cases=len(places),
        stages=_stage_lines(places, _trend(connection, as_of)),
        teams=_team_lines(places, teams),
        duties=tuple(_duty_line(x, places) for x in found.values()),
        due_this_week=by_due_date(y for x in found.values() for y in x.items(x.rows(x.is_due_this_week, places))),
        contradictory=_contradictory(connection, register),
        overdue=overdue(found.values(), places),
    )
    return made, Counter((*teams[case], stage, band) for case, (stage, band) in places.items())


def open_by(register: Register) -> tuple[str, ...]:
    """The duties that keep a case open while a clock of theirs is: the final plan, and what an order asks for."""
    return ("send_final_plan", *(duty.key for duty in register.of_record("order")))


def still_to_come(register: Register) -> str:
    """In SQL, the cases whose final plan, or what an order asks for, is still to come."""
    return f"SELECT case_id FROM clocks WHERE duty IN ({quoted(open_by(register))}) AND ended_on IS NULL"


def newest_whole_night(connection: Connection, register: Register) -> str:
    """The day of the newest night that came to its board, ISO, "" where none did; with no open case it leaves no trace.

    A night that breaks off has evaluated some duties all the same, and so has a stage that was run alone.
    """
    is_any_open = fetch(connection, f"{still_to_come(register)} LIMIT 1")
    table = "standings" if is_any_open else "nights"
    return fetch(connection, f"SELECT CAST(MAX(as_of) AS TEXT) FROM {table}")[0][0] or ""


def open_cases(connection: Connection, register: Register) -> frozenset[int]:
    """The cases that `places_of` finds a place for: the final plan, or what an order asks for, is still to come."""
    return frozenset(case for (case,) in fetch(connection, still_to_come(register)))


def open_of_all(connection: Connection, register: Register, as_of: date) -> dict[str, OpenClocks]:
    """The open clocks of every duty of cases, advice and orders, by duty."""
    duties = [duty for kind in PATHWAY for duty in register.of_record(kind)]
    return {duty.key: open_clocks(connection, duty, register, as_of) for duty in duties}


def _contradictory(connection: Connection, register: Register) -> int:
    """How many clocks, also of cases that are closed, say they were done before they began, where that cannot be."""
    ahead = quoted(duty.key for duty in register.duties if duty.looks_ahead)
    sql = f"SELECT COUNT(*) FROM clocks WHERE done_on < origin_on AND duty NOT IN ({ahead})"
    return int(fetch(connection, sql)[0][0])


def _teams(connection: Connection, register: Register) -> dict[int, tuple[str, str]]:
    """Per open case, its authority and its team, "" where it has none."""
    is_open = f"id IN ({still_to_come(register)})"
    rows = fetch(connection, f"SELECT id, authority_code, COALESCE(team, '') FROM cases WHERE {is_open}")
    return {case: (authority, team) for case, authority, team in rows}


def _trend(connection: Connection, as_of: date) -> dict[int, dict[str, int]]:
    """Per number of days ago, the open cases of each stage on the last night run by then, unless that is too old.

    A night up to a week older than the day meant stands for it, which bridges weekends and some missed nights.
    """
    found: dict[int, dict[str, int]] = {}
    for days in (DAYS_OF_WEEK, DAYS_OF_FOUR_WEEKS):
        then = as_of - timedelta(days=days)
        newest = fetch(
            connection,
            "SELECT CAST(MAX(as_of) AS TEXT) FROM standings WHERE as_of BETWEEN :oldest AND :then",
            oldest=(then - timedelta(days=DAYS_OF_WEEK)).isoformat(),
            then=then.isoformat(),
        )
        if newest[0][0] is not None:
            sql = "SELECT stage, SUM(cases) FROM standings WHERE as_of = :night GROUP BY stage"
            found[days] = {stage: int(cases) for stage, cases in fetch(connection, sql, night=newest[0][0])}
    return found


ADVICE_IS_WANTED = (
    "(c.final_plan_sent_on IS NULL OR EXISTS (SELECT 1 FROM clocks f WHERE f.duty = 'send_final_plan' "
    "AND f.record_id = c.id AND f.ended_on IS NULL) OR EXISTS (SELECT 1 FROM orders o WHERE o.case_id = c.id "
    "AND o.requires IN ('assess', 'make_plan') AND o.dated_on <= k.origin_on))"
)
"""In SQL, true where the advice of the clock `k` is for a plan of the case `c` that is still to be sent."""


def engaged(duty: Duty) -> str:
    """What else must be so for a duty to want something done.

    Sixteen weeks bind only a decision not to issue. Advice for a plan that was sent is nothing to chase, though a later
    order opens the case again, unless it was asked for because of an order to assess or to make a plan.
    """
    return {
        "decide_whether_to_issue": "AND COALESCE(c.plan_decision, '') <> 'Y'",
        "give_advice": f"AND {ADVICE_IS_WANTED}",
    }.get(duty.key, "")


KEY = {
    "advice": "r.kind",
    "order": "CAST(r.number AS TEXT)",
    "review": "CAST(r.review_number AS TEXT)",
    "transfer": "CAST(r.transfer_number AS TEXT)",
}
"""In SQL, what tells the records of a kind apart within a case."""


def open_clocks(
    connection: Connection, duty: Duty, register: Register, as_of: date, *, is_pressing: bool = False
) -> OpenClocks:
    """The open clocks of one duty with their states and days as of a day.

    If only what `is_pressing` is wanted, it is those that have run out or will within the week.
    """
    key = KEY.get(duty.record, "''")
    record = f"JOIN {TABLES[duty.record]} r ON r.id = k.record_id" if duty.record in KEY else ""
    dates = as_text(connection, "k.origin_on", "k.due_on", "k.act_by")
    soon = "AND k.due_on <= :soon" if is_pressing else ""
    table = read_table(
        connection,
        ("case_id", "authority_code", "case_ref", "team", "key", "origin_on", "due_on", "act_by", "exception"),
        f"SELECT k.case_id, c.authority_code, c.case_ref, COALESCE(c.team, ''), {key}, {dates}, "
        "COALESCE(k.exception, '') "
        f"FROM clocks k JOIN cases c ON c.id = k.case_id {record} "
        f"WHERE k.duty = :duty AND k.ended_on IS NULL {soon} {engaged(duty)} "
        "ORDER BY k.due_on, c.authority_code, c.case_ref, k.record_id",
        duty=duty.key,
        **({"soon": (as_of + timedelta(days=DAYS_OF_WEEK)).isoformat()} if is_pressing else {}),
    )
    places = {code: place for place, code in enumerate(("", *register.exceptions), NO_EXCEPTION)}
    exception = np.fromiter(map(places.__getitem__, table.words("exception")), np.int8, table.size)
    never = np.full(table.size, "NaT", dtype="datetime64[D]")
    still_open = np.full(table.size, STILL_OPEN, dtype=np.int8)
    states, days = state_and_days(
        duty, table.days("origin_on"), table.days("due_on"), never, never, still_open, exception, as_of
    )
    return OpenClocks(
        duty,
        table,
        [STATES[x] for x in states.tolist()],
        days.tolist(),
        is_overdue=states == _OVERDUE,
        is_due_this_week=(states == _RUNNING) & (days <= DAYS_OF_WEEK),
    )


Places = dict[int, tuple[str, str]]
"""Each open case with the stage it is in and the band of the clock that governs it."""


GOVERNING = {
    "request": ("decide_whether_to_assess", "send_final_plan"),
    "advice": ("give_advice", "serve_draft", "send_final_plan"),
    "draft": ("serve_draft", "send_final_plan"),
    "final_plan": ("send_final_plan",),
}
"""Per stage the duties whose clock says how an open case of it stands: the first that is open and has a date.

Advice that was asked for on no known day has none; the draft and the plan that wait for it do.
"""


def places_of(found: dict[str, OpenClocks]) -> Places:
    """Where each open case stands: one whose final plan, or what an order asks for, is still to come."""
    plan_to_come = set(found["send_final_plan"].cases)
    placed: Places = {}
    for stage, (first, *later) in GOVERNING.items():
        worst = _worst([found[first]], among=plan_to_come - placed.keys())
        for duty in later:
            worst |= _worst([found[duty]], among={case for case, band in worst.items() if band == NO_DATE})
        placed |= {case: (stage, band) for case, band in worst.items()}
    by_order = [x for x in found.values() if x.duty.record == "order"]
    ordered = _worst(by_order, among=None, leaving_out=placed)
    return placed | {case: ("order", band) for case, band in ordered.items()}


def _stage_lines(places: Places, trend: dict[int, dict[str, int]]) -> tuple[StageLine, ...]:
    lines = []
    for stage in STAGES:
        bands = [band for found, band in places.values() if found == stage]
        ago = [trend[days].get(stage, 0) if days in trend else None for days in (DAYS_OF_WEEK, DAYS_OF_FOUR_WEEKS)]
        lines.append(_stage_line(stage, "", bands, *ago))
    return tuple(lines)


def _team_lines(places: Places, teams: dict[int, tuple[str, str]]) -> tuple[StageLine, ...]:
    by_team: dict[tuple[str, str], list[str]] = {}
    for case, (stage, band) in places.items():
        by_team.setdefault((teams[case][1], stage), []).append(band)
    order = sorted(by_team, key=lambda x: (x[0], STAGES.index(x[1])))
    return tuple(_stage_line(stage, team or "no team", by_team[team, stage]) for team, stage in order)


def _worst(clocks: Iterable[OpenClocks], *, among: set[int] | None, leaving_out: Iterable[int] = ()) -> dict[int, str]:
    """Per case, the band of its most pressing clock."""
    out = frozenset(leaving_out)
    found: dict[int, str] = {}
    for block in clocks:
        for case, state, days in zip(block.cases, block.states, block.days, strict=True):
            if case in out or (among is not None and case not in among):
                continue
            band = band_of(state, days)
            if case not in found or BANDS.index(band) < BANDS.index(found[case]):
                found[case] = band
    return found


def band_of(state: str, days: float) -> str:
    """The band of an open clock in this state with these days to spare."""
    if state in ("overdue", "excepted"):
        return state
    if state == "unknown":
        return NO_DATE
    if days <= DAYS_OF_WEEK:
        return "this week"
    return "four weeks" if days <= DAYS_OF_FOUR_WEEKS else "later"


def _stage_line(
    stage: str, team: str, bands: Sequence[str], week_ago: int | None = None, four_weeks_ago: int | None = None
) -> StageLine:
    counts = Counter(bands)
    return StageLine(stage, team, len(bands), {band: counts[band] for band in BANDS}, week_ago, four_weeks_ago)


def _duty_line(block: OpenClocks, places: Places) -> DutyLine:
    """A duty's line; a clock that was left open in a case that has ended is a finding, not a thing to do."""
    late = [-block.days[row] for row in block.rows(block.is_overdue, places)]
    soon = sum(1 for _ in block.rows(block.is_due_this_week, places))
    return DutyLine(
        duty=block.duty.key,
        title=block.duty.title,
        stage=block.duty.stage,
        statutory=block.duty.is_statutory,
        cite=block.duty.standing_limit.source.cite,
        overdue=len(late),
        worst_days=int(max(late, default=0)),
        due_this_week=soon,
    )


def by_due_date(items: Iterable[DueItem]) -> tuple[DueItem, ...]:
    """The open clocks by due date, then by authority and case."""
    return tuple(sorted(items, key=lambda item: (item.due_on, item.authority_code, item.case_ref)))
