"""The sweep of a night, against the bare reads and writes of the same rows with the same driver, on both databases.

Two nights: the first, which writes everything, and the next, for which little has changed. Each runs in a process of
its own, whose memory is what is printed. The seconds are the processor's, of this process and of the database server:
other work on the machine does not count. Composing the texts of messages is counted by itself, as no bare write
composes any. Before it the process has a night of no cases: what a process does once is done by then, and its seconds
say how much of a night is there however few cases there are.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from sqlalchemy import Connection, text

from models import migrations
from models.casework.clocks import refresh_clocks
from models.practice.loader import practices
from models.queries.records import DATES
from models.statute.register import load_register
from models.store import engine, fetch, insert_rows, reading, unit_of_work, update_rows
from models.tables.all import METADATA
from notifications import outbox
from tests.benchmarks.databases import Database, apart, most_held, postgresql, processor, read_bare, sqlite
from tests.benchmarks.filled import TODAY, YESTERDAY, Change, fill, pass_a_day

Opened = AbstractContextManager[Database]
_CLOCK = ("duty", "record_id")
_READ = {
    "cases": ("id", *DATES["case"], "assess_decision", "authority_code", "case_ref", "team", "officer"),
    "advice": ("id", "case_id", "kind", "body", *DATES["advice"], "reply", "replied_by"),
    "exceptions": ("*",),
    "orders": ("*",),
    "closures": ("*",),
    "panels": ("*",),
    "people": ("*",),
    "clocks": (*_CLOCK, "case_id", "origin_on", "due_on", "act_by", "done_on", "ended_on", "ended_by", "exception"),
    "transitions": (*_CLOCK, "due_on", "change"),
    "alerts": (*_CLOCK, "origin_on", "role", "rung", "repetition", "as_of", "silence"),
}
"""What a sweep has to know, by table."""

_WRITTEN = {
    "messages": "created_at >= '{0}'",
    "clocks": "evaluated_on = '{0}'",
    "transitions": "as_of = '{0}'",
    "nights": "as_of = '{0}'",
    "alerts": "as_of = '{0}'",
    "family_notices": "predicted_on = '{0}'",
}
"""Which rows a sweep has written for a day, by table; messages before the alerts that point at them."""


@dataclass
class Spent:
    """What some parts of the work took: seconds of the processor, rows, and the most memory held, in MiB.

    `nothing` is what a night of no cases took before, in the same process.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    composing: float = 0.0
    nothing: float = 0.0
    memory: float = 0.0

    @property
    def total(self) -> float:
        """The seconds of all parts, without composing messages."""
        return sum(self.seconds.values())


def run(sizes: tuple[int, ...], databases: Sequence[Callable[[], Opened]] = (sqlite, postgresql)) -> None:
    """Print the lines of both nights for each number of cases, on SQLite and on PostgreSQL unless one is named."""
    for size in sizes:
        for database in databases:
            with database() as copied:
                _run(size, copied)


def _run(size: int, database: Database) -> None:
    changes: list[Change] = apart(fill, database.address, size)
    other = database.copy()
    for name, day in (("first", YESTERDAY), ("next", TODAY)):
        if day == TODAY:
            for address in (database.address, other):
                database.settle(address)
                apart(pass_a_day, address, changes)
        spent: Spent = apart(sweep, database.address, day, database.server)
        floor: Spent = apart(bare, database.address, other, day, database.server)
        rows = sum(floor.rows.values())
        print(
            f"sweep, {name} night, {database.name:<10} {size:>9,} cases {rows:>11,} rows  {spent.total:>8.2f} s  "
            f"{spent.total / floor.total:>5.2f} x bare reads and writes ({floor.total:.2f} s)  "
            f"{spent.memory:>6,.0f} MiB  and composing messages {spent.composing:.2f} s, "
            f"a night of no cases {spent.nothing:.2f} s"
        )
        for what, of in (("the sweep", spent), ("the bare", floor)):
            print(f"  {what}: {', '.join(f'{part} {seconds:.2f} s' for part, seconds in of.seconds.items())}")
        print(f"  rows: {', '.join(f'{part} {rows:,}' for part, rows in floor.rows.items() if rows)}", flush=True)


