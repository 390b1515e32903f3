"""`ehc forecast`: what is coming, and how far to believe it."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from rich.text import Text

from deployments.commands.csv_out import write_csv
from deployments.commands.tables import CONSOLE, print_table
from deployments.steps import progress
from flows.today import refuse_day_to_come
from models.errors import NotFoundError
from models.measures.forecast import words
from models.measures.forecast.coming import ADVICE, Week
from models.measures.forecast.expected import Expected
from models.measures.forecast.forecast import Forecast, forecast
from models.measures.forecast.months import in_full
from models.practice.here import practices_here
from models.queries.authorities import authority_codes, names, require_authority
from models.queries.board import DAYS_OF_WEEK
from models.statute.register import load_register
from models.store import reading, require_tables

COLUMNS = ("authority_code", "part", "item", "group", "first", "last", "figure", "value")
DUTIES = {
    "send_final_plan": "plans",
    "decide_whether_to_assess": "to assess",
    "review_plan": "reviews",
    "decide_after_review": "after a review",
}
KINDS = {
    "education": "educ.",
    "health": "health",
    "psychology": "psych.",
    "social_care": "social",
    "preparation_for_adulthood": "adulth.",
    "requested_by_family": "family",
    "other": "other",
}
Row = tuple[Any, ...]
Key = tuple[str, str]
Weeks = dict[date, dict[Key, Week]]


def run_forecast(as_of: date, authority: str, format_: str) -> None:
    """Print the forecast of each authority, or of one."""
    refuse_day_to_come(as_of)
    with progress("Forecasting"), reading() as connection:
        require_tables(connection)
        if authority:
            require_authority(connection, authority)
        codes = [authority] if authority else authority_codes(connection)
        if not codes:
            raise NotFoundError("There are no cases to forecast from.", remedy="Take in an extract with ehc import.")
        of, register = practices_here().of, load_register()
        found = [forecast(connection, register, as_of, of(code), code) for code in codes]
    if format_ == "json":
        json.dump([asdict(x) for x in found], sys.stdout, indent=2, default=str)
        sys.stdout.write("\n")
    elif format_ == "csv":
        write_csv(sys.stdout, COLUMNS, (row for x in found for row in _rows(x)))
    else:
        for x in found:
            _print(x)


def _rows(x: Forecast) -> Iterator[Row]:
    """Every figure of a forecast, one a row: shares between 0 and 1, days inclusive."""
    for row in _figures(x):
        yield (x.authority_code, *row)


def _figures(x: Forecast) -> Iterator[Row]:
    for week in x.weeks:
        place = (week.duty, week.kind, week.first, week.first + timedelta(days=DAYS_OF_WEEK - 1))
        yield from (("certain", *place, name, getattr(week, name)) for name in ("due", "answered", "at_risk"))
    for line in (*x.plans.months, *((x.plans.quarter,) if x.plans.quarter else ())):
        of = ("expected", "send_final_plan", "", line.first, line.last)
        yield from (
            (*of, name, getattr(line, name)) for name in ("due", "in_time", "undecided", "share", "low", "high")
        )
    for trial in x.plans.trials:
        of = ("tried", "send_final_plan", f"made on {trial.made_on}", trial.first, trial.last)
        yield from ((*of, name, getattr(trial, name)) for name in ("due", "said", "became"))
    for backlog in x.backlogs:
        yield ("backlog", backlog.duty, "", x.as_of, x.as_of, "now", backlog.now)
        for month in backlog.months:
            of = ("backlog", backlog.duty, "", month.first, "")
            yield from ((*of, name, getattr(month, name)) for name in ("came", "went", "left"))
    for aim in x.aims:
        yield ("target", aim.target, "", "", aim.by or "", "percent", aim.percent)
        yield from (("target", aim.target, "", aim.first, aim.last, n, getattr(aim, n)) for n in ("due", "in_time"))
        yield from (("target", aim.target, point.verdict, "", point.last, "line", point.share) for point in aim.points)


def _print(x: Forecast) -> None:
    whose = names().get(x.authority_code, f"Authority {x.authority_code}")
    CONSOLE.print(Text(f"{whose}, {in_full(x.as_of)}", style="bold"))
    _print_weeks(x)
    _print_expected(x)
    _print_backlogs(x)
    _say("")
    for aim in x.aims:
        _say(words.aimed(aim, x.as_of))
    _say("")
    for note in words.notes(x.plans):
        _say(note)


def _print_weeks(x: Forecast) -> None:
    weeks: Weeks = {}
    for week in x.weeks:
        weeks.setdefault(week.first, {})[week.duty, week.kind] = week
    asked = {(week.duty, week.kind) for week in x.weeks}
    duties = {(duty, ""): heading for duty, heading in DUTIES.items()}
    kinds = {(ADVICE, kind): heading for kind, heading in KINDS.items() if (ADVICE, kind) in asked}
    _print_due(weeks, duties, ("due", "answered", "at_risk"), "Runs out: due, of these answered, of the rest at risk")
    _print_due(weeks, kinds, ("due", "answered"), "Advice that runs out: due, of these answered")


def _print_due(weeks: Weeks, headings: Mapping[Key, str], counted: Sequence[str], title: str) -> None:
    """A line for each week, to the last in which anything is due."""
    rows = [(f"{first.day} {first:%b}", *(_cell(of[key], counted) for key in headings)) for first, of in weeks.items()]
    last = max((number for number, row in enumerate(rows, 1) if any(row[1:])), default=0)
    if last:
        print_table(("week of", *headings.values()), rows[:last], title=title)


def _cell(week: Week, counted: Sequence[str]) -> str:
    return " ".join(f"{getattr(week, name):>3}" for name in counted) if week.due else ""


def _print_backlogs(x: Forecast) -> None:
    months = zip(*(backlog.months for backlog in x.backlogs), strict=True)
    rows = [
        (f"{flows[0].first:%b %Y}", *(f"{number:,}" for flow in flows for number in (flow.came, flow.went, flow.left)))
        for flows in months
    ]
    headings = ("month", "plans came", "went", "left", "reviews came", "went", "left")
    print_table(headings, rows, title="Overdue: came to it, went from it, left at the end of the month")
    for backlog in x.backlogs:
        _say(words.burn_down(backlog))


def _print_expected(x: Forecast) -> None:
    if x.plans.why_not:
        _say(f"\n{x.plans.why_not}")
        return
    (line,) = [{point.last: point for point in aim.points} for aim in x.aims if aim.target == "plans_in_time"]
    headings = ("due in", "due", "in time", "late", "open", "expected", "range", *(("target's line",) if line else ()))
    rows = [
        (*_expected(f"{month.first:%B %Y}", month), *((words.percent(line[month.last].share),) if line else ()))
        for month in x.plans.months
    ]
    if x.plans.quarter:
        rows.append((*_expected("next 3 months", x.plans.quarter), *(("",) if line else ())))
    if rows:
        print_table(headings, rows, title="Plans in time that must be expected")
    else:
        _say("\nNo plan falls due in these months.")
    for sentence in words.tried(x.plans, x.as_of):
        _say(sentence)


def _expected(name: str, x: Expected) -> tuple[str, ...]:
    counts = (f"{number:,}" for number in (x.due, x.in_time, x.late, x.undecided))
    return (name, *counts, words.percent(x.share), f"{words.percent(x.low)} to {words.percent(x.high)}")


def _say(text: str) -> None:
    CONSOLE.print(Text(text))
