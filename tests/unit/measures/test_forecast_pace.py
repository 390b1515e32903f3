"""The pace and what follows from it are those of a slow loop over days, and of a sum that was done by hand."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.measures.forecast.expected import expected
from models.measures.forecast.months import month_of, months_on
from models.measures.forecast.pace import DRAFTED, LEFT, SENT, Waits, hazards, pace
from models.measures.forecast.plans import Plans

BEGIN = date(2026, 1, 1)
LIMIT, TODAY, LATEST = 6, 15, 20
Case = tuple[int, int | None, int | None, bool]
"""Asked on, drafted on, ended on (days after the beginning), and whether a plan was sent."""


def a_day(number: int | None) -> np.datetime64:
    return np.datetime64("NaT", "D") if number is None else np.datetime64(BEGIN, "D") + number


def plans(cases: list[Case], today: int = TODAY, limit: int = LIMIT) -> Plans:
    """The cases as they stand on a day."""
    asked, drafted, ended, sent = zip(*cases, strict=True)
    columns = (np.array([a_day(x) for x in of], "datetime64[D]") for of in (asked, drafted, ended))
    origin, draft, end = columns
    return Plans(a_day(today), origin, origin + limit, draft, end, np.array(sent, bool))


@st.composite
def a_case(draw: st.DrawFn) -> Case:
    asked = draw(st.integers(0, TODAY))
    ended = draw(st.none() | st.integers(asked, TODAY))
    drafted = draw(st.none() | st.integers(asked, TODAY))
    return asked, drafted, ended, ended is not None and draw(st.booleans())


cases = st.lists(a_case(), min_size=1, max_size=12)


def slow_hazards(waits: list[tuple[int, int | None, int]], since: int, today: int) -> dict[tuple[int, int], float]:
    """By way and day of waiting: every day and every wait is looked at."""
    waiting: dict[int, int] = {}
    ended: dict[tuple[int, int], int] = {}
    for day in range(since + 1, today + 1):
        for begun, end, way in waits:
            if begun <= day and (end is None or end >= day):
                waiting[day - begun] = waiting.get(day - begun, 0) + 1
                if end == day:
                    ended[way, day - begun] = ended.get((way, day - begun), 0) + 1
    return {place: number / waiting[place[1]] for place, number in ended.items()}


def slow_chances(case: Case, found: list[Case], since: int) -> tuple[float, float]:
    """The chance to be sent in time and to leave by then: the whole weight moves day by day through what can happen."""
    first = [
        (a, d, DRAFTED) if d is not None and (e is None or d <= e) else (a, e, SENT if is_sent else LEFT)
        for a, d, e, is_sent in found
    ]
    second = [(d, e, SENT if is_sent else LEFT) for _, d, e, is_sent in found if d is not None]
    of_first, of_second = slow_hazards(first, since, TODAY), slow_hazards(second, since, TODAY)
    asked, drafted, _, _ = case
    waiting = 1.0 if drafted is None else 0.0
    with_draft = {} if drafted is None else {drafted: 1.0}
    ends = {SENT: 0.0, LEFT: 0.0}
    for day in range(TODAY + 1, asked + LIMIT + 1):
        for way in (SENT, LEFT):
            ends[way] += waiting * of_first.get((way, day - asked), 0.0)
        newly = waiting * of_first.get((DRAFTED, day - asked), 0.0)
        waiting -= newly + sum(waiting * of_first.get((way, day - asked), 0.0) for way in (SENT, LEFT))
        with_draft[day] = with_draft.get(day, 0.0) + newly
        for since_draft, weight in list(with_draft.items()):
            gone = {way: weight * of_second.get((way, day - since_draft), 0.0) for way in (SENT, LEFT)}
            for way, part in gone.items():
                ends[way] += part
            with_draft[since_draft] = weight - sum(gone.values())
    return ends[SENT], ends[LEFT]


@settings(max_examples=25)
@given(cases, st.integers(-1, TODAY))
def test_the_shares_that_end_each_day_are_those_of_a_loop_over_days(found: list[Case], since: int) -> None:
    waits = [(asked, ended, SENT if is_sent else LEFT) for asked, _, ended, is_sent in found]
    begun, ended, way = zip(*waits, strict=True)
    columns = Waits(
        np.array([a_day(x) for x in begun], "datetime64[D]"),
        np.array([a_day(x) for x in ended], "datetime64[D]"),
        np.array(way),
    )
    shares = hazards(columns, 2, a_day(since), a_day(TODAY), LATEST)
    slow = slow_hazards(waits, since, TODAY)
    expected_shares = [[slow.get((way, day), 0.0) for day in range(LATEST)] for way in (SENT, LEFT)]
    np.testing.assert_allclose(shares, expected_shares)


@settings(max_examples=40)
@given(cases, st.integers(-1, TODAY))
def test_what_must_be_expected_is_what_a_loop_over_days_expects(found: list[Case], since: int) -> None:
    of = plans(found)
    taken = pace(of, BEGIN + timedelta(days=since))
    chances = taken.ahead(of, of.is_undecided)
    undecided = [case for case, is_it in zip(found, of.is_undecided, strict=True) if is_it]
    slow = [slow_chances(case, found, since) for case in undecided]
    np.testing.assert_allclose(np.stack([chances.sent, chances.left], axis=-1), np.reshape(slow, (-1, 2)), atol=1e-12)
    told = expected(of, taken, BEGIN, BEGIN + timedelta(days=100))
    in_time = sum(is_sent and ended <= asked + LIMIT for asked, _, ended, is_sent in found)
    owed = sum(ended is None or is_sent for _, _, ended, is_sent in found) - sum(left for _, left in slow)
    if told is None:
        assert owed == pytest.approx(0)
    else:
        assert told.share == pytest.approx((in_time + sum(sent for sent, _ in slow)) / owed)
        assert 0 <= told.low <= told.share <= told.high <= 1
        assert told.in_time + told.late + told.undecided == told.due


def test_a_sum_done_by_hand() -> None:
    """Of four cases one left on its day 1, plans were sent on the days 2, 3 and 6; the limit is 4 days.

    One that has waited for one day: on day 2 a third of those who wait are sent their plan, on day 3 half of the rest,
    together two thirds. One that has not waited yet leaves with a chance of a fifth (of five who come to their day 1
    one left), else has the same two thirds. Together: (2/3 + 4/5 * 2/3) of the 9/5 who stay.
    """
    closed: list[Case] = [(0, None, 1, False), (1, None, 3, True), (2, None, 5, True), (3, None, 9, True)]
    still: list[Case] = [(9, None, None, False), (10, None, None, False)]
    of = plans(closed + still, today=10, limit=4)
    chances = pace(of, BEGIN - timedelta(days=1)).ahead(of, of.is_undecided)
    assert chances.sent.tolist() == pytest.approx([2 / 3, 8 / 15])
    assert chances.left.tolist() == pytest.approx([0, 1 / 5])
    told = expected(of, pace(of, BEGIN - timedelta(days=1)), date(2026, 1, 14), date(2026, 1, 15))
    assert told is not None
    assert (told.due, told.in_time, told.late, told.undecided) == (2, 0, 0, 2)
    assert told.share == pytest.approx(2 / 3)


def test_a_case_with_its_draft_waits_from_the_draft_on() -> None:
    """Both plans came two days after the draft, one early and one late: a draft two days before the end is in time."""
    of = plans([(0, 1, 3, True), (0, 8, 10, True), (8, 12, None, False)], today=12)
    chances = pace(of, BEGIN - timedelta(days=1)).ahead(of, of.is_undecided)
    assert chances.sent.tolist() == [1.0]
    at_the_end = plans([(0, 1, 3, True), (0, 8, 10, True), (8, 13, None, False)], today=13)
    assert pace(at_the_end, BEGIN - timedelta(days=1)).ahead(at_the_end, at_the_end.is_undecided).sent.tolist() == [0.0]


def test_a_range_reaches_as_far_as_a_miss_and_no_farther_than_what_can_happen() -> None:
    of = plans([(0, None, 3, True), (0, None, 9, True), (8, None, None, False), (9, None, None, False)], today=10)
    told = expected(of, pace(of, BEGIN - timedelta(days=1)), BEGIN, BEGIN + timedelta(days=30))
    assert told is not None
    assert (told.widened(1).low, told.widened(1).high) == (1 / 4, 3 / 4)


@pytest.mark.parametrize(
    ("day", "number", "then"),
    [
        ((2026, 11, 20), -3, (2026, 8, 20)),
        ((2026, 1, 31), 1, (2026, 2, 28)),
        ((2024, 3, 31), -1, (2024, 2, 29)),
        ((2026, 2, 20), -12, (2025, 2, 20)),
        ((2026, 11, 30), 3, (2027, 2, 28)),
    ],
)
def test_months_on(day: tuple[int, int, int], number: int, then: tuple[int, int, int]) -> None:
    assert months_on(date(*day), number) == date(*then)


def test_the_month_that_is_so_far_ahead() -> None:
    assert month_of(date(2026, 11, 20), 3) == (date(2027, 2, 1), date(2027, 2, 28))
