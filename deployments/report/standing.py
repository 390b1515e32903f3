"""Where things stand: the open cases by stage and age, the demand that comes in, the exceptions that were used."""

from collections import Counter

import numpy as np
import pandas as pd

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Card, Figure, Section, Table
from deployments.report.values import Value, most_first
from models.measures.groups import NOT_KNOWN
from models.statute.counting import week_since
from models.statute.records import DAY

OPEN = "cases_open"
OVERDUE = "cases_overdue"
DECIDED = "assess_decided_within_6_weeks"
AGES = {6: "up to 6", 16: "7 to 16", 20: "17 to 20", 26: "21 to 26", 52: "27 to 52"}
"""By the last week: whoever asked twenty weeks ago to the day is in the band that ends with 20, and in time."""

LONGER = "over 52"


def open_cases(material: Material) -> Section:
    """Open cases by stage and weeks since the request, and how long past the twenty weeks."""
    values = material.values
    total, overdue = values.one(OPEN, "day"), values.one(OVERDUE, "day")
    stages = {x.group: x for x in values.newest(OPEN, "day", dimension="stage")}
    late = {x.group: x for x in values.newest(OVERDUE, "day", dimension="stage")}
    bands = [x for x in values.newest(OVERDUE, "day", dimension="overdue") if x.numerator or x.is_suppressed]
    order = [name for name in material.stages if name in stages]
    past = overdue.text if overdue else words.NONE
    return Section(
        key="open",
        title="Open cases and how old they are",
        words=(f"{_open(total)} Past their twenty weeks, of those whose plan is to come: {past}.",),
        figures=tuple(x for x in (_grid(material), _overdue(bands)) if x),
        tables=(
            Table(
                "Open cases by stage",
                ("Stage", "Open", "Past twenty weeks"),
                [
                    (words.sentence(name), stages[name].text, late[name].text if name in late else words.NONE)
                    for name in order
                ],
            ),
        ),
        notes=(
            "A case after an order has the order's own dates and is not counted as past its twenty weeks.",
            *((material.overdue,) if material.overdue else ()),
        ),
    )


def _open(total: Value | None) -> str:
    text = total.text if total else "0"
    return "1 case is open." if text == "1" else f"{text} cases are open."


def _grid(material: Material) -> Figure | None:
    """Stage by age, counted over the same rows as the measure of open cases; None where they are few to publish."""
    case = material.frames.case
    is_open = case[case["stage"] != ""]
    if not len(is_open) or material.is_published:
        return None
    week = week_since(is_open["requested_on"].to_numpy(DAY), np.datetime64(material.as_of, "D"))
    names = [*AGES.values(), LONGER]
    age = pd.Series(pd.cut(week, [0, *AGES, float("inf")], labels=names)).astype(object).fillna(NOT_KNOWN)
    numbers = Counter(zip(is_open["stage"].astype(str), age, strict=True))
    stages = [name for name in material.stages if name in set(is_open["stage"])]
    columns = [*names, *({NOT_KNOWN} & set(age))]
    cells = {(s, c): numbers[s, c] for s in stages for c in columns}
    rows: list[Row] = [
        {"row": words.sentence(stage), "column": column, "value": cells[stage, column]}
        for stage in stages
        for column in columns
    ]
    title = "Open cases by stage and weeks since the request"
    return Figure(
        key="ages",
        title=title,
        words="How many cases; the darker, the more. The plan is due twenty weeks after the request at the latest.",
        picture=picture(
            lambda width: charts.grid(rows, width),
            key="ages",
            title=title,
            description="; ".join(
                f"{words.sentence(s)}: " + ", ".join(f"{_weeks(c)} {cells[s, c]}" for c in columns) for s in stages
            )
            + ".",
        ),
        table=Table(
            title,
            ("Stage", *map(_weeks, columns)),
            [(words.sentence(s), *(words.number(cells[s, c]) for c in columns)) for s in stages],
        ),
    )


def _weeks(column: str) -> str:
    return column if column == NOT_KNOWN else f"{column} weeks"


def _overdue(bands: list[Value]) -> Figure | None:
    if not bands:
        return None
    ordered = sorted(bands, key=lambda x: _first_number(x.group))
    rows: list[Row] = [
        {
            "label": x.group if x.group == NOT_KNOWN else f"{x.group} days",
            "value": x.numerator or 0,
            "text": x.count,
        }
        for x in ordered
    ]
    title = "Plans overdue by how long, in days past the twenty weeks"
    return Figure(
        key="overdue",
        title=title,
        words="How many open cases; an exception that holds does not change the date.",
        picture=picture(
            lambda width: charts.levels(rows, width),
            key="overdue",
            title=title,
            description=", ".join(f"{row['label']} {row['text']}" for row in rows) + ".",
        ),
        table=Table(title, ("Days past", "Open cases"), [(str(r["label"]), str(r["text"])) for r in rows]),
    )


def _used(material: Material, code: str) -> str:
    """What an exception in a plan is called: SEN2's flag alone has no code."""
    return "flagged in the source, without a claim that holds" if code == NOT_KNOWN else _reason(material, code)


