"""The last safe date of each step of each open case, and the agenda of the next panels; read-only."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from models.practice.backcast import Backcast
from models.practice.closures import Closures
from models.practice.schema import Practice
from models.practice.step_panels import StepPanels, panels_of
from models.practice.steps import Step, steps
from models.practice.words import Situation, sentence
from models.queries.columns import read_table
from models.queries.packed import read_packed
from models.queries.records import Loaded, More, load
from models.queries.scope import EVERYTHING, Scope
from models.statute.calendar import Dates, england
from models.statute.clocks import NO_EXCEPTION
from models.statute.records import Codes, Flags, Rows
from models.statute.register import Register
from models.store import as_text


class SafeDate(NamedTuple):
    """The last safe date of one step of one case; ISO dates, "" where there is none.

    `step` is one of `models.practice.steps.STEPS`; `decision` ("assess", "issue") is what a panel must decide for
    it, "" where none must; `duty` is the duty whose `due_on` and `act_by` it works towards.
    `last_on` is the last safe day for what the step sends out. `panel` sits last of those that are safe and not
    yet past, on `panel_on` with its papers in on `papers_by`; all three are empty where no panel has to decide or
    no safe one is left. `sit_by` is the last day on which a panel would be safe; `more_expected`: the dates known
    end so far before it that a safe panel is to be expected beyond them. The `next_` panel is the first from
    `as_of` on, that day included, safe or not. `is_lost`: nothing safe is left, and no exception lifts the limit.
    """

    authority_code: str
    case_ref: str
    team: str
    step: str
    decision: str
    duty: str
    due_on: str
    act_by: str
    last_on: str
    panel: str
    panel_on: str
    papers_by: str
    sit_by: str
    more_expected: bool
    next_panel: str
    next_panel_on: str
    next_papers_by: str
    is_lost: bool
    exception: str
    words: str


class AgendaItem(NamedTuple):
    """A case for the panel on `panel_on`: its last safe one, or the next there is if nothing is safe any more.

    `is_next`: no panel that could decide it sits before. Only where papers for later panels are asked about is it not.
    """

    authority_code: str
    panel: str
    panel_on: str
    papers_by: str
    due_on: str
    case_ref: str
    team: str
    decision: str
    step: str
    is_lost: bool
    words: str
    is_next: bool = True


def _unsent(scope: Scope, as_of: date) -> Scope:
    """Of the cases meant, those whose final plan was not sent by a day: most were, and have no step before them."""
    return scope.where(f"(c.final_plan_sent_on IS NULL OR c.final_plan_sent_on > '{as_of}')")


_OWN = More(words=("team", "setting_urn", "plan_decision"))


class WorkedBack(NamedTuple):
    """The cases of a scope, the team of each, and every step they have before them with its panels, as columns."""

    loaded: Loaded
    teams: Sequence[str]
    steps: list[tuple[Step, StepPanels]]


def worked_back(
    connection: Connection, register: Register, practice: Practice, as_of: date, scope: Scope = EVERYTHING
) -> WorkedBack:
    """Every step still to come of every open case, in the order of the pathway."""
    loaded = load(connection, "case", scope, more=_OWN)
    authority, own = loaded.more.codes("authority_code"), loaded.more.codes
    setting, closures = _closures(connection, authority, own("setting_urn"))
    backcast = Backcast(register, practice, england(), closures)
    known = _known_panels(connection)
    found = steps(loaded.records, own("plan_decision"), setting, backcast, as_of)
    panels = [panels_of(step, authority, known, backcast, as_of) for step in found]
    return WorkedBack(loaded, own("team").words(), list(zip(found, panels, strict=True)))


def is_lost(step: Step, panels: StepPanels, as_of: date) -> Flags:
    """True where nothing safe is left for the step, whether or not an exception lifts the limit."""
    is_ahead = panels.last_on >= np.datetime64(as_of, "D")
    lost: Flags = step.is_late | (panels.needed & ~is_ahead & ~panels.more_expected)
    return lost


def last_safe_dates(
    connection: Connection, register: Register, practice: Practice, as_of: date, scope: Scope = EVERYTHING
) -> list[SafeDate]:
    """The last safe date of each step still to come of every open case, by authority, case and step.

    Law:
        SEND Regulations 2014, regs 5(1), 10(1), 13(1)(a) and 13(2); Code of Practice 9.83. The rest is practice.
    """
    loaded, teams, worked = worked_back(connection, register, practice, as_of, _unsent(scope, as_of))
    found: list[SafeDate] = []
    for step, panels in worked:
        found += _rows(step, panels, np.arange(len(step.row)), loaded, teams, tuple(register.exceptions), as_of)
    found.sort(key=lambda row: row[:2])  # stable: within a case the order of the steps remains
    return found


def agenda(
    connection: Connection,
    register: Register,
    practice: Practice,
    as_of: date,
    scope: Scope = EVERYTHING,
    *,
    papers_until: date | None = None,
) -> list[AgendaItem]:
    """The cases whose last safe panel is the next one, and those that have none left, by panel date and due date.

    With `papers_until` also those whose last safe panel is a later one, if it wants its papers by that day, inclusive:
    the papers for the next may have been wanted already. A case stands once for each decision: for the limit it can
    still keep, else for the first that it has lost.
    """
    best: dict[tuple[str, str, str], SafeDate] = {}
    loaded, teams, worked = worked_back(connection, register, practice, as_of, _unsent(scope, as_of))
    for step, panels in worked:
        if not step.decision:
            continue
        wanted = np.flatnonzero(_is_on_agenda(step, panels, as_of, papers_until))
        for row in _rows(step, panels, wanted, loaded, teams, tuple(register.exceptions), as_of):
            key = (row.authority_code, row.case_ref, row.decision)
            if key not in best or _pressing(row) < _pressing(best[key]):
                best[key] = row
    return sorted(map(_item, best.values()), key=_order)


def _pressing(x: SafeDate) -> tuple[bool, str, str]:
    """What can still be kept before what is lost, then the sooner panel, then the sooner limit."""
    return x.is_lost, "" if x.is_lost else x.panel_on, x.due_on


def _is_on_agenda(step: Step, panels: StepPanels, as_of: date, papers_until: date | None) -> Flags:
    """True where a panel must decide the step, and of the next it is the last that is safe, or none is any more.

    Of the next, or of any whose papers are wanted from today until the day given.
    """
    today = np.datetime64(as_of, "D")
    is_wanted = panels.last_on == panels.next_on
    if papers_until is not None:
        is_wanted |= (panels.last_papers >= today) & (panels.last_papers <= np.datetime64(papers_until, "D"))
    is_last = (panels.last_on >= today) & is_wanted & ~panels.more_expected
    found: Flags = panels.needed & (step.exception == NO_EXCEPTION) & (is_last | is_lost(step, panels, as_of))
    return found


def _order(x: AgendaItem) -> tuple[str, ...]:
    # A lost case for which no panel is known at all comes after the others.
    return x.authority_code, x.panel_on or "~", x.panel, x.due_on, x.case_ref, x.step


def _item(x: SafeDate) -> AgendaItem:
    lost = (x.next_panel, x.next_panel_on, x.next_papers_by)
    panel, panel_on, papers_by = lost if x.is_lost else (x.panel, x.panel_on, x.papers_by)
    return AgendaItem(
        x.authority_code,
        panel,
        panel_on,
        papers_by,
        x.due_on,
        x.case_ref,
        x.team,
        x.decision,
        x.step,
        x.is_lost,
        x.words,
        is_next=x.is_lost or x.panel_on == x.next_panel_on,
    )


def _closures(connection: Connection, authority: Codes, urn: Codes) -> tuple[Rows, Closures]:
    """The number of each case's setting, and when the settings so numbered are closed."""
    table = read_packed(
        connection,
        "FROM closures k WHERE 1 = 1",
        key="k.id",
        spread="FROM closures k WHERE 1 = 1",
        days={name: as_text(connection, f"k.{name}") for name in ("closed_from", "reopens_on")},
        words={name: f"k.{name}" for name in ("authority_code", "setting_urn")},
    )
    named = len(urn.values)
    setting: Rows = authority.index.astype(np.int64) * named + urn.index
    of_authority = table.codes("authority_code").places_in(authority.values)
    of_urn = table.codes("setting_urn").places_in(urn.values)
    ours = (of_authority >= 0) & (of_urn >= 0)
    closed = (of_authority * named + of_urn)[ours]
    return setting, Closures(closed, table.days("closed_from")[ours], table.days("reopens_on")[ours])


