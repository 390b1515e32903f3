"""The charts of the report. Every number stands at its mark, so that nothing rests on colour or on reading an axis."""

import itertools
from collections.abc import Sequence
from typing import Any

import altair as alt

from deployments.report.drawing import (
    INK,
    MUTED,
    NARROW,
    OTHERS,
    OURS,
    PALE,
    STRESS,
    TEXT_SIZE,
    Chart,
    Row,
    data,
)

NO_AXIS: Any = None
BAND = 30
BAND_WITH_NAME = 46
LETTER = 7.4
"""About how many pixels a letter of an axis takes."""

SHAPES = ["diamond", "circle", "square", "triangle-up"]
_BROKEN = "split(datum.label, ' ')"


def rates(rows: Sequence[Row], width: int, *, lines: Sequence[Row] = ()) -> Chart:
    """Percentages one after another, with lines of value and text across.

    Rows of label, value (0 to 1), text above the bar, `under` it what it is made of, and `both` for a narrow page.
    """
    if width <= NARROW:
        return levels([{**row, "text": row["both"]} for row in rows], width, lines=lines, is_named_beside=True)
    sort = [row["label"] for row in rows]
    room = 110 if lines else 10
    top = max([row["value"] for row in (*rows, *lines)], default=0) or 1
    x = alt.X("label:N", sort=sort, title=None, axis=alt.Axis(labelAngle=0, labelFontSize=11, labelExpr=_BROKEN))
    y = alt.Y("value:Q", axis=NO_AXIS, scale=alt.Scale(domain=[0, top * 1.24]))
    base = alt.Chart(data(rows)).encode(x=x, y=y)
    layers: list[Any] = [
        base.mark_bar(color=OURS),
        *_across(lines, y, width - room),
        *_text(base, "text:N", baseline="bottom", dy=-16, fontWeight="bold"),
        *_text(base, "under:N", baseline="bottom", dy=-3, fontSize=10),
    ]
    return alt.layer(*layers).properties(width=width - room - 10, height=210)


def _across(lines: Sequence[Row], y: alt.Y, width: int) -> list[Any]:
    if not lines:
        return []
    base = alt.Chart(data(lines)).encode(y=y)
    named = base.encode(text="text:N", x=alt.value(width))
    return [
        base.mark_rule(color=STRESS, strokeDash=[5, 3], strokeWidth=1.5),
        named.mark_text(align="left", fontSize=11, color=STRESS),
    ]


def _text(base: alt.Chart, text: str, **how: Any) -> list[Any]:  # noqa: ANN401 - what Vega-Lite knows of text
    """Text with a white edge behind it, so that a line that crosses it leaves it readable."""
    edge = base.mark_text(stroke="white", strokeWidth=4, strokeJoin="round", **how)
    return [edge.encode(text=text), base.mark_text(**how).encode(text=text)]


def levels(
    rows: Sequence[Row], width: int, *, lines: Sequence[Row] = (), is_named_beside: bool = False, top: float = 0
) -> Chart:
    """Bars from left to right: rows of label, value, text, and if wanted `inner`, the part of it that is filled.

    A row may say `is_other` to be drawn in grey. `lines` cross the bars at a value. On a narrow page the names stand
    above the bars, unless they are short enough to stand beside them.
    """
    sort = [row["label"] for row in rows]
    above = width <= NARROW and not is_named_beside
    beside = 0 if above else min(250, LETTER * max((len(x) for x in sort), default=0) + 10)
    plot = width - beside - 12
    label = max((len(row["text"]) for row in rows), default=0) * LETTER + 12
    longest = top or max([row["value"] for row in (*rows, *lines)], default=0) or 1
    scale = alt.Scale(domain=[0, longest * plot / max(plot - label, plot / 4)])
    x = alt.X("value:Q", axis=NO_AXIS, scale=scale)
    names: Any = NO_AXIS if above else alt.Axis(domain=False)
    y = alt.Y("label:N", sort=sort, title=None, axis=names)
    shown = [{"inner": row["value"], "is_other": False, **row} for row in rows]
    base = alt.Chart(data(shown)).encode(y=y)
    size: dict[str, Any] = {"height": 17, "yOffset": 8 if above else 0}
    color = alt.condition("datum.is_other", alt.value(OTHERS), alt.value(OURS))
    layers: list[Any] = [
        base.transform_filter("datum.inner < datum.value")
        .mark_bar(color="white", stroke=STRESS, strokeWidth=1.5, **size)
        .encode(x=x),
        base.mark_bar(**size).encode(x=alt.X("inner:Q", axis=NO_AXIS, scale=scale), color=color),
    ]
    if lines:
        crossing = alt.Chart(data(lines)).mark_rule(color=STRESS, strokeDash=[5, 3], strokeWidth=1.5)
        layers.append(crossing.encode(x=x))
    layers += _text(base.encode(x=x), "text:N", align="left", dx=6, baseline="middle", dy=size["yOffset"])
    if above:
        layers.append(base.mark_text(align="left", dy=-9, color=INK).encode(x=alt.value(0), text="label:N"))
    return alt.layer(*layers).properties(width=plot, height=alt.Step(BAND_WITH_NAME if above else BAND))


