"""Measure, publish what managers read of it, and freeze a month."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from prefect import task

from models.casework import measures
from models.measures.catalogue import Catalogue, load_catalogue
from models.measures.words import figure
from models.queries.kpi import KpiRow, kpi_rows, snapshots
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tasks.telling import publish

SHOWN = {"year_to_date": "this year to date", "rolling_year": "the last twelve whole months"}
"""The periods of the artifact, in words; the newest of each."""


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
    """The snapshot of the last whole month before `as_of`; a month once frozen is left as it is."""
    month = _month_before(as_of)
    with unit_of_work() as connection:
        if any(x.month == str(month) for x in snapshots(connection)):
            return {"month": str(month), "is_new": False}
        found = measures.freeze_month(connection, load_register(), month, now=now, by="monthly")
    return {"month": str(month), "is_new": found.is_new, "measurements": found.measurements}


def measures_page(rows: list[KpiRow], catalogue: Catalogue, as_of: date) -> str:
    """What a manager reads of the measures, as Markdown."""
    lines = [f"# Measures, {as_of.day} {as_of:%B %Y}", ""]
    for period, words in SHOWN.items():
        newest = max((x.period_from for x in rows if x.period == period), default="")
        lines += [f"## {words.capitalize()}", "", "| measure | by | figure | of |", "| --- | --- | ---: | ---: |"]
        lines += [
            f"| {catalogue.measure(x.measure).title} | {x.basis} | {figure(x, catalogue)} | {_of(x)} |"
            for x in rows
            if x.period == period and x.period_from == newest
        ]
        lines += [""]
    lines += ["## As things stand", "", "| measure | figure | of |", "| --- | ---: | ---: |"]
    lines += [
        f"| {catalogue.measure(x.measure).title} | {figure(x, catalogue)} | {_of(x)} |"
        for x in rows
        if x.period == "day"
    ]
    return "\n".join([*lines, "", "What each counts: `ehc measures --define MEASURE`."])


def _of(row: KpiRow) -> str:
    return "" if row.denominator is None else f"{row.denominator:,.0f}"


def _month_before(as_of: date) -> date:
    first = as_of.replace(day=1)
    return first.replace(year=first.year - 1, month=12) if first.month == 1 else first.replace(month=first.month - 1)
