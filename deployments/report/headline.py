"""The headline: the DfE's own percentage, for the year so far, the newest period that is over, and twelve months."""

from datetime import date

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Card, Figure, Section, Table
from deployments.report.values import SUPPRESSED, Value
from models.measures.benchmarks import ENGLAND, published, years

HEADLINE = "plans_within_20_weeks_excluding_exceptions"
WITH_EXCEPTIONS = "plans_within_20_weeks"


def section(material: Material) -> Section:
    """The twenty-week rate of the year so far, of the newest whole month or quarter and of the last twelve months."""
    period, starts = material.shown_periods
    newest = f"{starts[-1]:%B %Y}" if period == "month" else words.quarter(starts[-1])
    cards = [
        _card(material, title, period, within)
        for title, period, within in (
            (f"{material.as_of.year} so far", "year_to_date", None),
            (newest, period, starts[-1]),
            ("The last twelve months", "rolling_year", None),
        )
    ]
    return Section(
        key="headline",
        title="Plans within twenty weeks",
        words=(
            (
                "Of the final plans sent, how many were sent within twenty weeks of the request, exceptions left "
                "out: the DfE's own headline. A month and a year are different numbers, so each has its name and its "
                "count."
            ),
        ),
        cards=tuple(cards),
        figures=tuple(x for x in (_course(material),) if x),
    )


def _card(material: Material, title: str, period: str, within: date | None) -> Card:
    without = material.values.one(HEADLINE, period, within=within)
    with_ = material.values.one(WITH_EXCEPTIONS, period, within=within)
    if without is None or with_ is None or without.value is None:
        if without is not None and without.is_suppressed:
            return Card(title, SUPPRESSED, "Too few to publish.")
        is_any = with_ is not None and bool(with_.denominator)
        return Card(title, words.NONE, f"No plan was sent{' without an exception' if is_any else ''}.")
    verdict, is_met = material.verdict(without.value, material.targets.plans_in_time)
    return Card(
        title=title,
        value=without.percent,
        made_of=f"{without.made_of} plans, exceptions left out",
        lines=(f"With exceptions counted: {words.unbroken(with_.text)}", words.span(without.first, without.last)),
        verdict=verdict,
        is_on_target=is_met,
    )


def _course(material: Material) -> Figure | None:
    """The percentage of each period; None where no plan was sent in any."""
    period, starts = material.shown_periods
    found = [(words.named(period, x), material.values.one(HEADLINE, period, within=x)) for x in starts]
    with_ = [material.values.one(WITH_EXCEPTIONS, period, within=x) for x in starts]
    if not any(value and (value.denominator or value.is_suppressed) for value in (*with_, *(x for _, x in found))):
        return None
    rows: list[Row] = [
        {
            "label": name,
            "value": _height(value),
            "text": value.percent if value else words.NONE,
            "under": value.made_of.replace(", few", "") if value and value.denominator else "",
            "both": value.text.replace(", few", "") if value else words.NONE,
        }
        for name, value in found
    ]
    lines: list[Row] = []
    if material.targets.plans_in_time != material.every:
        lines.append(
            {"value": material.targets.plans_in_time / 100, "text": f"target {material.targets.plans_in_time}%"}
        )
    england = published(ENGLAND, years()[-1], "pc_plans_issued_20_weeks_ex")
    star = "" if england.is_verified else "*"
    if england.value is not None:
        lines.append({"value": england.value / 100, "text": f"England {england.year}{star} {england.value:.0f}%"})
    title = f"Plans within twenty weeks by {period} issued, {found[0][0]} to {found[-1][0]}"
    dashed = words.listed([str(line["text"]) for line in lines])
    return Figure(
        key="months",
        title=title,
        words=f"Exceptions left out. Dashed: {dashed}.",
        picture=picture(
            lambda width: charts.rates(rows, width, lines=lines),
            key="months",
            title=title,
            description="; ".join(f"{row['label']} {row['both']}" for row in rows) + f". Dashed: {dashed}.",
        ),
        table=Table(
            title,
            (period.capitalize(), "Exceptions left out", "With exceptions"),
            [
                (name, value.text if value else words.NONE, other.text if other else words.NONE)
                for (name, value), other in zip(found, with_, strict=True)
            ],
        ),
    )


def _height(value: Value | None) -> float:
    return value.value if value and value.value is not None else 0.0
