"""Lines in the order they are read: the most pressing part first, within it grouped by what is to be done."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from notifications.compose.line import Line
from notifications.compose.words import SECTIONS

HEADINGS = {
    "overdue": "Overdue",
    "no_plan": "Past the last lawful day for a decision of no plan",
    "target": "Past a target that is not law",
    "due": "Due this week",
    "coming": "Coming",
}
_IN_A_SUBJECT = {
    "overdue": "overdue",
    "no_plan": "past the day for no plan",
    "target": "past target",
    "due": "due this week",
    "coming": "coming",
}
_NAMED_IN_A_SUBJECT = 3
_MOST_IN_FULL = 3


@dataclass(frozen=True, slots=True)
class Stack:
    """Lines of a group that say the same of different cases; where they are many it is said once for all of them.

    `of_many` if more of the group is only counted.
    """

    wanted: str
    cite: str
    lines: tuple[Line, ...]
    of_many: bool = False

    @property
    def is_long(self) -> bool:
        """True if a line each is enough for them."""
        return len(self.lines) > (1 if self.of_many else _MOST_IN_FULL)

    @property
    def link(self) -> str:
        """The address of the form that acknowledges one of them, the case left open; "" where it is not known."""
        return self.lines[0].link_of_duty


@dataclass(frozen=True)
class Group:
    """Lines that ask for the same thing, and those of them that are only counted."""

    to_do: str
    lines: tuple[Line, ...]
    left_out: tuple[Line, ...] = ()

    @cached_property
    def stacks(self) -> tuple[Stack, ...]:
        """Its lines by what is said of them, in their order."""
        found: dict[tuple[str, ...], list[Line]] = {}
        for line in self.lines:
            found.setdefault((line.wanted, line.cite, line.link_of_duty), []).append(line)
        of_many = bool(self.left_out)
        return tuple(Stack(wanted, cite, tuple(mine), of_many) for (wanted, cite, _), mine in found.items())

    @property
    def left_out_in_words(self) -> str:
        """What is only counted, by team: "94 more: North team 60, South team 34"; "" for nothing."""
        if not self.left_out:
            return ""
        more, teams = f"{len(self.left_out):,} more", Counter(x.team_in_words or "no team" for x in self.left_out)
        by_team = ", ".join(f"{team} {number:,}" for team, number in teams.most_common())
        return f"{more}: {by_team}" if len(teams) > 1 else more


@dataclass(frozen=True)
class Part:
    """The lines of one section, `heading` with their number; of them `most` are written out, None for all."""

    section: str
    heading: str
    lines: tuple[Line, ...]
    most: int | None = None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Its lines by what is to be done, the group with the oldest line first."""
        return groups(self.lines, self.most)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Lines by due date, then by case."""
    return sorted(lines, key=lambda x: (x.due_on, x.case_ref, x.record, x.template))


def parts(lines: Iterable[Line], most: int | None = None) -> tuple[Part, ...]:
    """The sections that have lines, the most pressing first; of each `most` lines are written out."""
    ordered = in_order(x for x in lines if not x.is_settled)
    found = ((name, tuple(x for x in ordered if x.section == name)) for name in SECTIONS)
    return tuple(Part(name, f"{HEADINGS[name]} ({len(mine):,})", mine, most) for name, mine in found if mine)


def groups(lines: Iterable[Line], most: int | None = None) -> tuple[Group, ...]:
    """Lines by what is to be done, each group in its order; `most` are written out, the first of every group."""
    found: dict[str, list[Line]] = {}
    for line in in_order(x for x in lines if not x.is_settled):
        found.setdefault(line.to_do, []).append(line)
    shares = _shares([len(mine) for mine in found.values()], most)
    return tuple(
        Group(to_do, tuple(mine[:share]), tuple(mine[share:]))
        for (to_do, mine), share in zip(found.items(), shares, strict=True)
    )


def _shares(sizes: Sequence[int], most: int | None) -> list[int]:
    """How many of each group are written out: dealt out one by one, so that a large group hides no small one."""
    if most is None or sum(sizes) <= most:
        return list(sizes)
    dealt = [place for turn in range(max(sizes)) for place, size in enumerate(sizes) if turn < size][:most]
    return [dealt.count(place) for place in range(len(sizes))]


def left_out(lines: Iterable[Line], most: int) -> int:
    """How many lines are only counted where `most` of each section are written out."""
    counts = Counter(line.section for line in lines if not line.is_settled)
    return sum(max(0, number - most) for number in counts.values())


def is_long(lines: Iterable[Line]) -> bool:
    """True if there are more lines than one reads at a glance."""
    return sum(not line.is_settled for line in lines) > _MOST_IN_FULL


def summary(lines: Iterable[Line]) -> str:
    """How many lines are in each section: "3 overdue, 2 due this week"."""
    counts = Counter(line.section for line in lines if not line.is_settled)
    return ", ".join(f"{counts[name]:,} {_IN_A_SUBJECT[name]}" for name in SECTIONS if counts[name])


def first_cases(lines: Sequence[Line]) -> str:
    """The first cases by name and how many more there are: "C-1, C-2, C-3 and 2 more"."""
    cases = list(dict.fromkeys(line.case_ref for line in in_order(lines)))
    named, more = ", ".join(cases[:_NAMED_IN_A_SUBJECT]), len(cases) - _NAMED_IN_A_SUBJECT
    return f"{named} and {more} more" if more > 0 else named


def settled(lines: Iterable[Line]) -> str:
    """The cases and what was done in each since it was to be told, "" for nothing: a case may have more to do."""
    done = (f"{x.case_ref}, {x.record or x.in_short}" for x in in_order(lines) if x.is_settled)
    return "; ".join(dict.fromkeys(done))


def settled_cases(lines: Iterable[Line]) -> str:
    """The cases of which nothing is to be told any more, "" for none."""
    return ", ".join(dict.fromkeys(x.case_ref for x in in_order(lines) if x.is_settled))
