"""Days worked back by hand, and by a slow and obvious walk over days."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.practice.backcast import Backcast, Cases, last_day
from models.practice.closures import Closures
from models.practice.loader import practice
from models.practice.schema import PanelPolicy, Practice
from models.practice.sittings import NONE, sittings_of
from models.statute.calendar import england
from models.statute.register import load_register

ENGLAND = england()
DAY = timedelta(1)


def dates(*texts: str | date | None) -> np.ndarray:
    return np.array([x or "NaT" for x in texts], dtype="datetime64[D]")


def with_panels(**leads: tuple[str, int, int]) -> Practice:
    """Panels by name: what they decide, working days for papers, working days to the letter."""
    own = practice()
    named = {
        name: PanelPolicy(
            decides=frozenset(decides.split()),
            papers_working_days=papers,
            letter_working_days=letter,
            sits_every_days=7,
        )
        for name, (decides, papers, letter) in leads.items()
    }
    return own.model_copy(update={"panels": {"*": own.panels["*"], **named}})


def working_days_on(day: date, number: int) -> date:
    """Walk on until so many working days have gone by; with none, to the first on which anybody works."""
    if not number:
        while not ENGLAND.is_working_day(day):
            day += DAY
    while number:
        day += DAY
        number -= ENGLAND.is_working_day(day)
    return day


def a_case(origin: date, act_by: date, **facts: date) -> Cases:
    names = ("draft_served_on", "consultation_sent_on", "consultation_replied_on", "representations_received_on")
    return Cases(np.zeros(1, np.int64), dates(origin), dates(act_by), *(dates(facts.get(name)) for name in names))


def a_backcast(*closures: tuple[date, date], with_practice: Practice | None = None) -> Backcast:
    begins, ends = dates(*(x for x, _ in closures)), dates(*(x for _, x in closures))
    closed = Closures(np.zeros(len(closures), np.int64), begins, ends)
    return Backcast(load_register(), with_practice or practice(), ENGLAND, closed)


HALF_TERM = (date(2026, 5, 23), date(2026, 6, 1))
SUMMER = (date(2026, 7, 18), date(2026, 9, 2))
CHRISTMAS = (date(2026, 12, 19), date(2027, 1, 4))


@pytest.mark.parametrize(
    ("origin", "act_by", "closures", "expected"),
    [
        # Ten working days back from Friday 19 June is Friday the 5th, so the replies may come until Sunday the 7th;
        # fifteen days after Saturday 23 May. The working day before that is Friday.
        ("2026-02-02", "2026-06-19", [], "2026-05-22"),
        # Half-term: seven open days in June before the 7th, and eight in May before the school closes.
        ("2026-02-02", "2026-06-19", [HALF_TERM], "2026-05-14"),
        # Two closures that overlap count once.
        ("2026-02-02", "2026-06-19", [HALF_TERM, (date(2026, 5, 25), date(2026, 5, 30))], "2026-05-14"),
        # Closed after the last reply: no difference.
        ("2026-02-02", "2026-06-19", [SUMMER], "2026-05-22"),
        # Nobody knows when it opens again: nobody can reckon with it.
        ("2026-02-02", "2026-06-19", [(date(2026, 5, 23), None)], "2026-05-22"),
        # The bank holiday of 31 August is no working day: heard by Thursday 20 August, fifteen days from 5 August.
        ("2026-04-20", "2026-09-04", [], "2026-08-05"),
        # The school closes on 18 July until September: the fifteenth day must be 17 July.
        ("2026-04-20", "2026-09-04", [SUMMER], "2026-07-02"),
        # Christmas: 25 and 28 December and 1 January are no working days; 6 January is the fifteenth open day.
        ("2026-09-03", "2027-01-20", [CHRISTMAS], "2026-12-04"),
        # A request so late in its twenty weeks that no day is left.
        ("2026-06-10", "2026-06-19", [], None),
        # No working day between the origin on a Saturday and the last day that fits, a Sunday.
        ("2026-05-23", "2026-06-19", [], None),
    ],
)
def test_the_last_safe_day_to_serve_the_draft(
    origin: str, act_by: str, closures: list[tuple[date, date]], expected: str | None
) -> None:
    found = a_backcast(*closures).draft_by(a_case(date.fromisoformat(origin), date.fromisoformat(act_by)))
    assert str(found[0]) == str(expected or "NaT")


def test_a_closed_setting_is_not_waited_for_where_practice_says_so() -> None:
    own = practice()
    writes_anyway = own.model_copy(update={"consultation": type(own.consultation)(closed_settings_cannot_reply=False)})
    case = a_case(date(2026, 2, 2), date(2026, 6, 19))
    assert str(a_backcast(HALF_TERM, with_practice=writes_anyway).draft_by(case)[0]) == "2026-05-22"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # The settings have replied: only the family's fifteen days are left, from Sunday 24 May to 7 June.
        ({"consultation_sent_on": date(2026, 3, 2), "consultation_replied_on": date(2026, 3, 16)}, "2026-05-22"),
        # They were asked on 20 May, so they have until 4 June whenever the draft goes; the family until the 7th.
        ({"consultation_sent_on": date(2026, 5, 20)}, "2026-05-22"),
        # Asked on 26 May they have until 10 June: too late, whenever the draft goes.
        ({"consultation_sent_on": date(2026, 5, 26)}, "NaT"),
    ],
)
def test_a_consultation_that_has_begun_is_reckoned_from_its_own_day(facts: dict[str, date], expected: str) -> None:
    assert str(a_backcast().draft_by(a_case(date(2026, 2, 2), date(2026, 6, 19), **facts))[0]) == expected


def test_the_last_safe_day_to_consult_on_a_draft_that_was_served() -> None:
    case = a_case(date(2026, 2, 2), date(2026, 6, 19), draft_served_on=date(2026, 5, 11))
    assert str(a_backcast().consult_by(case)[0]) == "2026-05-22"
    late = a_case(date(2026, 2, 2), date(2026, 6, 19), draft_served_on=date(2026, 5, 25))
    assert np.isnat(a_backcast().consult_by(late)[0]), "the family's own days end on 8 June"


def heard_on(served: date, closures: list[tuple[date, date]]) -> date:
    """Walk the family's days, the first being that of service, and the setting's, the first being the next one."""
    family, reply, left = served + 14 * DAY, served, 15
    while left:
        reply += DAY
        left -= not any(begins <= reply < ends for begins, ends in closures)
    return max(family, reply)


SPANS = st.tuples(st.integers(0, 300), st.integers(0, 60)).map(
    lambda x: (date(2026, 1, 1) + x[0] * DAY, date(2026, 1, 1) + sum(x) * DAY)
)


@settings(max_examples=50)
@given(st.integers(0, 200), st.integers(0, 160), st.lists(SPANS, max_size=4))
def test_the_draft_against_a_walk_over_days(start: int, length: int, closures: list[tuple[date, date]]) -> None:
    origin = date(2026, 1, 1) + start * DAY
    act_by = day = origin + length * DAY
    while day >= origin and working_days_on(heard_on(day, closures), 10) > act_by:
        day -= DAY
    while day >= origin and not ENGLAND.is_working_day(day):
        day -= DAY
    found = a_backcast(*closures).draft_by(a_case(origin, act_by))
    assert str(found[0]) == (str(day) if day >= origin else "NaT")


@given(st.lists(st.tuples(st.integers(0, 5), SPANS), max_size=30), st.integers(0, 5), SPANS)
def test_what_closed_days_put_off_against_a_walk(
    closures: list[tuple[int, tuple[date, date]]], setting: int, span: tuple[date, date]
) -> None:
    numbers = np.array([number for number, _ in closures], dtype=np.int64)
    closed = Closures(numbers, dates(*(x for _, (x, _) in closures)), dates(*(x for _, (_, x) in closures)))
    after, due = span
    day, left = after, (due - after).days
    while left > 0:
        day += DAY
        left -= not any(n == setting and a <= day < b for n, (a, b) in closures)
    assert closed.put_off(np.array([setting]), dates(due), dates(after)).tolist() == [day]


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(-1, 41)), min_size=1, max_size=8))
def test_the_last_day_that_fits_is_found_by_halving(cases: list[tuple[int, int]]) -> None:
    first = np.full(len(cases), np.datetime64("2026-01-01", "D"))
    last = first + np.array([length for length, _ in cases], dtype="timedelta64[D]")
    true_to = first + np.array([to for _, to in cases], dtype="timedelta64[D]")
    found = last_day(lambda day: day <= true_to, first, last)
    expected = [np.datetime64("NaT") if to < 0 else first[0] + min(length, to) for length, to in cases]
    assert [str(x) for x in found] == [str(x) for x in expected]


PANELS = {"A": ("assess", 5, 3), "B": ("assess issue", 0, 0), "C": ("issue", 3, 10), "D": ("", 5, 3)}


@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.integers(0, 120)), max_size=25),
    st.sampled_from(["assess", "issue"]),
    st.lists(st.one_of(st.none(), st.integers(-10, 150)), min_size=1, max_size=6),
    st.one_of(st.none(), st.integers(0, 8)),
    st.integers(-5, 130),
)
def test_the_last_safe_panel_against_a_walk_over_days(
    held: list[tuple[str, int]], decision: str, limits: list[int | None], lead: int | None, asked: int
) -> None:
    first = date(2026, 11, 16)
    held_on = {(name, first + n * DAY) for name, n in held}
    names = [name for name, _ in sorted(held_on)]
    days = dates(*(day for _, day in sorted(held_on)))
    sittings = sittings_of(decision, names, days, with_panels(**PANELS), ENGLAND)
    out_by = [None if n is None else first + n * DAY for n in limits]
    serving = [(name, day) for name, day in held_on if decision in PANELS[name][0]]
    for limit, place in zip(out_by, sittings.last_safe(dates(*out_by), lead).tolist(), strict=True):
        day, safe = limit or first, []
        while limit and day >= first and not safe:
            safe = [
                (-PANELS[x][1], x) for x, on in serving if on == day and working_days_on(on, _lead(x, lead)) <= limit
            ]
            day -= DAY
        assert (place != NONE) == bool(safe)
        if safe:
            assert (sittings.panels[place], sittings.held_on[place]) == (max(safe)[1], dates(day + DAY)[0])
    as_of = first + asked * DAY
    coming = sorted(day for _, day in serving if day >= as_of)
    place = sittings.next_after(as_of)
    assert (str(sittings.held_on[place]) if place != NONE else "") == (str(coming[0]) if coming else "")


def _lead(panel: str, lead: int | None) -> int:
    return PANELS[panel][2] if lead is None else lead


@given(st.integers(0, 400), st.integers(0, 12))
def test_no_panel_after_the_last_day_it_may_sit_would_be_safe(offset: int, letter: int) -> None:
    limit = date(2026, 11, 16) + offset * DAY
    sittings = sittings_of("assess", [], dates(), with_panels(**{"*": ("assess", 5, letter)}), ENGLAND)
    day = date.fromisoformat(str(sittings.must_sit_by(dates(limit))[0]))
    assert working_days_on(day, letter) <= limit
    later = working_days_on(day + DAY, 0)
    assert working_days_on(later, letter) > limit


@pytest.mark.parametrize(
    ("held", "sit_by", "as_of", "expected"),
    [
        ([], "2026-03-16", "2026-03-16", True),
        ([], "2026-03-16", "2026-03-17", False),
        # The calendar ends on 10 March; the next would sit a week later.
        (["2026-03-10"], "2026-03-16", "2026-03-01", False),
        (["2026-03-10"], "2026-03-17", "2026-03-01", True),
        # The calendar ended long ago: a panel may be called any day from today.
        (["2025-03-10"], "2026-03-16", "2026-03-16", True),
    ],
)
def test_beyond_the_dates_known_a_panel_is_expected_at_its_usual_distance(
    held: list[str], sit_by: str, as_of: str, expected: bool
) -> None:
    sittings = sittings_of("assess", ["SAM"] * len(held), dates(*held), practice(), ENGLAND)
    assert sittings.may_be_called(dates(sit_by), date.fromisoformat(as_of)).tolist() == [expected]


def test_papers_are_due_working_days_before_the_panel() -> None:
    policy = with_panels(SAM=("assess", 5, 3), Now=("assess", 0, 3))
    # Two Thursdays, the second after Easter; and a Saturday, when nobody takes papers in.
    days = dates("2026-03-12", "2026-04-09", "2026-04-11")
    sittings = sittings_of("assess", ["SAM", "SAM", "Now"], days, policy, ENGLAND)
    assert sittings.papers_by.astype(str).tolist() == ["2026-03-05", "2026-03-31", "2026-04-10"]