def sweep(address: str, as_of: date, server: int | None = None) -> Spent:
    """A night's clocks and alerts, in a process that had a night of no cases before."""
    with TemporaryDirectory() as folder:
        empty = f"sqlite:///{Path(folder) / 'ehc.db'}"
        migrations.ensure(empty)
        nothing = _night(empty, as_of, None).total
    with reading(address) as connection:
        fetch(connection, "SELECT 1")
    spent = _night(address, as_of, server)
    spent.nothing, spent.memory = nothing, most_held()
    return spent


def _night(address: str, as_of: date, server: int | None) -> Spent:
    """The clocks and alerts of a night, each in its own unit of work as in a night."""
    register, policies = load_register(), practices()
    now = datetime.combine(as_of, time_of_day(20), tzinfo=UTC)
    spent = Spent()
    with _timed(spent, "clocks", server), unit_of_work(address) as connection:
        refresh_clocks(connection, register, as_of, now=now)
    with _composing(spent), _timed(spent, "alerts", server), unit_of_work(address) as connection:
        outbox.raise_alerts(connection, register, policies, as_of, now)
    spent.seconds["alerts"] -= spent.composing
    return spent


def bare(address: str, other: str, as_of: date, server: int | None = None) -> Spent:
    """The least a sweep could do: read what it has to know, and write into a copy what it wrote."""
    spent = Spent()
    with unit_of_work(other) as connection:
        for table, columns in _READ.items():
            with _timed(spent, "reads", server):
                read = sum(map(len, read_bare(connection, f"SELECT {', '.join(columns)} FROM {table}")))
            spent.rows[f"{table} read"] = read
    day = as_of.isoformat()
    # Not by a unit of work, which does more at its end than to commit.
    with reading(address) as source, engine(other).connect().execution_options(writing=True) as connection:
        for table, condition in _WRITTEN.items():
            columns = tuple(column.name for column in METADATA.tables[table].columns)
            written = 0
            for batch in read_bare(source, f"SELECT {', '.join(columns)} FROM {table} WHERE {condition.format(day)}"):
                written += len(batch)
                old, new = _apart_by_key(connection, batch) if table == "clocks" else ([], batch)
                with _timed(spent, "writes", server):
                    insert_rows(connection, table, columns, new)
                    update_rows(connection, table, columns[2:], _CLOCK, [(*row[2:], *row[:2]) for row in old])
            spent.rows[f"{table} written"] = written
        with _timed(spent, "writes", server):
            connection.commit()
    return spent


def _apart_by_key(connection: Connection, rows: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    """The rows of clocks that are there already, and those that are not."""
    keys: dict[str, list[int]] = {}
    for duty, record_id, *_ in rows:
        keys.setdefault(duty, []).append(record_id)
    there = set()
    for duty, records in keys.items():
        for some in (records[place : place + 900] for place in range(0, len(records), 900)):
            named = ", ".join(map(str, some))
            found = connection.execute(
                text(f"SELECT record_id FROM clocks WHERE duty = :duty AND record_id IN ({named})"), {"duty": duty}
            )
            there |= {(duty, record_id) for (record_id,) in found}
    return [row for row in rows if tuple(row[:2]) in there], [row for row in rows if tuple(row[:2]) not in there]


@contextmanager
def _composing(spent: Spent) -> Iterator[None]:
    """Count by itself the time in which messages are composed."""
    compose = outbox._Night._compose

    def timed(*arguments: Any) -> Any:
        begun = time.process_time()
        found = compose(*arguments)
        spent.composing += time.process_time() - begun
        return found

    with patch.object(outbox._Night, "_compose", timed):
        yield


@contextmanager
def _timed(spent: Spent, part: str, server: int | None) -> Iterator[None]:
    begun = processor(server)
    yield
    spent.seconds[part] = spent.seconds.get(part, 0.0) + processor(server) - begun
