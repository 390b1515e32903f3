"""A ladder rehearsed on what happened: who would have been told what, and which breaches seen coming. Read-only.

Every clock is taken as it ran by the days on which things happened, whenever they were recorded: a night of that time
may have known less. Nobody's word that a clock is in hand is reckoned with, and every night is taken to have been run.
Who is told is whoever could be on the last day, as the nights do it: where nobody can be, the next up the line.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.practice.comings import Coming, comings, day_of
from models.practice.loader import Practices
from models.practice.schema import Practice
from models.queries.advice import ALWAYS_ASKED
from models.queries.board import DAYS_OF_WEEK
from models.queries.ladders.first_night import FirstLine, FirstNight
from models.queries.ladders.rehearsal_rows import Lived, Lives, People
from models.queries.ladders.rehearsal_told import Speaking, told
from models.statute.calendar import Dates, england
from models.statute.clocks import NEVER
from models.statute.records import DAY, UNKNOWN, Rows
from models.statute.register import Register

NOISE_DAYS = 3
"""An alert is noise where the duty was done in time within so many days of it: it was in hand."""

MONDAY = int(np.datetime64("1970-01-05", "D").astype(np.int64))
"""A Monday, from which weeks are counted."""

URGENCIES = ("immediate", "digest", "weekly")


@dataclass(frozen=True)
class RungLine:
    """How often a rung would have spoken, and how often of something that was done in time within days anyway."""

    duty: str
    rung: str
    role: str
    urgency: str
    spoken: int
    noise: int


@dataclass(frozen=True)
class WeekLine:
    """What the people of one role and team would have been sent in one week, which begins on a Monday.

    What a night of a weekend or a holiday says goes out on the next working day, unless practice sends on every day.

    `busiest` is the most messages that one of them would have had; a digest is one message.
    """

    week_from: str
    authority_code: str
    team: str
    role: str
    people: int
    alerts: int
    messages: int
    busiest: int


@dataclass(frozen=True)
class BreachLine:
    """The breaches of one duty in the time: warned of before the date, told of only afterwards, and never told of.

    `days_before` is how long before the last lawful day the first word came, half of the warned ones sooner.
    """

    duty: str
    breaches: int
    warned: int
    days_before: int | None
    told_late: int
    untold: int


@dataclass(frozen=True)
class DayLine:
    """How many alerts everybody who holds a role would have had on one day."""

    day: str
    role: str
    alerts: int


@dataclass(frozen=True)
class Rehearsal:
    """A rehearsal from `first` to `last`, both inclusive; `foreseen` rungs hang on predictions and are left out.

    `first_night` is the backlog of a ladder that is switched on for the last day.
    """

    first: str
    last: str
    clocks: int
    rungs: tuple[RungLine, ...]
    weeks: tuple[WeekLine, ...]
    breaches: tuple[BreachLine, ...]
    foreseen: int
    days: tuple[DayLine, ...]
    first_night: tuple[FirstLine, ...]
    noise_days: int = NOISE_DAYS


def rehearse(connection: Connection, register: Register, practices: Practices, first: date, last: date) -> Rehearsal:
    """What these ladders would have said from the first day to the last, both inclusive, of every clock there was."""
    people = People(connection, last)
    lives = Lives(connection, register, people, last)
    stage = _Stage(people, first, last)
    own = people.authority.is_in(practices.by_authority)
    for practice, are in [
        (practices.usual, ~own),
        *((one, people.authority.is_in([code])) for code, one in practices.by_authority.items()),
    ]:
        asked = [lives.never_asked(practice, kind) for kind in ALWAYS_ASKED]
        for rows in [*lives.rows, *asked]:
            if rows.duty in practice.ladders:
                stage.play(practice, rows.take(are[rows.case]))
    return stage.rehearsal()


class _Stage:
    """Plays ladders against clocks and keeps what was said."""

    def __init__(self, people: People, first: date, last: date) -> None:
        self.people, self.first, self.last = people, first, last
        self.begin, self.end = np.datetime64(first, "D"), np.datetime64(last, "D")
        self.clocks = 0
        self.foreseen: set[tuple[str, str]] = set()
        self.rungs: dict[tuple[str, str, str, str], int] = {}
        self.spoken: list[tuple[Rows, ...]] = []
        self.breaches: dict[str, list[tuple[int, Rows, int]]] = {}
        self.first_night = FirstNight(people)

    def play(self, practice: Practice, rows: Lived) -> None:
        """Every coming of every rung of the duty's ladder, for these clocks."""
        until = np.where(np.isnat(rows.ended_on), NEVER, rows.ended_on)
        self.clocks += int(((rows.days.origin_on <= self.end) & (until > self.begin)).sum())
        due, first_word = rows.days.due_on, np.full(rows.size, UNKNOWN, dtype=DAY)
        for coming, day, role, here in told(self.people, practice, rows, self._speaking(practice, rows, until)):
            first_word[here] = np.fmin(first_word[here], day[here])
            self._tell(practice, rows, coming, day, here[day[here] >= self.begin], role)
            still_open = here[until[here] > self.end]
            self.first_night.hear(rows, day, still_open, role, is_weekly=coming.rung.urgency == "weekly")
        self.first_night.over(rows)
        broken = (due >= self.begin) & (due < self.end) & (until > due) & ~rows.is_excepted
        ahead = (due - first_word)[broken]
        untold = int(np.isnat(ahead).sum())
        warned = ahead[ahead >= np.timedelta64(0, "D")].astype(np.int64)
        self.breaches.setdefault(rows.duty, []).append((int(broken.sum()), warned, untold))

    def _speaking(self, practice: Practice, rows: Lived, until: Dates) -> Iterator[Speaking]:
        """Every coming of the duty's ladder, its days, and the places of the clocks that it speaks of."""
        for coming in comings(practice.ladders[rows.duty]):
            if coming.rung.counted_from == "last_safe_on":
                self.foreseen.add((rows.duty, coming.name))
                continue
            day = day_of(coming, rows.days, self.last)
            # What ends on the day of a rung has ended when the night of that day is run.
            speaks = (day < until) & (day <= self.end) & ~(rows.is_excepted & (day > rows.days.due_on))
            if not rows.looks_ahead:
                speaks &= day >= rows.days.origin_on
            yield Speaking(coming, day, np.flatnonzero(speaks))

    def _tell(self, practice: Practice, rows: Lived, coming: Coming, day: Dates, here: Rows, role: str) -> None:
        if not len(here):
            return
        line = self.rungs.setdefault((rows.duty, coming.name, role, coming.rung.urgency), len(self.rungs))
        in_hand = rows.done_on[here] - day[here] <= np.timedelta64(NOISE_DAYS, "D")
        in_time = rows.done_on[here] <= rows.days.due_on[here]
        goes_out = england().on_or_after(day[here]) if practice.sending.working_days_only else day[here]
        self.spoken.append(
            (
                np.full(len(here), line),
                day[here].astype(np.int64),
                goes_out.astype(np.int64),
                self.people.person(rows.case[here], rows.setting[here], role),
                self.people.group(rows.case[here], role),
                np.full(len(here), URGENCIES.index(coming.rung.urgency)),
                (in_hand & in_time).astype(np.int64),
            )
        )

    def rehearsal(self) -> Rehearsal:
        """What was said, counted."""
        nothing: list[tuple[Rows, ...]] = [(np.empty(0, dtype=np.int64),) * 7]
        columns = [np.concatenate(column) for column in zip(*(self.spoken or nothing), strict=True)]
        line, day, goes_out, person, group, urgency, noise = columns
        said = np.bincount(line, minlength=len(self.rungs))
        noisy = np.bincount(line, weights=noise, minlength=len(self.rungs))
        return Rehearsal(
            first=self.first.isoformat(),
            last=self.last.isoformat(),
            clocks=self.clocks,
            rungs=tuple(RungLine(*key, int(said[at]), int(noisy[at])) for key, at in self.rungs.items()),
            weeks=tuple(self._weeks(goes_out, person, group, urgency)),
            breaches=tuple(
                _breach_line(duty, found) for duty, found in self.breaches.items() if any(x[0] for x in found)
            ),
            foreseen=len(self.foreseen),
            days=tuple(self._days(line, day)),
            first_night=tuple(self.first_night.lines()),
        )

    def _days(self, line: Rows, day: Rows) -> Iterator[DayLine]:
        """The alerts of each role and day on which there were any."""
        names = [role for _, _, role, _ in self.rungs]
        roles = sorted(set(names))
        of_line = np.array([roles.index(role) for role in names], dtype=np.int64)
        for (role, at), number in sorted(_counts(np.stack([of_line[line], day])).items()):
            yield DayLine(str(np.datetime64(at, "D")), roles[role], number)

    def _weeks(self, day: Rows, person: Rows, group: Rows, urgency: Rows) -> Iterator[WeekLine]:
        week = (day - MONDAY) // DAYS_OF_WEEK
        # A digest is one message a day, a digest of the week one a week; what is told at once is one a night.
        slot = np.where(urgency == URGENCIES.index("weekly"), week * DAYS_OF_WEEK, day)
        messages = np.unique(np.stack([group, week, person, slot, urgency]), axis=1)
        alerts = _counts(np.stack([group, week]))
        by_person = _counts(messages[:3])
        by_group: dict[tuple[int, int], list[int]] = {}
        for (of_group, of_week, _), count in by_person.items():
            by_group.setdefault((of_week, of_group), []).append(count)
        for (of_week, of_group), counts in sorted(
            by_group.items(), key=lambda x: (x[0][0], self.people.named(x[0][1]))
        ):
            monday = np.datetime64(MONDAY + of_week * DAYS_OF_WEEK, "D")
            number = alerts[of_group, of_week]
            yield WeekLine(str(monday), *self.people.named(of_group), len(counts), number, sum(counts), max(counts))


def _counts(columns: Rows) -> dict[tuple[int, ...], int]:
    """How often each combination of the columns is there."""
    different, counts = np.unique(columns, axis=1, return_counts=True)
    return {tuple(key): count for key, count in zip(different.T.tolist(), counts.tolist(), strict=True)}


def _breach_line(duty: str, found: list[tuple[int, Rows, int]]) -> BreachLine:
    number, untold = sum(x[0] for x in found), sum(x[2] for x in found)
    warned = np.concatenate([x[1] for x in found])
    days = int(np.median(warned)) if len(warned) else None
    return BreachLine(duty, number, len(warned), days, number - len(warned) - untold, untold)
