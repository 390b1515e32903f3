"""A plan that moves with a child to another authority, or another health commissioner."""

import pytest

from models.statute.register import load_register
from tests.spec.build import a_transfer, due_on, state_of

title = "Moving to another area"
law = "SEND Regulations 2014, regs 15 and 16"


@pytest.mark.parametrize(
    ("aware", "last_day"),
    [
        # Known early: the plan goes on the day of the move, Monday 2 June 2025.
        ("2025-03-03", "2025-06-02"),
        # Known exactly fifteen working days before (26 May is a bank holiday).
        ("2025-05-09", "2025-06-02"),
        # One working day less: fifteen beginning with Monday 12 May end on the day of the move all the same.
        ("2025-05-12", "2025-06-02"),
        ("2025-05-13", "2025-06-03"),
        # Known on a Saturday: the first of the fifteen is the Monday.
        ("2025-05-31", "2025-06-20"),
        # Known only after the move.
        ("2025-07-01", "2025-07-21"),
    ],
)
def test_on_the_day_of_the_move_or_fifteen_working_days_beginning_with_awareness(aware: str, last_day: str) -> None:
    assert due_on(a_transfer(moved_on="2025-06-02", aware_on=aware), "transfer_plan") == last_day


def test_where_awareness_is_not_recorded_the_day_of_the_move_stands() -> None:
    assert due_on(a_transfer(moved_on="2025-06-02"), "transfer_plan") == "2025-06-02"


def test_a_move_yet_to_come_has_no_clock() -> None:
    transfer = a_transfer(moved_on="2025-06-02", aware_on="2025-03-03")
    assert state_of(transfer, "transfer_plan", "2025-06-01") == "no clock"
    assert state_of(transfer, "transfer_plan", "2025-06-02") == "running"
    assert state_of(transfer, "transfer_plan", "2025-06-03") == "overdue"


def test_the_new_authority_tells_the_family_within_six_weeks_of_the_transfer() -> None:
    assert (
        due_on(a_transfer(moved_on="2025-06-02", transferred_on="2025-06-09"), "tell_family_of_transfer")
        == "2025-07-21"
    )
    assert state_of(a_transfer(moved_on="2025-06-02"), "tell_family_of_transfer", "2025-09-01") == "no clock"


@pytest.mark.parametrize(
    ("facts", "last_day"),
    [
        # Three months beginning with the transfer are later than a review long past ...
        ({"last_review_concluded_on": "2024-08-01"}, "2025-09-08"),
        # ... but not than one just held.
        ({"last_review_concluded_on": "2025-05-01"}, "2026-04-30"),
        # A plan never reviewed counts from its making; a review since then is always the later.
        ({"plan_made_on": "2025-02-10"}, "2026-02-09"),
        ({"plan_made_on": "2024-02-10", "last_review_concluded_on": "2025-02-01"}, "2026-01-31"),
        ({}, "2025-09-08"),
    ],
)
def test_the_first_review_is_due_by_the_later_of_two_periods(facts: dict[str, str], last_day: str) -> None:
    assert due_on(a_transfer(transferred_on="2025-06-09", **facts), "review_transferred_plan") == last_day


def test_the_three_months_are_marked_as_not_read() -> None:
    limit = load_register().duty("review_transferred_plan").limits[0]
    assert "not read" in limit.note
    assert limit.source.verified == "statute_part"


def test_health_commissioners_have_the_same_fifteen_working_days() -> None:
    move = a_transfer(commissioner_moved_on="2025-06-02", commissioner_aware_on="2025-05-13")
    assert due_on(move, "notify_new_commissioner_of_move") == "2025-06-03"
    change = a_transfer(commissioner_change_known_on="2025-06-02")
    assert due_on(change, "notify_new_commissioner_of_change") == "2025-06-20"
    doubt = a_transfer(provision_doubted_on="2025-06-02")
    assert due_on(doubt, "ask_authority_to_reassess_or_review") == "2025-06-20"
