"""England's bank holidays, and an alarm before they run out."""

from datetime import date, timedelta

import numpy as np
import pytest

from models.statute.calendar import Stretch, england

CALENDAR = england()
FULL_YEARS_AHEAD = 2


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2014-12-25", "Christmas Day"),
        ("2015-04-03", "Good Friday"),
        ("2016-12-27", "Christmas Day, a Sunday, moved to the Tuesday"),
        ("2020-05-08", "VE Day: the early May holiday moved from the Monday"),
        ("2021-12-28", "Boxing Day, a Sunday, moved to the Tuesday"),
        ("2022-06-02", "spring bank holiday moved for the jubilee"),
        ("2022-06-03", "Platinum Jubilee"),
        ("2022-09-19", "State Funeral of Queen Elizabeth II"),
        ("2023-05-08", "Coronation of King Charles III"),
        ("2025-05-05", "early May"),
        ("2025-08-25", "summer, the last Monday in August"),
        ("2026-12-28", "Boxing Day, a Saturday, moved to the Monday"),
    ],
)
def test_these_are_no_working_days(day: str, why: str) -> None:
    assert not CALENDAR.is_working_day(date.fromisoformat(day)), why


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2020-05-04", "the Monday that VE Day took the holiday from"),
        ("2022-05-30", "the Monday that the jubilee took the holiday from"),
        ("2021-12-29", "between Christmas and New Year"),
        ("2025-08-04", "a holiday in Scotland"),
        ("2025-03-17", "a holiday in Northern Ireland"),
        ("2024-02-29", "a leap day"),
    ],
)
def test_these_are_working_days(day: str, why: str) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day)), why


def test_weekends_are_none() -> None:
    assert not CALENDAR.is_working_day(date(2025, 9, 6))
    assert not CALENDAR.is_working_day(date(2025, 9, 7))


def test_every_year_covered_has_its_eight_holidays() -> None:
    years = CALENDAR.holidays.astype("datetime64[Y]").astype(int) + 1970
    for year in range(CALENDAR.first_year, CALENDAR.last_year + 1):
        # Eight a year; those that fall on a weekend are listed on their own day and on the day in lieu.
        assert (years == year).sum() >= 8, year
    assert CALENDAR.first_year == 2014, "the law begins on 1 September 2014"


def test_there_are_two_full_years_of_holidays_left() -> None:
    """The alarm: it rings long before a working day can be wrong."""
    today = date.today()  # noqa: DTZ011 (the one test that asks how old the vendored dates are)
    assert CALENDAR.last_year - today.year >= FULL_YEARS_AHEAD, (
        f"The vendored bank holidays end with {CALENDAR.last_year}. "
        "Raise LAST_YEAR in tools/bank_holidays.py, run `just bank-holidays`, and look over the difference."
    )


def test_before_is_the_last_working_day_strictly_before() -> None:
    days = np.array(["2025-05-06", "2025-05-05", "2025-05-02", "2025-05-04", "NaT"], dtype="datetime64[D]")
    expected = np.array(["2025-05-02", "2025-05-02", "2025-05-01", "2025-05-02", "NaT"], dtype="datetime64[D]")
    np.testing.assert_array_equal(CALENDAR.before(days), expected)


@pytest.mark.parametrize(
    ("day", "moved"),
    [
        ("2024-12-24", "2024-12-24"),
        ("2024-12-25", "2025-01-02"),
        ("2025-01-01", "2025-01-02"),
        # Saturday 24 December 2022 is before the stretch: only the weekend and the holidays move it.
        ("2022-12-24", "2022-12-28"),
        ("2025-08-01", "2025-09-01"),
        ("2024-08-31", "2024-09-02"),
        ("2025-07-31", "2025-07-31"),
    ],
)
def test_on_or_after_passes_over_a_stretch_of_the_year_and_then_to_a_working_day(day: str, moved: str) -> None:
    stretches = (Stretch("12-25", "01-01"), Stretch("08-01", "08-31"))
    found = CALENDAR.on_or_after(np.array([day], dtype="datetime64[D]"), passing_over=stretches)
    assert str(found[0]) == moved


def test_a_stretch_may_cross_new_year() -> None:
    inside = set(CALENDAR.days_in([Stretch("12-25", "01-01")]).astype(date))
    day = date(2024, 12, 24)
    assert day not in inside
    assert all(day + timedelta(days=n) in inside for n in range(1, 9))
    assert day + timedelta(days=9) not in inside
