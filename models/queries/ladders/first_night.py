"""The backlog that the first night of a ladder would speak of: for every open clock the newest rung of each role."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.practice.ladders import LINE
from models.queries.ladders.rehearsal_rows import Lived, People
from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Rows


@dataclass(frozen=True)
class FirstLine:
    """What the people of one role and team would be told on the first night: of how many clocks, in how many messages.

    Whatever came before is passed over in silence; nothing is told at once, since none of it is new. `most` is the most
    clocks that one would read of.
    """

    authority_code: str
    team: str
    role: str
    people: int
    clocks: int
    messages: int
    most: int


class FirstNight:
    """Hears every coming of the rungs of a duty in turn, and keeps the newest for each clock and role."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._newest: dict[str, tuple[Dates, Rows]] = {}
        self._told: list[tuple[Rows, ...]] = []

    def hear(self, rows: Lived, day: Dates, here: Rows, role: str, *, is_weekly: bool) -> None:
        """A rung came for the clocks `here` of the duty, each on its `day`, and is told to this role."""
        nothing = np.full(rows.size, UNKNOWN, dtype=DAY), np.zeros(rows.size, dtype=np.int64)
        newest, weekly = self._newest.setdefault(role, nothing)
        later = here[~(day[here] < newest[here])]
        newest[later], weekly[later] = day[later], is_weekly

    def over(self, rows: Lived) -> None:
        """The duty has no more rungs: what was kept of it is told."""
        for role, (newest, weekly) in self._newest.items():
            here = np.flatnonzero(~np.isnat(newest))
            person = self._people.person(rows.case[here], rows.setting[here], role)
            self._told.append((self._people.group(rows.case[here], role), person, weekly[here]))
        self._newest = {}

    def lines(self) -> Iterator[FirstLine]:
        """What would be told, by authority, team and role."""
        nothing: list[tuple[Rows, ...]] = [(np.empty(0, dtype=np.int64),) * 3]
        group, person, weekly = (np.concatenate(column) for column in zip(*(self._told or nothing), strict=True))
        for of_group in np.unique(group).tolist():
            mine = group == of_group
            _, clocks = np.unique(person[mine], return_counts=True)
            names = self._people.named(of_group)
            # An agency has one letter of a night, as urgent as its most urgent line.
            of = [person[mine], weekly[mine]] if names[-1] in LINE else [person[mine]]
            messages = np.unique(np.stack(of), axis=1).shape[1]
            yield FirstLine(*names, len(clocks), int(mine.sum()), messages, int(clocks.max()))
