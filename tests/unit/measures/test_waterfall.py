"""Why the percentage moved: the parts sum to the difference, and each moves for its own reason only."""

from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.measures.waterfall import Cases, Period, counts, shown_points, waterfall

SUMMER = Period("summer", date(2026, 4, 1), date(2026, 6, 30))
AUTUMN = Period("autumn", date(2026, 7, 1), date(2026, 9, 30))

NEVER = None


def cases(*rows: tuple[str | None, str | None, str | None, bool]) -> Cases:
    """Cases from rows of issued, due, ended and whether an exception was used."""
    issued, due, ended, flags = zip(*rows, strict=True) if rows else ((), (), (), ())
    days = (np.array([x or "NaT" for x in column], dtype="datetime64[D]") for column in (issued, due, ended))
    return Cases(*days, np.array(flags, dtype=bool))


def on_time(month: int) -> tuple:
    return (f"2026-{month:02}-10", f"2026-{month:02}-20", NEVER, False)


def late(month: int) -> tuple:
    return (f"2026-{month:02}-25", f"2026-{month:02}-20", NEVER, False)


def old(month: int) -> tuple:
    return (f"2026-{month:02}-10", "2025-12-01", NEVER, False)


def parts(found) -> dict[str, float]:
    return {part.key: round(float(100 * part.change), 6) for part in found.parts}


@st.composite
def any_cases(draw) -> Cases:
    day = st.none() | st.integers(0, 260).map(lambda n: (date(2026, 2, 1) + timedelta(days=n)).isoformat())
    return cases(*draw(st.lists(st.tuples(day, day, day, st.booleans()), max_size=40)))


@given(any_cases())
def test_the_parts_sum_exactly_to_the_difference(found):
    fall = waterfall(found, SUMMER, AUTUMN)
    if fall.why_not:
        assert fall.parts == ()
        assert fall.change is None
    else:
        assert sum(part.change for part in fall.parts) == fall.change
        assert all(part.words for part in fall.parts)


@given(any_cases())
def test_the_other_way_round_is_the_same_with_the_sign_turned(found):
    there, back = waterfall(found, SUMMER, AUTUMN), waterfall(found, AUTUMN, SUMMER)
    assert [part.change for part in there.parts] == [-part.change for part in back.parts]


@given(st.lists(st.fractions(-1, 1), min_size=1, max_size=5))
def test_what_is_shown_sums_to_the_total_shown(shares):
    total = sum(shares, Fraction(0))
    shown = shown_points(shares, total)
    assert sum(round(10 * x) for x in shown) == round(1000 * total)
    assert all(abs(x - float(100 * share)) < 0.1 + 1e-9 for x, share in zip(shown, shares, strict=True))


def test_clearing_old_cases_alone_is_all_backlog():
    work = [on_time(4), on_time(5), late(6), late(6)]
    same = [on_time(7), on_time(8), late(9), late(9)]
    fall = waterfall(cases(*work, *same, *[old(8)] * 4), SUMMER, AUTUMN)
    assert (fall.was.headline, fall.now.headline) == (Fraction(1, 2), Fraction(1, 4))
    assert parts(fall) == {"backlog": -25.0, "exceptions": 0.0, "demand": 0.0, "speed": 0.0}
    assert fall.parts[0].words == (
        "Of the plans issued in autumn, 4 were past twenty weeks before it began; in summer, 0. "
        "More of them lower the figure."
    )


def test_fewer_old_plans_raise_the_figure_though_they_are_a_greater_share_of_what_was_issued():
    fall = waterfall(
        cases(*[on_time(4), late(5)] * 9, *[old(5)] * 6, *[on_time(7), late(8)], *[old(8)] * 5), SUMMER, AUTUMN
    )
    assert parts(fall)["backlog"] > 0
    assert fall.parts[0].words.endswith("in summer, 6. Fewer of them raise the figure.")


def test_getting_faster_alone_is_all_speed():
    fall = waterfall(cases(on_time(4), late(5), on_time(7), on_time(8)), SUMMER, AUTUMN)
    assert parts(fall) == {"backlog": 0.0, "exceptions": 0.0, "demand": 0.0, "speed": 50.0}


def test_more_cases_due_beside_the_same_backlog_is_all_demand():
    fall = waterfall(cases(on_time(4), old(4), on_time(7), on_time(8), on_time(9), old(9)), SUMMER, AUTUMN)
    assert (fall.was.headline, fall.now.headline) == (Fraction(1, 2), Fraction(3, 4))
    assert parts(fall) == {"backlog": 0.0, "exceptions": 0.0, "demand": 25.0, "speed": 0.0}


def test_flagging_late_plans_as_exceptions_is_all_exceptions():
    flagged = ("2026-09-25", "2026-09-20", NEVER, True)
    fall = waterfall(cases(on_time(4), late(5), on_time(7), flagged), SUMMER, AUTUMN)
    assert parts(fall) == {"backlog": 0.0, "exceptions": 50.0, "demand": 0.0, "speed": 0.0}


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([on_time(7)], "summer"),
        ([on_time(4)], "autumn"),
        ([], "summer and autumn"),
        ([on_time(4), ("2026-08-01", "2026-08-02", NEVER, True)], "autumn"),
    ],
)
def test_a_period_without_a_percentage_is_said_and_not_compared(rows, named):
    found = waterfall(cases(*rows), SUMMER, AUTUMN)
    assert (found.parts, found.change) == ((), None)
    assert found.why_not.startswith(f"In {named} no plan")


def test_nothing_fell_due_but_old_plans_were_sent():
    fall = waterfall(cases(old(4), on_time(7)), SUMMER, AUTUMN)
    assert fall.change == 1
    assert sum(part.change for part in fall.parts) == 1
    assert parts(fall)["speed"] == 0.0


def test_a_plan_without_a_request_date_counts_against_the_authority():
    found = counts(cases(("2026-05-01", None, NEVER, False), on_time(5)), SUMMER)
    assert (found.issued, found.on_time, found.old, found.undated, found.due) == (2, 1, 1, 1, 1)


@pytest.mark.parametrize(("ended", "due"), [("2026-05-19", 0), ("2026-05-20", 0), ("2026-05-21", 1), (None, 1)])
def test_a_case_that_ended_first_does_not_come_due(ended, due):
    assert counts(cases((None, "2026-05-20", ended, False)), SUMMER).due == due


def test_both_ends_of_a_period_are_in_it():
    edges = [("2026-04-01", "2026-04-01", NEVER, False), ("2026-06-30", "2026-06-30", NEVER, False)]
    found = counts(cases(*edges), SUMMER)
    assert (found.issued, found.on_time, found.due) == (2, 2, 2)
