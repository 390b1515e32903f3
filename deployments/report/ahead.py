"""What is coming: the plans in time that must be expected, how the forecast did when it was tried, the backlogs."""

from deployments.report import charts, words
from deployments.report.drawing import Row, picture
from deployments.report.material import Material
from deployments.report.page import Card, Figure, Section, Table
from models.measures.forecast import words as said
from models.measures.forecast.aims import Aim, Point
from models.measures.forecast.backlog import Backlog, Flow
from models.measures.forecast.coming import Week
from models.measures.forecast.expected import Expected
from models.measures.forecast.forecast import Forecast

TITLE = "What is coming"
EXPECTED, LINE = "diamond", "square"


def section(material: Material) -> Section:
    """The forecast with its back-test, the burn-down of what is overdue, and what runs out in the next weeks."""
    ahead = material.ahead
    if ahead is None:
        return Section("ahead", TITLE, ("Not published: it is for planning, and of a few children.",))
    trials = tuple(said.tried(ahead.plans, ahead.as_of))
    (plans,) = [x for x in ahead.aims if x.target == "plans_in_time"]
    return Section(
        key="ahead",
        title=TITLE,
        words=(
            ahead.plans.why_not
            or (
                "Whatever falls due in these months has been asked for already. What must be expected of it is taken "
                "from how long plans took lately, and tried on the past before it is believed."
            ),
        ),
        cards=(_card(material, ahead.plans.quarter, trials),) if ahead.plans.quarter else (),
        figures=tuple(x for x in (_expected(ahead, plans), _burn_down(ahead.backlogs)) if x),
        tables=(_weeks(ahead.weeks),),
        points=(
            *trials[1:],
            *(said.burn_down(x) for x in ahead.backlogs),
            *(said.aimed(x, ahead.as_of) for x in ahead.aims),
        ),
        notes=tuple(said.notes(ahead.plans)),
    )


def _card(material: Material, found: Expected, trials: tuple[str, ...]) -> Card:
    """What must be expected of the three months after the day, and beside it how the newest trial did."""
    verdict, is_met = material.verdict(found.share, material.targets.plans_in_time)
    return Card(
        title=f"Expected in time, {words.span(found.first, found.last)}",
        value=words.percent(found.share),
        made_of=f"of {words.number(found.due)} plans due; range {_range(found)}",
        lines=trials[:1],
        verdict=verdict,
        is_on_target=is_met,
    )


def _expected(ahead: Forecast, aim: Aim) -> Figure | None:
    if not ahead.plans.months:
        return None
    line = {point.last: point for point in aim.points}
    rows: list[Row] = [
        {
            "label": f"{words.month(x.first)}: {words.percent(x.share)}, {_range(x)}, of {words.number(x.due)} due",
            "low": x.low,
            "high": x.high,
            "marks": [
                {"shape": EXPECTED, "value": x.share},
                *({"shape": LINE, "value": point.share} for point in _at(line.get(x.last))),
            ],
        }
        for x in ahead.plans.months
    ]
    by = f" Square: the line to {aim.percent}% by {words.day(aim.by)}." if aim.by and line else ""
    title = f"Plans in time by month due, {words.month(ahead.plans.months[0].first)} and after"
    headings = ("Month", "Due", "In time", "Late", "Open", "Expected", "Range", *(("Target's line",) if line else ()))
    return Figure(
        key="expected",
        title=title,
        words=f"Diamond: what must be expected; band: its range.{by}",
        picture=picture(
            lambda width: charts.spread(rows, width),
            key="expected",
            title=title,
            description="; ".join(str(row["label"]) for row in rows) + f".{by}",
        ),
        table=Table(
            title,
            headings,
            [
                (
                    words.month(x.first),
                    *(words.number(n) for n in (x.due, x.in_time, x.late, x.undecided)),
                    words.percent(x.share),
                    _range(x),
                    *(words.percent(point.share) for point in _at(line.get(x.last))),
                )
                for x in ahead.plans.months
            ],
        ),
    )


def _at(point: Point | None) -> tuple[Point, ...]:
    return (point,) if point else ()


def _range(x: Expected) -> str:
    return f"{words.percent(x.low)} to {words.percent(x.high)}"


def _burn_down(backlogs: tuple[Backlog, ...]) -> Figure:
    """What was overdue at the end of each month, and what came to it and went from it."""
    rows: list[Row] = [
        {"panel": _name(x), "label": words.month(flow.first), "value": flow.left, "text": _text(flow)}
        for x in backlogs
        for flow in x.months
    ]
    title = "Overdue at the end of each month"
    described = "; ".join(f"{_name(x)}: " + ", ".join(map(_dated, x.months)) for x in backlogs)
    columns = zip(*(x.months for x in backlogs), strict=True)
    return Figure(
        key="burn-down",
        title=title,
        words="How many were left, and beside it how many became overdue in the month and how many were dealt with.",
        picture=picture(
            lambda width: charts.panels(rows, width), key="burn-down", title=title, description=f"{described}."
        ),
        table=Table(
            title,
            ("Month", *(_name(x) for x in backlogs)),
            [(words.month(flows[0].first), *map(_text, flows)) for flows in columns],
        ),
    )


def _name(x: Backlog) -> str:
    return f"Overdue {said.DUTIES[x.duty]}"


def _text(x: Flow) -> str:
    return f"{words.number(x.left)} (+{words.number(x.came)}, {words.MINUS}{words.number(x.went)})"


def _dated(x: Flow) -> str:
    return f"{words.month(x.first)} {_text(x)}"


def _weeks(weeks: tuple[Week, ...]) -> Table:
    """What runs out in each week by duty; advice by all kinds together."""
    of: dict[str, dict[str, list[Week]]] = {}
    for week in weeks:
        of.setdefault(f"{week.first.day}\N{NO-BREAK SPACE}{week.first:%b}", {}).setdefault(week.duty, []).append(week)
    headings = {**said.DUTIES, "give_advice": "advice"}
    return Table(
        "What runs out in each week: due (of these answered, of the rest at risk)",
        ("Week of", *map(words.sentence, headings.values())),
        [(first, *(_cell(found.get(duty, [])) for duty in headings)) for first, found in of.items()],
    )


def _cell(weeks: list[Week]) -> str:
    due, *rest = (words.number(sum(getattr(x, name) for x in weeks)) for name in ("due", "answered", "at_risk"))
    return f"{due} ({', '.join(rest)})" if due != "0" else words.NONE
