"""Keep what was measured: the table of the newest night, and the snapshots of the months, frozen and restated."""

import calendar
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, repeat
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection, text

from models.errors import RecordingRefusedError
from models.measures.catalogue import Catalogue, load_catalogue
from models.measures.evaluator import COLUMNS, Evaluator
from models.measures.frames import frames
from models.measures.table import Measurements
from models.measures.tally import Figures
from models.queries.instants import as_instant
from models.queries.kpi import KpiRow, SnapshotLine, differences, snapshot_rows, snapshots
from models.statute.register import Register
from models.store import delete_rows, fetch, insert_rows, next_id

_FIGURES = 3
"""How many of the columns are numbers, the last ones."""

_SNAPSHOT = ("id", "month", "version", "as_of", "frozen_at", "frozen_by", "reason", "changed", "digest")
_DEFINITION = (
    "measure",
    "title",
    "meaning",
    "family",
    "record",
    "unit",
    "bases",
    "dimensions",
    "better",
    "dfe",
    "citation",
    "owner",
    "changed_on",
    "why_not",
    "version",
)


@dataclass(frozen=True)
class Measured:
    """What was measured: how many definitions, and how many measurements were stored."""

    measures: int
    measurements: int


@dataclass(frozen=True)
class Frozen:
    """A snapshot as it stands after freezing; `is_new` is false where nothing had changed since the last version."""

    snapshot: SnapshotLine
    measurements: int
    is_new: bool


def refresh_measures(connection: Connection, register: Register, as_of: date) -> Measured:
    """The table of measurements after this holds those of `as_of`, and of earlier months the last night of each."""
    catalogue = load_catalogue()
    found = Evaluator(frames(connection, register, as_of), catalogue).measurements()
    _forget(connection, as_of)
    _store(connection, found, as_of.isoformat())
    _store_definitions(connection, catalogue)
    return Measured(len(catalogue.measures), len(found.value))


def _forget(connection: Connection, as_of: date) -> None:
    """Delete what was measured for the day, and earlier in its month; a later night, when one is run again, stays."""
    nights = "as_of BETWEEN :first AND :day"
    days = {"first": as_of.replace(day=1).isoformat(), "day": as_of.isoformat()}
    series = f"SELECT id FROM measurement_series WHERE {nights}"
    connection.execute(text(f"DELETE FROM measurement_figures WHERE series_id IN ({series})"), days)
    for table in ("measurement_series", "measurement_periods"):
        connection.execute(text(f"DELETE FROM {table} WHERE {nights}"), days)


def _store(connection: Connection, found: Measurements, day: str) -> None:
    """Store measurements of a day: each series and period once, and for each measurement the numbers of both."""
    numbers = []
    for name, words, places in (
        ("measurement_series", found.series, found.of_series),
        ("measurement_periods", found.periods, found.of_period),
    ):
        first, columns = next_id(connection, name), [column.tolist() for column in words.values()]
        insert_rows(connection, name, ("id", "as_of", *words), zip(count(first), repeat(day), *columns, strict=False))
        numbers.append((places + first).tolist())
    figures = zip(*numbers, found.numerator.tolist(), _or_none(found.denominator), strict=True)
    insert_rows(connection, "measurement_figures", ("series_id", "period_id", "numerator", "denominator"), figures)


def freeze_month(
    connection: Connection, register: Register, month: date, *, now: datetime, by: str, reason: str = ""
) -> Frozen:
    """The snapshot of a month: frozen now if it is the first, else restated if any of its figures has changed.

    Measured as of the month's last day from what is known now; what the month itself, and the year and the twelve
    months that end with it, come to.

    Raises:
        RecordingRefusedError: the month is not over, there is nothing to measure, or figures have changed and nobody
            says why.
    """
    first = month.replace(day=1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    if last >= now.date():
        raise RecordingRefusedError(
            f"{first:%B %Y} cannot be frozen yet.", why="The month is not over.", remedy="Freeze it after its last day."
        )
    measured = Evaluator(frames(connection, register, last), load_catalogue()).columns()
    found = [row for row in rows_of(measured) if row.period_to >= str(first)]
    if not found:
        raise RecordingRefusedError(
            f"{first:%B %Y} was not frozen.",
            why="There are no records to measure.",
            remedy="Take in an extract with ehc import, then freeze it.",
        )
    before = next((x for x in snapshots(connection) if x.month == str(first)), None)
    changed = len(differences(snapshot_rows(connection, before.id), found)) if before else 0
    if before and not changed:
        return Frozen(before, len(found), is_new=False)
    if before and not reason.strip():
        raise RecordingRefusedError(
            f"The snapshot of {first:%B %Y} was not restated.",
            why=f"{changed:,} of its figures would change, and there is no reason given.",
            remedy="Say why, with --reason; the version before is kept.",
        )
    line = SnapshotLine(
        id=next_id(connection, "snapshots"),
        month=str(first),
        version=before.version + 1 if before else 1,
        as_of=str(last),
        frozen_at=as_instant(now),
        frozen_by=by,
        reason=reason.strip(),
        changed=changed,
        digest=_digest(found),
    )
    insert_rows(connection, "snapshots", _SNAPSHOT, [tuple(getattr(line, name) for name in _SNAPSHOT)])
    insert_rows(connection, "snapshot_values", ("snapshot_id", *COLUMNS), ((line.id, *row) for row in found))
    return Frozen(line, len(found), is_new=True)


def rows_of(table: Mapping[str, Any] | pd.DataFrame) -> list[KpiRow]:
    """A table of measurements as rows of the long table, None where it has NaN."""
    return list(map(KpiRow._make, zip(*_plain(table), strict=True)))


def _plain(table: Mapping[str, Any] | pd.DataFrame) -> list[list[Any]]:
    """The columns as the database takes them, None where they have NaN."""
    columns = [table[name].tolist() for name in COLUMNS[:-_FIGURES]]
    return columns + [_or_none(np.asarray(table[name], dtype=np.float64)) for name in COLUMNS[-_FIGURES:]]


def _or_none(figures: Figures) -> list[float | None]:
    """The figures, None for NaN."""
    found = figures.astype(object)
    found[np.isnan(figures)] = None
    plain: list[float | None] = found.tolist()
    return plain


def _digest(rows: Iterable[KpiRow]) -> str:
    digest = hashlib.sha256()
    for row in sorted(rows, key=lambda x: x.key):
        digest.update("\x1f".join(map(str, row)).encode() + b"\x1e")
    return digest.hexdigest()


def _store_definitions(connection: Connection, catalogue: Catalogue) -> None:
    rows: list[tuple[object, ...]] = [
        (
            x.key,
            x.title,
            x.meaning,
            x.family,
            x.record,
            x.unit,
            ", ".join(x.basis),
            ", ".join(x.dimensions),
            x.better,
            x.dfe,
            x.citation,
            x.owner,
            x.changed_on.isoformat(),
            None,
            catalogue.version,
        )
        for x in catalogue.measures
    ]
    blank = [""] * (len(_DEFINITION) - 5)
    rows += [(x.key, x.title, *blank, None, x.why, catalogue.version) for x in catalogue.not_measured]
    known = fetch(connection, "SELECT measure FROM measure_definitions")
    delete_rows(connection, "measure_definitions", ("measure",), known)
    insert_rows(connection, "measure_definitions", _DEFINITION, rows)
