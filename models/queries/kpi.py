"""The measurements as stored: what the last night measured, and what was frozen each month."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, cast

from sqlalchemy import Connection

from models.errors import NotFoundError
from models.store import as_text, fetch

_WHERE = ("authority_code", "measure", "basis", "period", "dimension")
_DATES = ("period_from", "period_to")


class KpiRow(NamedTuple):
    """One measurement: ISO dates, both inclusive; `value` is None where there was nothing to divide by."""

    authority_code: str
    measure: str
    basis: str
    period: str
    period_from: str
    period_to: str
    dimension: str
    group_name: str
    numerator: float
    denominator: float | None
    value: float | None

    @property
    def key(self) -> tuple[str, ...]:
        """What tells the measurement from all others of the same day or snapshot."""
        return (*self[:5], *self[6:8])


@dataclass(frozen=True)
class SnapshotLine:
    """A frozen month: `changed` counts what differs from the version before, 0 in the first."""

    id: int
    month: str
    version: int
    as_of: str
    frozen_at: str
    frozen_by: str
    reason: str
    changed: int
    digest: str


class Changed(NamedTuple):
    """A measurement that differs between two versions of a snapshot; None where one of them lacks it."""

    before: KpiRow | None
    after: KpiRow | None

    @property
    def row(self) -> KpiRow:
        """The measurement as it is now, or as it was where it is no more."""
        return cast("KpiRow", self.after or self.before)


def nights_measured(connection: Connection) -> list[date]:
    """The days whose measurements are kept, the newest first."""
    rows = fetch(connection, "SELECT DISTINCT CAST(as_of AS TEXT) AS day FROM measurement_series ORDER BY day DESC")
    return [date.fromisoformat(day) for (day,) in rows]


def kpi_rows(connection: Connection, as_of: date, **wanted: str | None) -> list[KpiRow]:
    """The measurements of a night, of one authority, measure, basis, period and dimension where given."""
    return _rows(connection, "measurements", "as_of = :as_of", {"as_of": as_of.isoformat()}, wanted)


def snapshots(connection: Connection) -> list[SnapshotLine]:
    """Every snapshot, the newest month and version first."""
    columns = (
        f"id, {as_text(connection, 'month')}, version, {as_text(connection, 'as_of')}, "
        "CAST(frozen_at AS TEXT), frozen_by, reason, changed, digest"
    )
    rows = fetch(connection, f"SELECT {columns} FROM snapshots ORDER BY month DESC, version DESC")
    return [SnapshotLine(*row) for row in rows]


def snapshot(connection: Connection, month: date, version: int | None = None) -> SnapshotLine:
    """A version of a month's snapshot, the newest if none is named.

    Raises:
        NotFoundError: that month, or that version of it, was not frozen.
    """
    named = month.replace(day=1).isoformat()
    found = {line.version: line for line in snapshots(connection) if line.month == named}
    if found and (version is None or version in found):
        return found[version or max(found)]
    raise NotFoundError(
        f"There is no snapshot of {month:%B %Y}" + (f" in version {version}." if version else "."),
        why=f"The newest of that month is version {max(found)}." if found else "The month was not frozen.",
        remedy="See which there are with ehc snapshot list, or freeze it: ehc snapshot freeze MONTH.",
    )


def snapshot_rows(connection: Connection, snapshot_id: int, **wanted: str | None) -> list[KpiRow]:
    """The measurements in a snapshot."""
    return _rows(connection, "snapshot_values", "snapshot_id = :id", {"id": snapshot_id}, wanted)


def differences(before: list[KpiRow], after: list[KpiRow]) -> list[Changed]:
    """The measurements that differ, in the order of their keys."""
    old, new = {row.key: row for row in before}, {row.key: row for row in after}
    return [
        Changed(old.get(key), new.get(key))
        for key in sorted(old.keys() | new.keys())
        if _figures(old.get(key)) != _figures(new.get(key))
    ]


def _figures(row: KpiRow | None) -> tuple[float | None, ...] | None:
    return row and (round(row.numerator, 6), row.denominator)


def _rows(
    connection: Connection, table: str, where: str, bound: Mapping[str, object], wanted: Mapping[str, str | None]
) -> list[KpiRow]:
    given = {name: value for name, value in wanted.items() if value is not None}
    unknown = set(given) - set(_WHERE)
    if unknown:
        raise TypeError(f"measurements cannot be chosen by {', '.join(sorted(unknown))}")
    condition = " AND ".join((where, *(f"{name} = :{name}" for name in given)))
    rows = fetch(
        connection,
        f"SELECT authority_code, measure, basis, period, {as_text(connection, *_DATES)}, dimension, group_name, "
        f"numerator, denominator, value FROM {table} WHERE {condition} "
        "ORDER BY measure, basis, dimension, group_name, period, period_from DESC, authority_code",
        **bound,
        **given,
    )
    return [KpiRow(*row) for row in rows]
