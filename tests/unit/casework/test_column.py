"""Words as numbers: nothing is lost of them, and a row is found again by its numbers as it would be by its words."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.casework.extracts.column import NOWHERE, Column, found_in

WORDS = st.lists(st.sampled_from([None, "", "Y", "N", "2026-01-05"]), max_size=8)
FAR = 1 << 40
"""Three columns of such numbers have more combinations than an integer has places for."""

NUMBERS = st.sampled_from([NOWHERE, 0, 1, FAR, FAR + 1])
ROWS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=8)


@given(WORDS)
def test_a_column_has_the_words_it_was_made_of(words: list[str | None]) -> None:
    column = Column.of(words)
    assert list(column) == words
    assert [column[row] for row in range(len(words))] == words
    assert len(set(column.words)) == len(column.words)


@given(WORDS, st.data())
def test_some_rows_of_a_column_keep_their_words(words: list[str | None], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(words) - 1), max_size=8)) if words else []
    column = Column.of(words).take(np.array(rows, dtype=np.int64))
    assert list(column) == [words[row] for row in rows]
    if len(rows) < len(set(words)):
        assert set(column.words) == set(column)


@given(WORDS, WORDS)
def test_columns_differ_where_their_words_do(some: list[str | None], others: list[str | None]) -> None:
    rows = np.arange(min(len(some), len(others)))
    differs = Column.of(some).differs(rows, Column.of(others), rows)
    assert differs.tolist() == [mine != theirs for mine, theirs in zip(some, others, strict=False)]


def test_a_column_can_be_written_to_and_what_it_was_copied_from_stays() -> None:
    column = Column.of(["Y", None])
    copied = column.copy()
    copied[1], copied[0] = "N", None
    assert (list(copied), list(column)) == ([None, "N"], ["Y", None])


@given(ROWS, ROWS)
def test_rows_are_found_by_their_numbers(among: list[tuple[int, ...]], wanted: list[tuple[int, ...]]) -> None:
    among = list(dict.fromkeys(among))
    expected = [among.index(row) if row in among else NOWHERE for row in wanted]
    assert found_in(_columns(among), _columns(wanted)).tolist() == expected


def _columns(rows: list[tuple[int, ...]]) -> list[np.ndarray]:
    return list(np.array(rows, dtype=np.int64).reshape(-1, 3).T)
