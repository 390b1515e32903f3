"""Dates that courts, the Ombudsman and advisers have published, against ours."""

from tests.spec.build import (
    a_case,
    a_review,
    an_appeal,
    clock_of,
    days_after,
    days_between,
    due_on,
    state_of,
)

title = "Published chronologies"
law = "Decisions and worked examples, X1 to X11"


def test_x1_essex_23_013_824_is_the_outlier_that_counts_receipt_as_day_1() -> None:
    """The Ombudsman says 6 September 2023; we say the 7th, one day later.

    The same Ombudsman counts receipt as day 0 in X2, X5 and X6, as the general rule of construction does: the
    day of the event does not count unless the law says "beginning with". `act_by` is never later than the 6th.
    """
    case = a_case(request_received_on="2023-05-18")
    published = "2023-09-06"
    clock = clock_of(case, "decide_whether_to_issue", "2023-06-01")
    assert clock.due_on == days_after(published, 1) == "2023-09-07"
    assert clock.act_by == published


def test_x2_essex_25_007_473_counts_ten_and_fourteen_weeks_from_the_agreement_to_assess() -> None:
    case = a_case(
        request_received_on="2024-12-16",
        assess_decision="N",
        assess_decided_on="2025-01-20",
        assess_agreed_after_refusal_on="2025-02-21",
    )
    assert due_on(case, "notify_no_plan_after_agreement") == "2025-05-02"
    assert due_on(case, "send_final_plan_after_agreement") == "2025-05-30"
    # What the law says of the same case, without an order: twenty weeks from the request.
    assert due_on(case, "send_final_plan") == "2025-05-05"


def test_x3_ipseas_review_of_2024() -> None:
    review = a_review(
        meeting_on="2024-11-01",
        decision="A",
        decision_notified_on="2024-11-25",
        amendment_notice_sent_on="2024-11-25",
        phase_transfer_on="2025-09-01",
        phase_transfer_kind="other",
    )
    assert due_on(review, "decide_after_review") == "2024-11-29"
    assert due_on(review, "send_amended_plan") == "2025-01-20"
    assert due_on(review, "send_amended_plan_after_review") == "2025-01-24"
    # "never after 15 February": strictly before it.
    assert due_on(review, "amend_plan_before_phase_transfer") == "2025-02-14"
    # "by 25 November" 2025 is a day late: the twelve months start with the 25th and so end on the 24th.
    assert due_on(a_review(last_review_concluded_on="2024-11-25"), "review_plan") == "2025-11-24"


def test_x4_ipseas_christmas_appeal() -> None:
    # Two months end on 1 December, one month from the certificate on 29 December: the later, moved into January.
    appeal = an_appeal(decision_notice_sent_on="2024-10-01", mediation_certificate_issued_on="2024-11-29")
    assert due_on(appeal, "appeal_to_tribunal") == "2025-01-02"
    without_mediation = an_appeal(decision_notice_sent_on="2024-10-01")
    assert due_on(without_mediation, "appeal_to_tribunal") == "2024-12-02"


def test_x5_essex_23_018_431() -> None:
    case = a_case(request_received_on="2023-10-31")
    assert due_on(case, "decide_whether_to_issue") == "2024-02-20"
    assert due_on(case, "send_final_plan") == "2024-03-19"


def test_x6_essex_23_019_355_runs_through_august() -> None:
    case = a_case(request_received_on="2023-07-12")
    assert due_on(case, "decide_whether_to_issue") == "2023-11-01"
    assert due_on(case, "send_final_plan") == "2023-11-29"


def test_x7_w_v_hertfordshire() -> None:
    case = a_case(
        request_received_on="2022-12-30",
        assess_decision="N",
        assess_decided_on="2023-02-08",
        assess_agreed_after_refusal_on="2023-04-03",
    )
    assert due_on(case, "decide_whether_to_assess") == "2023-02-10"
    assert state_of(case, "decide_whether_to_assess", "2023-03-01") == "met"
    assert due_on(case, "send_final_plan") == "2023-05-19"


def test_x8_surreys_plan_of_new_years_day() -> None:
    assert due_on(a_review(plan_made_on="2019-01-01"), "review_plan") == "2019-12-31"
    reviewed = a_review(plan_made_on="2019-01-01", last_review_concluded_on="2019-09-01")
    assert due_on(reviewed, "review_plan") == "2020-08-31"


def test_x9_bradfords_summer_pause_is_not_the_law() -> None:
    case = a_case(request_received_on="2018-07-09")
    assert due_on(case, "decide_whether_to_assess") == "2018-08-20"
    assert due_on(case, "send_final_plan") == "2018-11-26"
    # Bradford would have begun again on 6 September: 59 days later.
    assert days_between("2018-11-26", days_after("2018-09-06", 20 * 7)) == 59


def test_x10_bromley_24_014_728() -> None:
    # The decision says only when the review should have been complete; the day it was counted from follows.
    assert due_on(a_review(last_review_concluded_on="2023-11-25"), "review_plan") == "2024-11-24"


def test_x11_derbyshire_23_017_300_counts_from_the_agreement_in_prose() -> None:
    """ "No more than 20 weeks. In this case it took 34 weeks", from the agreement to assess, not the request.

    Only the months are published; a request on 3 April 2023, agreed on 15 May, fits them.
    """
    case = a_case(
        request_received_on="2023-04-03",
        assess_decision="Y",
        assess_decided_on="2023-05-15",
        final_plan_sent_on="2024-01-08",
    )
    assert days_between("2023-05-15", "2024-01-08") == 34 * 7
    assert due_on(case, "send_final_plan") == "2023-08-21"
    assert days_between("2023-08-21", days_after("2023-05-15", 20 * 7)) == 6 * 7
    clock = clock_of(case, "send_final_plan", "2024-02-01")
    assert (clock.state, clock.days) == ("met_late", -20 * 7)


def test_own_vectors() -> None:
    case = a_case(request_received_on="2025-09-01", draft_served_on="2025-12-16")
    found = [due_on(case, key) for key in ("decide_whether_to_assess", "decide_whether_to_issue", "send_final_plan")]
    assert found == ["2025-10-13", "2025-12-22", "2026-01-19"]
    assert due_on(case, "allow_representations") == "2025-12-30"
