"""What the workbook lists, read once: the open cases, their open clocks, who owes advice, reviews and moves."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress
from operator import attrgetter
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from models.practice.loader import Practices
from models.practice.schema import Practice
from models.queries.authorities import authority_codes
from models.queries.board import GOVERNING, STAGES, OpenClocks, band_of, open_clocks, open_of_all, places_of
from models.queries.overdue import Overdue, overdue
from models.queries.panels import AgendaItem, SafeDate, agenda, last_safe_dates
from models.queries.scope import EVERYTHING, Scope
from models.statute.register import Duty, Register
from models.store import as_text, fetch

_MEETING = ("meeting_on",)


class OfCase(NamedTuple):
    """What is known of a case besides its clocks; "" for unknown."""

    authority_code: str
    case_ref: str
    team: str
    officer: str
    requested_on: str


class ClockLine(NamedTuple):
    """One open clock of a case; ISO dates, "" for unknown, `days` None where no date is known, negative when late."""

    case: OfCase
    duty: Duty
    of: str
    due_on: str
    act_by: str
    band: str
    days: int | None


class CaseLine(NamedTuple):
    """An open case: its stage, the clock that governs it there, its last day for the plan, and what is next."""

    stage: str
    clock: ClockLine
    plan_due_on: str
    owed: str
    next_step: str


@dataclass(frozen=True)
class Rows:
    """Everything that is listed, each list in the order in which it is read: the longest overdue first."""

    cases: Sequence[CaseLine]
    clocks: Sequence[ClockLine]
    advice: Sequence[ClockLine]
    bodies: Mapping[tuple[str, str, str, str], Sequence[str]]
    after_plan: Sequence[ClockLine]
    agenda: Sequence[AgendaItem]
    overdue: Overdue

    @property
    def authorities(self) -> list[str]:
        """The authorities whose cases are here."""
        return sorted({line.clock.case.authority_code for line in self.cases})


def read_rows(connection: Connection, register: Register, practices: Practices, as_of: date) -> Rows:
    """What the workbook lists, from clocks refreshed for that day."""
    cases = _cases(connection)
    found = open_of_all(connection, register, as_of)
    places = places_of(found)
    lines = {key: _lines(block, cases) for key, block in found.items()}
    mine = [(case, line) for of_duty in lines.values() for case, line in of_duty if case in places]
    owed: dict[int, dict[str, None]] = {}
    for case, line in lines["give_advice"]:
        owed.setdefault(case, {})[line.of] = None
    plan_due = {case: line.due_on for case, line in lines["send_final_plan"]}
    worst = _worst(lines, places)
    next_steps = _next_steps(connection, register, practices, as_of)
    open_cases = [
        CaseLine(
            stage,
            worst[case],
            plan_due.get(case, ""),
            ", ".join(kind.replace("_", " ") for kind in sorted(owed.get(case, ()))),
            next_steps.get(cases[case][:2], ""),
        )
        for case, (stage, _) in places.items()
    ]
    later = [duty for kind in ("review", "transfer") for duty in register.of_record(kind)]
    after_plan = [
        line for duty in later for line in _still_to_do(open_clocks(connection, duty, register, as_of), cases, as_of)
    ]
    return Rows(
        cases=sorted(open_cases, key=lambda x: (STAGES.index(x.stage), *_order(x.clock))),
        clocks=sorted((line for _, line in mine), key=_order),
        advice=sorted((line for _, line in mine if line.duty.key == "give_advice"), key=lambda x: (x.of, *_order(x))),
        bodies=_bodies(connection),
        after_plan=sorted(after_plan, key=_order),
        agenda=sorted(agenda_of_all(connection, register, practices, as_of), key=attrgetter("authority_code")),
        overdue=overdue(found.values(), places),
    )


def _cases(connection: Connection) -> dict[int, OfCase]:
    requested = as_text(connection, "COALESCE(request_received_on, brought_to_attention_on)")
    rows = fetch(
        connection,
        f"SELECT id, authority_code, case_ref, COALESCE(team, ''), COALESCE(officer, ''), {requested} FROM cases",
    )
    return {case: OfCase(code, ref, team, officer, day or "") for case, code, ref, team, officer, day in rows}


def _lines(block: OpenClocks, cases: Mapping[int, OfCase]) -> list[tuple[int, ClockLine]]:
    columns = (block.table.words(name) for name in ("key", "due_on", "act_by"))
    rows = zip(block.cases, *columns, block.states, block.days, strict=True)
    return [
        (case, ClockLine(cases[case], block.duty, key, due or "", act_by or "", band_of(state, days), _whole(days)))
        for case, key, due, act_by, state, days in rows
    ]


def _still_to_do(block: OpenClocks, cases: Mapping[int, OfCase], as_of: date) -> list[ClockLine]:
    """The open clocks of reviews or moves, without what had to be done before a meeting that was held meanwhile."""
    lines = [line for _, line in _lines(block, cases)]
    if not (block.duty.looks_ahead and block.duty.origin == _MEETING):
        return lines
    held = block.table.days("origin_on") <= np.datetime64(as_of, "D")
    return list(compress(lines, ~held))


def _whole(days: float) -> int | None:
    return None if days != days else int(days)  # noqa: PLR0124 - unknown is the number that is not itself


def _worst(
    lines: Mapping[str, list[tuple[int, ClockLine]]], places: Mapping[int, tuple[str, str]]
) -> dict[int, ClockLine]:
    """Per open case the most pressing clock of those that govern it: the one whose band the board counts."""
    found: dict[int, tuple[int, ClockLine]] = {}
    for key, of_duty in lines.items():
        for case, line in of_duty:
            stage, band = places.get(case, ("", ""))
            governing = GOVERNING.get(stage, (key,) if stage == "order" and line.duty.record == "order" else ())
            if key not in governing or line.band != band:
                continue
            place = governing.index(key)
            if case not in found or (place, _order(line)) < (found[case][0], _order(found[case][1])):
                found[case] = place, line
    return {case: line for case, (_, line) in found.items()}


def _order(line: ClockLine) -> tuple[str, str, str]:
    # A clock without a date is somebody's to look into, and comes first.
    return line.due_on, line.case.authority_code, line.case.case_ref


def _next_steps(
    connection: Connection, register: Register, practices: Practices, as_of: date
) -> dict[tuple[str, ...], str]:
    """Per case what is lost if its next step is not taken in time; a step that is lost already is passed over."""
    first: dict[tuple[str, ...], SafeDate] = {}
    for mine in _by_practice(connection, practices):
        for row in last_safe_dates(connection, register, mine.practice, as_of, mine.scope):
            key = (row.authority_code, row.case_ref)
            if row.authority_code in mine.codes and (key not in first or (first[key].is_lost and not row.is_lost)):
                first[key] = row
    return {key: row.words for key, row in first.items()}


def agenda_of_all(
    connection: Connection, register: Register, practices: Practices, as_of: date
) -> Iterator[AgendaItem]:
    """Who must be on the next panel in every authority, each by its own practice."""
    for mine in _by_practice(connection, practices):
        for item in agenda(connection, register, mine.practice, as_of, mine.scope):
            if item.authority_code in mine.codes:
                yield item


class _Keeping(NamedTuple):
    """A practice and the authorities that keep to it."""

    practice: Practice
    codes: set[str]

    @property
    def scope(self) -> Scope:
        """The records of one authority by itself; of several all records at once, which is less than one by one."""
        return Scope(*self.codes) if len(self.codes) == 1 else EVERYTHING


def _by_practice(connection: Connection, practices: Practices) -> list[_Keeping]:
    """Each practice with the authorities that keep to it."""
    found: dict[int, _Keeping] = {}
    for code in authority_codes(connection):
        practice = practices.of(code)
        found.setdefault(id(practice), _Keeping(practice, set())).codes.add(code)
    return list(found.values())


def _bodies(connection: Connection) -> dict[tuple[str, str, str, str], list[str]]:
    """Who owes advice, by authority, case, kind and due date: one body for each piece, "" where none is named."""
    rows = fetch(
        connection,
        f"SELECT c.authority_code, c.case_ref, r.kind, {as_text(connection, 'k.due_on')}, r.body FROM clocks k "
        "JOIN advice r ON r.id = k.record_id JOIN cases c ON c.id = k.case_id "
        "WHERE k.duty = 'give_advice' AND k.ended_on IS NULL ORDER BY r.body, r.number",
    )
    found: dict[tuple[str, str, str, str], list[str]] = {}
    for code, ref, kind, due, body in rows:
        found.setdefault((code, ref, kind, due or ""), []).append(body or "")
    return found