def panels(rows: Sequence[Row], width: int) -> Chart:
    """The same bars in panels beside or below each other: rows of panel, label, value, text."""
    names = list(dict.fromkeys(row["panel"] for row in rows))
    sort = list(dict.fromkeys(row["label"] for row in rows))
    is_narrow = width <= NARROW
    plot = width - 90 if is_narrow else (width - 120) / len(names)
    longest = max((row["value"] for row in rows), default=0) or 1
    label = max((len(row["text"]) for row in rows), default=0) * (LETTER - 1.2) + 8
    scale = alt.Scale(domain=[0, longest * plot / max(plot - label, plot / 4)])
    charts = []
    for place, name in enumerate(names):
        axis = alt.Axis(domain=False) if is_narrow or not place else NO_AXIS
        base = alt.Chart(data(row for row in rows if row["panel"] == name)).encode(
            y=alt.Y("label:N", sort=sort, title=None, axis=axis), x=alt.X("value:Q", axis=NO_AXIS, scale=scale)
        )
        bars = base.mark_bar(color=OURS, height=14)
        text = base.mark_text(align="left", dx=4, fontSize=12).encode(text="text:N")
        title = alt.TitleParams(name, anchor="start", fontSize=TEXT_SIZE, color=INK, offset=6)
        charts.append(alt.layer(bars, text).properties(title=title, width=plot, height=alt.Step(24)))
    return alt.vconcat(*charts, spacing=18) if is_narrow else alt.hconcat(*charts, spacing=14)


def grid(rows: Sequence[Row], width: int) -> Chart:
    """Counts in a grid, darker the more: rows of row, column, value."""
    downwards = list(dict.fromkeys(row["row"] for row in rows))
    across = list(dict.fromkeys(row["column"] for row in rows))
    most = max((row["value"] for row in rows), default=0) or 1
    shown = [{**row, "shade": row["value"] / most, "is_dark": row["value"] / most > HALF_DARK} for row in rows]
    # On a phone the headings stand word under word: side by side seven of them run into each other.
    of_phone: Any = {"labelFontSize": 10, "labelExpr": _BROKEN, "labelPadding": 28}
    of_width: Any = of_phone if width <= NARROW else {"labelFontSize": TEXT_SIZE}
    x_axis = alt.Axis(orient="top", labelAngle=0, domain=False, **of_width)
    base = alt.Chart(data(shown)).encode(
        x=alt.X("column:N", sort=across, title=None, axis=x_axis),
        y=alt.Y("row:N", sort=downwards, title=None, axis=alt.Axis(domain=False)),
    )
    cells = base.mark_rect(stroke="white", strokeWidth=2).encode(
        color=alt.Color("shade:Q", scale=alt.Scale(domain=[0, 1], range=[PALE, OURS]), legend=None)
    )
    text = base.mark_text(fontWeight="bold").encode(
        text=alt.Text("value:Q", format=","),
        color=alt.condition("datum.is_dark", alt.value("white"), alt.value(INK)),
    )
    return alt.layer(cells, text).properties(width=width - 90, height=alt.Step(36))


HALF_DARK = 0.62
"""From this shade on white figures have more contrast than black ones."""


