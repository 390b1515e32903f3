"""Periods: which there are on a day, and that the cells between their ends add up to each of them."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.measures.periods import Cells, periods


@pytest.mark.parametrize(
    ("as_of", "kind", "expected"),
    [
        ("2026-11-22", "month", ("2026-11-01", "2026-11-30")),
        ("2026-11-22", "quarter", ("2026-10-01", "2026-12-31")),
        ("2026-11-22", "year", ("2025-01-01", "2025-12-31")),
        ("2026-12-31", "year", ("2026-01-01", "2026-12-31")),
        ("2026-11-22", "year_to_date", ("2026-01-01", "2026-11-22")),
        ("2026-11-22", "rolling_year", ("2025-11-01", "2026-10-31")),
        ("2026-11-30", "rolling_year", ("2025-12-01", "2026-11-30")),
        ("2026-01-01", "rolling_year", ("2025-01-01", "2025-12-31")),
    ],
)
def test_the_newest_of_each_kind(as_of: str, kind: str, expected: tuple[str, str]) -> None:
    newest = next(x for x in periods(date.fromisoformat(as_of)) if x.kind == kind)
    assert (str(newest.first), str(newest.last)) == expected


def test_the_year_before_is_measured_to_the_same_day() -> None:
    before = [x for x in periods(date(2024, 2, 29)) if x.kind == "year_to_date"][1]
    assert (before.first, before.last) == (date(2023, 1, 1), date(2023, 2, 28))


@given(
    as_of=st.dates(date(2015, 1, 1), date(2035, 12, 31)),
    ago=st.lists(st.integers(-400, 4000), max_size=30),
)
def test_cells_add_up_to_every_period(as_of: date, ago: list[int]) -> None:
    days = [as_of - timedelta(x) for x in ago]
    chosen = periods(as_of)
    cells = Cells(chosen, as_of)
    cell = cells.of(np.array(days, dtype="datetime64[s]"))
    counted = np.bincount(cell[cell >= 0], minlength=cells.size).astype(float)[np.newaxis]
    expected = [sum(x.first <= day <= min(x.last, as_of) for day in days) for x in chosen]
    assert cells.add_up(counted, np.arange(len(chosen)))[0].tolist() == expected
    assert cells.add_up(counted, np.array([3, 1]))[0].tolist() == [expected[3], expected[1]]
