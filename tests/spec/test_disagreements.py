"""Where sources disagree or mislead: the reading we follow, and the date the other one gives.

The numbers are those of a list of such places, in its order.
"""

from models.statute.register import load_register
from tests.spec.build import (
    a_case,
    a_claim,
    a_review,
    a_transfer,
    an_advice_request,
    an_appeal,
    an_order,
    clock_of,
    days_after,
    due_on,
    state_of,
)

title = "Disagreements"
law = "Each test names the provision it follows"

REGISTER = load_register()


def test_01_the_day_of_receipt_is_day_0() -> None:
    """Followed: the general rule of construction. Other: LG Inform's "Day 1", one day earlier."""
    clock = clock_of(a_case(request_received_on="2025-09-02"), "decide_whether_to_assess", "2025-09-10")
    assert clock.due_on == "2025-10-14"
    on_day_1_counting = "2025-10-13"
    assert days_after(on_day_1_counting, 1) == clock.due_on
    # Whoever acts by `act_by` is in time on either reading.
    assert clock.act_by is not None
    assert clock.act_by <= on_day_1_counting


def test_02_the_draft_has_no_date_in_law() -> None:
    """Followed: practice, week 16, marked as such. Others: IPSEA week 14 (kept as advisory), VICTA week 18."""
    case = a_case(request_received_on="2025-09-01")
    assert not REGISTER.duty("serve_draft").is_statutory
    assert due_on(case, "serve_draft") == "2025-12-22"
    assert due_on(case, "serve_draft_by_week_14") == "2025-12-08"
    assert days_after("2025-09-01", 18 * 7) == "2026-01-05"


def test_03_fifteen_days_are_calendar_days_from_service() -> None:
    """Followed: reg 13(1)(a). Others: working days, or from the date on the letter."""
    served, letter = "2025-12-16", "2025-12-12"
    assert due_on(a_case(draft_served_on=served), "allow_representations") == "2025-12-30"
    assert due_on(a_case(draft_served_on=letter), "allow_representations") == "2025-12-26"
    # Fifteen working days beginning with the 16th would end on 8 January: found with a duty that counts so.
    assert due_on(a_transfer(moved_on=served, aware_on=served), "transfer_plan") == "2026-01-08"


def test_04_advice_runs_from_the_day_the_body_received_the_request() -> None:
    """Followed: reg 8(1). Other: the Code's 9.41, from the date of the request (kept as advisory)."""
    advice = an_advice_request(requested_on="2025-10-10", received_by_body_on="2025-10-15")
    assert due_on(advice, "give_advice") == "2025-11-26"
    assert due_on(advice, "give_advice_counted_from_request") == "2025-11-21"


def test_05_a_closed_school_does_not_excuse_late_advice() -> None:
    """Followed: reg 8(2) and Code 9.42. Other: a blog that reads the closure of reg 10(4) into it."""
    claim = a_claim("school_closed_4w", asked_on="2025-07-21", closed_from="2025-07-23", reopens_on="2025-09-03")
    advice = an_advice_request("education", received_by_body_on="2025-07-21", claims=[claim])
    assert due_on(advice, "give_advice") == "2025-09-01"
    assert state_of(advice, "give_advice", "2025-09-02") == "overdue"
    case = a_case(request_received_on="2025-04-21", claims=[claim])
    assert state_of(case, "send_final_plan", "2025-10-01") == "excepted"


def test_06_a_concession_has_the_periods_of_2015() -> None:
    """Followed: reg 45 as amended by SI 2015/359. Other: the four weeks of 2014, still quoted."""
    concession = an_order("assess", kind="reg45_notice", dated_on="2025-06-02")
    assert due_on(concession, "notify_assessment_after_order") == "2025-06-16"
    assert days_after("2025-06-02", 4 * 7) == "2025-06-30"


def test_07_the_amendment_notice_has_four_weeks() -> None:
    """Followed: *Devon*. Other: pages from before it, "no time limit"."""
    assert due_on(a_review(meeting_on="2025-06-02", decision="A"), "send_amendment_notice") == "2025-06-30"
    assert due_on(a_review(meeting_on="2021-06-02", decision="A"), "send_amendment_notice") is None


def test_08_the_anniversary_itself_is_too_late() -> None:
    """Followed: s.44(1), "starting with". Other: IPSEA, "by" the same date."""
    review = a_review(last_review_concluded_on="2024-11-25")
    assert due_on(review, "review_plan") == "2025-11-24"
    assert state_of(review, "review_plan", "2025-11-25") == "overdue"


