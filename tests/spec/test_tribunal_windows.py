"""The only clocks that roll: appealing, and answering an appeal."""

import pytest

from tests.spec.build import an_appeal, due_on, state_of, weekday

title = "Appeals to the Tribunal"
law = "HESC Rules 2008, rr.12, 20(1)(c) and 21: two months from the notice, or one from the certificate if later"


@pytest.mark.parametrize(
    ("sent", "certificate", "last_day"),
    [
        ("2025-03-03", None, "2025-05-06"),  # 3 May is a Saturday, 5 May a bank holiday
        ("2025-03-04", None, "2025-05-06"),  # 4 May is a Sunday
        ("2025-01-15", None, "2025-03-17"),  # a Saturday
        ("2025-01-14", None, "2025-03-14"),
        # One month from the certificate only where that is later.
        ("2025-01-14", "2025-01-20", "2025-03-14"),
        ("2025-01-14", "2025-03-13", "2025-04-14"),  # 13 April is a Sunday
        # The end of a short month.
        ("2024-12-31", None, "2025-02-28"),
    ],
)
def test_the_later_of_two_months_and_one(sent: str, certificate: str | None, last_day: str) -> None:
    appeal = an_appeal(decision_notice_sent_on=sent, mediation_certificate_issued_on=certificate)
    assert due_on(appeal, "appeal_to_tribunal") == last_day


@pytest.mark.parametrize(
    ("sent", "last_day"),
    [
        # An end inside August, or inside 25 December to 1 January, moves to the first working day after.
        ("2025-06-01", "2025-09-01"),
        ("2025-06-30", "2025-09-01"),
        ("2024-10-24", "2024-12-24"),
        ("2024-10-25", "2025-01-02"),
        ("2024-11-01", "2025-01-02"),
        ("2024-11-02", "2025-01-02"),
        # 1 September 2024 is a Sunday.
        ("2024-06-15", "2024-09-02"),
        # August is not taken out of the count: an end in September stays.
        ("2025-07-15", "2025-09-15"),
    ],
)
def test_only_an_end_inside_the_holidays_moves(sent: str, last_day: str) -> None:
    assert due_on(an_appeal(decision_notice_sent_on=sent), "appeal_to_tribunal") == last_day


def test_the_last_day_itself_is_in_time() -> None:
    sent = {"decision_notice_sent_on": "2025-06-01"}
    assert state_of(an_appeal(**sent, appeal_received_on="2025-09-01"), "appeal_to_tribunal", "2025-12-01") == "met"
    assert (
        state_of(an_appeal(**sent, appeal_received_on="2025-09-02"), "appeal_to_tribunal", "2025-12-01") == "met_late"
    )


def test_a_judge_may_extend_the_time() -> None:
    appeal = an_appeal(decision_notice_sent_on="2025-06-01", time_extended_to_on="2025-10-31")
    assert due_on(appeal, "appeal_to_tribunal") == "2025-10-31"


@pytest.mark.parametrize(
    ("sent", "last_day"),
    [
        ("2025-02-03", "2025-03-17"),
        # Over Easter and two bank holidays in May.
        ("2025-04-01", "2025-05-16"),
        # Every day in August is left out: eight working days in July, twenty-two in September.
        ("2025-07-21", "2025-09-30"),
        ("2025-08-11", "2025-10-10"),
        # And 25 December to 1 January.
        ("2025-12-01", "2026-01-20"),
        # Sent on a Saturday: the Monday is the first of the thirty.
        ("2025-02-01", "2025-03-14"),
    ],
)
def test_thirty_working_days_to_respond(sent: str, last_day: str) -> None:
    assert due_on(an_appeal(appeal_sent_to_authority_on=sent), "respond_to_appeal") == last_day
    assert weekday(last_day) not in ("Saturday", "Sunday")


def test_a_concession_before_the_response_is_due_ends_it() -> None:
    appeal = an_appeal(appeal_sent_to_authority_on="2025-02-03", reg45_notified_on="2025-03-10")
    assert state_of(appeal, "respond_to_appeal", "2025-04-01") == "stopped"


def test_the_tribunal_may_direct_another_date() -> None:
    appeal = an_appeal(appeal_sent_to_authority_on="2025-02-03", response_directed_on="2025-02-21")
    assert due_on(appeal, "respond_to_appeal") == "2025-02-21"