def _reason(material: Material, code: str) -> str:
    """What an exception is called, its law with it; a reason that is no exception in its own words."""
    rule = material.register.exceptions.get(code)
    if rule is None:
        return words.sentence(code).replace("Ep ", "EP ")
    return f"{rule.title} ({rule.source.cite})"


def _first_number(band: str) -> int:
    digits = [int(x) for x in band.replace("over", "").split() if x.isdigit()]
    return digits[0] + band.startswith("over") if digits else 0


def demand(material: Material) -> Section:
    """Requests by month beside the year before, who asked, and how they were decided."""
    values = material.values
    cards = []
    for key, period, title in (
        ("requests_received", "year_to_date", f"Requests in {material.as_of.year} so far"),
        (DECIDED, "rolling_year", "Decided within six weeks, last twelve months"),
        ("requests_refused", "rolling_year", "Refused, of the requests of the last twelve months"),
    ):
        found = values.one(key, period)
        if found:
            is_count = found.measure.unit == "count"
            verdict, is_met = "", None
            if key == DECIDED and found.value is not None:
                verdict, is_met = material.verdict(found.value, material.targets.assess_decisions_in_time)
            cards.append(
                Card(
                    title=title,
                    value=found.text if is_count else found.percent,
                    made_of=words.span(found.first, found.last) if is_count else found.made_of,
                    verdict=verdict,
                    is_on_target=is_met,
                )
            )
    sources = sorted(values.newest("requests_received", "rolling_year", dimension="request_source"), key=most_first)
    refused = {x.group: x for x in values.newest("requests_refused", "rolling_year", dimension="request_source")}
    months = _requests(material)
    return Section(
        key="demand",
        title="Demand",
        words=("What comes in today is owed in twenty weeks.",),
        cards=tuple(cards),
        figures=(months,) if months else (),
        tables=(
            Table(
                "Requests of the last twelve months by who asked",
                ("Who asked", "Requests", "Refused an assessment"),
                [
                    (words.sentence(x.group), x.text, refused[x.group].text if x.group in refused else "")
                    for x in sources
                ],
            ),
        ),
    )


def _requests(material: Material) -> Figure | None:
    rows: list[Row] = []
    period, starts = material.shown_periods
    for start in starts:
        now = material.values.one("requests_received", period, within=start)
        then = material.values.one("requests_received", period, within=start.replace(year=start.year - 1))
        if now is None:
            continue
        height, before = now.numerator or 0, then.numerator if then else None
        rows.append(
            {
                "label": words.named(period, start),
                "value": height,
                "before": before,
                "most": max(height, before or 0),
                "text": now.text,
                "ago": then.text if then else "not measured",
            }
        )
    if not rows:
        return None
    title = f"Requests by {period}, {rows[0]['label']} to {rows[-1]['label']}"
    said = ", ".join(f"{row['label']} {row['text']} (a year before {row['ago']})" for row in rows)
    return Figure(
        key="requests",
        title=title,
        words="Bar and number: requests received then. Dash across: the same time a year before.",
        picture=picture(lambda width: charts.beside(rows, width), key="requests", title=title, description=said + "."),
        table=Table(
            title,
            (period.capitalize(), "Requests", "A year before"),
            [(str(row["label"]), str(row["text"]), str(row["ago"])) for row in rows],
        ),
    )


def exceptions(material: Material) -> Section:
    """Exceptions used in the plans issued, and what was claimed that the law does not allow."""
    values = material.values
    used = [
        (title, values.one("exceptions_used", period))
        for title, period in ((f"{material.as_of.year} so far", "year_to_date"), ("Last twelve months", "rolling_year"))
    ]
    kinds = values.newest("exceptions_used", "rolling_year", dimension="exception")
    claims = {x.group: x for x in values.newest("exceptions_claimed", "rolling_year", dimension="code")}
    unlawful = {x.group: x for x in values.newest("exceptions_not_allowed", "rolling_year", dimension="code")}
    return Section(
        key="exceptions",
        title="Exceptions used",
        words=(
            (
                "An exception disapplies one limit and moves no date. Staff shortage, leave and the want of a place "
                "are none; they are kept as reasons for delay."
            ),
        ),
        tables=tuple(
            table
            for table in (
                Table(
                    "Plans issued with an exception to the twenty weeks",
                    ("Period", "Plans with an exception"),
                    [(title, x.text if x else words.NONE) for title, x in used]
                    + [
                        (f"of these: {_used(material, x.group)}", x.count)
                        for x in sorted(kinds, key=lambda x: x.group == NOT_KNOWN)
                        if x.numerator or x.is_suppressed
                    ],
                ),
                Table(
                    "What was claimed in the last twelve months",
                    ("Reason", "Claims", "Of these not allowed by the law"),
                    [
                        (_reason(material, code), x.text, unlawful[code].text if code in unlawful else words.NONE)
                        for code, x in sorted(claims.items(), key=lambda item: most_first(item[1]))
                    ],
                ),
            )
            if table.rows
        ),
    )