def test_09_before_15_february_is_not_on_it() -> None:
    """Followed: reg 18(1), "before". Other: every guide, "by"."""
    review = a_review(phase_transfer_on="2025-09-01", phase_transfer_kind="other", final_plan_sent_on="2025-02-15")
    assert due_on(review, "amend_plan_before_phase_transfer") == "2025-02-14"
    assert state_of(review, "amend_plan_before_phase_transfer", "2025-03-01") == "met_late"
    post16 = a_review(phase_transfer_on="2025-09-01", phase_transfer_kind="secondary_to_post16")
    assert due_on(post16, "amend_plan_before_phase_transfer") == "2025-03-30"


def test_10_a_concession_without_an_order_keeps_the_original_twenty_weeks() -> None:
    """Followed: *W v Hertfordshire*. Others: fourteen weeks (only after an order), twenty new ones (never)."""
    case = a_case(
        request_received_on="2025-03-03",
        assess_decision="N",
        assess_decided_on="2025-04-14",
        assess_agreed_after_refusal_on="2025-06-02",
    )
    assert due_on(case, "send_final_plan") == "2025-07-21"
    assert due_on(an_order("assess", dated_on="2025-06-02"), "send_final_plan_after_order") == "2025-09-08"
    # The Ombudsman's fourteen weeks from the agreement are beside it, never instead of it.
    assert due_on(case, "send_final_plan_after_agreement") == "2025-09-08"
    assert REGISTER.duty("send_final_plan_after_agreement").standing == "advisory"
    assert days_after("2025-06-02", 20 * 7) == "2025-10-20"


def test_11_it_is_the_old_authority_that_must_become_aware() -> None:
    """Followed: reg 15(2). Other: an older IPSEA page, the new authority's awareness."""
    old_aware, new_aware = "2025-05-27", "2025-06-09"
    assert due_on(a_transfer(moved_on="2025-06-02", aware_on=old_aware), "transfer_plan") == "2025-06-16"
    assert due_on(a_transfer(moved_on="2025-06-02", aware_on=new_aware), "transfer_plan") == "2025-06-27"
    assert "old authority's awareness" in REGISTER.duty("transfer_plan").limits[0].note


def test_12_august_moves_an_end_and_is_left_out_only_of_later_steps() -> None:
    """Followed: HESC r.12(3). Other: the Upper Tribunal's rule, which leaves August out of every count."""
    assert due_on(an_appeal(decision_notice_sent_on="2025-06-10"), "appeal_to_tribunal") == "2025-09-01"
    assert due_on(an_appeal(decision_notice_sent_on="2025-07-10"), "appeal_to_tribunal") == "2025-09-10"
    # Without the 31 days of August the second would end a month later.
    assert days_after("2025-09-10", 31) == "2025-10-11"
    assert due_on(an_appeal(appeal_sent_to_authority_on="2025-07-21"), "respond_to_appeal") == "2025-09-30"


def test_13_a_final_amended_plan_is_appealed_within_two_months() -> None:
    """Followed: HESC r.20. Other: a calculator that gives the family eight weeks."""
    assert due_on(an_appeal(decision_notice_sent_on="2025-03-10"), "appeal_to_tribunal") == "2025-05-12"
    assert days_after("2025-03-10", 8 * 7) == "2025-05-05"


def test_14_agreeing_an_extension_is_no_exception() -> None:
    """Followed: reg 13(3) lists none. Other: a guide, "or you agree an extension"."""
    claim = a_claim("agreed_extension", from_on="2025-10-01", to_on="2025-12-31")
    case = a_case(request_received_on="2025-09-01", agreed_timescale_on="2026-03-31", claims=[claim])
    assert due_on(case, "send_final_plan") == "2026-01-19"
    assert state_of(case, "send_final_plan", "2026-02-01") == "overdue"


def test_15_sixteen_weeks_are_not_three_months() -> None:
    """Followed: reg 10(1). Other: LGSCO 25 002 265, from September to "December 2024"."""
    assert due_on(a_case(request_received_on="2024-09-02"), "decide_whether_to_issue") == "2024-12-23"
    assert due_on(a_case(request_received_on="2024-09-30"), "decide_whether_to_issue") == "2025-01-20"


def test_16_the_appeal_runs_from_the_day_the_notice_was_sent() -> None:
    """Followed: r.20(1)(c), "was sent". Other: IPSEA and SENDIASS, the date on the letter."""
    dated, sent = "2025-10-01", "2025-10-03"
    assert due_on(an_appeal(decision_notice_sent_on=sent), "appeal_to_tribunal") == "2025-12-03"
    assert due_on(an_appeal(decision_notice_sent_on=dated), "appeal_to_tribunal") == "2025-12-01"
