"""Six weeks to decide whether to assess, and to say so."""

import pytest

from models.statute.register import load_register
from tests.spec.build import a_case, clock_of, due_on, state_of, weekday

title = "Deciding whether to assess"
law = "SEND Regulations 2014, reg 5(1): 'as soon as practicable and in any event within 6 weeks of' the request"

DUTY = "decide_whether_to_assess"


@pytest.mark.parametrize(
    ("received", "last_day"),
    [
        ("2025-09-01", "2025-10-13"),
        # The same weekday six weeks on, whatever lies between: half-term, the change of the clocks, New Year.
        ("2025-10-20", "2025-12-01"),
        ("2025-12-01", "2026-01-12"),
        # 29 February is a day like any other.
        ("2024-01-18", "2024-02-29"),
        ("2024-02-29", "2024-04-11"),
        # August is not left out: only the Tribunal's clocks know it (r.12).
        ("2025-07-21", "2025-09-01"),
    ],
)
def test_the_day_of_receipt_is_day_0(received: str, last_day: str) -> None:
    assert due_on(a_case(request_received_on=received), DUTY) == last_day
    assert weekday(received) == weekday(last_day)


def test_the_limit_does_not_roll_off_a_bank_holiday() -> None:
    # 14 November 2025 and six weeks is Boxing Day; nothing in the Regulations moves it.
    clock = clock_of(a_case(request_received_on="2025-11-14"), DUTY, "2025-11-20")
    assert clock.due_on == "2025-12-26"
    # So the last useful working day is Christmas Eve.
    assert clock.act_by == "2025-12-24"


def test_the_second_way_in_is_becoming_responsible() -> None:
    # Reg 5(1)(b), s.24: brought to the authority's attention by anyone, where nobody made a request.
    assert due_on(a_case(brought_to_attention_on="2025-09-01"), DUTY) == "2025-10-13"
    both = a_case(request_received_on="2025-09-08", brought_to_attention_on="2025-09-01")
    assert due_on(both, DUTY) == "2025-10-20"


def test_a_yes_and_a_no_both_meet_it() -> None:
    for decision in ("Y", "N"):
        case = a_case(request_received_on="2025-09-01", assess_decided_on="2025-10-13", assess_decision=decision)
        assert state_of(case, DUTY, "2025-12-01") == "met"


def test_what_is_owed_is_the_notice_not_the_panel() -> None:
    note = load_register().duty(DUTY).limits[0].note
    assert "notice to the family" in note
