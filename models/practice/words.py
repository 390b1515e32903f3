"""A last safe date as one plain sentence: for whoever decides today what to do first, and for whoever is warned."""

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from models.practice.steps import ASSESS, CONSULT, DRAFT, FINAL, ISSUE

_DOING = {
    ASSESS: "the family is not told",
    ISSUE: "the family is not told",
    DRAFT: "the draft is not served",
    CONSULT: "the settings are not consulted",
    FINAL: "the final plan is not sent",
}
_TO_DO = {DRAFT: "serve the draft", CONSULT: "consult the settings"}
_IN_SHORT = {
    ASSESS: "deciding whether to assess",
    ISSUE: "deciding whether to make a plan",
    DRAFT: "the draft",
    CONSULT: "consulting the settings",
    FINAL: "the final plan",
}
_DECIDES = {"assess": "decides whether to assess", "issue": "decides whether to issue"}


class Situation(NamedTuple):
    """What the sentence is about; ISO dates, "" for none.

    `last_panel` is the last safe panel even when it has passed; `panel_on` is empty then. `sit_by` is the last
    day on which a panel would still be safe.
    """

    step: str
    decision: str
    limit: str
    due_on: str
    last_on: str
    family_until: str
    needs_panel: bool
    panel: str
    panel_on: str
    last_panel: str
    last_panel_on: str
    sit_by: str
    more_expected: bool
    is_late: bool
    exception: str


class LastSafe(NamedTuple):
    """The last safe day of a step: ISO, "" where no day is left; `panel` sits on it, "" where none has to."""

    step: str
    on: str
    panel: str

    def in_words(self, as_of: date) -> str:
        """The day as a sentence: "The last safe day for the draft is 12 March 2026 (SEND panel)."."""
        step = _IN_SHORT[self.step]
        if not self.on:
            return f"By the days that local practice allows for each step it is too late for {step}."
        day = date.fromisoformat(self.on)
        panel = f" ({_named(self.panel)})" if self.panel else ""
        return f"The last safe day for {step} {'was' if day < as_of else 'is'} {day.day} {day:%B %Y}{panel}."


@lru_cache(maxsize=20_000)
def sentence(x: Situation, as_of: str) -> str:
    """What is lost if the step is not taken in time, and by when that is."""
    words = _of_panel(x, as_of) if x.needs_panel and not x.is_late else _of_step(x, as_of)
    return f"{words} The exception {x.exception} holds, so the limit does not bind." if x.exception else words


def _of_panel(x: Situation, as_of: str) -> str:
    end = f"{x.limit} ({spoken(x.due_on, as_of)})"
    last_on, sit_by = spoken(x.last_on, as_of), spoken(x.sit_by, as_of)
    lost = f"the draft cannot be served by {last_on} and {end} is lost" if x.step == DRAFT else f"{end} is lost"
    if x.more_expected:
        known = (
            f"The {_named(x.panel)} of {spoken(x.panel_on, as_of)} is the last known"
            if x.panel_on
            else "No panel date is known yet"
        )
        return f"{known}: if no panel that {_DECIDES[x.decision]} has the case by {sit_by}, {lost}."
    if x.panel_on:
        return f"If not on the {_named(x.panel)} of {spoken(x.panel_on, as_of)}, {lost}."
    if x.last_panel_on:
        passed = f"The last safe panel was the {_named(x.last_panel)} of {spoken(x.last_panel_on, as_of)}"
        return f"{passed}: if the case was not on it, {lost}."
    return f"No panel that {_DECIDES[x.decision]} sits in time: without an extra one, {lost}."


def _of_step(x: Situation, as_of: str) -> str:
    end = f"{x.limit} ({spoken(x.due_on, as_of)})"
    if x.due_on < as_of:
        return f"{x.limit.capitalize()} ended on {spoken(x.due_on, as_of)}."
    if x.is_late and x.step == FINAL:
        return f"The family may comment until {spoken(x.family_until, as_of)}, so {end} is lost."
    if x.is_late:
        was = f"The last safe day to {_TO_DO[x.step]} was {spoken(x.last_on, as_of)}"
        passed = was if x.last_on else f"There was no safe day to {_TO_DO[x.step]}"
        return f"{passed}: unless what follows takes less than its usual time, {end} is lost."
    if x.last_on < as_of:
        return f"If {_DOING[x.step]} at once, {end} is lost."
    return f"If {_DOING[x.step]} by {spoken(x.last_on, as_of)}, {end} is lost."


@lru_cache(maxsize=10_000)
def spoken(day: str, as_of: str) -> str:
    """An ISO date as a person says it, with its year where that is not this year's: "12 March"."""
    if not day:
        return ""
    said = date.fromisoformat(day)
    return f"{said.day} {said:%B}" if day[:4] == as_of[:4] else f"{said.day} {said:%B %Y}"


def _named(panel: str) -> str:
    """A panel's name with the word panel, once."""
    return panel if panel.casefold().endswith("panel") else f"{panel} panel"
