"""What is published gives nobody away: no figure that was left out can be worked out from those beside it."""

from hypothesis import given
from hypothesis import strategies as st

from models.measures.catalogue import load_catalogue
from models.measures.disclosure import SUPPRESSED, PublishedRow, publish
from models.practice.schema import PublicationPolicy
from models.queries.kpi import KpiRow

EXACT = PublicationPolicy(suppress_below=6, round_counts_to=1, percent_decimals=0)
POLICY = PublicationPolicy(suppress_below=6, round_counts_to=5, percent_decimals=0)
CELLS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)).filter(sum), min_size=1, max_size=8)
"""For each group how many were counted, and how many were not."""


def a_row(group: str, counted: float, of: float, measure: str = "plans_within_20_weeks") -> KpiRow:
    period = ("issued", "year", "2025-01-01", "2025-12-31")
    return KpiRow("999", measure, *period, "team" if group else "all", group, counted, of, counted / of)


def a_table(cells: list[tuple[int, int]], measure: str = "plans_within_20_weeks") -> list[KpiRow]:
    rows = [a_row(f"group {x}", yes, yes + no, measure) for x, (yes, no) in enumerate(cells)]
    counted, of = sum(x for x, _ in cells), sum(x + y for x, y in cells)
    return [a_row("", counted, of, measure), *rows]


def published(rows: list[KpiRow], policy: PublicationPolicy = EXACT) -> tuple[PublishedRow, list[PublishedRow]]:
    found = publish(rows, load_catalogue(), policy)
    return next(x for x in found if not x.row.group_name), [x for x in found if x.row.group_name]


@given(cells=CELLS)
def test_no_small_number_is_shown(cells: list[tuple[int, int]]) -> None:
    total, groups = published(a_table(cells))
    for shown in (total, *groups):
        if not shown.is_suppressed:
            yes, of = int(shown.numerator), int(shown.denominator)
            assert not any(0 < number < 6 for number in (yes, of, of - yes))


@given(cells=CELLS)
def test_nothing_left_out_follows_by_subtraction(cells: list[tuple[int, int]]) -> None:
    """Whoever has the table knows the total less what is shown: it must be of several, and not itself small."""
    total, groups = published(a_table(cells))
    hidden = [x for x in groups if x.is_suppressed]
    if total.is_suppressed or not hidden:
        return
    assert len(hidden) > 1 or len(groups) == 1
    left = [
        int(getattr(total, name)) - sum(int(getattr(x, name)) for x in groups if not x.is_suppressed)
        for name in ("numerator", "denominator")
    ]
    if len(hidden) < len(groups):
        assert all(number == 0 or number >= 6 for number in (*left, left[1] - left[0]))


@given(cells=CELLS, excepted=st.integers(1, 5))
def test_few_exceptions_are_not_the_difference_of_two_tables(cells: list[tuple[int, int]], excepted: int) -> None:
    without = "plans_within_20_weeks_excluding_exceptions"
    more = [(yes, no + excepted * (place == 0)) for place, (yes, no) in enumerate(cells)]
    _, groups = published(a_table(more) + a_table(cells, without))
    shown = {(x.row.measure, x.row.group_name): x for x in groups}
    first = shown[without, "group 0"]
    assert first.is_suppressed


def test_a_table_without_small_numbers_is_shown_whole() -> None:
    total, groups = published(a_table([(10, 20), (30, 12)]))
    assert [x.value for x in (total, *groups)] == ["56%", "33%", "71%"]


def test_of_two_groups_both_are_left_out_if_one_is_small() -> None:
    total, groups = published(a_table([(2, 20), (30, 40)]))
    assert [x.value for x in groups] == [SUPPRESSED, SUPPRESSED]
    assert total.value == "35%"


@given(cells=CELLS)
def test_counts_are_rounded_and_shares_are_of_the_rounded_counts(cells: list[tuple[int, int]]) -> None:
    for exact, shown in zip(*(publish(a_table(cells), load_catalogue(), x) for x in (EXACT, POLICY)), strict=True):
        assert shown.is_suppressed == exact.is_suppressed
        if shown.is_suppressed:
            continue
        yes, of = int(shown.numerator), int(shown.denominator)
        assert yes % 5 == of % 5 == 0
        assert abs(yes - int(exact.numerator)) <= 2
        assert abs(of - int(exact.denominator)) <= 2
        assert shown.value == (f"{100 * yes / of:.0f}%" if of else "")
        assert (shown.row.numerator, shown.row.denominator) == (yes, of)


@given(cells=CELLS)
def test_a_month_taken_from_its_quarter_says_no_exact_number(cells: list[tuple[int, int]]) -> None:
    """What two published tables differ by is a multiple of what counts are rounded to, whatever is between them."""
    (quarter, _), (months, _) = published(a_table(cells), POLICY), published(a_table(cells[:-1] or cells), POLICY)
    if not quarter.is_suppressed and not months.is_suppressed:
        assert (int(quarter.denominator) - int(months.denominator)) % 5 == 0


def test_a_published_mean_does_not_give_its_sum_away() -> None:
    row = a_row("", 251.3, 12, "weeks_to_plan")._replace(value=251.3 / 12)
    (shown,) = publish([row], load_catalogue(), POLICY)
    assert (shown.numerator, shown.denominator, shown.value) == ("", "10", "20.9")
    assert shown.row.numerator == 10 * 20.9
