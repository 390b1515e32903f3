"""`ehc measures`: the figures, what each is, what stands behind it, and what of it may be published."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import compress, groupby
from typing import TYPE_CHECKING, Any

from deployments.commands.csv_out import write_csv
from models.errors import SettingsError

if TYPE_CHECKING:
    from rich.text import Text
    from sqlalchemy import Connection

    from models.measures.catalogue import Catalogue
    from models.measures.disclosure import PublishedRow
    from models.practice.loader import Practices
    from models.queries.kpi import KpiRow

PERIODS = {"year_to_date": "year to date", "rolling_year": "twelve months"}
"""The periods that stand beside each other when no kind of period is asked for, beside the day itself."""

LINE = ("authority", "measure", "by", "group", "period")
"""What tells one line of figures from another: whose they are, of what, of which cohort and group, and when."""

Line = tuple[str, str, str, str, str]

MOST_ROWS = 120
MOST_CASES = 200
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


def run_measures(
    as_of: date,
    *,
    measure: str | None,
    period: str | None,
    by: str | None,
    authority: str | None,
    published: bool,
    known_at: datetime | None,
    format_: str,
) -> None:
    """Print the figures of a day: those stored where that night was measured, else measured now."""
    from models.measures.catalogue import load_catalogue
    from models.measures.disclosure import publish
    from models.measures.groups import EVERYBODY
    from models.measures.periods import KINDS

    catalogue = load_catalogue()
    wanted = catalogue.measure(measure).key if measure else None
    _check(period, KINDS, "--period")
    _check(by, catalogue.dimensions, "--by")
    if published and not period:
        raise SettingsError(
            "Nothing can be published of several kinds of period at once.",
            where="--published",
            why="What is left out of a month could be worked out from the quarter and the other two months.",
            remedy="Name one: --period year.",
        )
    rows = [
        row
        for row in _rows(as_of, authority, known_at)
        if period in (None, row.period) and row.dimension in (by, EVERYBODY)
    ]
    if published:
        # All measures are looked at, since one may give another away; then only those asked for are shown.
        policies = _practices()
        by_authority = groupby(sorted(rows, key=_whose), _whose)
        found = [x for code, mine in by_authority for x in publish(mine, catalogue, policies.of(code).publication)]
        shown = [x for x in found if wanted in (None, x.row.measure)]
        _print_published(shown, catalogue, by or EVERYBODY, format_)
        return
    order = {x.key: place for place, x in enumerate(catalogue.measures)}
    rows = [x for x in rows if wanted in (None, x.measure) and x.dimension == (by or EVERYBODY)]
    rows.sort(key=lambda x: order.get(x.measure, len(order)))
    if format_ == "table":
        print_rows(rows, catalogue, as_of, period, _practices())
    else:
        print_plain(FIELDS, rows, format_)


def run_define(key: str) -> None:
    """Print the definition of a measure: what it counts, of what, by which law."""
    from models.measures.catalogue import load_catalogue
    from models.measures.describe import definition

    for line in definition(load_catalogue().measure(key), load_catalogue()):
        print(line)


def run_cases(as_of: date, key: str, period: str | None, authority: str | None, format_: str) -> None:
    """Print the cases behind a figure: those of its cohort in the newest period of a kind, and which were counted."""
    from models.measures.catalogue import load_catalogue
    from models.measures.evaluator import Evaluator
    from models.measures.frames import frames
    from models.measures.periods import KINDS, today
    from models.statute.register import load_register
    from models.store import reading

    measure = load_catalogue().measure(key)
    basis = next(iter(measure.basis))
    _check(period, KINDS, "--period")
    with reading() as connection:
        evaluator = Evaluator(frames(connection, load_register(), as_of, authority), load_catalogue())
    kind = period or "year_to_date"
    stretch = today(as_of) if basis == "open" else next((x for x in evaluator.periods if x.kind == kind), today(as_of))
    found = evaluator.rows(measure, basis, stretch)
    case = evaluator.frames.case
    place = found["case"].to_numpy() if "case" in found else found.index.to_numpy()
    references = case["case_ref"].to_numpy()[place]
    codes = found["authority_code"].astype(str)
    days = found[measure.basis[basis]].dt.strftime("%Y-%m-%d") if basis != "open" else [str(as_of)] * len(found)
    records = found["kind"].astype(str) if "kind" in found else [""] * len(found)
    counted = ["yes" if x else "no" for x in found["is_counted"]]
    rows = sorted(zip(codes, references, records, days, counted, strict=True))
    if format_ == "table":
        print(f"{measure.title}, {_stretch(stretch.kind, str(stretch.first), str(stretch.last))}, {basis}:")
        print(f"{counted.count('yes'):,} counted of {len(rows):,}.\n")
    names = ("authority_code", "case_ref", "record_key", f"{basis}_on", "counted")
    print_plain(names, rows, format_, MOST_CASES)


def run_dfe(year: int, as_of: date, authority: str | None, format_: str) -> None:
    """Print the columns of the DfE's files for a calendar year, from our own records."""
    from models.measures.dfe import dfe_columns
    from models.measures.frames import frames
    from models.statute.register import load_register
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        found = dfe_columns(frames(connection, load_register(), as_of, authority), year)
    rows = [(x.file, x.column, "z" if x.value is None else x.value) for x in found]
    print_plain(("file", "column", str(year)), rows, format_)


