"""The engine: every duty applied to every record, column by column.

`clocks` is the only place where the law becomes dates. It holds no number of the law (those are data), no
clock of its own (`as_of` is an argument) and no loop over records: the same code serves one case and a million.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.statute import counting, exceptions
from models.statute.calendar import Dates, WorkingCalendar, england
from models.statute.facts import Facts
from models.statute.records import DAY, UNKNOWN, Flags, Records, Rows
from models.statute.register import Duty, Limit, Register

STATES = ("running", "met", "met_late", "overdue", "excepted", "superseded", "stopped", "unknown")
OPEN_STATES = ("running", "overdue")

# By how the clock ended; then in time or late; then without or with an exception that holds.
_OUTCOMES = (
    (("running", "running"), ("overdue", "excepted")),
    (("met", "met"), ("met_late", "excepted")),
    (("stopped", "stopped"), ("stopped", "stopped")),
    (("superseded", "superseded"), ("superseded", "superseded")),
)
_STATE_OF = np.vectorize(STATES.index, otypes=[np.int8])(_OUTCOMES)
_OPEN, _DONE, _STOPPED, _SUPERSEDED = range(len(_OUTCOMES))

NEVER = np.datetime64(date.max, "D")
"""Stands for an unknown end while the first of several is sought: it is later than any."""

NO_LIMIT = NO_EXCEPTION = STILL_OPEN = -1
BY_DOING = 0
"""`ended_by` counts 0 for the duty done, then its `stops` and `superseded_by` in the register's order from 1."""


@dataclass(frozen=True)
class Clocks:
    """One duty applied to records of its kind: one row a clock, in the order of the records.

    `row` is the record's place; `limit` points into the duty's limits; `exception` into the register's
    exceptions, whether or not the clock is late. `done_on` is empty where something else ended the clock
    first (decision 0008). Dates are inclusive.
    """

    duty: Duty
    row: Rows
    limit: NDArray[np.int8]
    origin_on: Dates
    due_on: Dates
    act_by: Dates
    done_on: Dates
    ended_on: Dates
    ended_by: NDArray[np.int8]
    exception: NDArray[np.int8]
    state: NDArray[np.int8]
    days: NDArray[np.float64]


def clocks(
    records: Records,
    register: Register,
    as_of: date,
    duties: tuple[Duty, ...] | None = None,
    calendar: WorkingCalendar | None = None,
) -> tuple[Clocks, ...]:
    """The clocks of each duty for these records as they stood on `as_of`.

    The duties are those the nightly run watches for the kind of record, unless others are named. A clock
    whose origin lies after `as_of` does not exist yet and has no row.
    """
    facts = Facts(records, as_of)
    chosen = register.of_record(records.kind) if duties is None else duties
    return tuple(_clocks_of(duty, facts, register, as_of, calendar or england()) for duty in chosen)


