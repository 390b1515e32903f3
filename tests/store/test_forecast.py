"""The forecast of a real database: it counts as the measures do, knows nothing too early, and says when it cannot."""

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from models.measures.catalogue import load_catalogue
from models.measures.evaluator import Evaluator
from models.measures.forecast.aims import MEASURES
from models.measures.forecast.forecast import Forecast, forecast
from models.measures.forecast.plans import plans
from models.measures.forecast.trials import told
from models.measures.frames import frames
from models.practice.loader import practice
from models.queries.records import load
from models.statute.register import load_register
from models.store import engine, reading
from tests.report.conftest import AS_OF, council
from tests.store.build import a_case, a_review, an_advice, take, write_extract

AIMS = "[targets]\nplans_in_time = 60\n[target_dates]\nplans_in_time = 2027-03-31\n"
DAY = "2026-03-04"


def foreseen(address: str, as_of: date, policy: Path | None = None) -> Forecast:
    with reading(address) as connection:
        return forecast(connection, load_register(), as_of, practice(policy), "999")


@pytest.fixture(scope="module")
def taken(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Sixty cases of two years, and reviews: one overdue since May, one settled too late in May, one to come."""
    folder = tmp_path_factory.mktemp("forecast")
    shutil.copy(sqlite_file, folder / "ehc.db")
    address = f"sqlite:///{folder / 'ehc.db'}"
    reviews = [
        a_review("C-000", 1, last_review_concluded_on="2025-05-11", meeting_on=""),
        a_review("C-001", 1, last_review_concluded_on="2025-04-20", meeting_on="", decision_notified_on="2026-05-05"),
        a_review("C-002", 1, last_review_concluded_on="2025-08-01", meeting_on=""),
    ]
    take(address, write_extract(folder, reviews=reviews, **council()))
    yield address
    engine(address).dispose()


@pytest.fixture(scope="module")
def found(taken: str) -> Forecast:
    return foreseen(taken, AS_OF)


def test_its_figures_are_those_of_the_measures(taken: str, found: Forecast) -> None:
    with reading(taken) as connection:
        evaluator = Evaluator(frames(connection, load_register(), AS_OF), load_catalogue())
    rows = {
        (x.measure, x.basis, x.period, x.period_from): x for x in evaluator.table().itertuples() if not x.group_name
    }
    assert [x.now for x in found.backlogs] == [
        rows["cases_overdue", "open", "day", str(AS_OF)].numerator,
        rows["reviews_overdue", "open", "day", str(AS_OF)].numerator,
    ]
    for aim in found.aims:
        months = [rows[MEASURES[aim.target][0], "due", "month", f"2026-0{month}-01"] for month in (3, 4, 5)]
        assert (aim.first, aim.last) == (date(2026, 3, 1), date(2026, 5, 31))
        assert (aim.in_time, aim.due) == (sum(x.numerator for x in months), sum(x.denominator for x in months))
    for trial in (x for x in found.plans.trials if x.ahead is not None):
        assert trial.became == rows["plans_due_in_time", "due", "month", str(trial.first)].value


def test_it_is_tried_with_what_had_happened_by_then_and_says_how_far_it_missed(taken: str, found: Forecast) -> None:
    told_now = found.plans
    assert {x.made_on for x in told_now.trials} == {date(2026, 3, 15)}
    (quarter,) = told_now.of_quarters
    assert (quarter.first, quarter.last) == (date(2026, 3, 16), AS_OF)
    with reading(taken) as connection:
        cases = load(connection, "case", named=False)
        then = plans(cases, load_register(), date(2026, 3, 15))
    assert not (then.ended_on > then.as_of).any()
    assert not (then.draft_on > then.as_of).any()
    assert told(then, date(2026, 3, 15), told_now.window)[None].share == quarter.said
    assert told_now.quarter is not None
    best = (told_now.quarter.in_time + told_now.quarter.undecided) / told_now.quarter.due
    assert told_now.quarter.high >= min(told_now.quarter.share + abs(quarter.miss), best)


def test_every_window_is_tried_and_the_one_that_missed_least_is_used(taken: str, found: Forecast) -> None:
    with reading(taken) as connection:
        cases = load(connection, "case", named=False)
    then, now = (plans(cases, load_register(), x) for x in (date(2026, 3, 15), AS_OF))
    became = {
        ahead: now.is_in_time[now.due_within(x.first, x.last) & now.is_owed].mean()
        for ahead, x in told(then, date(2026, 3, 15), 12).items()
        if x.last <= AS_OF
    }
    misses = {
        window: np.mean([abs(told(then, date(2026, 3, 15), window)[x].share - y) for x, y in became.items()])
        for window in (12, 6, 3)
    }
    assert found.plans.window == min(misses, key=misses.__getitem__)


def test_the_backlog_adds_up_month_by_month(found: Forecast) -> None:
    plans_, reviews = found.backlogs
    for backlog in (plans_, reviews):
        for before, after in zip(backlog.months, backlog.months[1:], strict=False):
            assert after.left == before.left + after.came - after.went
    assert [(x.first.month, x.came, x.went, x.left) for x in reviews.months[-2:]] == [(4, 1, 0, 1), (5, 1, 1, 1)]
    assert reviews.now == 1


def test_a_target_with_a_day_has_a_line_and_one_without_has_none(taken: str, tmp_path: Path) -> None:
    (tmp_path / "999.toml").write_text(AIMS)
    of_plans, *others = foreseen(taken, AS_OF, tmp_path / "999.toml").aims
    assert of_plans.share is not None
    days = (of_plans.points[1].last - of_plans.last).days / (date(2027, 3, 31) - of_plans.last).days
    assert of_plans.points[1].share == pytest.approx(of_plans.share + days * (0.6 - of_plans.share))
    assert [len(x.points) for x in (of_plans, *others)] == [4, 0, 0]
    later = foreseen(taken, AS_OF + timedelta(days=365), tmp_path / "999.toml").aims[0]
    assert later.points == ()


def test_a_week_counts_what_runs_out_what_was_answered_and_what_is_at_risk(
    sqlite_database: str, tmp_path: Path
) -> None:
    cases = [
        a_case("C-1", request_received_on="2026-01-19"),  # six weeks: Monday 2 March
        a_case("C-2", request_received_on="2026-01-20", assess_decision="Y", assess_decided_on="2026-03-02"),
        a_case("C-3", request_received_on="2026-01-30"),  # Friday 13 March
        a_case("C-4", request_received_on="2025-10-20", assess_decision="Y", assess_decided_on="2025-11-20"),  # 9 March
        a_case("C-5", request_received_on="2025-10-21", assess_decision="N", assess_decided_on="2025-11-20"),
    ]
    advice = [
        an_advice("C-4", "health", requested_on="2026-01-26", received_by_body_on="2026-01-26"),  # 9 March
        an_advice("C-4", "psychology", requested_on="2026-01-26", reply_on="2026-02-20", reply="advice"),
        an_advice("C-4", "parent", requested_on="2026-01-26"),
    ]
    reviews = [a_review("C-2", 1, last_review_concluded_on="2025-03-12", meeting_on="")]
    take(sqlite_database, write_extract(tmp_path, cases=cases, advice=advice, reviews=reviews))
    weeks = foreseen(sqlite_database, date.fromisoformat(DAY)).weeks
    some = [(str(x.first)[5:], x.duty, x.kind, x.due, x.answered, x.at_risk) for x in weeks if x.due]
    assert sorted(some) == [
        ("03-02", "decide_whether_to_assess", "", 2, 1, 1),
        ("03-09", "decide_whether_to_assess", "", 1, 0, 0),
        ("03-09", "give_advice", "health", 1, 0, 0),
        ("03-09", "give_advice", "psychology", 1, 1, 0),
        ("03-09", "review_plan", "", 1, 0, 1),
        ("03-09", "send_final_plan", "", 1, 0, 1),
    ]
    assert len(weeks) == 13 * 6


@pytest.mark.parametrize(
    ("cases", "said"),
    [
        ([a_case()], "No plan is on record as sent"),
        (
            [a_case(request_received_on="2025-06-02", plan_decision="Y", final_plan_sent_on="2025-12-01")],
            (
                "their first plan was sent on 1 December 2025. It wants the plans of twelve months, and three months "
                "more to be tried on: 1 March 2027."
            ),
        ),
        (
            [a_case(request_received_on="2024-06-03", plan_decision="Y", final_plan_sent_on="2024-12-02")],
            "Only 0 plans were sent in the twelve months to 4 March 2026: a forecast wants at least 20.",
        ),
    ],
)
def test_where_the_records_are_too_short_nothing_is_forecast(
    sqlite_database: str, tmp_path: Path, cases: list[dict[str, str]], said: str
) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=cases))
    found = foreseen(sqlite_database, date.fromisoformat(DAY)).plans
    assert said in found.why_not
    assert (found.months, found.quarter, found.trials) == ((), None, ())
