"""The six rules of counting, held against slow loops over single days.

The oracles below walk from day to day, as a person would with a calendar on the wall; none shares a line with
the columns of `models/statute/counting.py`.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.statute import counting, schema
from models.statute.calendar import Stretch, england
from models.statute.register import Period, load_register

CALENDAR = england()
ONE = timedelta(days=1)
SCHOOL_STRETCHES = (Stretch("12-25", "01-01"), Stretch("08-01", "08-31"))

settings.register_profile("statute", max_examples=60, derandomize=True, deadline=None)
settings.load_profile("statute")

DAYS = st.dates(date(2014, 9, 1), date(2028, 12, 31))
CENTURY = st.dates(date(1990, 1, 1), date(2100, 12, 31))
NUMBERS = st.integers(1, 60)


def a_period(counting_rule: str, number: int = 0, unit: str = "", **more: object) -> Period:
    given: dict[str, object] = {"month_day": (0, 0), "rolls": False, "passing_over": (), "leaving_out": ()}
    return Period(counting=counting_rule, number=number, unit=unit, **(given | more))  # type: ignore[arg-type]


def counted(event: date, period: Period) -> date:
    """What the engine says for one day, alone and among others."""
    found = counting.due_on(np.array([event, None, event], dtype="datetime64[D]"), period, CALENDAR)
    assert np.isnat(found[1]), "an unknown date must stay unknown"
    assert found[0] == found[2]
    return found[0].astype(date)


def forwards(day: date) -> Iterator[date]:
    while True:
        day += ONE
        yield day


def backwards(day: date) -> Iterator[date]:
    while True:
        day -= ONE
        yield day


def nth(days: Iterator[date], number: int, counts: Callable[[date], bool] = lambda day: True) -> date:
    """The nth of the days that count."""
    for day in days:
        number -= counts(day)
        if number == 0:
            return day
    raise AssertionError("unreachable")


def works(day: date, left_out: tuple[Stretch, ...] = ()) -> bool:
    month_day = f"{day:%m-%d}"
    inside = any(
        first <= month_day <= last if first <= last else month_day >= first or month_day <= last
        for first, last in left_out
    )
    return CALENDAR.is_working_day(day) and not inside


def same_day_in_month(day: date, months: int) -> date | None:
    """The same number of the month, so many months away; None where that month has no such day."""
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        if month == 13:
            year, month = year + 1, 1
        if month == 0:
            year, month = year - 1, 12
    try:
        return date(year, month, day.day)
    except ValueError:
        return None


def corresponding(day: date, months: int) -> date:
    """As above, or the last day of a month that is too short."""
    for earlier in range(4):
        found = same_day_in_month(day - earlier * ONE, months) if day.day > earlier else None
        if found:
            return found
    raise AssertionError("no month is that short")


@given(CENTURY, NUMBERS)
@example(date(2024, 2, 29), 20)
@example(date(2020, 12, 28), 1)  # the 53rd week of 2020
@example(date(2026, 12, 31), 6)  # and of 2026
@example(date(2099, 12, 31), 20)
def test_a_weeks_after(event: date, weeks: int) -> None:
    due = counted(event, a_period("after", weeks, "weeks"))
    assert due == nth(forwards(event), weeks * len("MTWTFSS"))
    assert due.weekday() == event.weekday()


@given(CENTURY, NUMBERS)
def test_a_days_after(event: date, days: int) -> None:
    assert counted(event, a_period("after", days, "days")) == nth(forwards(event), days)


@given(DAYS, NUMBERS, st.sampled_from([(), SCHOOL_STRETCHES]))
@example(date(2025, 12, 24), 3, ())
@example(date(2025, 7, 31), 30, SCHOOL_STRETCHES)
@example(date(2022, 9, 18), 1, ())
def test_a_working_days_after(event: date, days: int, left_out: tuple[Stretch, ...]) -> None:
    period = a_period("after", days, "working_days", leaving_out=left_out)
    assert counted(event, period) == nth(forwards(event), days, lambda day: works(day, left_out))


@given(CENTURY, NUMBERS)
@example(date(2025, 12, 16), 15)
def test_b_days_beginning_with(event: date, days: int) -> None:
    """The event is day 1: a loop that starts on the day before it."""
    assert counted(event, a_period("beginning_with", days, "days")) == nth(forwards(event - ONE), days)


@given(DAYS, NUMBERS)
@example(date(2025, 5, 24), 15)
def test_b_working_days_beginning_with(event: date, days: int) -> None:
    period = a_period("beginning_with", days, "working_days")
    assert counted(event, period) == nth(forwards(event - ONE), days, works)


@given(CENTURY, st.integers(1, 24))
@example(date(2024, 12, 31), 2)
@example(date(2023, 12, 31), 2)
@example(date(2025, 8, 31), 1)
@example(date(2024, 2, 29), 12)
def test_c_months_after(event: date, months: int) -> None:
    assert counted(event, a_period("months_after", months, "months")) == corresponding(event, months)


@given(CENTURY, st.integers(1, 24))
@example(date(2019, 1, 1), 12)
@example(date(2024, 2, 29), 12)
@example(date(2023, 3, 1), 12)
@example(date(2025, 11, 30), 3)
def test_d_months_starting_with(event: date, months: int) -> None:
    """Walk until the day on which the next period would start; where its month has none, the month after starts it."""
    target = same_day_in_month(event, months)
    if target is None:
        target = corresponding(event, months) + ONE
    last = event
    for day in forwards(event):
        if day == target:
            break
        last = day
    assert counted(event, a_period("months_starting_with", months, "months")) == last


@given(CENTURY, st.dates(date(2000, 1, 1), date(2000, 12, 31)).filter(lambda day: (day.month, day.day) != (2, 29)))
@example(date(2024, 9, 1), date(2000, 2, 15))
@example(date(2024, 1, 1), date(2000, 3, 31))
@example(date(2025, 12, 31), date(2000, 1, 1))
def test_e_before_a_fixed_date(event: date, fixed: date) -> None:
    last = date(event.year - 1, 12, 31)
    for day in forwards(last):
        if (day.month, day.day) == (fixed.month, fixed.day):
            break
        last = day
    assert counted(event, a_period("before_date", month_day=(fixed.month, fixed.day))) == last


@given(CENTURY, NUMBERS)
def test_f_weeks_ahead_of(event: date, weeks: int) -> None:
    assert counted(event, a_period("ahead_of", weeks, "weeks")) == nth(backwards(event), weeks * len("MTWTFSS"))


@given(CENTURY, st.integers(1, 24))
@example(date(2025, 7, 31), 5)
@example(date(2024, 7, 31), 5)
def test_f_months_ahead_of(event: date, months: int) -> None:
    assert counted(event, a_period("ahead_of", months, "months")) == corresponding(event, -months)


@given(DAYS.filter(lambda day: day.year > 2014), NUMBERS)
@example(date(2025, 6, 14), 5)
@example(date(2025, 5, 26), 5)
def test_f_working_days_ahead_of(event: date, days: int) -> None:
    assert counted(event, a_period("ahead_of", days, "working_days")) == nth(backwards(event), days, works)


@given(DAYS, st.integers(1, 3), st.sampled_from([(), SCHOOL_STRETCHES]))
@example(date(2024, 10, 29), 2, SCHOOL_STRETCHES)
@example(date(2022, 10, 24), 2, SCHOOL_STRETCHES)
def test_rolling_ends_on_a_working_day_outside_the_stretch_it_fell_in(
    event: date, months: int, passing_over: tuple[Stretch, ...]
) -> None:
    period = a_period("months_after", months, "months", rolls=True, passing_over=passing_over)
    day = corresponding(event, months)
    while not any_works_outside(day, passing_over):
        day += ONE
    while not works(day):
        day += ONE
    assert counted(event, period) == day


def any_works_outside(day: date, stretches: tuple[Stretch, ...]) -> bool:
    month_day = f"{day:%m-%d}"
    return not any(
        first <= month_day <= last if first <= last else month_day >= first or month_day <= last
        for first, last in stretches
    )


PERIODS = sorted(
    {limit.period for duty in load_register().duties for limit in duty.limits}
    | {other for duty in load_register().duties for limit in duty.limits for _, other in limit.later_of},
    key=repr,
)


@given(st.sampled_from(PERIODS), DAYS, st.integers(0, 400))
def test_a_later_event_never_falls_due_earlier(period: Period, event: date, later: int) -> None:
    after_that = min(event + later * ONE, date(2028, 12, 31))
    if after_that >= event:
        assert counted(after_that, period) >= counted(event, period)


@given(st.lists(CENTURY, min_size=1, max_size=30), NUMBERS)
def test_a_column_counts_as_its_days_do_one_by_one(events: list[date], weeks: int) -> None:
    period = a_period("after", weeks, "weeks")
    column = counting.due_on(np.array(events, dtype="datetime64[D]"), period, CALENDAR)
    assert list(column.astype(date)) == [counted(event, period) for event in events]


def test_there_are_six_rules_and_the_schema_knows_the_same() -> None:
    assert set(counting.RULES) == set(schema.COUNTING)
    assert len(counting.RULES) == 6


@pytest.mark.parametrize("rule", sorted(schema.COUNTING))
def test_every_unit_of_every_rule_can_be_counted(rule: str) -> None:
    for unit in schema.COUNTING[rule] or ("",):
        period = a_period(rule, 2, unit, month_day=(2, 15))
        assert isinstance(counted(date(2025, 6, 2), period), date)


@given(DAYS, st.integers(-3, 800))
@example(date(2026, 1, 5), 140)
def test_the_last_day_of_so_many_weeks_is_in_the_last_of_them(event: date, later: int) -> None:
    day = event + timedelta(later)
    (week, unknown) = counting.week_since(np.array([event, None], dtype="datetime64[D]"), np.datetime64(day, "D"))
    assert np.isnan(unknown)
    if later < 0:
        assert np.isnan(week)
        return
    last = counted(event, a_period("after", max(int(week), 1), "weeks"))
    assert day <= last < day + timedelta(weeks=1) or (week, day) == (1, event)
