"""Lines in the order they are read: the most pressing part first, within it grouped by what is to be done."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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
    """Lines of a group that say the same of different cases; where they are many it is said once for all of them."""

    wanted: str
    cite: str
    lines: tuple[Line, ...]

    @property
    def is_long(self) -> bool:
        """True if a line each is enough for them."""
        return len(self.lines) > _MOST_IN_FULL

    @property
    def command(self) -> str:
        """The command that acknowledges one of them."""
        return self.lines[0].command_for("CASE")


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that ask for the same thing."""

    to_do: str
    lines: tuple[Line, ...]

    @property
    def stacks(self) -> tuple[Stack, ...]:
        """Its lines by what is said of them, in their order."""
        found: dict[tuple[str, ...], list[Line]] = {}
        for line in self.lines:
            found.setdefault((line.wanted, line.cite, line.command_for("CASE")), []).append(line)
        return tuple(Stack(wanted, cite, tuple(mine)) for (wanted, cite, _), mine in found.items())


@dataclass(frozen=True, slots=True)
class Part:
    """The lines of one section, `heading` with their number."""

    section: str
    heading: str
    lines: tuple[Line, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """Its lines by what is to be done, the group with the oldest line first."""
        return groups(self.lines)


def in_order(lines: Iterable[Line]) -> list[Line]:
    """Lines by due date, then by case."""
    return sorted(lines, key=lambda x: (x.due_on, x.case_ref, x.record, x.template))


def parts(lines: Iterable[Line]) -> tuple[Part, ...]:
    """The sections that have lines, the most pressing first."""
    ordered = in_order(x for x in lines if not x.is_settled)
    found = ((name, tuple(x for x in ordered if x.section == name)) for name in SECTIONS)
    return tuple(Part(name, f"{HEADINGS[name]} ({len(mine)})", mine) for name, mine in found if mine)


def groups(lines: Iterable[Line]) -> tuple[Group, ...]:
    """Lines by what is to be done, each group in its order."""
    found: dict[str, list[Line]] = {}
    for line in in_order(x for x in lines if not x.is_settled):
        found.setdefault(line.to_do, []).append(line)
    return tuple(Group(to_do, tuple(mine)) for to_do, mine in found.items())


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
    """The cases whose lines were done since they were first told, "" for none."""
    return ", ".join(dict.fromkeys(line.case_ref for line in in_order(lines) if line.is_settled))
