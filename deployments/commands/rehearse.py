"""`ehc rehearse`: what ladders would have said of the clocks of the last year. Nothing is written or sent."""

import json
import sys
from collections import Counter
from dataclasses import asdict, astuple, fields
from datetime import date, timedelta
from pathlib import Path

from rich.table import Table

from deployments.commands.csv_out import write_csv
from deployments.commands.tables import CONSOLE
from models.errors import SettingsError
from models.practice.loader import practices
from models.queries.ladders.rehearsal import Rehearsal, WeekLine, rehearse
from models.settings import settings
from models.statute.register import load_register
from models.store import reading, require_tables

A_YEAR = 365


def run_rehearsal(practice: Path | None, first: date | None, last: date, format_: str) -> None:
    """Print what the ladders would have said from the first day, a year before the last if not given, to the last."""
    since = first or last - timedelta(days=A_YEAR)
    if since >= last:
        raise SettingsError(
            "There is no time to rehearse.", why=f"{since} is not before {last}.", remedy="Give an earlier --from."
        )
    in_use = practices(settings().practice)
    with reading() as connection:
        require_tables(connection)
        found = rehearse(connection, load_register(), practices(practice) if practice else in_use, since, last)
        beside = rehearse(connection, load_register(), in_use, since, last) if practice else None
    if format_ == "json":
        _json(found, beside)
    elif format_ == "csv":
        _csv(found)
    else:
        _show(found, beside)


def _json(found: Rehearsal, beside: Rehearsal | None) -> None:
    document = asdict(found) | ({"in_use": asdict(beside)} if beside else {})
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def _csv(found: Rehearsal) -> None:
    write_csv(sys.stdout, [field.name for field in fields(WeekLine)], map(astuple, found.weeks))


def _table(title: str, *headings: str, words: int = 1) -> Table:
    made = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        made.add_column(heading, justify="left" if number < words else "right", no_wrap=number > 0)
    return made


def _show(found: Rehearsal, beside: Rehearsal | None) -> None:
    CONSOLE.print(
        f"Rehearsed from {found.first} to {found.last}: {found.clocks:,} clocks, by the days on which things happened, "
        "whenever they were recorded. Nothing was written or sent."
    )
    if beside:
        _side_by_side(beside, found)
    _messages(found)
    _first_night(found)
    _breaches(found)
    _rungs(found)


def _side_by_side(in_use: Rehearsal, proposed: Rehearsal) -> None:
    """For each role what the ladder in use and the proposed one would say: a day, at most on one day, at first."""
    counted = [_by_role(in_use), _by_role(proposed)]
    made = _table(
        "The ladder in use, and the one proposed: alerts by role",
        *("role", "a day", "proposed", "busiest day", "proposed", "first night", "proposed"),
    )
    for role in sorted({*counted[0], *counted[1]}):
        pairs = zip(*(of.get(role, ("0.0", "0", "0")) for of in counted), strict=True)
        made.add_row(role.replace("_", " "), *(number for pair in pairs for number in pair))
    CONSOLE.print(made)


def _by_role(found: Rehearsal) -> dict[str, tuple[str, str, str]]:
    """Per role the alerts of a day of all there were, those of the busiest day, and the clocks of the first night."""
    length = (date.fromisoformat(found.last) - date.fromisoformat(found.first)).days + 1
    of_role: dict[str, list[int]] = {}
    for line in found.days:
        of_role.setdefault(line.role, []).append(line.alerts)
    backlog: Counter[str] = Counter()
    for first in found.first_night:
        backlog[first.role] += first.clocks
    return {
        role: (
            f"{sum(of_role.get(role, ())) / length:,.1f}",
            f"{max(of_role.get(role, (0,))):,}",
            f"{backlog[role]:,}",
        )
        for role in {*of_role, *backlog}
    }


def _first_night(found: Rehearsal) -> None:
    made = _table(
        f"The first night, if the ladder is switched on for {found.last}",
        *("role", "team", "people", "clocks", "most for one", "messages"),
        words=2,
    )
    for line in sorted(found.first_night, key=lambda x: (x.authority_code, not x.team, x.team, x.role)):
        numbers = (line.people, line.clocks, line.most, line.messages)
        made.add_row(line.role.replace("_", " "), line.team or line.authority_code, *(f"{x:,}" for x in numbers))
    CONSOLE.print(made)
    CONSOLE.print(
        "Of each clock the newest rung of a role speaks, in the digest; what came before it is passed over in silence.",
        style="dim",
    )


def _messages(found: Rehearsal) -> None:
    by_role = _table("Messages", "role", "team", "people", "a week each", "busiest week", "alerts", "messages", words=2)
    for (authority, team, role), lines in _by_group(found).items():
        people = max(line.people for line in lines)
        weeks = max(1, (date.fromisoformat(found.last) - date.fromisoformat(found.first)).days / 7)
        messages = sum(line.messages for line in lines)
        by_role.add_row(
            role.replace("_", " "),
            team or authority,
            f"{people:,}",
            f"{messages / weeks / people:.1f}",
            f"{max(line.busiest for line in lines):,}",
            f"{sum(line.alerts for line in lines):,}",
            f"{messages:,}",
        )
    CONSOLE.print(by_role)


def _breaches(found: Rehearsal) -> None:
    breaches = _table("Breaches", "duty", "breaches", "warned", "days before", "told after", "never told")
    for x in found.breaches:
        days = "" if x.days_before is None else f"{x.days_before:,}"
        breaches.add_row(
            x.duty.replace("_", " "), f"{x.breaches:,}", f"{x.warned:,}", days, f"{x.told_late:,}", f"{x.untold:,}"
        )
    CONSOLE.print(breaches)


def _rungs(found: Rehearsal) -> None:
    rungs = _table("Rungs", "rung", "to", "how", "spoken", "noise", words=3)
    duty = ""
    for line in found.rungs:
        if line.spoken:
            if duty != (duty := line.duty):
                rungs.add_row(duty.replace("_", " "), style="bold")
            noise = f"{100 * line.noise / line.spoken:.0f}%" if line.noise else ""
            words = (f"  {line.rung}", line.role, line.urgency)
            rungs.add_row(*(word.replace("_", " ") for word in words), f"{line.spoken:,}", noise)
    CONSOLE.print(rungs)
    CONSOLE.print(
        f"\nNoise: done in time within {found.noise_days} days of the alert anyway. "
        f"Days before: of those warned of, half had the first word sooner.\n"
        f"Left out: {found.foreseen} rungs that hang on the last safe day, since panels known then are not kept; "
        "holds, and nights that were not run."
    )


def _by_group(found: Rehearsal) -> dict[tuple[str, str, str], list[WeekLine]]:
    """The weeks of each authority, team and role, those in one team first."""
    by_group: dict[tuple[str, str, str], list[WeekLine]] = {}
    for line in found.weeks:
        by_group.setdefault((line.authority_code, line.team, line.role), []).append(line)
    return dict(sorted(by_group.items(), key=lambda x: (x[0][0], not x[0][1], x[0][1:])))
