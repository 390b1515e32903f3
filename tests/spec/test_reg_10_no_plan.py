"""Sixteen weeks to say that no plan will be issued."""

from tests.spec.build import a_case, clock_of, due_on, state_of

title = "Deciding not to issue a plan"
law = "SEND Regulations 2014, reg 10(1): 'in any event within 16 weeks of the local authority receiving a request'"

DUTY = "decide_whether_to_issue"


def test_sixteen_weeks_from_the_same_day_as_the_six() -> None:
    assert due_on(a_case(request_received_on="2025-09-01"), DUTY) == "2025-12-22"


def test_a_late_decision_to_assess_moves_nothing() -> None:
    case = a_case(request_received_on="2025-09-01", assess_decided_on="2025-12-01", assess_decision="Y")
    assert due_on(case, DUTY) == "2025-12-22"


def test_it_binds_only_a_decision_not_to_issue() -> None:
    issued = a_case(request_received_on="2025-09-01", draft_served_on="2025-12-15")
    assert state_of(issued, DUTY, "2026-02-01") == "stopped"
    refused = a_case(request_received_on="2025-09-01", no_plan_notified_on="2025-12-22")
    assert state_of(refused, DUTY, "2026-02-01") == "met"
    late = a_case(request_received_on="2025-09-01", no_plan_notified_on="2025-12-23")
    assert state_of(late, DUTY, "2026-02-01") == "met_late"


def test_a_draft_after_week_16_shows_how_late_it_stopped() -> None:
    case = a_case(request_received_on="2025-09-01", draft_served_on="2026-01-05")
    clock = clock_of(case, DUTY, "2026-02-01")
    assert (clock.state, clock.days) == ("stopped", -14)


def test_a_plan_sent_without_a_draft_stops_it_too() -> None:
    case = a_case(request_received_on="2025-09-01", final_plan_sent_on="2025-12-01")
    assert state_of(case, DUTY, "2026-02-01") == "stopped"
