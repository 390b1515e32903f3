"""The messages: a digest, an immediate alert, a letter to an agency."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from notifications.compose import lists, words
from notifications.compose.line import Forms, Line
from notifications.compose.render import Composed, compose


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every message of a recipient says about itself; `authority` is the authority's name, `title` their role's.

    `from_when` says from when the records are; `days_too_old` is their age where it is more than they should be, or 0.
    `to` is the recipient by name and title. `acknowledge_through` is whom to tell that something is in hand where there
    is no form. `most_lines` of each section are written out. `is_first` if nothing was ever sent to the recipient
    or anybody before them in their role; `takes_over` if nothing was sent to them, but to such others.
    `is_own` if they are told of cases that they hold themselves.
    """

    authority: str
    team: str
    title: str
    as_of: date
    reference: str
    acknowledgement_days: int
    from_when: str
    days_too_old: int = 0
    to: str = ""
    acknowledge_through: str = ""
    most_lines: int = 20
    is_first: bool = False
    takes_over: bool = False
    is_own: bool = False
    forms: Forms = field(default_factory=Forms)

    @property
    def whose(self) -> str:
        """Whose list it is about: your own cases, the team's, else the authority's."""
        return "your cases" if self.is_own else words.whose(self.team, self.authority)

    @property
    def because(self) -> str:
        """Why the recipient gets it."""
        where = ", ".join(filter(None, (words.whose(self.team, ""), self.authority)))
        return f"You get this as {self.title}, {where}."


@dataclass(frozen=True, slots=True)
class Standing:
    """How many open clocks are on somebody's list, by section; `coming` looks four weeks ahead."""

    overdue: int = 0
    no_plan: int = 0
    target: int = 0
    due: int = 0
    coming: int = 0

    def without(self, lines: Sequence[Line]) -> "Standing":
        """The same without the clocks that a message names, as far as they are among those counted."""
        named = {(x.duty.key, x.case_ref, x.record, x.section) for x in lines if x.is_on_the_board}
        left = {name: getattr(self, name) - sum(x[-1] == name for x in named) for name in words.SECTIONS}
        return Standing(**{name: max(0, number) for name, number in left.items()})

    @property
    def in_words(self) -> str:
        """As a sentence without its stop, "" for nothing."""
        ends = {
            "overdue": "overdue",
            "no_plan": "past the day for no plan",
            "target": "past target",
            "due": "due this week",
            "coming": "due in the three weeks after",
        }
        return ", ".join(f"{n:,} {ends[name]}" for name in words.SECTIONS if (n := getattr(self, name)))


def digest(message: Envelope, lines: Sequence[Line], standing: Standing, *, weekly: bool = False) -> Composed:
    """The digest of one recipient's day, or week."""
    return compose(
        "digest",
        {
            "message": message,
            "summary": lists.summary(lines),
            "is_backlog": message.is_first and lists.is_long(lines),
            "parts": lists.parts(lines, message.most_lines),
            "left_out": lists.left_out(lines, message.most_lines),
            "also": standing.without(lines).in_words,
            "settled": lists.settled(lines),
            "weekly": weekly,
        },
    )


def immediate(message: Envelope, lines: Sequence[Line]) -> Composed:
    """The alert that does not wait: short, with everything in one run that is one recipient's."""
    left = [x for x in lines if not x.is_settled]
    return compose(
        "immediate",
        {
            "message": message,
            "summary": lists.summary(lines),
            "single": left[0] if len(left) == 1 else None,
            "settled": lists.settled(lines),
            "first_cases": lists.first_cases(left),
            "groups": lists.groups(left, message.most_lines),
            "left_out": max(0, len(left) - message.most_lines),
        },
    )


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs a letter: name and title; `answer_to` says where answers go, "" where nothing is known."""

    name: str
    title: str
    answer_to: str = ""


def agency_letter(message: Envelope, owed: Sequence[Line], signatory: Signatory, *, later: int = 0) -> Composed:
    """The letter to an agency that lists what it owes, with the provision for each kind of thing that it owes.

    `later` is how much more is open that falls due so late that it is not listed.
    """
    rules = dict.fromkeys((x.is_advice, x.limit_cite, x.limit) for x in lists.in_order(owed))
    return compose(
        "agency_letter",
        {
            "message": message,
            "signatory": signatory,
            "later": later,
            "summary": lists.summary(owed),
            "parts": lists.parts(owed),
            "rules": [{"is_advice": of_advice, "cite": cite, "limit": limit} for of_advice, cite, limit in rules],
            "has_advice": any(x.is_advice for x in owed),
            "is_advice_alone": all(x.is_advice for x in owed),
        },
    )
