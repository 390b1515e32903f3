"""`ehc benchmarks`: what the DfE published of an authority, its neighbours, its region and England."""

import json
import sys
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.table import Table

from deployments.commands.csv_out import write_csv_by_name
from models.measures.benchmarks import ENGLAND, Area, Published, area, areas, neighbours, published, years
from models.measures.benchmarks import measures as published_columns

SHOWN = {
    "requests_received_in_year": "requests",
    "request_not_assess_pc": "refused %",
    "request_outcome_six_weeks_pc": "6 wk %",
    "plans_issued_den": "issued",
    "pc_plans_issued_within_20_weeks": "20 wk %",
    "pc_plans_issued_20_weeks_ex": "no exc. %",
    "ehcplans": "plans Jan",
}
FIRST_YEAR = 2018
SOURCE = (
    "Refused: of the requests received. 6 wk: decisions whether to assess. 20 wk: plans issued, with exceptions and "
    "without. Plans Jan: all plans there were in the January after.\n"
    "x: not available; z: nothing to count; -: not in the figures held here; *: typed by hand and not checked against "
    "the published file.\n"
    "Source: Department for Education, Education, health and care plans, Open Government Licence v3.0."
)
COLUMNS = ("code", "area", "role", "year", "measure", "value", "why_not", "source", "verified")


def run_benchmarks(code: str, format_: str) -> None:
    """Print what was published: of England where no authority is named; as a table the authority's own years."""
    place = area(_code_of(code) if code else ENGLAND)
    if format_ == "json":
        json.dump([_fields(role, x) for role, x in _everything(place)], sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    elif format_ == "csv":
        write_csv_by_name(sys.stdout, COLUMNS, (_fields(role, x) for role, x in _everything(place)))
    else:
        _print(place)


def _code_of(text: str) -> str:
    """The code of an area given by its code or its name."""
    by_name = {x.name.casefold(): x.code for x in areas().values()}
    return by_name.get(text.strip().casefold(), text.strip())


def _everything(place: Area) -> Iterator[tuple[str, Published]]:
    """Every published value of the area and of those it is compared with, once each, and what they are to it."""
    roles = [(place, "own"), *((x, "neighbour") for x in neighbours(place.code))]
    roles += [(areas()[code], role) for code, role in ((place.region, "region"), (ENGLAND, "England")) if code]
    seen: set[str] = set()
    for of, role in roles:
        if of.code in seen:
            continue
        seen.add(of.code)
        for year in years():
            for measure in published_columns():
                yield role, published(of.code, year, measure)


def _fields(role: str, x: Published) -> dict[str, Any]:
    value = int(x.value) if x.value is not None and x.value.is_integer() else x.value
    values = (x.area.code, x.area.name, role, x.year, x.measure, value, x.why_not, x.source, x.is_verified)
    return dict(zip(COLUMNS, values, strict=True))


def _print(place: Area) -> None:
    console = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
    table = Table(title=f"{place.name}, as published", title_justify="left", box=None, pad_edge=False)
    table.add_column("year")
    for heading in SHOWN.values():
        table.add_column(heading, justify="right", no_wrap=True)
    for year in (x for x in years() if x >= FIRST_YEAR):
        found = [published(place.code, year, measure) for measure in SHOWN]
        mark = "" if all(x.is_verified for x in found) else "*"
        table.add_row(f"{year}{mark}", *(_text(x) for x in found))
    console.print(table)
    near = [x.name for x in neighbours(place.code)]
    if near:
        console.print(f"\nStatistical neighbours, nearest first: {'; '.join(near)}.")
    console.print(f"\n{SOURCE}")


def _text(x: Published) -> str:
    if x.value is None:
        return {"not available": "x", "not in the figures held here": "-"}.get(x.why_not, "z")
    return f"{x.value:,.1f}" if "pc" in x.measure.split("_") else f"{x.value:,.0f}"