def state_and_days(
    duty: Duty,
    origin_on: Dates,
    due_on: Dates,
    done_on: Dates,
    ended_on: Dates,
    ended_by: NDArray[np.int8],
    exception: NDArray[np.int8],
    as_of: date,
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Each clock's state (pointing into `STATES`) and its days to spare, negative when late, NaN if unknown."""
    counted_to = np.where(np.isnat(ended_on), np.datetime64(as_of, "D"), ended_on)
    late = counted_to > due_on
    contradictory = np.isnat(origin_on) | np.isnat(due_on)
    if not duty.looks_ahead:
        contradictory |= done_on < origin_on
    stops, orders = len(duty.stops), len(duty.superseded_by)
    how = np.array([_OPEN, _DONE, *[_STOPPED] * stops, *[_SUPERSEDED] * orders])[ended_by - STILL_OPEN]
    state = _STATE_OF[how, late.view(np.int8), (exception != NO_EXCEPTION).view(np.int8)]
    state[contradictory] = STATES.index("unknown")
    days = (due_on - counted_to).astype(np.float64)
    days[contradictory] = np.nan
    return state, days


def _clocks_of(duty: Duty, facts: Facts, register: Register, as_of: date, calendar: WorkingCalendar) -> Clocks:
    records = facts.records
    row, origin = _origins(duty, facts)
    limit, due = _due(duty, facts, _places(row, records), origin, calendar)
    if duty.starts_later:
        # No clock before its origin is known and the law sets a limit for it.
        bound = limit != NO_LIMIT
        row, origin, limit, due = row[bound], origin[bound], limit[bound], due[bound]
    done = facts.first_present(duty.done, facts.known)[_places(row, records)]
    ended_on, ended_by = _ending(duty, facts, row, origin, done)
    exception = _exceptions(duty, records, register, row, limit, origin, due, as_of)
    state, days = state_and_days(duty, origin, due, done, ended_on, ended_by, exception, as_of)
    unknown = np.isnan(days)
    # Nothing can be excepted from a date that is not known.
    exception[unknown] = NO_EXCEPTION
    done[(ended_by > BY_DOING) & ~unknown] = UNKNOWN
    return Clocks(duty, row, limit, origin, due, calendar.before(due), done, ended_on, ended_by, exception, state, days)


def _origins(duty: Duty, facts: Facts) -> tuple[Rows, Dates]:
    """The records that have this clock, and the origin of each."""
    planned = facts.first_present(duty.origin, facts.planned)
    origin = planned if duty.looks_ahead else facts.first_present(duty.origin, facts.known)
    exists: Flags = ~(np.isnat(origin) & ~np.isnat(planned))
    matching = facts.records.matching(duty.where)
    if matching is not None:
        exists &= matching
    row = np.flatnonzero(exists)
    return row, origin[_places(row, facts.records)]


def _places(row: Rows, records: Records) -> Rows | slice:
    """How to read a column of the records at these rows: without copying it where that is all of them."""
    return slice(None) if len(row) == records.size else row


def _due(
    duty: Duty, facts: Facts, places: Rows | slice, origin: Dates, calendar: WorkingCalendar
) -> tuple[NDArray[np.int8], Dates]:
    """Which limit was in force for each clock on its origin date, and the last lawful day under it."""
    limit = np.full(len(origin), NO_LIMIT, dtype=np.int8)
    due = np.full(len(origin), UNKNOWN, dtype=DAY)
    for number, candidate in enumerate(duty.limits):
        in_force = _in_force(candidate, facts.records, places, origin)
        np.copyto(limit, number, where=in_force)
        np.copyto(due, _due_under(candidate, facts, places, origin, calendar), where=in_force)
    return limit, due


def _in_force(limit: Limit, records: Records, places: Rows | slice, origin: Dates) -> Flags:
    in_force = origin >= np.datetime64(limit.begins, "D")
    if limit.ends is not None:
        in_force &= origin <= np.datetime64(limit.ends, "D")
    matching = records.matching(limit.where)
    return in_force if matching is None else in_force & matching[places]


def _due_under(limit: Limit, facts: Facts, places: Rows | slice, origin: Dates, calendar: WorkingCalendar) -> Dates:
    due = counting.due_on(origin, limit.period, calendar)
    for milestone, period in limit.later_of:
        other = counting.due_on(facts.known(milestone)[places], period, calendar)
        # fmax passes over NaT: a date that is not known cannot be the later one.
        due = np.fmax(due, other)
    if limit.agreed:
        agreed = facts.planned(limit.agreed)[places]
        due = np.where(np.isnat(agreed), due, agreed)
    return due


def _ending(duty: Duty, facts: Facts, row: Rows, origin: Dates, done: Dates) -> tuple[Dates, NDArray[np.int8]]:
    """What happened first to each clock, and when; on the same day doing the duty wins, then a stop.

    An order from before the origin supersedes nothing: the clock was not running yet.
    """
    not_done = np.isnat(done)
    ended_on = np.where(not_done, NEVER, done)
    ended_by = np.where(not_done, np.int8(STILL_OPEN), np.int8(BY_DOING))
    stops = [facts.known(milestone)[_places(row, facts.records)] for milestone in duty.stops]
    orders = [facts.first_known(milestone, row, origin) for milestone in duty.superseded_by]
    for number, stopped in enumerate((*stops, *orders), 1):
        # An unknown date is not before anything.
        first = stopped < ended_on
        np.copyto(ended_on, stopped, where=first)
        np.copyto(ended_by, number, where=first)
    ended_on[ended_by == STILL_OPEN] = UNKNOWN
    return ended_on, ended_by


def _exceptions(
    duty: Duty,
    records: Records,
    register: Register,
    row: Rows,
    limit: NDArray[np.int8],
    origin: Dates,
    due: Dates,
    as_of: date,
) -> NDArray[np.int8]:
    """The exception that holds for each clock, pointing into the register's exceptions, or `NO_EXCEPTION`."""
    found = np.full(len(row), NO_EXCEPTION, dtype=np.int8)
    if records.claims is None:
        return found
    mine = np.flatnonzero(records.claims.duty.is_in([duty.key]))
    if not len(mine):
        return found
    claimed = records.claims.row[mine]
    place = np.searchsorted(row, claimed)
    inside = place < len(row)
    inside[inside] = row[place[inside]] == claimed[inside]
    claims, place = records.claims.take(mine[inside]), place[inside]
    codes = tuple(register.exceptions)
    for number, candidate in enumerate(duty.limits):
        here = np.flatnonzero(limit[place] == number)
        if not len(here):
            continue
        tried, at = claims.take(here), place[here]
        verdicts = exceptions.judge(tried, candidate, register, origin[at], due[at], as_of)
        winners = exceptions.first_to_hold(tried, verdicts)
        index = np.array([codes.index(x) if x in codes else NO_EXCEPTION for x in winners.code.values], dtype=np.int8)
        found[np.searchsorted(row, winners.row)] = index[winners.code.index]
    return found
