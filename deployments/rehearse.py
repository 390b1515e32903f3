"""`ehc rehearse`: what ladders would have said of the clocks of the last year. Nothing is written or sent."""

import csv
import json
import sys
from dataclasses import asdict, astuple, fields
from datetime import date, timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

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
    ladders = practices(practice or settings().practice)
    with reading() as connection:
        require_tables(connection)
        found = rehearse(connection, load_register(), ladders, since, last)
    {"json": _json, "csv": _csv, "table": _table}[format_](found)


def _json(found: Rehearsal) -> None:
    json.dump(asdict(found), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


def _csv(found: Rehearsal) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(field.name for field in fields(WeekLine))
    writer.writerows(astuple(line) for line in found.weeks)


def _table(found: Rehearsal) -> None:
    console = Console(highlight=False)

    def table(title: str, *headings: str, words: int = 1) -> Table:
        made = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None, pad_edge=False)
        for number, heading in enumerate(headings):
            made.add_column(heading, justify="left" if number < words else "right", no_wrap=number > 0)
        return made

    console.print(
        f"Rehearsed from {found.first} to {found.last}: {found.clocks:,} clocks, by the days on which things happened, "
        "whenever they were recorded. Nothing was written or sent."
    )
    by_role = table("Messages", "role", "team", "people", "a week each", "busiest week", "alerts", "messages", words=2)
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
    console.print(by_role)
    breaches = table("Breaches", "duty", "breaches", "warned", "days before", "told after", "never told")
    for x in found.breaches:
        days = "" if x.days_before is None else f"{x.days_before:,}"
        breaches.add_row(
            x.duty.replace("_", " "), f"{x.breaches:,}", f"{x.warned:,}", days, f"{x.told_late:,}", f"{x.untold:,}"
        )
    console.print(breaches)
    rungs = table("Rungs", "duty", "rung", "to", "how", "spoken", "noise", words=4)
    for line in found.rungs:
        if line.spoken:
            noise = f"{100 * line.noise / line.spoken:.0f}%" if line.noise else ""
            words = (line.duty, line.rung, line.role, line.urgency)
            rungs.add_row(*(word.replace("_", " ") for word in words), f"{line.spoken:,}", noise)
    console.print(rungs)
    console.print(
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
