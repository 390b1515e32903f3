"""Import: first, unchanged and in another order, against bare reads and writes of the same rows with the same driver.

On both databases, each in a process of its own, whose memory is what is printed. The seconds are the processor's, of
this process and of the database server, as other work on the machine does not count; those of the clock stand beside.
"""

import csv
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from deployments.demo.council import make_cases, write_extract
from models import migrations
from models.casework.extracts.intake import take_in
from models.importers.reader import read_extract
from models.store import insert_rows, reading, unit_of_work
from tests.benchmarks.databases import Database, apart, most_held, postgresql, processor, read_bare, sqlite

AS_OF = date(2026, 11, 22)
SHEETS = ("cases", "advice")

Work = Callable[[str, Path], None]


class Spent(NamedTuple):
    """What a piece of work took: seconds of the processor, seconds of the clock, the most memory held in MiB."""

    processor: float
    clock: float
    memory: float


def run(sizes: tuple[int, ...]) -> None:
    """Print the lines of each number of cases, with their advice, on SQLite and on PostgreSQL."""
    for size in sizes:
        with TemporaryDirectory() as folder:
            extract, turned = Path(folder) / "extract", Path(folder) / "turned"
            rows = apart(_write, size, extract, turned)
            for database in (sqlite, postgresql):
                _run(database(), extract, turned, rows)


def _run(opened: AbstractContextManager[Database], extract: Path, turned: Path, rows: int) -> None:
    with opened as database:
        apart(migrations.ensure, database.address)
        bare = database.copy()
        for what, path, floor, address in (
            ("first", extract, bare_import, bare),
            ("unchanged", extract, bare_comparison, database.address),
            ("turned", turned, bare_comparison, database.address),
        ):
            least: Spent = apart(spent, floor, address, path, database.server)
            found: Spent = apart(spent, import_once, database.address, path, database.server)
            print(
                f"import, {what:<10} {database.name:<10} {rows:>9,} rows {found.processor:>7.2f} s, "
                f"by the clock {found.clock:>7.2f} s {found.processor / rows * 1e6:>6.2f} us/row "
                f"{found.processor / least.processor:>6.2f} x bare ({least.processor:.2f} s) {found.memory:>6,.0f} MiB",
                flush=True,
            )


def spent(work: Work, address: str, extract: Path, server: int | None) -> Spent:
    """What the work takes in this process and in that of the server."""
    begun, at = processor(server), time.perf_counter()
    work(address, extract)
    return Spent(processor(server) - begun, time.perf_counter() - at, most_held())


def import_once(address: str, extract: Path) -> None:
    """Read the extract and take it in."""
    found = read_extract(extract)
    with unit_of_work(address) as connection:
        take_in(connection, found, now=datetime.now(UTC), by="benchmark")


def bare_import(address: str, extract: Path) -> None:
    """Read the rows and write each twice (the record, and what happened to it), with no check and no comparison."""
    with unit_of_work(address) as connection:
        for name in SHEETS:
            heading, *rows = _rows(extract, name)
            for table in (f"bare_{name}", f"bare_{name}_again"):
                connection.exec_driver_sql(f"CREATE TABLE {table} ({', '.join(f'{x} TEXT' for x in heading)})")
                insert_rows(connection, table, heading, rows)


def bare_comparison(address: str, extract: Path) -> None:
    """Read the rows of the extract and those of the records, with no check and no comparison."""
    with reading(address) as connection:
        for name in SHEETS:
            _rows(extract, name)
            for _ in read_bare(connection, f"SELECT * FROM {name}"):
                pass


def _rows(extract: Path, name: str) -> list[list[str]]:
    with (extract / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def _write(size: int, extract: Path, turned: Path) -> int:
    """How many rows there are of so many cases; written as an extract, and again with the last third of it first."""
    sheets = make_cases(size, seed=1, as_of=AS_OF)
    write_extract({name: sheets[name] for name in SHEETS}, extract)
    turned.mkdir()
    for path in extract.iterdir():
        heading, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        cut = len(lines) - len(lines) // 3
        (turned / path.name).write_text("".join([heading, *lines[cut:], *lines[:cut]]), encoding="utf-8")
    return sum(len(sheets[name]) for name in SHEETS)
