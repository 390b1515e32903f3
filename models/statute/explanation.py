"""Why a clock says what it says: the duty and its source, the arithmetic in words, the exceptions tried.

Built from the engine's own answer, never by reckoning again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.statute import exceptions
from models.statute.calendar import Dates
from models.statute.clocks import BY_DOING, NO_EXCEPTION, NO_LIMIT, STATES, STILL_OPEN, Clocks, clocks
from models.statute.exceptions import Verdict
from models.statute.facts import Facts
from models.statute.records import Claims, Records
from models.statute.register import Duty, Limit, Register, Source
from models.statute.schema import STANDING, VERIFIED
from models.words import counted

VERDICTS = {
    Verdict.HOLDS: "holds",
    Verdict.NOT_YET_CLAIMED: "does not count: it had not been claimed by this day",
    Verdict.NOT_ALLOWED: "no exception: the law does not list this reason here; kept as the reason for a delay",
    Verdict.NO_FACTS: "refused: the facts are not given",
    Verdict.NO_REASON: "refused: it is not said why keeping to the limit was impractical",
    Verdict.NO_START: "refused: the date from which it applied is not given",
    Verdict.NOT_IN_FORCE: "refused: this exception was not law at that time",
    Verdict.OUTSIDE_THE_PERIOD: "refused: it does not touch the time from the origin to the due date",
    Verdict.TOO_SHORT: "refused: it did not last long enough",
    Verdict.NO_CLOSURE_WINDOW: "refused: advice was not asked of the head within the window of a long enough closure",
}


@dataclass(frozen=True)
class Tried:
    """One claim of an exception, and what became of it for this clock."""

    number: int
    code: str
    verdict: str
    holds: bool
    cite: str


@dataclass(frozen=True)
class Explanation:
    """One clock explained; texts are for a person, dates ISO ("" unknown), `days` None where unknown."""

    duty: str
    title: str
    owner: str
    stage: str
    record: str
    record_key: str
    standing: str
    statutory: bool
    cite: str
    href: str
    verified: str
    note: str
    origin_milestone: str
    origin_on: str
    origin_source: str
    arithmetic: str
    due_on: str
    act_by: str
    done_on: str
    state: str
    days: int | None
    outcome: str
    ended_by: str
    ended_on: str
    exception: str
    exceptions_tried: tuple[Tried, ...]
    exceptions_allowed: tuple[str, ...]
    register_version: str


def explain(
    records: Records,
    register: Register,
    as_of: date,
    duties: tuple[Duty, ...],
    keys: Sequence[str],
    sources: Mapping[tuple[int, str], str],
) -> list[Explanation]:
    """Every clock of these records explained, by record and then by duty.

    Args:
        records: as for the engine.
        register: the law applied.
        as_of: the day asked about.
        duties: which duties to apply.
        keys: per record, what tells it from the others of its kind.
        sources: where a milestone of a record came from, by record and milestone.
    """
    facts = Facts(records, as_of)
    blocks = clocks(records, register, as_of, duties)
    found = [
        (int(row), place, _explain(block, at, facts, register, as_of, keys[row], sources))
        for place, block in enumerate(blocks)
        for at, row in enumerate(block.row)
    ]
    return [explanation for _, _, explanation in sorted(found, key=lambda x: x[:-1])]


def _explain(
    block: Clocks,
    at: int,
    facts: Facts,
    register: Register,
    as_of: date,
    key: str,
    sources: Mapping[tuple[int, str], str],
) -> Explanation:
    duty, row = block.duty, int(block.row[at])
    limit = None if block.limit[at] == NO_LIMIT else duty.limits[block.limit[at]]
    source = (limit or duty.standing_limit).source
    origin = _day(block.origin_on[at])
    milestone = _origin_milestone(duty, facts, row)
    ended_by = _ended_by(duty, int(block.ended_by[at]))
    state = STATES[block.state[at]]
    exception = "" if block.exception[at] == NO_EXCEPTION else tuple(register.exceptions)[block.exception[at]]
    days = None if np.isnan(block.days[at]) else int(block.days[at])
    outcome = _outcome(state, days, ended_by, exception, _day(block.ended_on[at]))
    return Explanation(
        duty=duty.key,
        title=duty.title,
        owner=duty.owner.replace("_", " "),
        stage=duty.stage,
        record=duty.record,
        record_key=key,
        standing=STANDING[duty.standing],
        statutory=duty.is_statutory,
        cite=source.cite,
        href=source.href,
        verified=VERIFIED[source.verified],
        note=(limit or duty.standing_limit).note,
        origin_milestone=milestone,
        origin_on=_iso(origin),
        origin_source=sources.get((row, milestone), ""),
        arithmetic=_arithmetic(duty, limit, origin, _day(block.due_on[at]), _day(block.act_by[at])),
        due_on=_iso(_day(block.due_on[at])),
        act_by=_iso(_day(block.act_by[at])),
        done_on=_iso(_day(block.done_on[at])),
        state=state,
        days=days,
        outcome=outcome if origin else f"cannot be counted yet: {milestone.replace('_', ' ')} is not known",
        ended_by=ended_by,
        ended_on=_iso(_day(block.ended_on[at])),
        exception=exception,
        exceptions_tried=_tried(block, at, facts.records, register, as_of, limit),
        exceptions_allowed=_allowed(limit, register, origin, _day(block.due_on[at])),
        register_version=register.version,
    )


def _origin_milestone(duty: Duty, facts: Facts, row: int) -> str:
    read = facts.planned if duty.looks_ahead else facts.known
    return next((name for name in duty.origin if not np.isnat(read(name)[row])), duty.origin[0])


def _ended_by(duty: Duty, ended_by: int) -> str:
    if ended_by == STILL_OPEN:
        return ""
    names = (*duty.stops, *duty.superseded_by)
    return "done" if ended_by == BY_DOING else names[ended_by - 1]


def _tried(
    block: Clocks, at: int, records: Records, register: Register, as_of: date, limit: Limit | None
) -> tuple[Tried, ...]:
    if records.claims is None or limit is None:
        return ()
    claims = records.claims
    mine: Claims = claims.take(claims.duty.is_in([block.duty.key]) & (claims.row == block.row[at]))
    origin: Dates = np.repeat(block.origin_on[at], len(mine.row))
    due: Dates = np.repeat(block.due_on[at], len(mine.row))
    verdicts = exceptions.judge(mine, limit, register, origin, due, as_of)
    best: dict[int, tuple[Verdict, str]] = {}
    for place, number in enumerate(mine.number.tolist()):
        verdict = Verdict(int(verdicts[place]))
        # A claim appears once for each closure and request for advice; one that holds is enough.
        if number not in best or verdict == Verdict.HOLDS:
            best[number] = (verdict, mine.code.at(place))
    return tuple(
        Tried(number, code, VERDICTS[verdict], verdict == Verdict.HOLDS, _cite_of(limit, code))
        for number, (verdict, code) in sorted(best.items())
    )


def _allowed(limit: Limit | None, register: Register, origin: date | None, due: date | None) -> tuple[str, ...]:
    """The exceptions that the limit allows and that were law at some time while the clock could run."""
    if limit is None or origin is None or due is None:
        return ()
    rules = [register.exceptions[allowed.code] for allowed in limit.exceptions]
    return tuple(
        rule.code
        for rule in rules
        if (rule.begins is None or rule.begins <= due) and (rule.ends is None or origin <= rule.ends)
    )


def _cite_of(limit: Limit, code: str) -> str:
    allowed = limit.allows(code)
    source: Source | None = allowed.source if allowed else None
    return source.cite if source else ""


def _arithmetic(duty: Duty, limit: Limit | None, origin: date | None, due: date | None, act_by: date | None) -> str:
    if origin is None:
        return f"The clock cannot be computed: {' or '.join(duty.origin).replace('_', ' ')} is not known."
    if limit is None or due is None or act_by is None:
        return f"No limit was in force on {_long(origin)}."
    period = limit.period
    begins = {
        "after": f"{period.in_words} after {_long(origin)}, which is day 0",
        "beginning_with": f"{period.in_words} beginning with {_long(origin)}, which is day 1",
        "months_after": f"{period.in_words} after {_long(origin)}, to the corresponding date",
        "months_starting_with": f"{period.in_words} starting with {_long(origin)}, to the day before that date again",
        "before_date": f"{period.in_words} {origin.year}, the year of {_long(origin)}; the day itself is too late",
        "ahead_of": f"{period.in_words} ahead of {_long(origin)}",
    }[period.counting]
    more = [
        f"or {other.in_words} from {milestone.replace('_', ' ')} if that is later"
        for milestone, other in limit.later_of
    ]
    more += [f"or the date agreed in writing ({limit.agreed})"] if limit.agreed else []
    more += ["an end on a day that is no working day moves to the next one"] if period.rolls else []
    return (
        f"{'; '.join([begins, *more])}: the last {'lawful day' if duty.is_statutory else 'day by this count'} is "
        f"{_long(due)}. "
        f"The last useful working day before it is {_long(act_by)}."
    )


def _outcome(state: str, days: int | None, ended_by: str, exception: str, ended_on: date | None) -> str:
    if days is None:
        return "unknown: a date is missing or contradicts another"
    count = counted(abs(days), "day")
    by = ended_by.removesuffix("_on").replace("_", " ")
    when = _long(ended_on) if ended_on else "that day"
    return {
        "running": f"running: {count} left" if days else "running: today is the last day",
        "met": f"done in time on {when}, {count} to spare" if days else f"done in time, on the last day, {when}",
        "met_late": f"done on {when}, {count} late",
        "overdue": f"overdue by {count}",
        "excepted": f"{count} past the date, but excepted ({exception}): the duty remains, as soon as practicable",
        "superseded": f"superseded by an order of {when}, {count} {'late' if days < 0 else 'in hand'} on that day",
        "stopped": f"stopped on {when} ({by}), {count} {'late' if days < 0 else 'in hand'} on that day",
    }[state]


def _day(day: np.datetime64) -> date | None:
    return None if np.isnat(day) else day.astype("datetime64[D]").item()


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _long(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"
