"""Import and night: first and unchanged, against the bare read and write of the same rows with the same driver."""

import csv
import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from deployments.demo.council import make_cases, write_extract
from models import migrations
from models.casework.clocks import refresh_clocks
from models.casework.extracts.intake import take_in
from models.importers.reader import read_extract
from models.statute.register import load_register
from models.store import unit_of_work
from tests.benchmarks.timing import best_of, line, peak_mib

AS_OF = date(2026, 11, 22)
SHEETS = ("cases", "advice")


def run(sizes: tuple[int, ...]) -> None:
    """Print the lines of import and night for each number of cases, with their advice."""
    for size in sizes:
        with TemporaryDirectory() as folder:
            _run(Path(folder), size)


def _run(folder: Path, size: int) -> None:
    sheets = make_cases(size, seed=1, as_of=AS_OF)
    rows = sum(len(sheets[name]) for name in SHEETS)
    write_extract({name: sheets[name] for name in SHEETS}, folder / "extract")
    del sheets
    address = f"sqlite:///{folder / 'ehc.db'}"
    migrations.ensure(address)
    floor = best_of(1, lambda: _bare_import(folder))
    line("import, first", rows, best_of(1, _import(folder, address)), ("bare read and write", floor))
    line("import, unchanged", rows, best_of(2, _import(folder, address)), ("bare read and write", floor))
    line("night, first", rows, best_of(1, _night(address)))
    line("night, unchanged", rows, best_of(2, _night(address)))
    print(f"{'':<26} most memory so far {peak_mib():,.0f} MiB")


def _import(folder: Path, address: str) -> Callable[[], object]:
    def work() -> None:
        extract = read_extract(folder / "extract")
        with unit_of_work(address) as connection:
            take_in(connection, extract, now=datetime.now(UTC), by="benchmark")

    return work


def _night(address: str) -> Callable[[], object]:
    def work() -> None:
        with unit_of_work(address) as connection:
            refresh_clocks(connection, load_register(), AS_OF, now=datetime.now(UTC))

    return work


def _bare_import(folder: Path) -> None:
    """Read the rows and write each twice (the record, and what happened to it), with no check and no comparison."""
    connection = sqlite3.connect(folder / "floor.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    for name in SHEETS:
        with (folder / "extract" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            heading, *rows = csv.reader(file)
        marks = ", ".join("?" for _ in heading)
        for table in (name, f"{name}_again"):
            connection.execute(f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, {', '.join(heading)})")
            connection.executemany(f"INSERT INTO {table} ({', '.join(heading)}) VALUES ({marks})", rows)
    connection.commit()
    connection.close()