def steps(rows: Sequence[Row], width: int) -> Chart:
    """A waterfall from left to right: rows of label, start, end, text, kind ("level", "up" or "down")."""
    sort = [row["label"] for row in rows]
    shown = [{**row, "low": min(row["start"], row["end"]), "high": max(row["start"], row["end"])} for row in rows]
    joins = [{"label": row["label"], "at": before["end"]} for before, row in itertools.pairwise(rows)]
    joins += [{"label": row["label"], "at": row["end"]} for row in rows[:-1]]
    low = min(0.0, *(row["low"] for row in shown))
    high = max(row["high"] for row in shown) or 1
    plot = width - 130
    scale = alt.Scale(domain=[low, low + (high - low) * plot / (plot - 64)])
    y = alt.Y("label:N", sort=sort, title=None, axis=alt.Axis(domain=False))
    base = alt.Chart(data(shown)).encode(y=y)
    kinds = ["level", "up", "down"]
    bars = base.mark_bar(height=18, strokeWidth=1.5).encode(
        x=alt.X("low:Q", axis=NO_AXIS, scale=scale),
        x2="high:Q",
        # Dark, filled or outlined, and labelled with its sign: colour is only one of three ways to tell them apart.
        color=alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=[INK, OURS, "white"]), legend=None),
        stroke=alt.Stroke("kind:N", scale=alt.Scale(domain=kinds, range=[INK, OURS, STRESS]), legend=None),
    )
    text = base.mark_text(align="left", dx=6, fontWeight="bold").encode(x="high:Q", text="text:N")
    ticks = alt.Chart(data(joins)).mark_tick(color=OTHERS, thickness=1, size=BAND + 4, opacity=1)
    lines = ticks.encode(x=alt.X("at:Q", axis=NO_AXIS), y=y)
    return alt.layer(lines, bars, text).properties(width=plot, height=alt.Step(BAND + 4))


def spread(rows: Sequence[Row], width: int) -> Chart:
    """One scale from 0 to 100%: rows of label, low and high of a band, and marks of shape and value on it."""
    sort = [row["label"] for row in rows]
    marks = [{"label": row["label"], **mark} for row in rows for mark in _apart(row["marks"], MARK / (width - 24))]
    y = alt.Y("label:N", sort=sort, title=None, axis=NO_AXIS)
    axis = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1], labelColor=MUTED, labelFontSize=11)
    x: dict[str, Any] = {"axis": axis, "scale": alt.Scale(domain=[0, 1]), "title": None}
    low = (
        alt.Chart(data(row for row in rows if row["low"] is not None))
        .mark_bar(color=PALE, stroke=OTHERS, height=16, yOffset=BELOW_NAME)
        .encode(y=y, x=alt.X("low:Q", **x), x2="high:Q")
    )
    named = alt.Chart(data(rows)).mark_text(align="left", dy=-18).encode(y=y, x=alt.value(0), text="label:N")
    points = [
        alt.Chart(data(mark for mark in marks if mark["lane"] == lane))
        .mark_point(size=130, filled=True, opacity=1, stroke="white", strokeWidth=1, yOffset=BELOW_NAME + lane * MARK)
        .encode(
            y=y,
            x=alt.X("value:Q", **x),
            shape=alt.Shape("shape:N", scale=alt.Scale(domain=SHAPES, range=SHAPES), legend=None),
            color=alt.Color("shape:N", scale=alt.Scale(domain=SHAPES, range=[OURS, OTHERS, STRESS, INK]), legend=None),
        )
        for lane in sorted({mark["lane"] for mark in marks})
    ]
    return alt.layer(low, *points, named).properties(width=width - 24, height=alt.Step(60))


BELOW_NAME = 11
"""Pixels from the middle of a row down to its band, so that the name has room above."""

MARK = 13
"""About how many pixels a mark is wide and high."""


def _apart(marks: Sequence[Row], near: float) -> list[Row]:
    """The marks each with its `lane` above (negative) or below the middle, so that none covers another.

    Marks whose values are less than `near` from the next stand above each other, and all others in the middle.
    """
    ordered = sorted(marks, key=lambda mark: mark["value"])
    heaps: list[list[Row]] = []
    for mark in ordered:
        if heaps and mark["value"] - heaps[-1][-1]["value"] < near:
            heaps[-1].append(mark)
        else:
            heaps.append([mark])
    return [{**mark, "lane": place - (len(heap) - 1) / 2} for heap in heaps for place, mark in enumerate(heap)]


