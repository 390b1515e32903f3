"""Figures for a person as tables, and rows of anything for a program as CSV or JSON."""

import json
import sys
from collections.abc import Mapping, Sequence
from itertools import compress, groupby
from typing import TYPE_CHECKING, Any

from deployments.commands.csv_out import write_csv

if TYPE_CHECKING:
    from datetime import date

    from rich.text import Text

    from models.measures.catalogue import Catalogue
    from models.measures.disclosure import PublishedRow
    from models.practice.loader import Practices
    from models.queries.kpi import Changed, KpiRow

PERIODS = {"year_to_date": "year to date", "rolling_year": "twelve months"}
"""The periods that stand beside each other when no kind of period is asked for, beside the day itself."""

LINE = ("authority", "measure", "by", "group", "period")
"""What tells one line of figures from another: whose they are, of what, of which cohort and group, and when."""

Line = tuple[str, str, str, str, str]

MOST_ROWS = 120
EVERY = "--format csv"
FIELDS = (
    "authority_code",
    "measure",
    "basis",
    "period",
    "period_from",
    "period_to",
    "dimension",
    "group_name",
    "numerator",
    "denominator",
    "value",
)


def print_rows(
    rows: "Sequence[KpiRow]",
    catalogue: "Catalogue",
    as_of: "date",
    period: str | None,
    policies: "Practices | None" = None,
) -> None:
    """The figures for a person: of each measure those of the newest periods side by side, or all of the kind asked for.

    With the practice, the target stands beside each figure that has one.
    """
    if not period:
        rows = [x for x in _newest(rows) if x.value is not None]
    if not rows:
        print(f"Nothing was measured for {as_of}.")
        return
    if period:
        _print_figures(rows, catalogue, policies, {period: "figure"})
        return
    of_day = [x for x in rows if x.period == "day"]
    if of_day:
        _print_figures(of_day, catalogue, policies, {"day": "figure"}, title=f"On {as_of}")
    of_year = [x for x in rows if x.period != "day"]
    if of_year:
        first = {x.period: stretch(x.period, x.period_from, x.period_to) for x in of_year}
        said = "; ".join(f"{PERIODS[kind].lower()} {first[kind]}" for kind in PERIODS if kind in first)
        kinds = {kind: heading for kind, heading in PERIODS.items() if kind in first}
        _print_figures(of_year, catalogue, policies, kinds, title=said[:1].upper() + said[1:])


def _print_figures(
    rows: "Sequence[KpiRow]",
    catalogue: "Catalogue",
    policies: "Practices | None",
    kinds: Mapping[str, str],
    *,
    title: str = "",
) -> None:
    """A line for each measure, cohort and group, with the figure of each kind of period; or for each period of one."""
    from models.measures.words import figure

    lines: dict[Line, dict[str, str]] = {}
    for x in rows:
        of = "" if x.denominator is None else f" of {x.denominator:,.0f}"
        cells = lines.setdefault(_line(x, catalogue, is_alone=len(kinds) == 1 and x.period != "day"), {})
        cells[x.period] = f"{figure(x, catalogue)}{of}"
        cells["target"] = _target(x, catalogue, policies)
    _print_lines(lines, {**kinds, "target": "target"}, title)


def _print_lines(
    lines: Mapping[Line, Mapping[str, str]], cells: Mapping[str, str], title: str = "", *, every: str = EVERY
) -> None:
    """The lines under their headings, those of `cells` by their keys; a column that tells nothing apart is left out.

    `every` is the option that prints what finds no room.
    """
    from deployments.commands.tables import print_table

    headings = [*LINE, *cells.values()]
    rows = [(*words, *(of.get(key, "") for key in cells)) for words, of in lines.items()]
    is_told = [any(row[place] for row in rows) for place in range(len(headings))]
    is_told[0] = len({row[0] for row in rows}) > 1
    if len({row[1] for row in rows}) == 1:
        is_told[1] = False
        title = f"{rows[0][1]}. {title}" if title else rows[0][1]
    # What is measured is named once, beside all the lines that are of it: none of those may be broken.
    blocks = [[*zip(*of, strict=True)] for _, of in groupby(rows[:MOST_ROWS], lambda row: row[:2])]
    shown = [[*(column[0] for column in block[:2]), *map(_beside, block[2:])] for block in blocks]
    print_table(list(compress(headings, is_told)), [list(compress(row, is_told)) for row in shown], title=title)
    _say_more(len(rows), MOST_ROWS, every)


def _beside(words: Sequence[str]) -> "Text":
    from rich.text import Text

    return Text("\n".join(words), no_wrap=True, overflow="ellipsis")