def _rows(as_of: date, authority: str | None, known_at: datetime | None) -> "list[KpiRow]":
    """The stored measurements of a night, else the records measured now, or as they were known at a moment."""
    from models.casework.chronology.replay import replay
    from models.queries.kpi import kpi_rows
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        if known_at:
            with replay(connection, known_at=known_at, authority_code=authority) as then:
                return [x for x in _measured_now(then, as_of, authority) if x.measure in _replayable()]
        stored = kpi_rows(connection, as_of, authority_code=authority)
        return stored or _measured_now(connection, as_of, authority)


def _measured_now(connection: "Connection", as_of: date, authority: str | None) -> "list[KpiRow]":
    from models.casework.measures import rows_of
    from models.measures.catalogue import load_catalogue
    from models.measures.evaluator import Evaluator
    from models.measures.frames import frames
    from models.statute.register import load_register

    return rows_of(Evaluator(frames(connection, load_register(), as_of, authority), load_catalogue()).table())


def _replayable() -> set[str]:
    """The measures of what the chronology holds: it knows the records, and not what was sent to whom."""
    from models.measures.catalogue import load_catalogue

    sent = ("notice", "chase", "fact")
    told = "told_in_time"
    return {
        x.key
        for x in load_catalogue().measures
        if x.record not in sent and all(condition.column != told for condition in x.counted)
    }


def _practices() -> "Practices":
    from models.practice.here import practices_here

    return practices_here()


def _whose(row: "KpiRow") -> str:
    return row.authority_code


def _check(word: str | None, known: Iterable[str], where: str) -> None:
    if word is not None and word not in known:
        raise SettingsError(
            f"{word!r} is not known here.", where=where, remedy=f"Choose one of: {', '.join(sorted(known))}."
        )


def print_rows(
    rows: "Sequence[KpiRow]",
    catalogue: "Catalogue",
    as_of: date,
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
        first = {x.period: _stretch(x.period, x.period_from, x.period_to) for x in of_year}
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


def _print_lines(lines: Mapping[Line, Mapping[str, str]], cells: Mapping[str, str], title: str = "") -> None:
    """The lines under their headings, those of `cells` by their keys; a column that tells nothing apart is left out."""
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
    _say_more(len(rows), MOST_ROWS)


def _beside(words: Sequence[str]) -> "Text":
    from rich.text import Text

    return Text("\n".join(words), no_wrap=True, overflow="ellipsis")


def _line(x: "KpiRow", catalogue: "Catalogue", everybody: str = "", *, is_alone: bool) -> Line:
    """What tells the line of a measurement apart, as in `LINE`; the period only where others do not stand beside it."""
    period = _stretch(x.period, x.period_from, x.period_to) if is_alone else ""
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


def _print_published(rows: "Sequence[PublishedRow]", catalogue: "Catalogue", by: str, format_: str) -> None:
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


def _say_more(number: int, most: int) -> None:
    if number > most:
        print(f"... and {number - most:,} more: --format csv prints them all.")


def _stretch(kind: str, first: str, last: str) -> str:
    if kind in ("day", "month", "year"):
        return {"day": first, "month": first[:7], "year": first[:4]}[kind]
    return f"{first} to {last}"
