"""How fast plans come, from what happened lately: the chance that one still to come is sent by its last lawful day.

A case waits twice: for its draft, and with its draft for the plan. Either wait can end otherwise: the case leaves
without a plan, or a plan is sent though no draft is on record. Each way competes with the others: a case that left is
not one whose plan is late (decision 0026).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from models.measures.forecast.plans import Plans
from models.statute.calendar import Dates
from models.statute.records import Flags

SENT, LEFT, DRAFTED = range(3)
"""The ways in which a wait ends; the last only for those who wait for a draft."""

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Waits:
    """Waits as columns: since when, until when (NaT: still), and which way each ended."""

    begun_on: Dates
    ended_on: Dates
    way: NDArray[np.int64]


@dataclass(frozen=True)
class Chances:
    """For each undecided plan, the chance that it is sent in time, and that the case leaves without one by then."""

    sent: Shares
    left: Shares


@dataclass(frozen=True)
class Pace:
    """The chances to be sent and to leave, by the last day and the day that begins, of both waits, counted from 0.

    `undrafted[SENT][140, 90]` is the chance of a case without a draft that waits as its day 90 begins to be sent its
    plan by day 140; `drafted` counts from the draft.
    """

    undrafted: tuple[Shares, Shares]
    drafted: tuple[Shares, Shares]

    def ahead(self, plans: Plans, chosen: Flags) -> Chances:
        """The chances of the plans chosen, all of them undecided, from the day after `plans.as_of` on."""
        origin, due, draft = (x[chosen] for x in (plans.origin_on, plans.due_on, plans.draft_on))
        is_drafted = ~np.isnat(draft)
        since = np.where(is_drafted, draft, origin)
        last, day = _days(since, due), _days(since, plans.as_of) + 1
        pairs = zip(self.undrafted, self.drafted, strict=True)
        sent, left = (np.where(is_drafted, after[last, day], before[last, day]) for before, after in pairs)
        return Chances(sent, left)


def pace(plans: Plans, since: date) -> Pace:
    """The pace from the day after `since` to the day the plans stood as they do."""
    days = 1 + int(_days(plans.origin_on, plans.due_on)[plans.is_undecided].max(initial=0))
    before, after = (
        hazards(waits, ways, np.datetime64(since, "D"), plans.as_of, days)
        for waits, ways in ((_for_the_draft(plans), 3), (_with_the_draft(plans), 2))
    )
    drafted = tuple(by_then(np.broadcast_to(after[way], (days, days)), 1 - after.sum(0)) for way in (SENT, LEFT))
    undrafted = tuple(
        by_then(before[way] + before[DRAFTED] * _from_a_draft(found), 1 - before.sum(0))
        for way, found in zip((SENT, LEFT), drafted, strict=True)
    )
    return Pace((undrafted[SENT], undrafted[LEFT]), (drafted[SENT], drafted[LEFT]))


def hazards(waits: Waits, ways: int, since: np.datetime64, as_of: np.datetime64, days: int) -> Shares:
    """Of those who had waited for a number of days, the share whose wait ended on that day, by the way it ended.

    Rows are the ways and columns the days from 0. A wait counts for the days after `since`, to `as_of`: what happened
    before is another pace, and one that is not over tells only what it has come to. Nobody at a day is a share of 0.
    """
    has_ended = ~np.isnat(waits.ended_on)
    until = _days(waits.begun_on, np.where(has_ended, waits.ended_on, as_of))
    first = np.maximum(_days(waits.begun_on, since) + 1, 0)
    # A wait that never began has no days at all, as one that ended before it began.
    seen = until >= first
    begin, stop = (np.bincount(np.minimum(x[seen], days), minlength=days + 1) for x in (first, until + 1))
    waiting = np.cumsum(begin - stop)[:days]
    in_days = seen & has_ended & (until < days)
    ended = [np.bincount(until[in_days & (waits.way == way)], minlength=days) for way in range(ways)]
    found: Shares = np.array(ended) / np.maximum(waiting, 1)
    return found


def by_then(gain: Shares, stays: Shares) -> Shares:
    """The chance to have ended one way by the end of day `last`, for one who waits as `day` begins: `[last, day]`.

    From the last day backwards: it ends today with `gain[last, day]`, or else `stays` and has tomorrow's chance. A day
    after the last has none.
    """
    days = len(stays)
    found = np.zeros((days, days + 1))
    for day in reversed(range(days)):
        found[day:, day] = gain[day:, day] + stays[day] * found[day:, day + 1]
    return found


def _from_a_draft(drafted: Shares) -> Shares:
    """The chance by the end of day `last` for one whose draft is served on `day`: `[last, day]`."""
    day = np.arange(len(drafted))
    found: Shares = drafted[np.maximum(day[:, None] - day, 0), 0]
    return found


def _for_the_draft(plans: Plans) -> Waits:
    is_drafted = ~np.isnat(plans.draft_on) & ~(plans.ended_on < plans.draft_on)
    way = np.where(is_drafted, DRAFTED, np.where(plans.is_sent, SENT, LEFT))
    return Waits(plans.origin_on, np.where(is_drafted, plans.draft_on, plans.ended_on), way)


def _with_the_draft(plans: Plans) -> Waits:
    return Waits(plans.draft_on, plans.ended_on, np.where(plans.is_sent, SENT, LEFT))


def _days(since: Dates, to: Dates | np.datetime64) -> NDArray[np.int64]:
    """Whole days from one date to another."""
    found: NDArray[np.int64] = (to - since).astype(np.int64)
    return found
