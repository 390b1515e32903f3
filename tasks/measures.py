"""Measure, publish what managers read of it, and freeze a month."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from prefect import task

from models.casework import measures
from models.measures.benchmarks import ENGLAND, published, years
from models.measures.benchmarks import measures as published_columns
from models.measures.catalogue import Catalogue, load_catalogue
from models.measures.words import figure
from models.queries.kpi import KpiRow, kpi_rows, snapshots
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tasks.telling import publish

SHOWN = {"year_to_date": "this year to date", "rolling_year": "the last twelve whole months"}
"""The periods of the artifact, in words; the newest of each."""

STARRED = r"\*"

HEADLINES = (
    "plans_within_20_weeks_excluding_exceptions",
    "plans_within_20_weeks",
    "plans_due_in_time",
    "assess_decided_within_6_weeks",
    "advice_due_in_time",
    "review_decisions_within_4_weeks",
)
"""What a manager is asked about first, the DfE's own headline before all others."""


@task(task_run_name="measure {as_of}")
def refresh_measures(as_of: date) -> dict[str, int]:
    """How many measures there are and how many measurements were stored."""
    with unit_of_work() as connection:
        return asdict(measures.refresh_measures(connection, load_register(), as_of))


@task(task_run_name="publish the measures of {as_of}")
def publish_measures(as_of: date) -> int:
    """How many lines the artifact `measures` has: everybody together, by authority."""
    with reading() as connection:
        rows = kpi_rows(connection, as_of, dimension="all")
    page = measures_page(rows, load_catalogue(), as_of)
    publish("measures", page, f"The measures of {as_of}")
    return page.count("\n| ")


@task(task_run_name="freeze the month before {as_of}")
def freeze_last_month(as_of: date, now: datetime) -> dict[str, Any]:
    """Which months were frozen: the last whole one before `as_of`, and those before it whose run was missed.

    A month once frozen is left as it is; before the first that ever was, none is missed.
    """
    last = _month_before(as_of)
    with unit_of_work() as connection:
        frozen = {date.fromisoformat(x.month) for x in snapshots(connection)}
        before = max((month for month in frozen if month < last), default=_month_before(last))
        missed, month = list[date](), last
        while month > before and month not in frozen:
            missed.insert(0, month)
            month = _month_before(month)
        found = [
            measures.freeze_month(connection, load_register(), month, now=now, by="monthly").measurements
            for month in missed
        ]
    return {"frozen": [str(month) for month in missed], "measurements": sum(found)}


def measures_page(rows: list[KpiRow], catalogue: Catalogue, as_of: date) -> str:
    """What a manager reads of the measures, as Markdown: of each authority apart, the headlines first."""
    authorities = sorted({x.authority_code for x in rows})
    lines = [f"# Measures, {as_of.day} {as_of:%B %Y}", ""]
    for code in authorities:
        of = f", authority {code}" if len(authorities) > 1 else ""
        lines += _of_authority([x for x in rows if x.authority_code == code], catalogue, of)
    return "\n".join([*lines, "What each counts: `ehc measures --define MEASURE`."])


def _of_authority(rows: list[KpiRow], catalogue: Catalogue, of: str) -> list[str]:
    lines = _in_short(rows, catalogue, of)
    for period, words in SHOWN.items():
        newest = _newest(rows, period)
        lines += [f"## {words.capitalize()}{of}", "", "| measure | by | figure | of |", "| --- | --- | ---: | ---: |"]
        lines += [
            f"| {_title(x, catalogue)} | {x.basis.replace('_', ' ')} | {figure(x, catalogue)} | {_of(x)} |"
            for x in rows
            if x.period == period and x.period_from == newest
        ]
        lines += [""]
    lines += [f"## As things stand{of}", "", "| measure | figure | of |", "| --- | ---: | ---: |"]
    lines += [f"| {_title(x, catalogue)} | {figure(x, catalogue)} | {_of(x)} |" for x in rows if x.period == "day"]
    return [*lines, ""]


def _in_short(rows: list[KpiRow], catalogue: Catalogue, of: str) -> list[str]:
    """The headlines side by side, with what the DfE last published of England; of each measure the first basis."""
    newest = {period: _newest(rows, period) for period in SHOWN}
    found = {(x.measure, x.period): x for x in reversed(rows) if x.period_from == newest.get(x.period)}
    lines = []
    for key in HEADLINES:
        mine = [found[key, period] for period in SHOWN if (key, period) in found]
        if len(mine) == len(SHOWN):
            figures = [f"{figure(x, catalogue)} of {_of(x)}" if x.denominator else figure(x, catalogue) for x in mine]
            lines.append(f"| {' | '.join((_title(mine[0], catalogue), *figures, _of_england(catalogue, key)))} |")
    names = f"| measure | {' | '.join(SHOWN.values())} | England |"
    heading = (f"## In short{of}", "", names, "| --- | ---: | ---: | ---: |")
    by_hand = ("", f"{STARRED}: typed by hand from the release.") if any(STARRED in line for line in lines) else ()
    return [*heading, *lines, *by_hand, ""] if lines else []


def _of_england(catalogue: Catalogue, key: str) -> str:
    """The newest figure that the DfE published of England for a measure, "" where it publishes none."""
    column = catalogue.measure(key).dfe.rpartition(": ")[2]
    if column not in published_columns():
        return ""
    newest = next((x for x in (published(ENGLAND, y, column) for y in reversed(years())) if x.value is not None), None)
    return f"{newest.value}% in {newest.year}{'' if newest.is_verified else STARRED}" if newest else ""


def _title(row: KpiRow, catalogue: Catalogue) -> str:
    return catalogue.measure(row.measure).title


def _newest(rows: list[KpiRow], period: str) -> str:
    """The first day of the newest period of a kind."""
    return max((x.period_from for x in rows if x.period == period), default="")


def _of(row: KpiRow) -> str:
    return "" if row.denominator is None else f"{row.denominator:,.0f}"


def _month_before(as_of: date) -> date:
    first = as_of.replace(day=1)
    return first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)
