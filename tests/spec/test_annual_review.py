"""The annual review: twelve months, two weeks, four weeks, eight weeks."""

import pytest

from models.statute.register import load_register
from tests.spec.build import a_review, days_after, due_on, state_of

title = "Annual review"
law = "CFA 2014, s.44(1): 'in the period of 12 months starting with the date'; SEND Regulations 2014, regs 20 to 22"


@pytest.mark.parametrize(
    ("starts", "last_day"),
    [
        ("2019-01-01", "2019-12-31"),
        ("2024-11-25", "2025-11-24"),
        # The anniversary is already the first day of the next twelve months.
        ("2025-03-01", "2026-02-28"),
        ("2023-03-01", "2024-02-29"),
        # From 29 February to a year that has none: the whole of February is inside.
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-27"),
    ],
)
def test_twelve_months_start_with_the_day_and_end_the_day_before_it_returns(starts: str, last_day: str) -> None:
    assert due_on(a_review(last_review_concluded_on=starts), "review_plan") == last_day
    assert due_on(a_review(plan_made_on=starts), "review_plan") == last_day


def test_a_review_counts_from_the_last_one_not_from_the_making_of_the_plan() -> None:
    assert (
        due_on(a_review(plan_made_on="2019-01-01", last_review_concluded_on="2019-09-01"), "review_plan")
        == "2020-08-31"
    )


def test_the_decision_completes_the_review_not_the_meeting() -> None:
    met_in_time = a_review(last_review_concluded_on="2024-11-25", meeting_on="2025-11-20")
    assert state_of(met_in_time, "review_plan", "2025-11-25") == "overdue"
    decided = a_review(
        last_review_concluded_on="2024-11-25", meeting_on="2025-10-20", decision_notified_on="2025-11-17"
    )
    assert state_of(decided, "review_plan", "2025-11-25") == "met"


def test_so_the_meeting_should_come_four_weeks_before() -> None:
    decided_in_time = due_on(a_review(last_review_concluded_on="2024-11-25"), "review_plan")
    assert decided_in_time == due_on(a_review(meeting_on="2025-10-27"), "decide_after_review") == "2025-11-24"


def test_a_plan_whose_making_nobody_dated_is_unknown() -> None:
    assert state_of(a_review(meeting_on="2025-11-20"), "review_plan", "2025-12-01") == "unknown"


@pytest.mark.parametrize(
    ("duty", "done", "last_day"),
    [
        ("give_notice_of_review_meeting", "notice_given_on", "2025-05-19"),
        ("circulate_review_papers", "papers_circulated_on", "2025-05-19"),
        ("send_review_report", "report_sent_on", "2025-06-16"),
        ("decide_after_review", "decision_notified_on", "2025-06-30"),
    ],
)
def test_the_dates_around_the_meeting(duty: str, done: str, last_day: str) -> None:
    assert due_on(a_review(meeting_on="2025-06-02"), duty) == last_day
    assert state_of(a_review(meeting_on="2025-06-02", **{done: last_day}), duty, "2025-12-01") == "met"
    the_day_after = days_after(last_day, 1)
    assert state_of(a_review(meeting_on="2025-06-02", **{done: the_day_after}), duty, "2025-12-01") == "met_late"


def test_notice_and_papers_are_watched_before_the_meeting_and_the_rest_after_it() -> None:
    review = a_review(meeting_on="2025-06-02")
    assert state_of(review, "give_notice_of_review_meeting", "2025-05-01") == "running"
    assert state_of(review, "circulate_review_papers", "2025-05-20") == "overdue"
    assert state_of(review, "decide_after_review", "2025-05-20") == "no clock"
    assert state_of(a_review(plan_made_on="2025-01-01"), "decide_after_review", "2025-12-01") == "no clock"


@pytest.mark.parametrize("decision", ["A", "M", "C"])
def test_amend_maintain_and_cease_all_have_four_weeks(decision: str) -> None:
    # A plan ceased at a review is decided within the four weeks too; reg 31 itself has no limit.
    assert due_on(a_review(meeting_on="2025-06-02", decision=decision), "decide_after_review") == "2025-06-30"


def test_eight_weeks_from_sending_the_notice_for_the_plan_or_for_leaving_it() -> None:
    review = a_review(meeting_on="2025-06-02", decision="A", amendment_notice_sent_on="2025-06-23")
    assert due_on(review, "send_amended_plan") == "2025-08-18"
    assert due_on(review, "notify_no_amendment") == "2025-08-18"
    assert due_on(review, "allow_representations_on_amendments") == "2025-07-07"


def test_one_of_the_two_ends_the_other() -> None:
    facts = {"meeting_on": "2025-06-02", "decision": "A", "amendment_notice_sent_on": "2025-06-23"}
    amended = a_review(**facts, final_plan_sent_on="2025-08-18")
    assert state_of(amended, "send_amended_plan", "2025-12-01") == "met"
    assert state_of(amended, "notify_no_amendment", "2025-12-01") == "stopped"
    left = a_review(**facts, not_amend_notified_on="2025-08-18")
    assert state_of(left, "send_amended_plan", "2025-12-01") == "stopped"
    assert state_of(left, "notify_no_amendment", "2025-12-01") == "met"


def test_an_amendment_without_a_review_has_the_same_eight_weeks() -> None:
    # Reg 28: no meeting, so none of the clocks that run from one.
    amendment = a_review(amendment_notice_sent_on="2025-06-23", decision="A")
    assert due_on(amendment, "send_amended_plan") == "2025-08-18"
    assert state_of(amendment, "send_amended_plan_after_review", "2025-12-01") == "no clock"


def test_school_holidays_are_no_exception() -> None:
    duty = load_register().duty("decide_after_review")
    assert [x.code for x in duty.limits[0].exceptions] == ["covid_2020"]
    assert due_on(a_review(meeting_on="2025-07-21"), "decide_after_review") == "2025-08-18"


def test_under_fives_more_often_is_guidance() -> None:
    review = a_review(plan_made_on="2025-01-01", age_band="under_five")
    assert due_on(review, "review_plan_of_under_five") == "2025-06-30"
    assert not load_register().duty("review_plan_of_under_five").is_statutory
