"""The messages: a digest, an immediate alert, a letter to an agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from notifications.compose import lists, words
from notifications.compose.line import Line
from notifications.compose.render import Composed, compose


@dataclass(frozen=True, slots=True)
class Envelope:
    """What every message of a recipient says about itself; `authority` is the authority's name.

    `from_when` says from when the records are; `days_too_old` is their age where it is more than they should be, or 0.
    """

    authority: str
    team: str
    role: str
    as_of: date
    reference: str
    acknowledgement_days: int
    from_when: str
    days_too_old: int = 0

    @property
    def whose(self) -> str:
        """Whose list it is about: the team, else the authority."""
        return words.whose(self.team, self.authority)

    @property
    def because(self) -> str:
        """Why the recipient gets it."""
        where = self.authority if not words.plain(self.team) else f"{self.whose}, {self.authority}"
        return f"You get this as {words.role_in_words(self.role)}, {where}."


@dataclass(frozen=True, slots=True)
class Standing:
    """How many open clocks are on somebody's list, by section; `coming` looks four weeks ahead."""

    overdue: int = 0
    no_plan: int = 0
    target: int = 0
    due: int = 0
    coming: int = 0

    def without(self, lines: Sequence[Line]) -> "Standing":
        """The same without the clocks that a message names."""
        named = {(x.duty.key, x.case_ref, x.record, x.section) for x in lines if not x.never_asked}
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
            "parts": lists.parts(lines),
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
            "groups": lists.groups(lines),
        },
    )


def agency_letter(message: Envelope, owed: Sequence[Line]) -> Composed:
    """The letter to an agency that lists all it owes, with the provision for each kind of thing that it owes."""
    rules = dict.fromkeys((x.is_advice, x.limit_cite, x.limit) for x in lists.in_order(owed))
    return compose(
        "agency_letter",
        {
            "message": message,
            "summary": lists.summary(owed),
            "parts": lists.parts(owed),
            "rules": [{"is_advice": of_advice, "cite": cite, "limit": limit} for of_advice, cite, limit in rules],
            "has_advice": any(x.is_advice for x in owed),
            "is_advice_alone": all(x.is_advice for x in owed),
        },
    )
