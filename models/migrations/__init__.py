"""The database's shape over time, by Alembic: `upgrade` brings it to this release's, `state` compares."""

from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from models.store import SEARCH_PATH, fetch, is_missing, reading, unit_of_work, wrong_version

State = Literal["empty", "current", "older", "newer"]


def config() -> Config:
    """Alembic's configuration: the scripts lie inside the package."""
    found = Config()
    found.set_main_option("script_location", "models:migrations")
    return found


def state(connection: Connection) -> State:
    """How the database's tables compare with those of this release."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        return "empty" if not inspect(connection).has_table("cases") else "older"
    known = [script.revision for script in ScriptDirectory.from_config(config()).walk_revisions()]
    if revision not in known:
        return "newer"
    return "current" if revision == known[0] else "older"


def upgrade(address: str | None = None) -> State:
    """Bring the tables up to this release and answer what they were before; running it again does nothing."""
    # Looked at under the write lock: of two that start at once, the second finds the tables made.
    with unit_of_work(address) as connection:
        _make_schema(connection)
        before = state(connection)
        if before == "newer":
            raise wrong_version(is_newer=True)
        if before != "current":
            settings = config()
            settings.attributes["connection"] = connection
            command.upgrade(settings, "head")
    return before


def ensure(address: str | None = None) -> None:
    """Make the tables in an empty database; StoreError if they are of another release."""
    if is_missing(address):
        upgrade(address)
        return
    with reading(address) as connection:
        found = state(connection)
    if found == "empty":
        upgrade(address)
    elif found != "current":
        raise wrong_version(is_newer=found == "newer")


def _make_schema(connection: Connection) -> None:
    """Make the schema of an authority that has none on PostgreSQL yet."""
    if connection.dialect.name == "postgresql" and fetch(connection, "SELECT 1 WHERE current_schema() IS NULL"):
        connection.execute(text(f'CREATE SCHEMA "{fetch(connection, f"SELECT {SEARCH_PATH}")[0][0]}"'))
