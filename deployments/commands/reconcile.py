"""`ehc reconcile`: two extracts read side by side in two databases that are thrown away; nothing is taken in."""

import json
import math
import shutil
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.text import Text

from deployments.commands.csv_out import write_csv
from deployments.commands.tables import CONSOLE, print_table
from deployments.steps import progress
from flows.today import now
from models import migrations
from models.casework.extracts.intake import take_in
from models.importers.reader import read_extract
from models.practice.here import practices_here
from models.practice.loader import Practices
from models.queries.reconciling.consequences import Consequence
from models.queries.reconciling.reconcile import Difference, FieldMatch, Reconciliation, reconcile
from models.statute.register import load_register
from models.store import engine, reading, unit_of_work

MOST_SHOWN = 50
COLUMNS = (
    "authority_code",
    "case_ref",
    "record",
    "of",
    "field",
    "left",
    "right",
    "believed",
    "duty",
    "days",
    "consequence",
)


@dataclass(frozen=True)
class Extract:
    """One of the two: where it is and how it is read."""

    path: Path
    source: str


def run_reconcile(left: Extract, right: Extract, as_of: date, *, format: str) -> None:  # noqa: A002
    """Compare the two extracts and print what was found."""
    found = compare(left, right, practices_here(), as_of, now())
    show(found, left, right, format=format)


def compare(left: Extract, right: Extract, policy: Practices, as_of: date, moment: datetime) -> Reconciliation:
    """The two extracts compared; the records of the product are neither read nor written."""
    with TemporaryDirectory(prefix="ehc-reconcile-") as folder:
        files = [Path(folder) / f"{name}.db" for name in ("left", "right")]
        addresses = [f"sqlite:///{file}" for file in files]
        try:
            migrations.ensure(addresses[0])
            engine(addresses[0]).dispose()
            shutil.copy(*files)
            for address, extract in zip(addresses, (left, right), strict=True):
                _take(address, extract, moment)
            with (
                progress("Comparing") as step,
                reading(addresses[0]) as first,
                reading(addresses[1]) as second,
            ):
                return reconcile(
                    first,
                    second,
                    load_register(),
                    lambda code, field: policy.of(code).reconcile.of(field),
                    as_of,
                    progress=step,
                )
        finally:
            for address in addresses:
                engine(address).dispose()


def _take(address: str, extract: Extract, moment: datetime) -> None:
    with progress(f"Reading {extract.path.name}") as step:
        found = read_extract(extract.path, source=extract.source, progress=step)
        with unit_of_work(address) as connection:
            take_in(connection, found, now=moment, by="ehc reconcile", progress=step)


def show(found: Reconciliation, left: Extract, right: Extract, *, format: str) -> None:  # noqa: A002
    """The comparison for a person, or as JSON or CSV for a program."""
    if format == "csv":
        every = (*found.differences, *found.only_left, *found.only_right)
        write_csv(sys.stdout, COLUMNS, (list(_plain(x).values()) for x in every))
    elif format == "json":
        json.dump(_document(found, left, right), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _for_a_person(found, left, right)


def _plain(x: Difference) -> dict[str, Any]:
    effect = x.consequence
    return dict(zip(COLUMNS, (*x[:-1], effect.duty, effect.days, _words(x, "; ")), strict=True))


def _words(x: Difference, between: str) -> str:
    """What it does to every clock that it moves."""
    return between.join(effect.words for effect in x.consequences)


def _document(found: Reconciliation, left: Extract, right: Extract) -> dict[str, Any]:
    return {
        "left": {"name": left.path.name, "source": left.source, "cases": found.left_cases},
        "right": {"name": right.path.name, "source": right.source, "cases": found.right_cases},
        "both": found.both,
        "match_rate": _rate_of_cases(found),
        "only_left": [_plain(x) for x in found.only_left],
        "only_right": [_plain(x) for x in found.only_right],
        "differences": [
            {**_plain(x), "moves": [_move(effect) for effect in x.consequences]} for x in found.differences
        ],
        "fields": [{**x._asdict(), "rate": x.rate} for x in found.fields],
    }


def _move(effect: Consequence) -> dict[str, Any]:
    return {"duty": effect.duty, "days": effect.days, "consequence": effect.words}


def _rate_of_cases(found: Reconciliation) -> float | None:
    every = found.left_cases + found.right_cases - found.both
    return found.both / every if every else None


def _for_a_person(found: Reconciliation, left: Extract, right: Extract) -> None:
    rate = _rate_of_cases(found)
    CONSOLE.print(
        f"Left {left.path.name}: {found.left_cases:,} cases. Right {right.path.name}: {found.right_cases:,} cases. "
        f"In both: {found.both:,}{f' ({_percent(rate)} of all)' if rate is not None else ''}."
    )
    for side, alone in (("left", found.only_left), ("right", found.only_right)):
        if alone:
            CONSOLE.print(f"\nOnly on the {side}: {len(alone):,}")
            for x in alone[:MOST_SHOWN]:
                CONSOLE.print(Text(f"  {x.case_ref}  {x.consequence.words}".rstrip()))
            _more(len(alone))
    if not found.differences:
        CONSOLE.print("\nNo field differs.")
    else:
        _differences(found)
    _matches(found.fields)


def _differences(found: Reconciliation) -> None:
    moving = sum(bool(x.consequence.duty) for x in found.differences)
    print_table(
        ("case", "field", "left", "right", "believed", "days", "what it does"),
        [_difference(x) for x in found.differences[:MOST_SHOWN]],
        title=f"{len(found.differences):,} differences, {moving:,} of which move a clock; the worst first",
    )
    _more(len(found.differences))


def _difference(x: Difference) -> tuple[str, ...]:
    of = "" if x.record == "case" else f"{' '.join(filter(None, (x.record, x.of)))}: "
    # In words, since a name of one word would be cut off on a narrow screen.
    field = f"{of}{x.field}".replace("_", " ")
    days = "?" if x.consequence.days is None else str(x.consequence.days) if x.consequence.duty else ""
    return x.case_ref, field, x.left or "-", x.right or "-", x.believed, days, _words(x, "\n")


def _matches(fields: tuple[FieldMatch, ...]) -> None:
    told = sorted((x.rate, x.record, x.field, x.compared) for x in fields if x.rate is not None)
    print_table(
        ("record", "field", "compared", "agree"),
        [(record, field, f"{compared:,}", _percent(rate)) for rate, record, field, compared in told],
        title="How often they agree, where at least one of them says something",
    )


def _percent(rate: float) -> str:
    """A share rounded down: of two thousand that agree but for one, 100.0% would say that all do."""
    return f"{math.floor(round(1000 * rate, 6)) / 10:.1f}%"


def _more(count: int) -> None:
    if count > MOST_SHOWN:
        CONSOLE.print(f"  and {count - MOST_SHOWN:,} more: --csv has them all.")
