"""A large database made fast: a small one taken in as any other, and its rows then copied by the database itself."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import text

from deployments.demo.council import make_cases, write_extract
from models import migrations
from models.casework.extracts.intake import take_in
from models.importers.reader import read_extract
from models.settings import settings
from models.store import engine, reading, unit_of_work
from models.tables.all import METADATA

AS_OF = date(2026, 11, 22)
AUTHORITIES = 8
MOST_TAKEN_IN = 10_000
_EXTRACTS = (60, 1)
"""How many days before `AS_OF` each extract was made: what came with the second was recorded late or in time."""
_COPIED = {
    "cases": {"case_ref": "case_ref || '-' || :copy"},
    "advice": {"case_id": "case_id + :cases_further"},
    "exceptions": {"case_id": "case_id + :cases_further"},
    "orders": {"case_id": "case_id + :cases_further"},
    "reviews": {"case_id": "case_id + :cases_further"},
    "chronology": {"case_ref": "case_ref || '-' || :copy"},
}
"""The tables that grow, and what tells a copy of their rows from the first, beside its key."""


@contextmanager
def many_cases(size: int) -> Iterator[None]:
    """While it lasts, the settings' own database has so many cases of several authorities, and what hangs on them.

    Above `MOST_TAKEN_IN` it is the nearest multiple of that: cases that are copies of each other but for their names.
    """
    with TemporaryDirectory() as folder:
        os.environ["EHC_HOME"] = folder
        settings.cache_clear()
        engine.cache_clear()
        migrations.ensure()
        for days in _EXTRACTS:
            _take_in(Path(folder), min(size, MOST_TAKEN_IN), AS_OF - timedelta(days))
        multiply(_COPIED, round(size / MOST_TAKEN_IN))
        yield
        engine().dispose()


def _take_in(folder: Path, size: int, day: date) -> None:
    extract = folder / f"{day}"
    write_extract(make_cases(size, seed=1, as_of=AS_OF, authorities=AUTHORITIES, seen_on=day), extract)
    with unit_of_work() as connection:
        take_in(connection, read_extract(extract), now=datetime.combine(day, time(2), UTC), by="benchmark")


def multiply(tables: Iterable[str], times: int, address: str | None = None) -> None:
    """Make so many of each row of these tables, which are numbered from 1 on: the row itself and its copies."""
    tables = tuple(tables)
    with reading(address) as connection:
        newest = {table: connection.execute(text(f"SELECT MAX(id) FROM {table}")).scalar_one() for table in tables}
    for copy in range(1, times):
        with unit_of_work(address) as connection:
            for table in tables:
                columns = [column.name for column in METADATA.tables[table].columns]
                changed = _COPIED[table] | {"id": "id + :further"}
                taken = ", ".join(changed.get(name, name) for name in columns)
                connection.execute(
                    text(f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} WHERE id <= :rows"),
                    {
                        "copy": copy,
                        "rows": newest[table],
                        # Multiplied here: PostgreSQL would take small numbers for such that stay small.
                        "further": copy * newest[table],
                        "cases_further": copy * newest["cases"],
                    },
                )
