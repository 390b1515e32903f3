"""The summer of 2020."""

import pytest

from models.statute.register import load_register
from tests.spec.build import a_case, a_claim, a_mediation, a_review, an_advice_request, clock_of, state_of

title = "The coronavirus relaxation, 1 May to 25 September 2020"
law = "SI 2020/471: the limit does not apply where it is impractical for a reason relating to coronavirus"


def test_a_case_of_that_spring_is_excepted_and_keeps_its_date() -> None:
    claim = a_claim("covid_2020", from_on="2020-05-01", to_on="2020-08-31")
    clock = clock_of(a_case(request_received_on="2020-03-02", claims=[claim]), "send_final_plan", "2020-09-01")
    assert (clock.state, clock.exception, clock.due_on) == ("excepted", "covid_2020", "2020-07-20")


@pytest.mark.parametrize(
    ("received", "from_on", "to_on", "state"),
    [
        # What happened only before 1 May or only after 25 September is nobody's excuse.
        ("2020-03-02", "2020-03-23", "2020-04-30", "met_late"),
        ("2020-03-02", "2020-03-23", "2020-05-01", "excepted"),
        ("2020-06-01", "2020-09-25", "2020-12-31", "excepted"),
        ("2020-06-01", "2020-09-26", "2020-12-31", "met_late"),
    ],
)
def test_only_while_it_was_in_force(received: str, from_on: str, to_on: str, state: str) -> None:
    claim = a_claim("covid_2020", from_on=from_on, to_on=to_on)
    case = a_case(request_received_on=received, final_plan_sent_on="2020-12-31", claims=[claim])
    assert state_of(case, "send_final_plan", "2021-01-31") == state


def test_later_years_know_nothing_of_it() -> None:
    claim = a_claim("covid_2020", from_on="2021-01-05", to_on="2021-03-08")
    assert (
        state_of(a_case(request_received_on="2020-12-01", claims=[claim]), "send_final_plan", "2021-05-01") == "overdue"
    )


@pytest.mark.parametrize(
    ("record", "duty"),
    [
        (an_advice_request(received_by_body_on="2020-05-04"), "give_advice"),
        (a_review(plan_made_on="2019-07-01"), "review_plan"),
        (a_review(meeting_on="2020-05-04"), "decide_after_review"),
        (a_mediation(decision_notice_sent_on="2020-04-06"), "contact_mediation_adviser"),
    ],
)
def test_it_reached_far_beyond_the_twenty_weeks(record, duty: str) -> None:  # type: ignore[no-untyped-def]
    claim = a_claim("covid_2020", from_on="2020-05-01", to_on="2020-07-31")
    relaxed = type(record)(record.kind, record.facts, [claim])
    assert state_of(relaxed, duty, "2020-09-01") == "excepted"
    assert state_of(record, duty, "2020-09-01") == "overdue"


def test_the_tribunals_own_windows_were_not_relaxed() -> None:
    register = load_register()
    for key in ("appeal_to_tribunal", "respond_to_appeal", "amend_plan_before_phase_transfer"):
        assert all(limit.allows("covid_2020") is None for limit in register.duty(key).limits)


def test_the_law_of_a_date_is_chosen_by_the_origin_so_a_replay_has_the_rules_of_its_day() -> None:
    claim = a_claim("covid_2020", from_on="2020-05-01", claimed_on="2020-08-01")
    case = a_case(request_received_on="2020-03-02", claims=[claim])
    assert state_of(case, "send_final_plan", "2020-07-25") == "overdue"
    assert state_of(case, "send_final_plan", "2020-08-01") == "excepted"
