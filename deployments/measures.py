"""`ehc measures`: the figures, what each is, what stands behind it, and what of it may be published."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

from deployments.csv_out import write_csv
from models.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.measures.catalogue import Catalogue
    from models.measures.disclosure import PublishedRow
    from models.practice.loader import Practices
    from models.queries.kpi import KpiRow

MOST_ROWS = 60
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
    print_plain(("authority_code", "case_ref", "record_key", f"{basis}_on", "counted"), rows, format_, MOST_CASES)


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
    """The figures for a person: of each measure the newest period of each kind, or all of the kind asked for.

    With the practice, the target stands beside each figure that has one.
    """
    from models.measures.words import figure

    if not period:
        rows = [x for x in _newest(rows) if x.value is not None]
    if not rows:
        print(f"Nothing was measured for {as_of}.")
        return
    several = len({x.authority_code for x in rows}) > 1
    targets = [_target(x, catalogue, policies) for x in rows]
    shown = [
        (
            *((x.authority_code,) if several else ()),
            catalogue.measure(x.measure).title,
            x.basis,
            _stretch(x.period, x.period_from, x.period_to),
            *((x.group_name,) if x.group_name else ()),
            figure(x, catalogue),
            "" if x.denominator is None else f"of {x.denominator:,.0f}",
            *((target,) if any(targets) else ()),
        )
        for x, target in zip(rows, targets, strict=True)
    ]
    headings = ("authority",) if several else ()
    headings = (*headings, "measure", "by", "period", *(("group",) if rows[0].group_name else ()), "figure", "")
    headings = (*headings, *(("target",) if any(targets) else ()))
    print_plain(headings, shown, "table", MOST_ROWS)


def _target(row: "KpiRow", catalogue: "Catalogue", policies: "Practices | None") -> str:
    """What the authority means to reach, "" where nothing is said of it."""
    name = catalogue.measure(row.measure).target
    return f"{getattr(policies.of(row.authority_code).targets, name)}%" if policies and name else ""


def _newest(rows: "Sequence[KpiRow]") -> "list[KpiRow]":
    first: dict[str, str] = {}
    for row in rows:
        first[row.period] = max(first.get(row.period, ""), row.period_from)
    shown = ("day", "year_to_date", "rolling_year")
    return [x for x in rows if x.period in shown and x.period_from == first[x.period]]


def _print_published(rows: "Sequence[PublishedRow]", catalogue: "Catalogue", by: str, format_: str) -> None:
    """What may be read by anybody; a figure left out is shown as such."""
    names = ("authority_code", "measure", "basis", "period_from", "period_to", by, "numerator", "denominator", "value")
    shown = [
        (
            x.row.authority_code,
            x.row.measure if format_ != "table" else catalogue.measure(x.row.measure).title,
            x.row.basis,
            x.row.period_from,
            x.row.period_to,
            x.row.group_name or "all",
            x.numerator,
            x.denominator,
            x.value,
        )
        for x in rows
    ]
    print_plain(names, shown, format_, MOST_ROWS)


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
        _print_table(names, rows, most or len(rows))


def _print_table(names: Sequence[str], rows: Sequence[Sequence[Any]], most: int) -> None:
    texts = [[str(x) for x in row] for row in rows[:most]]
    widths = [max(len(x) for x in column) for column in zip(names, *texts, strict=True)]
    right = [bool(texts) and all(x[:1].isdigit() or not x for x in column) for column in zip(*texts, strict=True)]
    for row in (names, *texts):
        cells = zip(row, widths, right or [False] * len(widths), strict=True)
        print("  ".join(x.rjust(width) if is_number else x.ljust(width) for x, width, is_number in cells).rstrip())
    if len(rows) > most:
        print(f"... and {len(rows) - most:,} more: --format csv prints them all.")


def _stretch(kind: str, first: str, last: str) -> str:
    if kind in ("day", "month", "year"):
        return {"day": first, "month": first[:7], "year": first[:4]}[kind]
    return f"{first} to {last}"
