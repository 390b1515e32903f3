"""Before 15 February, before 31 March, five months before."""

import pytest

from tests.spec.build import a_review, clock_or_none, due_on, state_of

title = "Moving to the next phase of education"
law = "SEND Regulations 2014, reg 18(1): 'before (a) 31 March ... and (b) 15 February ... in any other case'"

DUTY = "amend_plan_before_phase_transfer"


@pytest.mark.parametrize(
    ("kind", "moves", "last_day"),
    [
        ("other", "2025-09-01", "2025-02-14"),
        ("secondary_to_post16", "2025-09-01", "2025-03-30"),
        # The calendar year of the transfer, leap or not.
        ("other", "2024-09-02", "2024-02-14"),
        ("secondary_to_post16", "2024-09-02", "2024-03-30"),
        # A transfer whose kind nobody recorded has the earlier date.
        (None, "2025-09-01", "2025-02-14"),
    ],
)
def test_before_means_the_day_before(kind: str | None, moves: str, last_day: str) -> None:
    assert due_on(a_review(phase_transfer_on=moves, phase_transfer_kind=kind), DUTY) == last_day


def test_the_clock_runs_before_the_transfer_happens() -> None:
    review = a_review(phase_transfer_on="2025-09-01", phase_transfer_kind="other")
    assert state_of(review, DUTY, "2025-02-14") == "running"
    assert state_of(review, DUTY, "2025-02-15") == "overdue"


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"decision": "A", "final_plan_sent_on": "2025-02-14"}, "met"),
        ({"decision": "A", "final_plan_sent_on": "2025-02-15"}, "met_late"),
        # "amend, where necessary": a plan left as it is is settled by the notice that says so ...
        ({"decision": "M", "decision_notified_on": "2024-12-01"}, "met"),
        ({"decision": "A", "decision_notified_on": "2024-12-01", "not_amend_notified_on": "2025-01-20"}, "met"),
        # ... and a decision to amend settles nothing until the plan has gone out.
        ({"decision": "A", "decision_notified_on": "2024-12-01"}, "overdue"),
        ({"plan_ceased_on": "2025-01-10"}, "stopped"),
    ],
)
def test_what_settles_it(facts: dict[str, str], state: str) -> None:
    review = a_review(phase_transfer_on="2025-09-01", phase_transfer_kind="other", **facts)
    assert state_of(review, DUTY, "2025-02-20") == state


def test_from_one_post_16_institution_to_another_at_least_five_months_before() -> None:
    review = a_review(phase_transfer_on="2025-09-01", phase_transfer_kind="post16_to_post16")
    assert due_on(review, "amend_plan_before_post16_transfer") == "2025-04-01"
    assert clock_or_none(review, DUTY, "2025-09-01") is None
    # Five months before 31 July: February has no 31st.
    review = a_review(phase_transfer_on="2025-07-31", phase_transfer_kind="post16_to_post16")
    assert due_on(review, "amend_plan_before_post16_transfer") == "2025-02-28"


def test_a_review_without_a_transfer_has_no_such_clock() -> None:
    assert clock_or_none(a_review(meeting_on="2025-03-03", phase_transfer_kind=None), DUTY, "2025-12-01") is None