def _line(x: "KpiRow", catalogue: "Catalogue", everybody: str = "", *, is_alone: bool) -> Line:
    """What tells the line of a measurement apart, as in `LINE`; the period only where others do not stand beside it."""
    period = stretch(x.period, x.period_from, x.period_to) if is_alone else ""
    basis, group = (word.replace("_", " ") for word in (x.basis, x.group_name or everybody))
    return x.authority_code, catalogue.measure(x.measure).title, basis, group, period


def _target(row: "KpiRow", catalogue: "Catalogue", policies: "Practices | None") -> str:
    """What the authority means to reach, "" where nothing is said of it."""
    name = catalogue.measure(row.measure).target
    return f"{getattr(policies.of(row.authority_code).targets, name)}%" if policies and name else ""


def _newest(rows: "Sequence[KpiRow]") -> "list[KpiRow]":
    first: dict[str, str] = {}
    for row in rows:
        first[row.period] = max(first.get(row.period, ""), row.period_from)
    return [x for x in rows if x.period in ("day", *PERIODS) and x.period_from == first[x.period]]


def print_changes(changes: "Sequence[Changed]", catalogue: "Catalogue") -> None:
    """Each figure that differs between two versions of a month, as it was and as it is."""
    order = {x.key: place for place, x in enumerate(catalogue.measures)}
    lines = {}
    for x in sorted(changes, key=lambda x: (order.get(x.row.measure, len(order)), x.row.authority_code)):
        # A snapshot has one period of each kind: which, the month says.
        period = PERIODS.get(x.row.period, x.row.period)
        line = (*_line(x.row, catalogue, is_alone=False)[:4], period)
        lines[line] = {"was": _made_of(x.before, catalogue), "is": _made_of(x.after, catalogue)}
    if lines:
        _print_lines(lines, {"was": "was", "is": "is"}, every="--json")


def _made_of(row: "KpiRow | None", catalogue: "Catalogue") -> str:
    """What a figure is made of: "20 of 26", a mean "23.1 of 26", a count alone, "-" where it was not measured."""
    from models.measures.words import figure

    if row is None:
        return "-"
    is_mean = catalogue.measure(row.measure).unit == "mean"
    counted = figure(row, catalogue) if is_mean else f"{row.numerator:,.0f}"
    return counted if row.denominator is None else f"{counted} of {row.denominator:,.0f}"


def print_published(rows: "Sequence[PublishedRow]", catalogue: "Catalogue", by: str, format_: str) -> None:
    """What may be read by anybody; a figure left out is shown as such."""
    if format_ == "table":
        told = [x for x in rows if x.value or x.denominator not in ("", "0")]
        everybody = "all" if any(x.row.group_name for x in told) else ""
        lines = {_line(x.row, catalogue, everybody, is_alone=True): {"figure": _published(x)} for x in told}
        _print_lines(lines, {"figure": "figure"})
        return
    names = ("authority_code", "measure", "basis", "period_from", "period_to", by, "numerator", "denominator", "value")
    of_row = ("authority_code", "measure", "basis", "period_from", "period_to")
    shown = [
        (*(getattr(x.row, name) for name in of_row), x.row.group_name or "all", x.numerator, x.denominator, x.value)
        for x in rows
    ]
    print_plain(names, shown, format_)


def _published(x: "PublishedRow") -> str:
    return f"{x.value} of {x.denominator}" if x.denominator else x.value


def print_plain(
    names: Sequence[str], rows: Sequence[Sequence[Any]], format_: str | bool, most: int | None = None
) -> None:
    """Rows as JSON, as CSV, or as a table for a person, of which at most so many are shown."""
    if format_ in ("json", True):
        json.dump([dict(zip(names, x, strict=True)) for x in rows], sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    elif format_ == "csv":
        write_csv(sys.stdout, names, rows)
    else:
        from deployments.commands.tables import print_table

        print_table([x.replace("_", " ") for x in names], [[_cell(x) for x in row] for row in rows[:most]])
        _say_more(len(rows), most or len(rows))


def _cell(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _say_more(number: int, most: int, every: str = EVERY) -> None:
    if number > most:
        print(f"... and {number - most:,} more: {every} prints them all.")


def stretch(kind: str, first: str, last: str) -> str:
    """A period of a kind as short as it can be written; its days are ISO and inclusive."""
    if kind in ("day", "month", "year"):
        return {"day": first, "month": first[:7], "year": first[:4]}[kind]
    return f"{first} to {last}"
