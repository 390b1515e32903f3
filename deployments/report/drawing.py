"""What every chart has in common: the theme, the two widths it is drawn at, and SVG that says what it shows."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import vl_convert

WIDE, NARROW = 640, 320
"""Pixels: a desktop or a sheet of A4, and a phone. Shrunk to a phone a chart cannot be read, so it is drawn twice."""

INK, MUTED, LINE = "#16212b", "#4a5763", "#c4cdd4"
OURS, OTHERS, STRESS = "#0b4f6c", "#7d8a95", "#a63d2f"
PALE = "#dce7ec"
"""Contrast with white: ink 16, muted 7, ours 9, stress 6.4, and 3.5 for the grey of bars, which always have labels."""

FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
TEXT_SIZE = 13

Row = Mapping[str, Any]
Chart = alt.Chart | alt.LayerChart | alt.HConcatChart | alt.VConcatChart | alt.FacetChart


@dataclass(frozen=True)
class Picture:
    """A chart as SVG for a wide and for a narrow page."""

    wide: str
    narrow: str


def picture(draw: Callable[[int], Chart], *, key: str, title: str, description: str) -> Picture:
    """A chart drawn at both widths; a screen reader is told the title and the description instead."""
    return Picture(
        _svg(draw(WIDE), f"{key}-wide", title, description), _svg(draw(NARROW), f"{key}-narrow", title, description)
    )


def data(rows: Iterable[Row]) -> alt.InlineData:
    """Rows as the data of a chart."""
    return alt.InlineData(values=[dict(row) for row in rows])


def _svg(chart: Chart, key: str, title: str, description: str) -> str:
    """The chart as SVG without size, so that it fills its place, and without roles within, since it is one image."""
    themed = chart.configure(
        font=FONT,
        background="white",
        padding={"left": 0, "right": 8, "top": 6, "bottom": 2},
        text=alt.MarkConfig(fontSize=TEXT_SIZE, color=INK),
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=INK,
            labelFontSize=TEXT_SIZE,
            labelLimit=260,
            titleColor=MUTED,
            titleFontSize=TEXT_SIZE,
            titleFontWeight="normal",
            domainColor=LINE,
            grid=False,
            ticks=False,
            labelPadding=6,
        ),
        header=alt.HeaderConfig(labelColor=INK, labelFontSize=TEXT_SIZE, labelFontWeight="bold", title=None),
    )
    drawn = vl_convert.vegalite_to_svg(themed.to_json(validate=False))
    drawn = re.sub(r' (?:role|aria-[a-z]+|class|pointer-events)="[^"]*"', "", drawn)
    drawn = drawn.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "").replace(' opacity="1"', "")
    drawn = re.sub(r'<path d="(?:M0,0h0v0h0Z)?"(?: display="none")?/>', "", drawn)
    box = re.search(r'viewBox="([^"]*)"', drawn)
    said = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box.group(1) if box else ""}" role="img" '
        f'aria-labelledby="{key}-t {key}-d" focusable="false"><title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(description)}</desc>'
    )
    return re.sub(r"^<svg[^>]*>", lambda _: said, drawn)
