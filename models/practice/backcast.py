"""Worked back from the last useful day for the final plan: the last safe day to serve the draft, or to consult.

How long the family and the settings have is the register's, and only `models.statute.counting` counts it: the
days wanted are found by trying days, not by turning the law's arithmetic round.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from models.practice.closures import Closures
from models.practice.schema import Practice
from models.practice.sittings import working_days_after
from models.statute import counting
from models.statute.calendar import ONE_DAY, Dates, WorkingCalendar
from models.statute.records import DAY, UNKNOWN, Flags, Rows
from models.statute.register import Duty, Register

FAMILY = "allow_representations"
CONSULTED = "reply_to_consultation"


@dataclass(frozen=True)
class Cases:
    """What of each case bears on the time between the draft and the final plan; one element a case.

    `setting` is a number that `closures` knows. Dates are NaT where the thing has not happened.
    """

    setting: Rows
    origin_on: Dates
    act_by: Dates
    draft_served_on: Dates
    consultation_sent_on: Dates
    consultation_replied_on: Dates
    representations_received_on: Dates


@dataclass(frozen=True)
class Backcast:
    """The way back from the final plan under one register of law, one local practice and one calendar."""

    register: Register
    practice: Practice
    calendar: WorkingCalendar
    closures: Closures

    def draft_by(self, cases: Cases) -> Dates:
        """The last safe working day to serve the draft, the settings consulted on it the same day; NaT if none."""

        def plan_on(served: Dates) -> Dates:
            return self._plan_on(self.family_until(served), self._heard_on(cases, served))

        return self._last_working_day(lambda day: plan_on(day) <= cases.act_by, cases)

    def consult_by(self, cases: Cases) -> Dates:
        """The last safe working day to consult the settings on a draft that has been served; NaT if none is left."""
        family = self.commented_on(cases)
        return self._last_working_day(
            lambda day: self._plan_on(family, self._heard_on(cases, day)) <= cases.act_by, cases
        )

    def family_until(self, served_on: Dates) -> Dates:
        """The last day on which the family's comment on a draft served on each day cannot be late."""
        return self._last_lawful(self.register.duty(FAMILY), served_on)

    def commented_on(self, cases: Cases) -> Dates:
        """The day from which a draft that was served can be made final: the family has commented, or its days end."""
        return _first_known(cases.representations_received_on, self.family_until(cases.draft_served_on))

    def _heard_on(self, cases: Cases, consulted: Dates) -> Dates:
        """The day by which the settings have replied, consulted on these days unless they had been before."""
        consulted = _first_known(cases.consultation_sent_on, consulted)
        return _first_known(cases.consultation_replied_on, self._reply_until(cases.setting, consulted))

    def _reply_until(self, setting: Rows, consulted: Dates) -> Dates:
        """The last day to reply, put off by each day before it on which the setting is closed."""
        due = self._last_lawful(self.register.duty(CONSULTED), consulted)
        if not self.practice.consultation.closed_settings_cannot_reply:
            return due
        known = ~np.isnat(due)
        due[known] = self.closures.put_off(setting[known], due[known], consulted[known])
        return due

    def _plan_on(self, commented: Dates, heard: Dates) -> Dates:
        """The day on which the plan can be sent once the family and the settings have been heard."""
        days = self.practice.final_plan.working_days_to_finalise
        return working_days_after(np.fmax(commented, heard), days, self.calendar)

    def _last_lawful(self, duty: Duty, events: Dates) -> Dates:
        found = np.full(len(events), UNKNOWN, dtype=DAY)
        for limit in duty.limits:
            in_force = events >= np.datetime64(limit.begins, "D")
            if limit.ends is not None:
                in_force &= events <= np.datetime64(limit.ends, "D")
            found[in_force] = counting.due_on(events[in_force], limit.period, self.calendar)
        return found

    def _last_working_day(self, fits: Callable[[Dates], Flags], cases: Cases) -> Dates:
        """The last working day that fits, from the origin of the case on; NaT where even that does not fit."""
        found = last_day(fits, cases.origin_on, cases.act_by)
        some = ~np.isnat(found)
        found[some] = self.calendar.before(found[some] + ONE_DAY)
        # The working day before may be one before there was a case at all.
        found[some & (found < cases.origin_on)] = UNKNOWN
        return found


def last_day(fits: Callable[[Dates], Flags], first: Dates, last: Dates) -> Dates:
    """The latest day from `first` to `last`, both inclusive, that fits; NaT where not even the first does.

    `fits` must hold up to some day and fail on every later one. All are sought at once, by halving.
    """
    low, high = first - ONE_DAY, np.maximum(last, first - ONE_DAY)
    while (open_ := low < high).any():
        # The upper middle, so that the two always come closer.
        middle = np.where(open_, high - (high - low) // 2, low)
        fitting = open_ & fits(middle)
        low = np.where(fitting, middle, low)
        high = np.where(open_ & ~fitting, middle - ONE_DAY, high)
    return np.where(low < first, UNKNOWN, low).astype(DAY)


def _first_known(known: Dates, otherwise: Dates) -> Dates:
    return np.where(np.isnat(known), otherwise, known)
