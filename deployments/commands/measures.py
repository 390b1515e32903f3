"""`ehc measures`: the figures, what each is, what stands behind it, and what of it may be published."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import groupby
from typing import TYPE_CHECKING

from deployments.commands.figures import FIELDS, print_plain, print_published, print_rows, stretch
from models.errors import SettingsError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from models.practice.loader import Practices
    from models.queries.kpi import KpiRow

MOST_CASES = 200


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
        print_published(shown, catalogue, by or EVERYBODY, format_)
        return
    order = {x.key: place for place, x in enumerate(catalogue.measures)}
    # By its words the band "17 to 20" would stand before "7 to 16".
    bands = {name: place for place, name in enumerate(catalogue.dimensions[by].band_names if by else ())}
    rows = [x for x in rows if wanted in (None, x.measure) and x.dimension == (by or EVERYBODY)]
    rows.sort(key=lambda x: (order.get(x.measure, len(order)), x.basis, bands.get(x.group_name, len(bands))))
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

    measure = load_catalogue().measure(key)
    basis = next(iter(measure.basis))
    _check(period, KINDS, "--period")
    with _records(authority) as connection:
        evaluator = Evaluator(frames(connection, load_register(), as_of, authority), load_catalogue())
    kind = period or "year_to_date"
    span = today(as_of) if basis == "open" else next((x for x in evaluator.periods if x.kind == kind), today(as_of))
    found = evaluator.rows(measure, basis, span)
    case = evaluator.frames.case
    place = found["case"].to_numpy() if "case" in found else found.index.to_numpy()
    references = case["case_ref"].to_numpy()[place]
    codes = found["authority_code"].astype(str)
    days = found[measure.basis[basis]].dt.strftime("%Y-%m-%d") if basis != "open" else [str(as_of)] * len(found)
    records = found["kind"].astype(str) if "kind" in found else [""] * len(found)
    counted = ["yes" if x else "no" for x in found["is_counted"]]
    rows = sorted(zip(codes, references, records, days, counted, strict=True))
    if format_ == "table":
        print(f"{measure.title}, {stretch(span.kind, str(span.first), str(span.last))}, {basis}:")
        print(f"{counted.count('yes'):,} counted of {len(rows):,}.\n")
    names = ("authority_code", "case_ref", "record_key", f"{basis}_on", "counted")
    print_plain(names, rows, format_, MOST_CASES)


def run_dfe(year: int, as_of: date, authority: str | None, format_: str) -> None:
    """Print the columns of the DfE's files for a calendar year, from our own records."""
    from models.measures.dfe import dfe_columns
    from models.measures.frames import frames
    from models.statute.register import load_register

    with _records(authority) as connection:
        found = dfe_columns(frames(connection, load_register(), as_of, authority), year)
    rows = [(x.file, x.column, "z" if x.value is None else x.value) for x in found]
    print_plain(("file", "column", str(year)), rows, format_)


@contextmanager
def _records(authority: str | None) -> "Iterator[Connection]":
    """The records, for reading; refused where there are none, or none of the authority asked for."""
    from models.queries.authorities import require_authority
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        if authority:
            require_authority(connection, authority)
        yield connection


def _rows(as_of: date, authority: str | None, known_at: datetime | None) -> "list[KpiRow]":
    """The stored measurements of a night, else the records measured now, or as they were known at a moment."""
    from models.casework.chronology.replay import replay
    from models.queries.kpi import kpi_rows

    with _records(authority) as connection:
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
