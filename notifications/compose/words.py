"""The words of messages: days, lateness, roles, records and what is to be done, as people in a SEND team say them."""

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np

from models.queries.board import DAYS_OF_WEEK
from models.queries.outbox.lists import BINDS_ONLY_A_NO
from models.statute.calendar import england
from models.statute.register import Duty
from models.words import counted

SECTIONS = ("overdue", "no_plan", "target", "due", "coming")
"""What a line can be, the most pressing first: overdue is what the law wanted done; past the day up to which a
decision of no plan is lawful, and past a target of practice, are not."""

_KINDS = {
    "parent": "the family's own advice",
    "education": "educational advice",
    "health": "health advice",
    "psychology": "psychological advice",
    "social_care": "social care advice",
    "preparation_for_adulthood": "advice on preparing for adulthood",
    "requested_by_family": "advice the family asked for",
    "other": "other advice",
}
_TO_DO = {
    "give_advice": "Chase the advice that is owed",
    "reply_to_consultation": "Chase the reply to the consultation",
}
"""Where the duty is somebody else's, what is left to do for whoever is told."""

_TO_DO_BY_TEMPLATE = {
    "never_asked": "Send the request for advice",
    "commission_elsewhere": "Commission the advice from somebody else",
    "family_delay": "Tell the family of the delay",
}
_UNPRINTED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\s]+")


def plain(text: str | None, longest: int = 80) -> str:
    """A text of an extract as one line: whatever could break a heading or turn the writing round is a space."""
    return _UNPRINTED.sub(" ", text or "").strip()[:longest]


@lru_cache(maxsize=4096)
def long_day(day: date) -> str:
    """A day with its year: "Fri 28 November 2026"."""
    return f"{day:%a} {day.day} {day:%B %Y}"


def spoken_day(day: date) -> str:
    """A day as a letter has it: "Friday 28 November 2026"."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """A day of this year, for a subject: "20 Nov"."""
    return f"{day.day} {day:%b}"


def lateness(days: int) -> str:
    """How late, or how long is left; `days` is negative when late."""
    if days < 0:
        return f"{counted(-days, 'day')} late"
    return {0: "today", 1: "tomorrow"}.get(days, f"{days} days left")


@lru_cache(maxsize=4096)
def working_day_before(day: date) -> str:
    """The last working day before a day that is none: "Thu 24 December 2026"; "" for a working day."""
    if england().is_working_day(day):
        return ""
    before: date = england().before(np.array([day], dtype="datetime64[D]"))[0].item()
    return long_day(before)


def section_of(duty: Duty, days: int) -> str:
    """Which of `SECTIONS` a clock of a duty belongs to by its days to spare."""
    if days >= 0:
        return "due" if days <= DAYS_OF_WEEK else "coming"
    if duty.key == BINDS_ONLY_A_NO:
        return "no_plan"
    return "overdue" if duty.is_statutory else "target"


def lateness_in(section: str, days: int) -> str:
    """How far away the date of a clock of a section is; only what the law wanted done is late."""
    ago = counted(-days, "day")
    return {"no_plan": f"passed {ago} ago", "target": f"target passed {ago} ago"}.get(section, lateness(days))


def person(name: str, title: str) -> str:
    """Somebody by name and title, said once where the name is the title: "A. Carter, service manager"."""
    name = plain(name)
    return (name or title) if name.casefold() in ("", title.casefold()) else f"{name}, {title}"


def record_in_words(record: str, key: str, body: str = "") -> str:
    """Which record of a case is meant: "health advice from Royal Hospital", "order 1", "" for the case itself."""
    if record == "case" or not key:
        return ""
    if record != "advice":
        return f"{record} {plain(key)}"
    words = _KINDS.get(key, f"{plain(key).replace('_', ' ')} advice")
    return f"{words} from {plain(body)}" if plain(body) else words


def no_answer(reply: str, on: date) -> str:
    """Why advice is owed although a reply is on record, as whoever gave it reads it; `reply` is its code."""
    said = {
        "not_known": "says that the child or young person is not known to you, but not who checked",
        "declined": "declines to give it, which does not end the duty",
    }
    return f"Your reply of {long_day(on)} {said.get(reply, 'is on record without what it was')}."


def to_do(duty: Duty, template: str) -> str:
    """What is to be done, as a heading: "Send the request for advice"."""
    return _TO_DO_BY_TEMPLATE.get(template) or _TO_DO.get(duty.key, duty.title)


def listed(things: Sequence[str]) -> str:
    """Things in a sentence: "health advice and social care advice"."""
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} and {things[-1]}"


def whose(team: str, authority: str) -> str:
    """Whose list a message is about: "North team", else the authority."""
    team = plain(team)
    if not team:
        return authority
    return team if team.casefold().endswith("team") else f"{team} team"
