"""Beside others: our own figures next to what the DfE published of England, the region and the neighbours."""

from datetime import date

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Figure, Section, Table
from models.measures.benchmarks import ENGLAND, Comparison, Published, area, comparisons, neighbours, series

HEADLINE = "pc_plans_issued_20_weeks_ex"

COMPARED = {
    HEADLINE: "Plans within twenty weeks, exceptions left out",
    "pc_plans_issued_within_20_weeks": "Plans within twenty weeks, with exceptions",
    "request_outcome_six_weeks_pc": "Decisions whether to assess within six weeks",
    "request_not_assess_pc": "Requests refused an assessment, of all requests",
    "outcome_decision_within_time_pc": "Decisions not to issue a plan within sixteen weeks",
}
"""The DfE's columns that are compared, with their names in words; each is found in the definitions by its column."""

FIRST_YEAR = 2018
TITLE = "Beside England and our neighbours"


def section(material: Material) -> Section:
    """The authority beside its neighbours; an invented one beside the authority it is compared with."""
    code = material.compare_with
    if not code:
        return _nothing(material)
    place = area(code)
    found = list(comparisons(code, tuple(COMPARED)))
    headline = found[0]
    is_own = code == material.authority_code
    invented = f"{material.authority} is invented and nothing is published of it: it is set beside {place.name}. " * (
        not is_own
    )
    return Section(
        key="benchmarks",
        title=TITLE,
        words=(
            (
                f"{invented}The DfE publishes calendar years, the newest with enough neighbours being {headline.year}. "
                f"The neighbours are {words.listed([x.name for x in neighbours(code)])}."
            ),
        ),
        figures=(_series(code, place.name), _ranking(headline), _spread(found, place.name)),
        tables=(_table(material, found, place.name, is_own=is_own),),
        notes=(
            (
                "Published figures: Department for Education, Education, health and care plans, Open Government "
                "Licence v3.0. Until 2022 authorities sent in totals; since 2023 the figures are counted from "
                "records."
            ),
            (
                "*: typed by hand from the release and not checked against the published file. Check it before "
                "relying on it."
            ),
        ),
    )


def _nothing(material: Material) -> Section:
    return Section(
        key="benchmarks",
        title=TITLE,
        words=(
            f"The DfE publishes no figures for {material.authority}.",
            'An authority to compare with can be named in the local practice: [benchmarks] compare_with = "336".',
        ),
    )


def _series(code: str, name: str) -> Figure:
    region = area(area(code).region)
    lines = {name: code, region.name: region.code, "England": ENGLAND}
    found = {line: series(of, HEADLINE, first_year=FIRST_YEAR) for line, of in lines.items()}
    rows = []
    for line, values in found.items():
        known = [x for x in values if x.value is not None]
        rows += [
            {
                "year": _year(x),
                "value": x.value,
                "line": line,
                "is_ours": line == name,
                "label": f"{x.value:.0f}%",
            }
            for x in known
        ]
    years = [_year(x) for x in found[name]]
    title = f"Plans within twenty weeks as published, {years[0]} to {years[-1].rstrip('*')}"
    said = "; ".join(
        f"{line}: " + ", ".join(f"{_year(x)} {_percent(x)}" for x in values) for line, values in found.items()
    )
    marks = ("a solid line with diamonds", "a dashed line with circles", "a dotted line with squares")
    legend = ", ".join(f"{line} {mark}" for line, mark in zip(lines, marks, strict=True))
    return Figure(
        key="series",
        title=title,
        words=f"Percentage of plans issued in each calendar year, exceptions left out. {legend}.",
        picture=picture(lambda width: charts.trends(rows, width), key="series", title=title, description=said + "."),
        table=Table(
            title,
            ("Year", *lines),
            [(year, *(_percent(found[line][place]) for line in lines)) for place, year in enumerate(years)],
        ),
    )


