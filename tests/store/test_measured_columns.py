"""The columns that a definition may name, declared before anything is read, are those that the frames then have."""

from datetime import date

import numpy as np
import pytest

from models.measures.frames import KINDS, frames
from models.measures.vocabulary import vocabulary
from models.statute.register import load_register
from models.store import reading
from tests.store.build import take, write_extract

AS_OF = "2026-03-02"
IN_NUMPY = {"date": "M", "word": "iu", "number": "iuf", "flag": "b", "text": "O"}
"""What numpy calls an array of each kind of column; words are their codes."""


@pytest.fixture
def council_taken_in(sqlite_database: str, council) -> str:
    take(sqlite_database, council(AS_OF))
    return sqlite_database


def test_what_is_declared_is_what_is_made(council_taken_in: str) -> None:
    with reading(council_taken_in) as connection:
        found = frames(connection, load_register(), date.fromisoformat(AS_OF))
    for kind in KINDS:
        columns = found.columns[kind]
        assert columns.declared == vocabulary()[kind]
        for name, column in columns.declared.items():
            made = columns.words(name) if column.kind == "word" else columns.numbers(name)
            array = made.index if column.kind == "word" else made
            assert len(array) == columns.size, (kind, name)
            assert array.dtype.kind in IN_NUMPY[column.kind], (kind, name)
            if column.words:
                assert made.values == column.words, (kind, name)


def test_a_frame_of_pandas_says_the_same(council_taken_in: str) -> None:
    with reading(council_taken_in) as connection:
        found = frames(connection, load_register(), date.fromisoformat(AS_OF))
    case, columns = found.of("case"), found.columns["case"]
    assert list(case.columns) == list(columns.declared)
    assert case["team"].tolist() == columns.words("team").words()
    assert case["stage"].tolist() == columns.words("stage").words()
    days = case["final_plan_sent_on"].to_numpy().astype("datetime64[D]")
    assert np.array_equal(days, columns.dates("final_plan_sent_on"), equal_nan=True)


def test_everything_can_be_made_of_nothing(sqlite_database: str, tmp_path) -> None:
    take(sqlite_database, write_extract(tmp_path))
    with reading(sqlite_database) as connection:
        found = frames(connection, load_register(), date.fromisoformat(AS_OF), "998")
        assert all(len(found.of(kind)) == 0 for kind in KINDS)