def trends(rows: Sequence[Row], width: int) -> Chart:
    """Percentages over the years as lines, each named at its end: rows of year, value, line, is_ours, label."""
    names = list(dict.fromkeys(row["line"] for row in rows))
    colors = [OURS, MUTED, STRESS][: len(names)]
    color = alt.Color("line:N", scale=alt.Scale(domain=names, range=colors), legend=None)
    dashes = [[1, 0], [6, 3], [2, 2]][: len(names)]
    dash = alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=dashes), legend=None)
    shape = alt.Shape("line:N", scale=alt.Scale(domain=names, range=SHAPES[: len(names)]), legend=None)
    is_narrow = width <= NARROW
    plot = width - (40 if is_narrow else 170)
    years = list(dict.fromkeys(row["year"] for row in rows))
    years_axis = alt.Axis(labelAngle=0, labelFontSize=9 if is_narrow else 11)
    x = alt.X("year:O", sort=years, title=None, axis=years_axis)
    axis = alt.Axis(
        values=[0, 25, 50, 75, 100],
        labelExpr="datum.value + '%'",
        grid=True,
        gridColor="#e8ecef",
        domain=False,
        labelColor=MUTED,
        labelFontSize=11,
    )
    y = alt.Y("value:Q", title=None, scale=alt.Scale(domain=[0, 100]), axis=axis)
    base = alt.Chart(data(_with_sides(rows))).encode(x=x, y=y)
    layers: list[Any] = [
        base.mark_line(strokeWidth=2).encode(color=color, strokeDash=dash, detail="line:N"),
        base.mark_point(filled=True, size=55, opacity=1).encode(color=color, shape=shape),
    ]
    for side, dy in (("above", -13), ("below", 14)):
        chosen = base.transform_filter(f"datum.is_ours && datum.side == '{side}'")
        layers += _text(chosen, "label:N", dy=dy, fontWeight="bold", fontSize=12)
    if not is_narrow:
        ends = alt.Chart(data(_ends(rows, names))).encode(x=alt.value(plot + 6), y=y, text="line:N", color=color)
        layers.append(ends.mark_text(align="left", fontSize=12))
    return alt.layer(*layers).properties(width=plot, height=230)


LINE_GAP = 7
"""Points of a percentage between two names at the ends of lines."""


def _with_sides(rows: Sequence[Row]) -> list[Row]:
    """The rows with the side of the point on which its line leaves room for a number."""
    found: list[Row] = []
    for place, row in enumerate(rows):
        near = [x["value"] for x in rows[max(0, place - 1) : place + 2] if x["line"] == row["line"] and x is not row]
        is_low = bool(near) and all(value > row["value"] for value in near)
        found.append({**row, "side": "below" if is_low and row["value"] > LINE_GAP else "above"})
    return found


def _ends(rows: Sequence[Row], names: Sequence[str]) -> list[Row]:
    """The name of each line at the height of its last point, moved so that no two names touch."""
    last = {name: [row["value"] for row in rows if row["line"] == name][-1] for name in names}
    at = float("-inf")
    found: list[Row] = []
    for name in sorted(names, key=last.__getitem__):
        at = max(last[name], at + LINE_GAP)
        found.append({"line": name, "value": at})
    return found


def beside(rows: Sequence[Row], width: int) -> Chart:
    """Counts by month with a dash for the same month a year before: rows of label, value, before, most, text."""
    sort = [row["label"] for row in rows]
    top = max((row["most"] for row in rows), default=0) or 1
    is_narrow = width <= NARROW
    scale = alt.Scale(domain=[0, top * (1.2 if is_narrow else 1.12)])
    names = alt.Axis(domain=False) if is_narrow else alt.Axis(labelAngle=0, labelFontSize=11, labelExpr=_BROKEN)
    if is_narrow:
        base = alt.Chart(data(rows)).encode(y=alt.Y("label:N", sort=sort, title=None, axis=names))
        at = [base.encode(x=alt.X(f"{name}:Q", axis=NO_AXIS, scale=scale)) for name in ("value", "before", "most")]
        text: dict[str, Any] = {"align": "left", "dx": 7}
        bar: dict[str, Any] = {"height": 17}
        size = (90, BAND)
    else:
        base = alt.Chart(data(rows)).encode(x=alt.X("label:N", sort=sort, title=None, axis=names))
        at = [base.encode(y=alt.Y(f"{name}:Q", axis=NO_AXIS, scale=scale)) for name in ("value", "before", "most")]
        text = {"baseline": "bottom", "dy": -6}
        bar = {}
        size = (20, 0)
    layers: list[Any] = [
        at[0].mark_bar(color=OURS, **bar),
        at[1].mark_tick(color="white", thickness=6, size=26, opacity=1),
        at[1].mark_tick(color=INK, thickness=3, size=26, opacity=1),
        *_text(at[2], "text:N", fontWeight="bold", **text),
    ]
    height: Any = alt.Step(size[1]) if size[1] else 190
    return alt.layer(*layers).properties(width=width - size[0], height=height)
