"""What a person is told to do when the database cannot be used."""

from typing import Any

import pytest

from models.errors import StoreError
from models.store import engine, fetch, reading
from tests.store.build import execute


def test_a_database_that_is_not_there_is_not_mended_by_making_tables(postgresql_server: Any) -> None:
    address = postgresql_server.get_uri("nowhere")
    with pytest.raises(StoreError) as refused, reading(address) as connection:
        fetch(connection, "SELECT 1")
    engine(address).dispose()
    assert "EHC_DATABASE_URL" in refused.value.remedy
    assert "upgrade" not in refused.value.remedy


def test_a_table_that_is_not_there_is_made_by_an_upgrade(database: str) -> None:
    execute(database, "DROP TABLE standings")
    with pytest.raises(StoreError) as refused, reading(database) as connection:
        fetch(connection, "SELECT 1 FROM standings")
    assert refused.value.remedy == "Make the tables: ehc db upgrade."
