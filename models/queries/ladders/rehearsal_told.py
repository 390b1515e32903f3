"""Who hears of a rung that is rehearsed: the role it is meant for, or who stands in where nobody there can be told."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from models.practice.comings import Coming
from models.practice.schema import Practice
from models.queries.ladders.rehearsal_rows import Lived, People
from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Rows


class Speaking(NamedTuple):
    """A coming of a rung: its day for each clock of the duty, and the places of those it speaks of."""

    coming: Coming
    day: Dates
    place: Rows


class Told(NamedTuple):
    """A coming of a rung as one role hears it, of the clocks `here`."""

    coming: Coming
    day: Dates
    role: str
    here: Rows


def told(people: People, practice: Practice, rows: Lived, speaking: Iterable[Speaking]) -> Iterator[Told]:
    """What each role is told.

    Nobody is told of one clock twice on one day: what is meant for a role stands for what comes to it instead, and of
    several that do, the last of the ladder.
    """
    instead: list[Told] = []
    heard: dict[str, list[Dates]] = {}
    for coming, day, place in speaking:
        for meant, of_role in _by_role(practice, rows, coming, place):
            for role, mine in people.told(rows.case[of_role], rows.setting[of_role], meant):
                each = Told(coming, day, role, of_role[mine])
                if role != meant:
                    instead.append(each)
                    continue
                heard.setdefault(role, []).append(_days_of(each))
                yield each
    new: list[Told] = []
    for each in reversed(instead):
        here = each.here
        for earlier in heard.setdefault(each.role, []):
            here = here[earlier[here] != each.day[here]]
        new.append(each._replace(here=here))
        heard[each.role].append(_days_of(new[-1]))
    yield from reversed(new)


def _by_role(practice: Practice, rows: Lived, coming: Coming, place: Rows) -> Iterator[tuple[str, Rows]]:
    """The roles that a rung is meant for, each with its own of these places."""
    kinds = rows.days.kind.take(place)
    by_role: dict[str, list[str]] = {}
    for kind in kinds.values:
        by_role.setdefault(practice.role_of(coming.rung, kind), []).append(kind)
    for role, of_kinds in by_role.items():
        yield role, place[kinds.is_in(of_kinds)]


def _days_of(told: Told) -> Dates:
    """The days on which a role hears of the clocks, NaT for those of which it does not."""
    found = np.full(len(told.day), UNKNOWN, dtype=DAY)
    found[told.here] = told.day[told.here]
    return found
