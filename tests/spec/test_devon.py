"""What R (L, M and P) v Devon County Council settled on 8 March 2022."""

from tests.spec.build import a_review, due_on, state_of

title = "Amending a plan after the Devon judgment"
law = "R (L, M and P) v Devon CC [2022] EWHC 493 (Admin), reading SEND Regulations 2014, regs 20(10) and 22"


def test_the_notice_of_amendment_goes_with_the_decision_within_four_weeks() -> None:
    review = a_review(meeting_on="2024-11-01", decision="A")
    assert due_on(review, "send_amendment_notice") == due_on(review, "decide_after_review") == "2024-11-29"


def test_the_amended_plan_within_twelve_weeks_of_the_meeting() -> None:
    assert due_on(a_review(meeting_on="2024-11-01", decision="A"), "send_amended_plan_after_review") == "2025-01-24"


def test_an_early_notice_brings_the_eight_weeks_forward_and_a_late_one_does_not_move_the_cap() -> None:
    early = a_review(meeting_on="2024-11-01", decision="A", amendment_notice_sent_on="2024-11-08")
    assert due_on(early, "send_amended_plan") == "2025-01-03"
    late = a_review(meeting_on="2024-11-01", decision="A", amendment_notice_sent_on="2025-01-10")
    assert due_on(late, "send_amended_plan") == "2025-03-07"
    assert due_on(late, "send_amended_plan_after_review") == "2025-01-24"


def test_only_a_decision_to_amend_has_these_clocks() -> None:
    for decision in ("M", "C", None):
        review = a_review(meeting_on="2024-11-01", decision=decision)
        assert state_of(review, "send_amendment_notice", "2025-06-01") == "no clock"
        assert state_of(review, "send_amended_plan_after_review", "2025-06-01") == "no clock"


def test_meetings_before_the_judgment_have_the_four_and_the_eight_weeks_but_no_cap() -> None:
    before = a_review(meeting_on="2022-03-07", decision="A", amendment_notice_sent_on="2022-05-02")
    assert state_of(before, "send_amendment_notice", "2022-12-01") == "no clock"
    assert state_of(before, "send_amended_plan_after_review", "2022-12-01") == "no clock"
    assert due_on(before, "decide_after_review") == "2022-04-04"
    assert due_on(before, "send_amended_plan") == "2022-06-27"
    on_the_day = a_review(meeting_on="2022-03-08", decision="A")
    assert due_on(on_the_day, "send_amendment_notice") == "2022-04-05"
    assert due_on(on_the_day, "send_amended_plan_after_review") == "2022-05-31"
