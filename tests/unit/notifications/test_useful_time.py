"""When messages may go out: never at night or on a day off, and otherwise as soon as they can."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.practice.ladders import SendingPolicy
from models.practice.loader import practices
from models.queries.instants import ENGLAND
from notifications.useful_time import is_useful, next_useful, why_not

USUAL = practices().usual.sending


def _policy(**said: object) -> SendingPolicy:
    return SendingPolicy.model_validate({**USUAL.model_dump(), **said})


@pytest.mark.parametrize(
    ("when", "until"),
    [
        ("2026-03-03 10:00", "2026-03-03 10:00"),  # a Tuesday morning
        ("2026-03-03 07:29", "2026-03-03 07:30"),
        ("2026-03-03 07:30", "2026-03-03 07:30"),
        ("2026-03-03 17:59", "2026-03-03 17:59"),
        ("2026-03-03 18:00", "2026-03-04 07:30"),
        ("2026-03-06 18:00", "2026-03-09 07:30"),  # a Friday evening
        ("2026-03-07 12:00", "2026-03-09 07:30"),
        ("2026-04-02 18:00", "2026-04-07 07:30"),  # before Good Friday and Easter Monday
        ("2026-12-24 18:00", "2026-12-29 07:30"),  # Christmas, with Boxing Day on a Saturday
        ("2026-12-31 18:00", "2027-01-04 07:30"),
        ("2026-03-28 23:00", "2026-03-30 07:30"),  # the night of the spring change, a weekend
        ("2026-10-24 23:00", "2026-10-26 07:30"),  # the night of the autumn change
    ],
)
def test_a_message_waits_until_it_is_of_use(when: str, until: str) -> None:
    moment = datetime.fromisoformat(when).replace(tzinfo=ENGLAND)
    found = next_useful(moment, USUAL)
    assert found.astimezone(ENGLAND) == datetime.fromisoformat(until).replace(tzinfo=ENGLAND)
    assert found.tzinfo is UTC


@pytest.mark.parametrize(
    ("evening", "hours"),
    [
        ("2026-03-28 18:00", 12.5),  # the clocks skip an hour
        ("2026-10-24 18:00", 14.5),  # and repeat one
        ("2026-06-06 18:00", 13.5),
    ],
)
def test_the_nights_of_the_clock_changes_are_as_long_as_they_are(evening: str, hours: float) -> None:
    moment = datetime.fromisoformat(evening).replace(tzinfo=ENGLAND)
    waited = next_useful(moment, _policy(working_days_only=False)) - moment.astimezone(UTC)
    assert waited == timedelta(hours=hours)


def test_quiet_hours_can_lie_within_the_day() -> None:
    lunch = _policy(quiet_from=time(12), quiet_to=time(13))
    assert not is_useful(datetime(2026, 3, 3, 12, 30, tzinfo=UTC), lunch)
    assert next_useful(datetime(2026, 3, 3, 12, 30, tzinfo=UTC), lunch) == datetime(2026, 3, 3, 13, tzinfo=UTC)
    assert next_useful(datetime(2026, 3, 7, 9, tzinfo=UTC), lunch) == datetime(2026, 3, 9, 0, tzinfo=UTC)


def test_the_reason_is_in_words() -> None:
    assert why_not(datetime(2026, 3, 3, 19, tzinfo=UTC), USUAL) == "quiet hours: waits until Wednesday 4 March 07:30"
    assert why_not(datetime(2026, 3, 7, 9, tzinfo=UTC), USUAL) == "not a working day: waits until Monday 9 March 07:30"


BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
quarters = st.integers(0, 95).map(lambda n: time(n // 4, 15 * (n % 4)))


@settings(max_examples=60, deadline=None)
@given(
    moment=st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: BEGINNING + timedelta(minutes=minutes)),
    quiet_from=quarters,
    # A time that the clocks skip once a year, or show twice, is settled by convention.
    quiet_to=quarters.filter(lambda at: at.hour != 1),
    working_days_only=st.booleans(),
)
def test_it_is_the_first_useful_quarter_of_an_hour(
    moment: datetime, quiet_from: time, quiet_to: time, working_days_only: bool
) -> None:
    sending = _policy(quiet_from=quiet_from, quiet_to=quiet_to, working_days_only=working_days_only)
    found = next_useful(moment, sending)
    assert is_useful(found, sending)
    at = moment
    while at < found:
        assert not is_useful(at, sending)
        at += timedelta(minutes=15)
