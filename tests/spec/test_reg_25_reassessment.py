"""Reassessing somebody who has a plan."""

from models.statute.register import load_register
from tests.spec.build import a_claim, a_reassessment, clock_of, due_on, state_of

title = "Reassessment"
law = "SEND Regulations 2014, regs 25 to 27: 'within 14 weeks of the notification under regulation 25(1)'"


def test_fifteen_calendar_days_to_decide() -> None:
    # Kent's paraphrase; that receipt is day 0 is our reading, and the register says that it was not read.
    assert due_on(a_reassessment(request_received_on="2025-09-01"), "notify_reassessment_decision") == "2025-09-16"
    assert load_register().duty("notify_reassessment_decision").limits[0].source.verified == "paraphrased"


def test_fourteen_weeks_from_the_authoritys_own_notice() -> None:
    asked = a_reassessment(request_received_on="2025-09-01", decision="Y", decision_notified_on="2025-09-12")
    assert due_on(asked, "send_final_plan_after_reassessment") == "2025-12-19"
    # Without a request, s.44(3): from deciding to.
    own = a_reassessment(decision="Y", decided_on="2025-09-12")
    assert due_on(own, "send_final_plan_after_reassessment") == "2025-12-19"
    assert state_of(own, "notify_reassessment_decision", "2026-01-01") == "no clock"


def test_a_refusal_to_reassess_starts_nothing() -> None:
    refused = a_reassessment(request_received_on="2025-09-01", decision="N", decision_notified_on="2025-09-12")
    assert state_of(refused, "send_final_plan_after_reassessment", "2026-06-01") == "no clock"


def test_it_ends_with_a_plan_or_with_word_that_nothing_changes() -> None:
    reassessed = {"decision": "Y", "decision_notified_on": "2025-09-12"}
    sent = a_reassessment(**reassessed, final_plan_sent_on="2025-12-19")
    assert state_of(sent, "send_final_plan_after_reassessment", "2026-01-01") == "met"
    unchanged = a_reassessment(**reassessed, no_change_notified_on="2025-12-19")
    assert state_of(unchanged, "send_final_plan_after_reassessment", "2026-01-01") == "stopped"


def test_advice_and_comments_have_the_periods_of_a_first_assessment() -> None:
    record = a_reassessment(advice_requested_on="2025-09-12", advice_received_by_body_on="2025-09-15")
    assert due_on(record, "give_reassessment_advice") == "2025-10-27"
    draft = a_reassessment(draft_served_on="2025-12-16")
    assert due_on(draft, "allow_representations_on_reassessment") == "2025-12-30"


def test_the_exceptions_mirror_those_of_the_twenty_weeks() -> None:
    claim = a_claim("absent_4w", from_on="2025-10-01", to_on="2025-10-28")
    record = a_reassessment(decision="Y", decision_notified_on="2025-09-12", claims=[claim])
    clock = clock_of(record, "send_final_plan_after_reassessment", "2026-01-10")
    assert (clock.state, clock.exception) == ("excepted", "absent_4w")
    # The fifteen days have none.
    record = a_reassessment(request_received_on="2025-09-01", claims=[a_claim("absent_4w", from_on="2025-09-01")])
    assert state_of(record, "notify_reassessment_decision", "2025-09-17") == "overdue"