def _known_panels(connection: Connection) -> dict[str, tuple[list[str], Dates]]:
    """The panels and the days of their sittings, by authority."""
    table = read_table(
        connection,
        ("authority_code", "panel", "held_on"),
        f"SELECT authority_code, panel, {as_text(connection, 'held_on')} FROM panels ORDER BY held_on, panel",
    )
    names, days, authority = table.words("panel"), table.days("held_on"), Codes.of(table.words("authority_code"))
    places = {code: np.flatnonzero(authority.is_in([code])) for code in authority.values}
    return {code: ([names[x] for x in here.tolist()], days[here]) for code, here in places.items()}


def _rows(
    step: Step,
    panels: StepPanels,
    wanted: Rows,
    loaded: Loaded,
    teams: Sequence[str],
    exceptions: Sequence[str],
    as_of: date,
) -> Iterator[SafeDate]:
    """The rows of the step at the places wanted."""
    today = as_of.isoformat()
    rows = step.row[wanted].tolist()
    limits = [step.limit[x] for x in wanted.tolist()]
    claimed = ["" if x == NO_EXCEPTION else exceptions[x] for x in step.exception[wanted].tolist()]
    dates = (step.due_on, step.act_by, step.last_on, step.family_until, panels.last_on, panels.last_papers)
    days = (_texts(x[wanted]) for x in (*dates, panels.sit_by, panels.next_on, panels.next_papers))
    is_ahead = panels.last_on >= np.datetime64(as_of, "D")
    gone = is_lost(step, panels, as_of)
    flags = (x[wanted].tolist() for x in (panels.needed, is_ahead, panels.more_expected, step.is_late, gone))
    columns = zip(rows, limits, claimed, panels.last[wanted], panels.next[wanted], *days, *flags, strict=True)
    for row, limit, exception, last, following, *of_row in columns:
        due_on, act_by, last_on, family, last_panel_on, papers_by, sit_by, next_on, next_papers = of_row[:9]
        needed, ahead, more, late, lost = of_row[9:]
        panel, panel_on, papers_by = (last, last_panel_on, papers_by) if ahead else ("", "", "")
        decision = (step.decision or "") if needed else ""
        of_panel = (needed, panel, panel_on, last, last_panel_on, sit_by, more, late, exception)
        words = sentence(Situation(step.name, decision, limit, due_on, last_on, family, *of_panel), today)
        yield SafeDate(
            *(loaded.authority_codes[row], loaded.case_refs[row], teams[row], step.name, decision, step.duty),
            due_on=due_on,
            act_by=act_by,
            last_on=last_on,
            panel=panel,
            panel_on=panel_on,
            papers_by=papers_by,
            sit_by=sit_by,
            more_expected=more,
            next_panel=following,
            next_panel_on=next_on,
            next_papers_by=next_papers,
            is_lost=lost and not exception,
            exception=exception,
            words=words,
        )


def _texts(days: Dates) -> list[str]:
    """ISO dates, "" where unknown; each different date is written once."""
    different, place = np.unique(days, return_inverse=True)
    words = ["" if text == "NaT" else text for text in np.datetime_as_string(different).tolist()]
    return [words[x] for x in place.tolist()]
