"""What many authorities come to together, each from its own tables: who is complete, where cases stand, measures."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from models.authority import SCHEMA, own_files, tables_of
from models.practice.loader import Practices
from models.queries.authorities import authority_codes
from models.queries.certificate import certificate
from models.queries.kpi import KpiRow
from models.settings import settings
from models.statute.register import Register
from models.store import engine, fetch, is_missing, reading, require_tables

TOGETHER = "all"
"""What stands for the authority's code in the measurements of all together."""

Standings = Counter[tuple[str, str]]
"""How many open cases there are by stage and band."""


@dataclass(frozen=True)
class Part:
    """One authority's part of a night: it is complete if nothing was at fault."""

    authority_code: str
    faults: tuple[str, ...] = ()
    records: int = 0
    clocks: int = 0
    standings: Standings = field(default_factory=Counter)


class Sums:
    """Measurements added up as they come: a value is the sum of the numerators by that of the denominators."""

    def __init__(self) -> None:
        self._sums: dict[tuple[str, ...], tuple[float, float | None]] = {}

    def add(self, rows: Iterable[KpiRow]) -> None:
        """Count in the measurements of one more."""
        for row in rows:
            key = (*row.key[1:], row.period_to)
            top, bottom = self._sums.get(key, (0.0, None))
            more = row.denominator
            self._sums[key] = (top + row.numerator, bottom if more is None else (bottom or 0) + more)

    def rows(self) -> list[KpiRow]:
        """What they come to, in the order of the first."""
        return [_row(key, top, bottom) for key, (top, bottom) in self._sums.items()]


def authorities_held() -> list[str]:
    """The codes of the authorities that have tables of their own."""
    files = own_files(settings().common_address)
    if files is not None:
        return files
    with reading() as connection:
        rows = fetch(connection, f"SELECT nspname FROM pg_namespace WHERE nspname ~ '^{SCHEMA}[0-9]+$' ORDER BY 1")
    return [name.removeprefix(SCHEMA) for (name,) in rows]


@contextmanager
def visiting(authority_code: str) -> Iterator[None]:
    """Inside, the database is this authority's own; afterwards no connection to it is kept.

    For whoever goes from one to the next: each has an engine, and PostgreSQL has not so many connections to keep.
    """
    with tables_of(authority_code):
        try:
            yield
        finally:
            if not is_missing():
                engine(settings().address).dispose()


def part_of(
    connection: Connection, register: Register, authority_code: str, as_of: date, today: date, practices: Practices
) -> Part:
    """One authority's part, read from its own tables and not from what was said of its night."""
    require_tables(connection)
    found = certificate(connection, register, as_of, today=today, practices=practices)
    strangers = sorted({*authority_codes(connection)} - {authority_code})
    mixed = [f"Its tables hold cases of authority {', '.join(strangers)}."] if strangers else []
    rows = fetch(
        connection,
        "SELECT stage, band, SUM(cases) FROM standings WHERE as_of = :day GROUP BY stage, band",
        day=as_of.isoformat(),
    )
    return Part(
        authority_code,
        (*mixed, *found.faults),
        sum(x.evaluated for x in found.duties),
        sum(x.stored for x in found.duties),
        Counter({(stage, band): int(cases) for stage, band, cases in rows}),
    )


def _row(key: tuple[str, ...], top: float, bottom: float | None) -> KpiRow:
    measure, basis, period, period_from, dimension, group, period_to = key
    value = top if bottom is None else top / bottom if bottom else None
    return KpiRow(TOGETHER, measure, basis, period, period_from, period_to, dimension, group, top, bottom, value)
