"""One PostgreSQL database lent to a test after the other: making one anew takes longer than most tests."""

from collections.abc import Callable
from typing import Any

from models import store

CATALOGUES = ("pg_attribute", "pg_trigger", "pg_proc", "pg_type", "pg_constraint", "pg_index", "pg_namespace")
VERSION = "alembic_version"
"""The one table that is not empty in a new database; a test holds it to that."""

MADE_OF = " UNION ALL ".join(
    f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}" for name in (*CATALOGUES, VERSION)
)
"""How many things of each kind there are and the transaction that wrote the newest: changes with any of them."""

STILL_AT_IT = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
    "AND backend_type = 'client backend' AND state <> 'idle'"
)


class Lent:
    """A database with the tables and no rows; the engine is kept too, for its connections that know the tables.

    A test that changes what the tables are, or leaves somebody at work in them, makes the next one get a new database.
    """

    def __init__(self, make: Callable[[], str], drop: Callable[[str], None]) -> None:
        """`make` answers the address of a new database, `drop` ends one."""
        self._make, self._drop = make, drop
        self._make_engine = store.make_engine
        self._address = ""
        store.make_engine = self._engine_for

    def borrow(self) -> str:
        """The address of the database, empty."""
        if not self._address:
            self._begin()
        return self._address

    def give_back(self) -> None:
        """Empty it for the next test, or end it."""
        if not self._address:
            return
        try:
            is_as_new = self._is_emptied()
        except Exception:  # noqa: BLE001 - whatever it is, a new database has it not
            is_as_new = False
        if not is_as_new:
            self._end()

    def close(self) -> None:
        """End it and let the product make its engines again."""
        store.make_engine = self._make_engine
        if self._address:
            self._end()

    def _begin(self) -> None:
        import psycopg

        self._address = self._make()
        self._engine = self._make_engine(self._address)
        self._connection: Any = psycopg.connect(self._address, autocommit=True)
        self._connection.execute("SET session_replication_role = replica; SET lock_timeout = '5s'")
        found = self._connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        self._empty = "; ".join(f'DELETE FROM "{table}"' for (table,) in found if table != VERSION)
        self._made_of = self._connection.execute(MADE_OF).fetchall()

    def _is_emptied(self) -> bool:
        if self._engine.pool.checkedout() or self._connection.execute(STILL_AT_IT).fetchall():
            return False
        self._connection.execute(self._empty)
        return bool(self._connection.execute(MADE_OF).fetchall() == self._made_of)

    def _end(self) -> None:
        address, self._address = self._address, ""
        self._engine.dispose()
        self._connection.close()
        self._drop(address)

    def _engine_for(self, address: str) -> Any:
        return self._engine if address == self._address else self._make_engine(address)
