"""`ehc quality`: look at the data now, keep what was found, and say whose it is to mend."""

import json
import sys
from collections.abc import Sequence
from datetime import date
from itertools import groupby

from rich.table import Table
from rich.text import Text

from deployments.commands.csv_out import write_csv_by_name
from deployments.commands.tables import CONSOLE, print_table
from deployments.steps import progress
from flows.today import refuse_day_to_come
from models.casework.findings import Looked, refresh_findings
from models.errors import NotFoundError
from models.measures.quality.catalogue import Rule, rules
from models.practice.here import practices_here
from models.queries.findings import Found, Week, open_findings, weekly_trend
from models.statute.register import load_register
from models.store import require_tables, unit_of_work

WEEKS = 8
MOST_SHOWN = 20
COLUMNS = (
    "severity",
    "rule",
    "title",
    "authority_code",
    "case_ref",
    "record",
    "owner",
    "words",
    "first_seen_on",
    "days",
    "remedy",
)


def run_quality(as_of: date, *, owner: str, format: str) -> None:  # noqa: A002
    """Look at the data as of today and list what is wrong: a summary, or all of it as JSON or CSV."""
    owners = sorted({rule.owner for rule in rules().values()})
    if owner and owner not in owners:
        raise NotFoundError(
            f"No rule has the owner {owner!r}.",
            why="A finding belongs to the role that can mend it.",
            remedy=f"Choose one of: {', '.join(owners)}.",
        )
    refuse_day_to_come(as_of)
    policy = practices_here()
    with progress("Looking at the data") as step, unit_of_work() as connection:
        require_tables(connection)
        looked = refresh_findings(connection, load_register(), policy.of, as_of, progress=step)
        found = open_findings(connection, as_of, owner=owner or None)
        weeks = [week for week in weekly_trend(connection, as_of, weeks=WEEKS) if owner in ("", week.owner)]
    rows = [_row(one) for one in sorted(found, key=_worst_first)]
    if format == "csv":
        write_csv_by_name(sys.stdout, COLUMNS, rows)
    elif format == "json":
        document = {"as_of": as_of.isoformat(), "findings": rows, "weeks": [week._asdict() for week in weeks]}
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _show(looked, found, weeks, as_of, owner)
        if owner:
            _each(found)


def _worst_first(one: Found) -> tuple[object, ...]:
    return rules()[one.rule].rank, one.rule, -one.days, one.authority_code, one.case_ref


def _row(one: Found) -> dict[str, object]:
    rule = rules()[one.rule]
    own = {name: value for name, value in one._asdict().items() if name in COLUMNS}
    return {
        name: own.get(name, value)
        for name, value in zip(
            COLUMNS,
            (rule.severity, rule.key, rule.title, *([""] * (len(COLUMNS) - 4)), rule.remedy),
            strict=True,
        )
    }


def _show(looked: Looked, found: Sequence[Found], weeks: Sequence[Week], as_of: date, owner: str) -> None:
    if not looked.was_looked:
        CONSOLE.print(f"A later day was looked at already: these are the findings there were on {as_of}.")
    else:
        whose = " of every owner" if owner else ""
        CONSOLE.print(
            f"{looked.open:,} findings{whose}: {looked.new:,} new, {looked.still_there:,} known; {looked.gone:,} gone."
        )
    by_rule: dict[str, list[Found]] = {}
    for one in found:
        by_rule.setdefault(one.rule, []).append(one)  # the oldest first
    if by_rule:
        ranked = sorted(by_rule, key=lambda x: (rules()[x].rank, -len(by_rule[x]), x))
        headings = ("severity", "what is wrong", "owner", "findings", "days", "oldest")
        several = _are_of_several(found)
        print_table(headings, [_of_rule(rules()[key], by_rule[key], several=several) for key in ranked])
        CONSOLE.print("--owner ROLE lists what one role can mend, --csv every one of them with what to do.")
    if len({week.week_to for week in weeks}) > 1:
        _trend(weeks)


def _of_rule(rule: Rule, found: Sequence[Found], *, several: bool) -> tuple[str, ...]:
    oldest = next((_whose(one, several=several) for one in found if one.case_ref), "")
    numbers = f"{len(found):,}", f"{max(one.days for one in found):,}"
    return rule.severity, rule.title, rule.owner.replace("_", " "), *numbers, oldest


def _each(found: Sequence[Found]) -> None:
    """Every finding in its own words, by rule, the gravest first."""
    several = _are_of_several(found)
    for key, of_rule in groupby(sorted(found, key=_worst_first), lambda one: one.rule):
        mine = list(of_rule)
        CONSOLE.print(Text(f"\n{rules()[key].title}: {rules()[key].remedy}", style="bold"))
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        for one in mine[:MOST_SHOWN]:
            grid.add_row(Text(_whose(one, several=several)), Text(one.words))
        CONSOLE.print(grid)
        if len(mine) > MOST_SHOWN:
            CONSOLE.print(f"  and {len(mine) - MOST_SHOWN:,} more: --csv has them all.")


def _are_of_several(found: Sequence[Found]) -> bool:
    return len({one.authority_code for one in found}) > 1


def _whose(one: Found, *, several: bool) -> str:
    """The case as a command takes it; what is of no case is its authority's."""
    if not one.case_ref:
        return f"authority {one.authority_code}"
    return f"{one.authority_code}/{one.case_ref}" if several else one.case_ref


def _trend(weeks: Sequence[Week]) -> None:
    print_table(
        ("week to", "owner", "open", "came", "went"),
        [(x.week_to, x.owner.replace("_", " "), f"{x.open:,}", f"{x.came:,}", f"{x.went:,}") for x in weeks],
        title="By week",
    )
