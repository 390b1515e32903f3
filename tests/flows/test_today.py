"""Which day a run is for: the one asked for, else the one it was scheduled on, in England."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from flows.alerts import alerts
from flows.final_plan import final_plan
from flows.measures import measures
from flows.monthly import monthly
from flows.nightly import nightly
from flows.today import LONDON, night_of, now, refuse_day_to_come
from models.errors import SettingsError

TOKYO = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("scheduled", "night"),
    [
        # Summer time begins: 01:00 to 02:00 is not there, and half past two is half past one in Greenwich.
        (datetime(2027, 3, 27, 2, 30, tzinfo=UTC), "2027-03-27"),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "2027-03-28"),
        (datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "2027-03-28"),
        (datetime(2027, 3, 28, 22, 59, tzinfo=UTC), "2027-03-28"),
        (datetime(2027, 3, 28, 23, 0, tzinfo=UTC), "2027-03-29"),
        (datetime(2027, 3, 29, 1, 30, tzinfo=UTC), "2027-03-29"),
        # Summer time ends: 01:00 to 02:00 comes twice.
        (datetime(2026, 10, 24, 22, 59, tzinfo=UTC), "2026-10-24"),
        (datetime(2026, 10, 24, 23, 0, tzinfo=UTC), "2026-10-25"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "2026-10-25"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "2026-10-25"),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "2026-10-25"),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), "2026-10-25"),
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), "2026-10-26"),
        # Told in another place's time.
        (datetime(2026, 12, 1, 8, 59, tzinfo=TOKYO), "2026-11-30"),
        (datetime(2026, 12, 1, 9, 0, tzinfo=TOKYO), "2026-12-01"),
    ],
)
def test_the_night_is_that_of_the_schedule_in_england(scheduled: datetime, night: str) -> None:
    assert night_of(None, scheduled) == date.fromisoformat(night)


def test_half_past_two_is_one_night_each_on_both_sides_of_a_change() -> None:
    for first in (date(2026, 10, 24), date(2027, 3, 27)):
        days = [first + timedelta(days=passed) for passed in range(3)]
        at_half_past_two = [datetime(day.year, day.month, day.day, 2, 30, tzinfo=LONDON) for day in days]
        assert [night_of(None, moment.astimezone(UTC)) for moment in at_half_past_two] == days


def test_a_late_start_after_midnight_is_still_the_night_before() -> None:
    # Scheduled for half past eleven in a summer's evening; what time it is now does not matter.
    assert night_of(None, datetime(2026, 7, 6, 22, 30, tzinfo=UTC)) == date(2026, 7, 6)


def test_the_day_asked_for_goes_before_the_schedule() -> None:
    assert night_of(date(2026, 3, 2), datetime(2026, 7, 6, 22, 30, tzinfo=UTC)) == date(2026, 3, 2)


def test_without_either_it_is_today_in_england() -> None:
    before = now().date()
    assert before <= night_of(None) <= now().date()
    assert now().tzinfo is LONDON


@pytest.mark.parametrize("flow", [nightly, final_plan, alerts, measures, monthly], ids=lambda flow: flow.name)
def test_nothing_is_written_for_a_day_to_come(flow: Any) -> None:
    tomorrow = now().date() + timedelta(days=1)
    with pytest.raises(SettingsError, match=f"{tomorrow} is still to come") as refused:
        flow.fn(as_of=tomorrow)
    assert "--as-of" in refused.value.remedy


def test_today_is_no_day_to_come() -> None:
    refuse_day_to_come(now().date())
