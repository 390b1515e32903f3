"""Why it moved: the twenty-week percentage of two quarters, and the parts that the difference is the sum of."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from deployments.report import charts, words
from deployments.report.drawing import picture
from deployments.report.material import Material
from deployments.report.page import Figure, Section, Table
from models.measures.waterfall import Cases, Part, Period, Waterfall, shown_points, waterfall

MONTHS_OF_QUARTER = 3
WHOLE = 100
BOUND = ("running", "met", "met_late", "overdue", "excepted")
"""A clock in one of these states reaches its last lawful day; one that was stopped or superseded does not."""


def section(material: Material) -> Section:
    """The newest quarter that is over, beside the one before it and beside the same a year ago."""
    title = "Why the percentage moved"
    if material.is_published:
        # The parts sum to the change exactly: from them the counts could be worked out that are rounded elsewhere.
        return Section("moved", title, ("Not published: its parts would give away exact numbers.",))
    cases = plans(material)
    newest = last_quarter(material.as_of)
    found = [waterfall(cases, before, newest) for before in (quarter_before(newest), a_year_before(newest))]
    return Section(
        key="moved",
        title=title,
        words=(
            (
                "The headline is about plans that were sent. Sending the oldest plans lowers it, although it is "
                "right to send them. So each change is taken apart into four parts, which sum to it exactly."
            ),
        ),
        figures=tuple(_figure(x, key) for x, key in zip(found, ("quarter", "year"), strict=False) if x.parts),
        points=tuple(x.why_not for x in found if x.why_not),
        notes=(
            (
                "Backlog cleared: plans that were past twenty weeks before the quarter began. Exceptions: what "
                "leaving them out adds. Demand: how many cases came to the end of their twenty weeks. Speed: how "
                "many plans were sent in time, and how many late, for each of these. Each part is the average of its "
                "effect over every order in which the parts can change."
            ),
        ),
    )


def plans(material: Material) -> Cases:
    """The cases as the waterfall wants them, by the definitions of the headline."""
    case = material.frames.case
    issued, received = case["final_plan_sent_on"], case["request_received_on"]
    issued = issued.where(case["plan_outcome"] == "Y")
    # The DfE counts from the day the request was received; where that is missing or later, no length is known.
    due = case["send_final_plan.due_on"].where(received.notna() & ~(issued < received))
    # A case that is no longer bound comes due for nobody.
    ended = case["send_final_plan.origin_on"].where(~case["send_final_plan.state"].isin(BOUND))
    issued_on, due_on, ended_on = (x.to_numpy().astype("datetime64[D]") for x in (issued, due, ended))
    return Cases(issued_on, due_on, ended_on, case["week20"].to_numpy().astype(np.bool_))


def last_quarter(as_of: date) -> Period:
    """The newest quarter of the calendar year that is over on a day."""
    first = date(as_of.year, (as_of.month - 1) // MONTHS_OF_QUARTER * MONTHS_OF_QUARTER + 1, 1)
    return _quarter_to(first - timedelta(days=1))


def quarter_before(found: Period) -> Period:
    """The quarter before one."""
    return _quarter_to(found.first - timedelta(days=1))


def a_year_before(found: Period) -> Period:
    """The same quarter of the year before."""
    return _quarter_to(date(found.last.year - 1, found.last.month, found.last.day))


def _quarter_to(last: date) -> Period:
    first = date(last.year, last.month - MONTHS_OF_QUARTER + 1, 1)
    return Period(words.span(first, last), first, last)


def _in_order(parts: Sequence[Part], shown: Sequence[float], start: float) -> list[tuple[Part, float]]:
    """The parts that raised it first, so that the bars stay above nought, unless they would then pass a hundred."""
    raised = sum(float(100 * part.change) for part in parts if part.change > 0)
    is_upwards = start + raised <= WHOLE
    return sorted(zip(parts, shown, strict=True), key=lambda x: (x[0].change < 0) == is_upwards)


def _figure(found: Waterfall, key: str) -> Figure:
    change, was, now = found.change, found.was.headline, found.now.headline
    assert change is not None  # noqa: S101 - there are parts, so there are both percentages
    assert was is not None  # noqa: S101 - likewise
    assert now is not None  # noqa: S101 - likewise
    shown = shown_points([part.change for part in found.parts], change)
    start, end = 100 * float(was), 100 * float(now)
    rows = [{"label": found.before.name, "start": 0, "end": start, "text": f"{start:.1f}%", "kind": "level"}]
    at = start
    in_order = _in_order(found.parts, shown, start)
    for part, points in in_order:
        to = at + float(100 * part.change)
        kind = "up" if to >= at else "down"
        rows.append({"label": part.title, "start": at, "end": to, "text": words.signed(points), "kind": kind})
        at = to
    rows.append({"label": found.after.name, "start": 0, "end": end, "text": f"{end:.1f}%", "kind": "level"})
    title = f"From {found.before.name} to {found.after.name}: {words.points(100 * change)}"
    said = ", ".join(f"{part.title.lower()} {words.signed(x)}" for part, x in zip(found.parts, shown, strict=True))
    table = Table(
        f"{found.before.name} to {found.after.name}, in percentage points",
        ("Part", "Points", "Because"),
        [
            (found.before.name, f"{start:.1f}%", words.share(found.was.on_time_without, found.was.issued_without)),
            *((part.title, words.signed(x), part.words) for part, x in in_order),
            (found.after.name, f"{end:.1f}%", words.share(found.now.on_time_without, found.now.issued_without)),
        ],
        is_text=True,
    )
    return Figure(
        key=f"moved-{key}",
        title=title,
        words="Plans within twenty weeks, exceptions left out. Filled: raised it; outlined: lowered it.",
        picture=picture(
            lambda width: charts.steps(rows, width),
            key=f"moved-{key}",
            title=title,
            description=f"From {start:.1f}% to {end:.1f}%: {said}.",
        ),
        table=table,
        is_open=True,
    )
