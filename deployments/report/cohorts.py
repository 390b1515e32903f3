"""The three cohorts that are so often taken for each other, side by side."""

from datetime import date

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Figure, Section, Table
from deployments.report.values import Value

COHORTS = (
    ("requested", "plans_due_in_time", "requested"),
    ("due", "plans_due_in_time", "due"),
    ("issued", "plans_within_20_weeks", "issued"),
)


def section(material: Material) -> Section:
    """The same periods on three bases."""
    period, starts = material.shown_periods
    found = {
        (f"By {period} {name}", start): material.values.one(key, period, basis=basis, within=start)
        for name, key, basis in COHORTS
        for start in starts
    }
    titles = list(dict.fromkeys(title for title, _ in found))
    texts = {place: _text(material, value, by_request=place[0] == titles[0]) for place, value in found.items()}
    rows: list[Row] = [
        {
            "panel": title,
            "label": words.named(period, start),
            "value": value.value if value and value.value is not None else 0.0,
            "text": texts[title, start],
        }
        for (title, start), value in found.items()
    ]
    said = "; ".join(
        f"{title}: " + ", ".join(f"{words.named(period, x)} {texts[title, x]}" for x in starts) for title in titles
    )
    first, last = words.named(period, starts[0]), words.named(period, starts[-1])
    return Section(
        key="cohorts",
        title="Three ways to count the same work",
        words=(
            (
                f"{titles[0]}: of the families who asked then, how many had their plan in time. It is what a family "
                "can expect, and is known only when the twenty weeks are over."
            ),
            f"{titles[1]}: of the plans owed then, how many were sent in time. Clearing old cases does not lower it.",
            (
                f"{titles[2]}: of the plans sent then, how many were in time. The DfE counts so, and clearing old "
                "cases lowers it."
            ),
        ),
        figures=(
            Figure(
                key="cohorts-chart",
                title=f"Plans in time by cohort, {first} to {last}",
                words="The percentage, and the plans in time of all plans of the cohort. Exceptions are counted in.",
                picture=picture(
                    lambda width: charts.panels(rows, width),
                    key="cohorts-chart",
                    title=f"Plans in time by {period} requested, due and issued",
                    description=said + ".",
                ),
                table=Table(
                    "Plans in time by cohort",
                    (period.capitalize(), *titles),
                    [(words.named(period, x), *(texts[title, x] for title in titles)) for x in starts],
                ),
            ),
        ),
    )


def _text(material: Material, value: Value | None, *, by_request: bool) -> str:
    if value is None:
        return words.NONE
    is_running = by_request and _is_running(material, value.first, value.last)
    if value.denominator == 0:
        return "not due yet" if is_running else words.NONE
    text = value.text.replace(", few", "")
    return text.replace(")", " so far)") if is_running else text


def _is_running(material: Material, first: date, last: date) -> bool:
    """Whether twenty weeks are still running for somebody who asked in the period."""
    case = material.frames.case
    asked = (case["requested_on"] >= str(first)) & (case["requested_on"] <= str(last))
    return bool((asked & (case["send_final_plan.due_on"] > str(material.as_of))).any())
