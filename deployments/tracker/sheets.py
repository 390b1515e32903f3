"""How a list becomes a sheet: real dates, widths, bands in words and colour, filters, and a page that prints."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from textwrap import wrap
from typing import Literal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

Cell = str | int | date | None
Kind = Literal["text", "wide", "date", "number", "band", "case", "explain"]

MOST_ROWS = 1_048_000
"""A sheet of Excel ends a little after this."""

MOST_LINKS = 60_000
"""Excel opens no sheet with more than 65,530 links; the cases after these have the command alone."""

HEADING_ROW = 2
LINE_HEIGHT = 12.75
HIGHEST = 409
"""Points: Excel has no higher row."""

WIDTHS: dict[Kind, int] = {"text": 14, "wide": 44, "date": 11, "number": 8, "band": 11, "case": 17, "explain": 26}
"""In characters: what a reader needs, and together no more than prints on A4 at two thirds of the size."""

WRAPPED = ("text", "wide", "case")
UK_DATE = "dd/mm/yyyy"
LONG_TEXT = 32_000
"""Excel takes 32,767 characters in a cell."""

BAND_COLOURS = {
    "overdue": ("#8E1B10", "#FBE3E0"),
    "this week": ("#7A4B00", "#FFF0D1"),
    "four weeks": ("#17457A", "#E3EEFA"),
    "later": ("#1F5A32", "#E6F4EA"),
    "excepted": ("#4F3A78", "#EEE8F8"),
    "no date": ("#3A3A3A", "#E7E7E7"),
}
"""Text and background of each band: each pair has a contrast of 4.5 or more, and the word stands in the cell."""


@dataclass(frozen=True)
class Column:
    """A column: its heading, and what its cells are."""

    heading: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Case:
    """A cell that says how to have a case explained; `address` is the form's with the case filled in, or ""."""

    command: str
    address: str = ""


class Book:
    """The workbook with the formats its sheets share."""

    def __init__(self, workbook: Workbook, as_of: date) -> None:
        self.workbook, self.as_of = workbook, as_of
        base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
        ruled = {**base, "bottom": 1, "bottom_color": "#D5D9DE"}
        self.text = workbook.add_format({**ruled, "text_wrap": True})
        self.plain = workbook.add_format(ruled)
        self.sentence = workbook.add_format({**base, "text_wrap": True})
        self.date = workbook.add_format({**ruled, "num_format": UK_DATE, "align": "center"})
        self.number = workbook.add_format({**ruled, "num_format": "#,##0", "align": "center"})
        self.link = workbook.add_format({**ruled, "font_color": "#0B4F9E", "underline": 1})
        self.title = workbook.add_format({**base, "bold": True, "font_size": 14})
        over = {**base, "bold": True, "font_color": "#FFFFFF", "bg_color": "#1D3557", "text_wrap": True}
        self.heading = workbook.add_format({**over, "valign": "vcenter"})
        self.over_numbers = workbook.add_format({**over, "valign": "vcenter", "align": "center"})
        self.warning = workbook.add_format({**base, "bold": True, "font_color": "#8E1B10", "text_wrap": True})
        self.bands = {
            band: workbook.add_format({"font_color": text, "bg_color": background, "bold": True})
            for band, (text, background) in BAND_COLOURS.items()
        }

    def sheet(self, name: str, title: str) -> Worksheet:
        """A new sheet, set up for the screen and for A4, with its title."""
        sheet: Worksheet = self.workbook.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.set_footer(f"&L&8As at {self.as_of:%d/%m/%Y}. Case references only: no child is named.&C&8&A&R&8&P of &N")
        sheet.set_row(0, 22)
        sheet.write_string(0, 0, title, self.title)
        return sheet

    def listing(self, name: str, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell | Case]]) -> None:
        """A sheet that lists rows under filters; of more than find room, the last line says how many are left out."""
        sheet = self.sheet(name, title)
        sheet.write_url(1, 0, "internal:'Summary'!A1", self.link, "Summary")
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDTHS[column.kind])
            is_number = column.kind in ("date", "number")
            sheet.write_string(HEADING_ROW, place, column.heading, self.over_numbers if is_number else self.heading)
        sheet.set_row(HEADING_ROW, 30)
        count = 0
        for count, row in enumerate(rows, 1):
            if count <= MOST_ROWS:
                self._row(sheet, HEADING_ROW + count, columns, row, has_links=count <= MOST_LINKS)
        last = HEADING_ROW + max(1, min(count, MOST_ROWS))
        if count > MOST_ROWS:
            sheet.write_string(last + 1, 0, f"{count - MOST_ROWS:,} more rows found no room.", self.warning)
        if not count:
            sheet.write_string(last, 0, "Nothing.", self.text)
        sheet.freeze_panes(HEADING_ROW + 1, 1)
        sheet.autofilter(HEADING_ROW, 0, last, len(columns) - 1)
        sheet.repeat_rows(HEADING_ROW)
        # How to have a case explained is of use on a screen only.
        on_paper = [place for place, column in enumerate(columns) if column.kind != "explain"]
        sheet.print_area(0, 0, last, on_paper[-1])
        for place, column in enumerate(columns):
            if column.kind == "band":
                self.colour_bands(sheet, HEADING_ROW + 1, place, last, place)

    def colour_bands(self, sheet: Worksheet, first_row: int, first: int, last_row: int, last: int) -> None:
        """Colour cells that hold the word of a band."""
        for band, colours in self.bands.items():
            rule = {"type": "cell", "criteria": "==", "value": f'"{band}"', "format": colours}
            sheet.conditional_format(first_row, first, last_row, last, rule)

    def _row(
        self, sheet: Worksheet, at: int, columns: Sequence[Column], row: Sequence[Cell | Case], *, has_links: bool
    ) -> None:
        # Said outright: what a sheet leaves to the program that opens it, not every program works out.
        lines = (_lines(value, column.kind) for column, value in zip(columns, row, strict=True))
        sheet.set_row(at, min(HIGHEST, LINE_HEIGHT * max(lines)))
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            form = self._format(column.kind)
            if value is None or value == "":
                sheet.write_blank(at, place, None, form)
            elif isinstance(value, Case):
                if value.address and has_links:
                    sheet.write_url(at, place, value.address, self.link, value.command)
                else:
                    sheet.write_string(at, place, value.command, self.plain)
            elif isinstance(value, date):
                sheet.write_datetime(at, place, value, form)
            elif isinstance(value, int):
                sheet.write_number(at, place, value, form)
            else:
                # Always as text: what begins with "=" is no formula, whoever wrote it into the case system.
                sheet.write_string(at, place, value[:LONG_TEXT], form)

    def _format(self, kind: Kind) -> Format:
        return {"date": self.date, "number": self.number, "explain": self.plain}.get(kind, self.text)


def _lines(value: Cell | Case, kind: Kind) -> int:
    """How many lines the value takes in a column of its kind."""
    if not isinstance(value, str) or kind not in WRAPPED or len(value) <= WIDTHS[kind]:
        return 1
    return _wrapped(value, WIDTHS[kind])


@lru_cache(maxsize=10_000)
def _wrapped(value: str, width: int) -> int:
    """How many lines so wide the words take; a word longer than a line is broken."""
    return len(wrap(value[:LONG_TEXT], width))


def day(text: str) -> date | str:
    """An ISO date as a date; what is none stays as it is, and before 1900 Excel has no dates."""
    return date.fromisoformat(text) if text[:4] >= "1900" else text
