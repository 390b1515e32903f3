"""What a ladder cannot say, though each of its words is known: refused when the file is read, not in the night."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from models.practice.fields import A_YEAR
from models.practice.ladders import AGENCY, NEVER_ASKED, Ladder, Rung
from models.practice.schema import Practice
from models.practice.sittings import working_days_after
from models.practice.steps import ASSESS, FINAL, ISSUE
from models.statute import counting
from models.statute.calendar import Dates, england
from models.statute.records import DAY, UNKNOWN
from models.statute.register import Duty, Limit, Register, load_register
from models.words import counted

WITH_A_SAFE_DAY = (ASSESS, ISSUE, FINAL)
"""The duties towards which the steps of a case are worked back."""

_ADVICE = "give_advice"
_SAMPLE = np.arange(3 * A_YEAR)
"""Days enough to see every way in which weekends and holidays fall."""


class Fault(NamedTuple):
    """What is wrong with one key of a ladder, why, and what to do."""

    key: str
    why: str
    remedy: str


def faults(practice: Practice, register: Register | None = None) -> list[Fault]:
    """Everything that the ladders of a practice say and that cannot be."""
    law = register or load_register()
    return [fault for key, ladder in practice.ladders.items() for fault in _faults(key, ladder, practice, law)]


def _faults(key: str, ladder: Ladder, practice: Practice, register: Register) -> Iterator[Fault]:
    duty = next((duty for duty in register.duties if duty.key == key), None)
    if key != NEVER_ASKED and (duty is None or not duty.is_watched):
        yield _unknown_duty(key, duty, register)
        return
    rungs = {name: rung for name, rung in ladder.items() if rung.on}
    kinds = frozenset(register.duty(_ADVICE).where["kind"])
    for name, rung in rungs.items():
        if not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            yield Fault(
                f"ladders.{key}.{name}",
                "the name of a rung is kept with every alert and has to be simple",
                "Write it in small letters, digits and underscores, such as second_reminder",
            )
        yield from _misplaced(f"ladders.{key}.{name}", key, rung, kinds)
    reached = _Reached(duty, practice, register)
    for name, rung in rungs.items():
        if reached.never(rung):
            yield Fault(
                f"ladders.{key}.{name}.days",
                f"{counted(abs(rung.days), 'day')} before {rung.counted_from} "
                "is before the clock begins, whenever it does",
                "Write fewer days, or count from origin_on",
            )
    yield from _alike(key, rungs, reached, practice, kinds)


def _unknown_duty(key: str, duty: Duty | None, register: Register) -> Fault:
    if duty is not None:
        why = f"the nightly run does not watch {key!r} ({duty.standing})"
    else:
        why = f"the register of law has no duty {key!r}"
    known = sorted(duty.key for duty in register.duties if duty.is_watched)
    return Fault(f"ladders.{key}", why, f"Remove it, or choose one of: {', '.join([NEVER_ASKED, *known])}")


def _misplaced(place: str, key: str, rung: Rung, kinds: frozenset[str]) -> Iterator[Fault]:
    of_advice = key in (_ADVICE, NEVER_ASKED)
    if rung.counted_from == "last_safe_on" and key not in WITH_A_SAFE_DAY:
        yield Fault(
            f"{place}.counted_from",
            "no last safe day is worked back for this duty",
            f"Count from another day; last_safe_on is known for {', '.join(WITH_A_SAFE_DAY)}",
        )
    elif rung.counted_from == "last_safe_on" and rung.days > 1:
        yield Fault(
            f"{place}.days",
            "a case for which nothing is safe any more has no day from which to count on",
            "Write 1 for the first night after the last safe day, less for a warning before it, or count from due_on",
        )
    if rung.role == AGENCY and not of_advice:
        yield Fault(f"{place}.role", "no agency answers for this duty", "Name the role itself")
    if rung.kinds and not of_advice:
        yield Fault(f"{place}.kinds", "only advice has kinds", "Remove it")
    for unknown in sorted(set(rung.kinds) - kinds):
        yield Fault(
            f"{place}.kinds",
            f"{unknown!r} is no kind of advice that anybody owes",
            f"Write some of: {', '.join(sorted(kinds))}",
        )


def _alike(key: str, rungs: Ladder, reached: "_Reached", practice: Practice, kinds: frozenset[str]) -> Iterator[Fault]:
    """Two rungs that always come on one day to one role: one of them would never be heard."""
    seen: list[tuple[str, Rung, set[tuple[str, str]]]] = []
    for name, rung in rungs.items():
        told = {(kind, practice.role_of(rung, kind)) for kind in rung.kinds or kinds}
        for other_name, other, other_told in seen:
            if told & other_told and reached.always_together(rung, other):
                yield Fault(
                    f"ladders.{key}.{name}",
                    f"it comes on the same day to the same role as {other_name!r}",
                    "Change its days or its role, or take one of the two away with on = false",
                )
        seen.append((name, rung, told))


def _three_years(limit: Limit) -> Dates:
    """The days of the first years of a limit."""
    return np.datetime64(limit.begins, "D") + _SAMPLE.astype("timedelta64[D]")


class _Reached:
    """The days on which the rungs of a duty are reached, for a clock that began on any day of some years."""

    def __init__(self, duty: Duty | None, practice: Practice, register: Register) -> None:
        calendar = england()
        if duty is None:
            origins = [_three_years(register.duty(_ADVICE).standing_limit)]
            dues = [working_days_after(origins[0], practice.advice.ask_within_working_days, calendar)]
        else:
            # A limit that was replaced begins no clock any more.
            limits = [limit for limit in duty.limits if limit.ends is None] or list(duty.limits)
            origins = [_three_years(limit) for limit in limits]
            dues = [
                counting.due_on(origin, limit.period, calendar) for origin, limit in zip(origins, limits, strict=True)
            ]
        self.looks_ahead = duty is not None and duty.looks_ahead
        origin, due = np.concatenate(origins), np.concatenate(dues)
        # No day is safe for a case of which nothing is known.
        safe = np.full(len(origin), UNKNOWN, dtype=DAY)
        self.days: dict[str, Dates] = {
            "origin_on": origin,
            "due_on": due,
            "act_by": calendar.before(due),
            "last_safe_on": safe,
        }

    def never(self, rung: Rung) -> bool:
        """True if the rung comes before the origin of every clock; what counts to a fixed day has no such origin."""
        if self.looks_ahead:
            return False
        return bool((self.days[rung.counted_from] + np.timedelta64(rung.days, "D") < self.days["origin_on"]).all())

    def always_together(self, one: Rung, other: Rung) -> bool:
        """True if some coming of the one is on the day of some coming of the other, for every clock."""
        if "last_safe_on" in (one.counted_from, other.counted_from):
            return one.counted_from == other.counted_from and bool(set(one.offsets) & set(other.offsets))
        apart = (self.days[other.counted_from] - self.days[one.counted_from]).astype(np.int64)
        different = np.unique(apart)
        if len(different) > 1:
            return False
        return any(mine - theirs == int(different[0]) for mine in one.offsets for theirs in other.offsets)
