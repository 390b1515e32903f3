"""The draft, the family's fifteen days, the setting's fifteen, and the final plan at twenty weeks."""

import pytest

from models.statute.register import load_register
from tests.spec.build import a_case, clock_of, days_between, due_on, state_of

title = "Draft and final plan"
law = "SEND Regulations 2014, reg 13: 'in any event within 20 weeks of the local authority receiving a request'"


@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        ("2025-09-01", "2026-01-19"),
        ("2024-12-16", "2025-05-05"),
        ("2023-10-31", "2024-03-19"),
        # Across the 53-week year 2020.
        ("2020-10-05", "2021-02-22"),
        # From and to 29 February.
        ("2024-02-29", "2024-07-18"),
        ("2023-10-12", "2024-02-29"),
    ],
)
def test_twenty_weeks_are_a_hundred_and_forty_days(received: str, last_day: str) -> None:
    assert due_on(a_case(request_received_on=received), "send_final_plan") == last_day
    assert days_between(received, last_day) == 20 * 7


def test_twenty_weeks_may_end_on_a_bank_holiday_but_act_by_never_does() -> None:
    # Monday 5 May 2025 is a bank holiday; the practical day is Friday 2 May.
    clock = clock_of(a_case(request_received_on="2024-12-16"), "send_final_plan", "2025-02-01")
    assert (clock.due_on, clock.act_by) == ("2025-05-05", "2025-05-02")


def test_act_by_is_before_the_due_date_even_when_that_is_a_working_day() -> None:
    clock = clock_of(a_case(request_received_on="2025-09-02"), "send_final_plan", "2025-10-01")
    assert (clock.due_on, clock.act_by) == ("2026-01-20", "2026-01-19")


def test_neither_the_draft_nor_the_consultation_moves_it() -> None:
    case = a_case(
        request_received_on="2025-09-01",
        assess_decided_on="2025-12-01",
        draft_served_on="2026-01-12",
        consultation_sent_on="2026-01-12",
    )
    assert due_on(case, "send_final_plan") == "2026-01-19"


def test_no_plan_stops_it() -> None:
    case = a_case(request_received_on="2025-09-01", no_plan_notified_on="2025-12-20")
    assert state_of(case, "send_final_plan", "2026-03-01") == "stopped"


def test_the_family_has_at_least_fifteen_days_beginning_with_service() -> None:
    # Reg 13(1)(a): the day of service is day 1, and bank holidays count.
    case = a_case(draft_served_on="2025-12-16")
    assert due_on(case, "allow_representations") == "2025-12-30"
    assert state_of(case, "allow_representations", "2025-12-30") == "running"
    answered = a_case(draft_served_on="2025-12-16", representations_received_on="2025-12-30")
    assert state_of(answered, "allow_representations", "2026-02-01") == "met"


def test_there_is_no_window_before_there_is_a_draft() -> None:
    assert state_of(a_case(request_received_on="2025-09-01"), "allow_representations", "2026-02-01") == "no clock"


def test_the_law_sets_no_date_for_the_draft() -> None:
    register = load_register()
    assert not register.duty("serve_draft").is_statutory
    assert due_on(a_case(request_received_on="2025-09-01"), "serve_draft") == "2025-12-22"
    assert due_on(a_case(request_received_on="2025-09-01"), "serve_draft_by_week_14") == "2025-12-08"


def test_a_setting_consulted_has_fifteen_calendar_days() -> None:
    # Code 9.83: guidance to schools, and the day of sending is day 0.
    case = a_case(request_received_on="2025-09-01", consultation_sent_on="2025-12-22")
    assert due_on(case, "reply_to_consultation") == "2026-01-06"
    assert not load_register().duty("reply_to_consultation").is_statutory


def test_a_consultation_that_nobody_dated_is_unknown() -> None:
    assert state_of(a_case(request_received_on="2025-09-01"), "reply_to_consultation", "2025-12-01") == "unknown"
