"""What a person is told to do when the database cannot be used."""

from typing import Any

import pytest

from models.errors import StoreError
from models.store import engine, fetch, reading


def test_a_database_that_is_not_there_is_not_mended_by_making_tables(postgresql_server: Any) -> None:
    address = postgresql_server.get_uri("nowhere")
    with pytest.raises(StoreError) as refused, reading(address) as connection:
        fetch(connection, "SELECT 1")
    engine(address).dispose()
    assert "EHC_DATABASE_URL" in refused.value.remedy
    assert "upgrade" not in refused.value.remedy


def test_tables_that_are_not_there_are_made_by_an_upgrade(empty_database: str) -> None:
    with pytest.raises(StoreError) as refused, reading(empty_database) as connection:
        fetch(connection, "SELECT 1 FROM cases")
    assert refused.value.remedy == "Make the tables: ehc db upgrade."
