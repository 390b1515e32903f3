"""The product from end to end, in one process: a folder read, taken in and evaluated, as `ehc` does it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from sqlalchemy import Connection

from models import migrations
from models.casework.extracts.intake import take_in
from models.importers.reader import read_extract
from models.queries.clocks import clock_rows
from models.statute.register import load_register
from models.store import engine, reading, unit_of_work
from tests.oracle.evaluator import COLUMNS, Row

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@contextmanager
def taken_in(folder: Path, database: Path) -> Iterator[Connection]:
    """A connection that reads a new database which holds this extract, every row of it."""
    address = f"sqlite:///{database}"
    migrations.ensure(address)
    try:
        extract = read_extract(folder)
        with unit_of_work(address) as connection:
            taken = take_in(connection, extract, now=NOW, by="the oracle")
        assert not taken.rejections, taken.rejections[0]
        with reading(address) as connection:
            yield connection
    finally:
        engine(address).dispose()


def evaluate(connection: Connection, as_of: date) -> list[Row]:
    """Every clock, in the columns that the oracle has too."""
    rows = (row._asdict() for row in clock_rows(connection, load_register(), as_of))
    return [{column: row[column] for column in COLUMNS} for row in rows]
