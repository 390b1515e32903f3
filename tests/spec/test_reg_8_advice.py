"""Six weeks for each body to give its advice."""

import pytest

from tests.spec.build import a_claim, an_advice_request, clock_of, due_on, state_of

title = "Advice within six weeks"
law = "SEND Regulations 2014, regs 6(1) and 8(1): 'within 6 weeks of the date on which they receive it'"

DUTY = "give_advice"
BODIES = (
    "education",
    "health",
    "psychology",
    "social_care",
    "other",
    "preparation_for_adulthood",
    "requested_by_family",
)


@pytest.mark.parametrize("body", BODIES)
def test_every_body_has_a_clock_of_its_own(body: str) -> None:
    advice = an_advice_request(body, requested_on="2025-10-10", received_by_body_on="2025-10-13")
    assert due_on(advice, DUTY) == "2025-11-24"


def test_a_parent_owes_no_advice() -> None:
    # Reg 8 binds "a body".
    assert state_of(an_advice_request("parent", requested_on="2025-10-10"), DUTY, "2026-01-01") == "no clock"


def test_the_day_of_sending_stands_in_where_that_of_receipt_is_unknown() -> None:
    assert due_on(an_advice_request(requested_on="2025-10-10"), DUTY) == "2025-11-21"


def test_a_request_with_no_date_at_all_is_unknown_not_on_time() -> None:
    clock = clock_of(an_advice_request(), DUTY, "2026-01-01")
    assert (clock.state, clock.due_on, clock.days) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("reply", "named", "state"),
    [
        ("advice", True, "met"),
        ("advice", False, "met"),
        # "Not known to service" is an answer only if somebody puts a name to it.
        ("not_known", True, "met"),
        ("not_known", False, "overdue"),
        ("declined", True, "overdue"),
    ],
)
def test_what_counts_as_an_answer(reply: str, named: bool, state: str) -> None:
    advice = an_advice_request(
        received_by_body_on="2025-10-13", reply_on="2025-11-24", reply=reply, has_replied_by=named
    )
    assert state_of(advice, DUTY, "2025-11-25") == state


def test_the_six_weeks_end_on_the_same_weekday_and_are_late_the_day_after() -> None:
    on_time = an_advice_request(received_by_body_on="2025-10-13", reply_on="2025-11-24", reply="advice")
    late = an_advice_request(received_by_body_on="2025-10-13", reply_on="2025-11-25", reply="advice")
    assert state_of(on_time, DUTY, "2026-01-01") == "met"
    clock = clock_of(late, DUTY, "2026-01-01")
    assert (clock.state, clock.days) == ("met_late", -1)


def test_a_request_asked_again_has_a_new_origin() -> None:
    assert due_on(an_advice_request(received_by_body_on="2025-12-01"), DUTY) == "2026-01-12"


def test_withdrawing_the_case_stops_it() -> None:
    advice = an_advice_request(received_by_body_on="2025-10-13", withdrawn_on="2025-11-01")
    assert state_of(advice, DUTY, "2026-01-01") == "stopped"


@pytest.mark.parametrize("code", ["exceptional_personal", "absent_4w", "missed_appointment"])
def test_the_three_exceptions_of_reg_8(code: str) -> None:
    claim = a_claim(code, from_on="2025-10-20", to_on="2025-11-20")
    advice = an_advice_request(received_by_body_on="2025-10-13", claims=[claim])
    clock = clock_of(advice, DUTY, "2025-12-01")
    assert (clock.state, clock.exception, clock.due_on) == ("excepted", code, "2025-11-24")


def test_a_closed_school_is_no_exception_here() -> None:
    # Code 9.42: the closure "does not apply to the duty on partners".
    claim = a_claim("school_closed_4w", closed_from="2025-07-23", reopens_on="2025-09-03", asked_on="2025-07-21")
    advice = an_advice_request("education", received_by_body_on="2025-07-21", claims=[claim])
    assert due_on(advice, DUTY) == "2025-09-01"
    assert state_of(advice, DUTY, "2025-09-02") == "overdue"
