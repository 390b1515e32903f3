"""Six weeks to say that no provision through a plan is needed."""

from tests.spec.build import a_case, a_claim, clock_of, due_on, state_of

title = "No special educational provision through a plan is needed"
law = "SEND Regulations 2014, reg 4(1)"


def test_six_weeks_from_the_request_or_from_being_brought_to_attention() -> None:
    assert due_on(a_case(request_received_on="2025-09-01"), "notify_no_provision_needed") == "2025-10-13"
    assert due_on(a_case(brought_to_attention_on="2025-09-02"), "notify_no_provision_needed") == "2025-10-14"


def test_a_decision_to_assess_leaves_nothing_to_tell() -> None:
    case = a_case(request_received_on="2025-09-01", assess_decided_on="2025-10-01", assess_decision="Y")
    assert state_of(case, "notify_no_provision_needed", "2025-12-01") == "stopped"


def test_no_ordinary_exception_reaches_it() -> None:
    # Reg 4 never had the list of reg 5(4): only the summer of 2020 relaxed it.
    claim = a_claim("exceptional_personal", from_on="2025-09-10")
    case = a_case(request_received_on="2025-09-01", claims=[claim])
    assert state_of(case, "notify_no_provision_needed", "2025-10-14") == "overdue"
    summer = a_claim("covid_2020", from_on="2020-05-10", to_on="2020-06-30")
    case = a_case(request_received_on="2020-05-04", claims=[summer])
    clock = clock_of(case, "notify_no_provision_needed", "2020-07-01")
    assert (clock.state, clock.exception) == ("excepted", "covid_2020")
