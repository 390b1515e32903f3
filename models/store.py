"""The database: one engine per process, one place that commits, and bulk reads and writes by column.

SQLite by default and PostgreSQL by the same code. Only this module knows which of the two it is.
"""

import gc
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from models.errors import SettingsError, StoreError
from models.settings import settings

REVISION = "0005"
"""The newest migration; a test holds it to the scripts, so that a query need not read them to know."""

SEARCH_PATH = "current_setting('search_path')"
"""In SQL on PostgreSQL, the schema that was asked for, also where there is none of that name yet."""

WRITE_LOCK = 20_14_15_30
"""The advisory lock that one writer at a time holds on PostgreSQL (SI 2014/1530), with whose tables they are."""

_LOCK = f"SELECT pg_advisory_xact_lock({WRITE_LOCK}, hashtext(COALESCE(current_schema(), {SEARCH_PATH})))"


@cache
def engine(address: str | None = None) -> Engine:
    """The engine for an address, by default the settings' own."""
    return make_engine(address or settings().address)


def _meant(address: str | None) -> str | None:
    """The address given, else that of the authority whose own tables are meant; None for the settings' one database."""
    return address or (settings().address if settings().whose else None)


def make_engine(address: str) -> Engine:
    """A new engine; SQLite gets write-ahead logging, foreign keys and a file only its owner can read."""
    try:
        url = make_url(address)
    except ArgumentError:
        raise SettingsError(
            "The database address cannot be understood.",
            where="EHC_DATABASE_URL",
            remedy="Write sqlite:////absolute/path/ehc.db or postgresql://user:password@host/database.",
        ) from None
    if url.get_backend_name() == "postgresql":
        # Looked at before use: a server that was started again between two steps of a night is found again.
        found = create_engine(url.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
        event.listen(found, "connect", _prepare_postgresql)
        return found
    if url.get_backend_name() != "sqlite":
        raise SettingsError(
            f"The database {url.get_backend_name()!r} is not supported.",
            where="EHC_DATABASE_URL",
            remedy="Write sqlite:////absolute/path/ehc.db or postgresql://user:password@host/database.",
        )
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.touch(mode=0o600, exist_ok=True)
        except OSError as error:
            raise StoreError(
                "The database file cannot be made.",
                where=str(path),
                why=error.strerror or str(error),
                remedy="Point EHC_HOME at a folder that this account may write to.",
            ) from None
    try:
        found = create_engine(url, connect_args={"timeout": 30})
    except NoSuchModuleError as error:
        raise SettingsError("The database driver is not known.", where="EHC_DATABASE_URL", why=str(error)) from None
    event.listen(found, "connect", _prepare_sqlite)
    event.listen(found, "begin", _begin_sqlite)
    return found


def _prepare_postgresql(connection: DBAPIConnection, _record: object) -> None:
    # Dates and moments are read as text: in UTC and as ISO 8601 has them, whatever the server would rather.
    # To compile a statement, as it would for many rows, takes longer than it saves: a night has many that differ.
    # It weighs looking rows up as for a disk with arms: by that it would rather go through a whole table for a part.
    connection.cursor().execute("SET TIME ZONE 'UTC'; SET datestyle = 'ISO'; SET jit = off; SET random_page_cost = 1.1")
    connection.commit()


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transactions begin too late to read and write as one; SQLAlchemy begins them instead.
    connection.isolation_level = None
    # Pages of 16 KiB, as most of what is read is whole tables; a file that is there keeps its own. FULL: what was
    # committed is on the disk, since a claim lost with the power would be a message sent twice. What is deleted is
    # overwritten, which not every build of SQLite does by itself: nobody who was purged is to be found in the file.
    for pragma in (
        *("page_size=16384", "journal_mode=WAL", "synchronous=FULL"),
        *("secure_delete=ON", "foreign_keys=ON", "cache_size=-262144"),
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")
    connection.info["changes"] = connection.connection.total_changes


def require_tables(connection: Connection) -> None:
    """StoreError unless the tables are there and of this release; reads one row, no migration script."""
    has_version = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
    if connection.dialect.name == "postgresql":
        has_version = "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
    if not fetch(connection, has_version):
        raise _nothing_yet()
    revisions = [revision for (revision,) in fetch(connection, "SELECT version_num FROM alembic_version")]
    if revisions != [REVISION]:
        raise wrong_version(is_newer=max(revisions, default="") > REVISION)


def is_missing(address: str | None = None) -> bool:
    """True if the database is a file that nothing has made yet; only what writes may make it."""
    try:
        url = make_url(address or settings().address)
    except ArgumentError:
        return False  # said by whoever opens it
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return False
    path = Path(url.database)
    nearest = next(folder for folder in path.absolute().parents if folder.exists())
    # A place where no file can be is said to be so by what would make it.
    return not path.exists() and nearest.is_dir() and os.access(nearest, os.W_OK)


def _nothing_yet() -> StoreError:
    is_own = {"home", "database_url"}.isdisjoint(settings().model_fields_set)
    where = " EHC_HOME is not set, so this is your account's own folder: set it if your records are elsewhere."
    return StoreError(
        "There is nothing in the database yet.",
        where=shown_address(),
        remedy=f"Take in an extract with ehc import, or try ehc demo.{where if is_own else ''}",
    )


def wrong_version(*, is_newer: bool) -> StoreError:
    """The error for a database whose tables are of another release."""
    if is_newer:
        return StoreError(
            "The database belongs to a newer release of this program.",
            where=shown_address(),
            remedy="Install that release again, or restore a copy made by this one.",
        )
    return StoreError(
        "The database belongs to an older release of this program.",
        where=shown_address(),
        remedy="Make a copy of it, then run: ehc db upgrade.",
    )


def shown_address() -> str:
    """The database address without its password."""
    return make_url(settings().address).render_as_string(hide_password=True)


@contextmanager
def reading(address: str | None = None) -> Iterator[Connection]:
    """A connection that sees one state of the database from beginning to end; StoreError where nothing made it yet."""
    if is_missing(address):
        raise _nothing_yet()
    try:
        with engine(_meant(address)).connect() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            yield connection
    except _refusals(address) as error:
        # `from None`, because what the driver says may hold the row it refused, and Prefect logs causes.
        raise _store_error(error) from None


@contextmanager
def unit_of_work(address: str | None = None) -> Iterator[Connection]:
    """A connection that alone may write; all of it is committed at the end, or nothing on an error."""
    try:
        with (
            engine(_meant(address)).connect().execution_options(writing=True) as connection,
            connection.begin(),
        ):
            if connection.dialect.name == "postgresql":
                connection.execute(text(_LOCK))
                connection.info.pop("inserted", None)
            yield connection
            if connection.dialect.name == "postgresql":
                _look_at_what_grew(connection)
    except _refusals(address) as error:
        # `from None`, because what the driver says may hold the row it refused, and Prefect logs causes.
        raise _store_error(error) from None


def settle_deleted(address: str | None = None) -> bool:
    """True where nothing that was deleted is left in SQLite's files; another reader at this moment stands in the way.

    SQLite overwrites what it deletes, and its log still has the pages as they were until it is written back.
    PostgreSQL sees to its own.
    """
    found = engine(_meant(address))
    if found.dialect.name == "postgresql":
        return True
    with found.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        ((is_busy, _, _),) = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").all()
        return not is_busy


_MANY_ROWS = 100
"""Of fewer new rows in a table no plan becomes a bad one; a unit of work for one message need not look."""

_GREW = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname = ANY(:tables) "
    "AND pg_relation_size(c.oid) > 2 * GREATEST(c.relpages, 4) * CAST(current_setting('block_size') AS INTEGER)"
)
"""Which of some tables are at least twice as large as when PostgreSQL last looked at them."""


def _look_at_what_grew(connection: Connection) -> None:
    """Let PostgreSQL look at tables that have grown much: it would come to it in a minute, but a night goes on at once.

    Until then it takes them for as small as they were, and joins them row by row.
    """
    tables = [table for table, rows in connection.info.pop("inserted", Counter()).items() if rows >= _MANY_ROWS]
    if not tables:
        return
    if grew := ", ".join(f'"{table}"' for (table,) in fetch(connection, _GREW, tables=tables)):
        # A table that somebody else is looking at, or tidying up, is left to them.
        connection.exec_driver_sql(f"ANALYZE (SKIP_LOCKED) {grew}")


@contextmanager
def beside(connection: Connection, number: int) -> Iterator[tuple[Connection, ...]]:
    """So many other connections that see the same state, for threads to read with; none where there can be none.

    That is where this one has written something, which others do not see yet; and on SQLite, which does not say what
    state a reader sees, wherever somebody else may write. They are closed at the end, with all they keep in memory.
    """
    if not _sees_what_others_see(connection):
        yield ()
        return
    with ExitStack() as opened:
        others = tuple(opened.enter_context(connection.engine.connect()) for _ in range(number))
        for other in others:
            opened.callback(other.invalidate)
        if connection.dialect.name == "postgresql":
            ((snapshot,),) = fetch(connection, "SELECT pg_export_snapshot()")
            for other in others:
                other.execution_options(isolation_level="REPEATABLE READ")
                other.exec_driver_sql(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        else:
            for other in others:
                # A table that is gone through once is no use in memory; each would hold as much as the first may.
                other.exec_driver_sql("PRAGMA cache_size=-16384")
        yield others


def _sees_what_others_see(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        ((written,),) = fetch(connection, "SELECT txid_current_if_assigned()")
        return written is None
    begun = connection.info.get("changes")
    is_alone = connection.in_transaction() and connection.get_execution_options().get("writing")
    return bool(is_alone and connection.engine.url.database and begun == connection.connection.total_changes)


def fetch(connection: Connection, sql: str, /, **values: object) -> list[Sequence[Any]]:
    """The rows of a query as plain tuples; dates are wanted as text, see `as_text`."""
    if connection.dialect.name == "sqlite":
        # Past SQLAlchemy, which takes a tenth of a millisecond for a statement, and a night has 500. It must know that
        # a transaction began.
        if not connection.in_transaction():
            connection.begin()
        cursor = connection.connection.cursor()
        cursor.execute(sql, values)
    else:
        cursor = connection.execute(text(sql), values).cursor
    if cursor is None:
        return []
    with without_collector():
        return list(cursor.fetchall())


@contextmanager
def without_collector() -> Iterator[None]:
    """Rows are tuples that hold no cycles; the collector walking millions of them again and again doubles the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def as_text(connection: Connection, *columns: str) -> str:
    """Date columns for a SELECT, as ISO text on every database; SQLite keeps them so."""
    if connection.dialect.name == "sqlite":
        return ", ".join(columns)
    return ", ".join(f"CAST({column} AS TEXT)" for column in columns)


def joined(connection: Connection, separator: str) -> str:
    """An aggregate for a SELECT, with {} for a column: its texts one behind the other, in the order of the rows."""
    if connection.dialect.name == "sqlite":
        return f"GROUP_CONCAT({{}}, '{separator}')"
    return f"STRING_AGG(CAST({{}} AS TEXT), '{separator}')"


def listed(connection: Connection) -> str:
    """An aggregate for a SELECT, with {} for a column: its texts as a list in JSON, in the order of the rows."""
    return "JSON_GROUP_ARRAY({})" if connection.dialect.name == "sqlite" else "CAST(JSON_AGG({}) AS TEXT)"


def next_id(connection: Connection, table: str) -> int:
    """The first primary key never given out before; safe because the caller holds the write lock.

    A key that was deleted is not given out again: what is kept of a clock would pass for another record's.
    """
    known = f"SELECT MAX(id) AS id FROM {table} UNION ALL SELECT highest FROM retired_ids WHERE table_name = :t"
    highest = text(f"SELECT COALESCE(MAX(id), 0) FROM ({known}) AS known")
    return int(connection.execute(highest, {"t": table}).scalar_one()) + 1


def retire_ids(connection: Connection, table: str) -> None:
    """No primary key of the table as it stands is given out again; to be called before rows are deleted."""
    connection.execute(
        text(
            f"INSERT INTO retired_ids (table_name, highest) SELECT :t, COALESCE(MAX(id), 0) FROM {table} WHERE true "
            "ON CONFLICT (table_name) DO UPDATE SET highest = excluded.highest "
            "WHERE excluded.highest > retired_ids.highest"
        ),
        {"t": table},
    )


# The driver asks each None and each hash how it would like to be written, in vain, and then takes it as it is. To be
# told so at once saves a tenth of a bulk insert.
sqlite3.register_adapter(type(None), lambda nothing: nothing)
sqlite3.register_adapter(bytes, bytes)


_ROWS_OF_A_STATEMENT = 64


def insert_rows(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows in bulk: COPY on PostgreSQL, prepared statements of many rows on SQLite."""
    names = ", ".join(f'"{name}"' for name in columns)
    cursor, remaining = connection.connection.cursor(), iter(rows)
    if connection.dialect.name == "postgresql":
        # Often there is none, and the server need not hear of it.
        if (first := next(remaining, None)) is None:
            return
        with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in chain((first,), remaining):
                copy.write_row(row)
        connection.info.setdefault("inserted", Counter())[table] += cursor.rowcount
    else:
        into, one = f'INSERT INTO "{table}" ({names}) VALUES', f"({', '.join('?' * len(columns))})"
        # Of a statement for many rows little is left to do for each of them.
        while some := list(islice(remaining, _ROWS_OF_A_STATEMENT)):
            cursor.execute(f"{into} {', '.join([one] * len(some))}", list(chain.from_iterable(some)))


def update_rows(
    connection: Connection, table: str, columns: Sequence[str], keys: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Update rows in bulk; each row holds the new values and then the values of the key columns."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    to = ", ".join(f'"{name}" = {mark}' for name in columns)
    where = " AND ".join(f'"{name}" = {mark}' for name in keys)
    connection.connection.cursor().executemany(f'UPDATE "{table}" SET {to} WHERE {where}', rows)  # type: ignore[arg-type]


def delete_rows(connection: Connection, table: str, keys: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Delete rows in bulk by the values of their key columns."""
    mark = "%s" if connection.dialect.name == "postgresql" else "?"
    where = " AND ".join(f'"{name}" = {mark}' for name in keys)
    connection.connection.cursor().executemany(f'DELETE FROM "{table}" WHERE {where}', rows)  # type: ignore[arg-type]


def _refusals(address: str | None) -> tuple[type[Exception], ...]:
    """What the database raises, and its driver, which the bulk reads and writes speak to themselves."""
    return DBAPIError, engine(_meant(address)).dialect.loaded_dbapi.Error


_CUT_OFF = ("terminating connection", "server closed the connection", "connection is lost", "connection is closed")
"""What PostgreSQL and its driver say when the server went away in the middle of the work."""


def _store_error(error: Exception) -> StoreError:
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    words = said.splitlines()[0] if said else type(error).__name__
    remedies = {
        "the database system is": "The server of the database is starting or stopping: run it again in a minute.",
        # PostgreSQL lets nobody in: no such database, no such account, or not with this password.
        "FATAL:": "Look at the address, EHC_DATABASE_URL: the server and the account must be there, and the database.",
        **dict.fromkeys(_CUT_OFF, "Run it again once the server of the database is there: nothing is written twice."),
        # Nobody is there at all.
        "connection to server": "See that the server of the database runs, and look at the address, EHC_DATABASE_URL.",
        "no such table": "Make the tables: ehc db upgrade.",
        "does not exist": "Make the tables: ehc db upgrade.",
        "database is locked": "Another run is writing; wait for it to end and try again.",
        "space left": "Free some room on the disk and run again: nothing was changed.",
        "disk I/O error": "See whether the disk is full or failing, and run again then: nothing was changed.",
        "disk is full": "Free some room on the disk and run again: nothing was changed.",
    }
    remedy = next(
        (x for word, x in remedies.items() if word in words),
        "Look at the address: EHC_DATABASE_URL, or the folder EHC_HOME.",
    )
    return StoreError("The database could not do what was asked.", why=words, remedy=remedy)
