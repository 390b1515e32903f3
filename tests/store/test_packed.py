"""A table read as a few long texts says the same as its rows read one by one, whatever its words hold."""

from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from models.queries import packed
from models.queries.packed import read_packed
from models.statute.records import DAY
from models.store import as_text, engine, fetch, insert_rows

COLUMNS = ("id", "number", "day", "word", "other")
TABLE = "CREATE TEMPORARY TABLE some_rows (id BIGINT PRIMARY KEY, number BIGINT, day DATE, word TEXT, other TEXT)"
FEW = 4
"""How many keys are read at a time here, so that few rows are several batches."""

# What sets apart, quotes or ends a value where texts are joined, and what JSON has an escape for.
AWKWARD = (
    "",
    " ",
    ",",
    ",,",
    '"',
    '""',
    "'",
    "\\",
    '\\"',
    "\n",
    "\r\n",
    "\t",
    "\x01",
    "\x1f",
    "\x7f",
    "[",
    '["a"]',
    "null",
)
AWKWARD += ("\u2028", "\ufeff", "é", "e\u0301", "\U0001f9ea", "{0}", ":first", "%s", "2026-11-22", "\\u0000", " " * 10)
WORDS = (
    st.none() | st.sampled_from(AWKWARD) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
)
KEYS = st.integers(1, 40) | st.integers(1 << 40, (1 << 40) + 40)
ROWS = st.lists(
    st.tuples(st.integers(-(1 << 62), 1 << 62), st.none() | st.dates(), WORDS, WORDS),
    max_size=12,
)


def filled(connection: Connection, rows: list[tuple[object, ...]], first: int) -> None:
    connection.exec_driver_sql("DROP TABLE IF EXISTS some_rows")
    connection.exec_driver_sql(TABLE)
    numbered = [(first + place, *row) for place, row in enumerate(rows)]
    as_stored = [(*row[:2], row[2].isoformat() if isinstance(row[2], date) else None, *row[3:]) for row in numbered]
    insert_rows(connection, "some_rows", COLUMNS, as_stored)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, first=KEYS, in_batches=st.booleans())
@example(rows=[(0, None, word, None) for word in AWKWARD], first=1, in_batches=True)
@example(rows=[(0, date.min, None, ""), (0, date.max, "", None)], first=1, in_batches=False)
def test_what_is_packed_is_what_is_stored(
    database: str, rows: list[tuple[object, ...]], first: int, in_batches: bool
) -> None:
    with engine(database).connect() as connection, patch.object(packed, "BATCH", FEW):
        filled(connection, rows, first)
        plain = fetch(
            connection, f"SELECT id, number, {as_text(connection, 'day')}, word, other FROM some_rows ORDER BY id"
        )
        found = read_packed(
            connection,
            "FROM some_rows r WHERE 1 = 1",
            key="r.id",
            spread="FROM some_rows r WHERE 1 = 1" if in_batches else "",
            numbers={"number": "r.number"},
            days={"day": as_text(connection, "r.day")},
            words={"word": "r.word", "other": "r.other"},
            flags={"is_said": "r.word <> ''"},
            texts={"text": "r.word"},
        )
        connection.rollback()
    said = [None if day is None else str(day) for day in found.days("day").astype(DAY).tolist()]
    columns = (found.ids.tolist(), found.numbers("number").tolist(), said)
    assert list(zip(*columns, strict=True)) == [tuple(row[:3]) for row in plain]
    for place, name in enumerate(("word", "other"), 3):
        assert found.codes(name).words() == [row[place] or "" for row in plain]
    assert found.texts("text").tolist() == found.codes("word").words()
    assert found.flags("is_said").tolist() == [bool(word) for word in found.codes("word").words()]


@pytest.mark.parametrize("spread", ["", "FROM some_rows r WHERE 1 = 1"])
def test_no_rows_are_columns_of_no_length(database: str, spread: str) -> None:
    with engine(database).connect() as connection:
        filled(connection, [], 1)
        found = read_packed(
            connection, "FROM some_rows r WHERE 1 = 1", key="r.id", spread=spread, words={"word": "r.word"}
        )
        connection.rollback()
    assert (found.size, found.ids.tolist(), found.codes("word").words()) == (0, [], [])


def test_a_column_of_another_order_comes_in_the_order_of_the_keys(database: str) -> None:
    backwards = "FROM (SELECT * FROM some_rows ORDER BY id DESC LIMIT 100) r WHERE 1 = 1"
    with engine(database).connect() as connection:
        filled(connection, [(number, None, str(number), None) for number in range(20)], 1)
        found = read_packed(
            connection,
            backwards,
            key="r.id",
            numbers={"number": "r.number"},
            words={"word": "r.word"},
            texts={"text": "r.word"},
        )
        connection.rollback()
    assert found.numbers("number").tolist() == list(range(20))
    assert found.codes("word").words() == found.texts("text").tolist() == [str(number) for number in range(20)]