def _spread(found: list[Comparison], name: str) -> Figure:
    rows = []
    for x in found:
        values = {"diamond": x.own.value, "circle": x.median, "square": x.england.value, "triangle-up": x.region.value}
        rows.append(
            {
                "label": f"{COMPARED[x.measure]}, {x.year}",
                "low": None if x.lowest is None else x.lowest / 100,
                "high": None if x.highest is None else x.highest / 100,
                "marks": [{"shape": s, "value": v / 100} for s, v in values.items() if v is not None],
            }
        )
    title = f"{name} among its neighbours"
    said = "; ".join(
        f"{COMPARED[x.measure]}, {x.year}: {name} {_percent(x.own)}, neighbours {_range(x)}, "
        f"{x.region.area.name} {_percent(x.region)}, England {_percent(x.england)}"
        for x in found
    )
    return Figure(
        key="spread",
        title=title,
        words=(
            f"The band reaches from the lowest to the highest of the neighbours. Diamond: {name}; circle: the median "
            f"of the neighbours; square: England; triangle: {found[0].region.area.name}."
        ),
        picture=picture(lambda width: charts.spread(rows, width), key="spread", title=title, description=said + "."),
        table=Table(
            f"{title}, as published",
            ("Measure", "Year", name, "Neighbours: median (range)", found[0].region.area.name, "England"),
            [
                (COMPARED[x.measure], str(x.year), _percent(x.own), _range(x), _percent(x.region), _percent(x.england))
                for x in found
            ],
        ),
    )


def _table(material: Material, found: list[Comparison], name: str, *, is_own: bool) -> Table:
    last_year = material.as_of.year - 1
    same = {x.year for x in found}
    year = f" {found[0].year}" if len(same) == 1 else ""
    rows = []
    for x in found:
        measure = material.values.of_dfe_column(x.measure)
        own = [_own(material, measure, *where) for where in (("year_to_date", None), ("year", date(last_year, 1, 1)))]
        others = [_percent(x.own)] * (not is_own) + [_range(x), _percent(x.england)]
        rows.append((COMPARED[x.measure], *own, *(other if year else f"{other} ({x.year})" for other in others)))
    return Table(
        "Our own figures beside the published ones, by the same definitions",
        (
            "Measure",
            f"Ours, {material.as_of.year} so far",
            f"Ours, {last_year}",
            *([f"{name}{year}"] * (not is_own)),
            f"Neighbours{year}: median (range)",
            f"England{year}",
        ),
        rows,
        is_text=True,
    )


def _own(material: Material, measure: str, period: str, within: date | None) -> str:
    found = material.values.one(measure, period, within=within) if measure else None
    return found.text if found else "not measured"


def _ranking(found: Comparison) -> Figure:
    """The neighbours in the order of the headline, with the authority, its region and England among them."""
    everybody = sorted([found.own, *found.neighbours, found.region, found.england], key=lambda x: -(x.value or 0))
    rows: list[Row] = [
        {
            "label": f"\N{BLACK RIGHT-POINTING SMALL TRIANGLE} {x.area.name}" if x is found.own else x.area.name,
            "value": (x.value or 0) / 100,
            "text": _percent(x),
            "is_other": x is not found.own,
        }
        for x in everybody
    ]
    title = f"{COMPARED[found.measure]}: the neighbours in order, {found.year}"
    return Figure(
        key="ranking",
        title=title,
        words=f"As published. A triangle points at {found.own.area.name}.",
        picture=picture(
            lambda width: charts.levels(rows, width),
            key="ranking",
            title=title,
            description="; ".join(f"{x.area.name} {_percent(x)}" for x in everybody) + ".",
        ),
        table=Table(title, ("Area", "Percentage"), [(x.area.name, _percent(x)) for x in everybody]),
    )


def _percent(found: Published) -> str:
    return found.why_not if found.value is None else f"{found.value:.1f}%"


def _range(found: Comparison) -> str:
    if found.median is None or found.lowest is None or found.highest is None:
        return "none published"
    missing = len(found.neighbours) - len(found.known)
    of = f", {missing} without a figure" if missing else ""
    return f"{found.median:.1f}% ({found.lowest:.1f}% to {found.highest:.1f}%{of})"


def _year(found: Published) -> str:
    return f"{found.year}{'' if found.is_verified else '*'}"
