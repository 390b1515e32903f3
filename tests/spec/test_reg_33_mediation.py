"""Mediation: the adviser, the certificate, the meeting, the agreement."""

import pytest

from tests.spec.build import a_mediation, due_on, state_of, weekday

title = "Mediation"
law = "SEND Regulations 2014, regs 32 to 42; CFA 2014, ss.52 to 56"


@pytest.mark.parametrize(
    ("sent", "last_day"),
    [
        ("2025-10-01", "2025-12-01"),
        # The corresponding date, or the last day of a month that has none.
        ("2025-12-31", "2026-02-28"),
        ("2023-12-31", "2024-02-29"),
        # No roll: this is a contact with an adviser, not a step before the Tribunal.
        ("2025-10-25", "2025-12-25"),
    ],
)
def test_two_months_to_contact_the_adviser(sent: str, last_day: str) -> None:
    assert due_on(a_mediation(decision_notice_sent_on=sent), "contact_mediation_adviser") == last_day


def test_three_working_days_skip_the_weekend_and_the_bank_holiday() -> None:
    # Friday 23 May 2025, then the bank holiday of the 26th.
    assert weekday("2025-05-23") == "Friday"
    assert due_on(a_mediation(no_mediation_told_on="2025-05-23"), "issue_certificate_without_mediation") == "2025-05-29"
    assert due_on(a_mediation(concluded_on="2025-05-23"), "issue_certificate_after_mediation") == "2025-05-29"
    assert due_on(a_mediation(not_arranged_told_on="2025-05-23"), "issue_certificate_when_not_arranged") == "2025-05-29"
    told = a_mediation(health_issues_told_on="2025-05-23")
    assert due_on(told, "notify_commissioner_of_health_issues") == "2025-05-29"


def test_told_at_a_weekend_the_first_working_day_is_the_monday() -> None:
    assert due_on(a_mediation(no_mediation_told_on="2025-06-07"), "issue_certificate_without_mediation") == "2025-06-11"


def test_thirty_calendar_days_to_hold_it() -> None:
    assert due_on(a_mediation(mediation_wanted_told_on="2025-06-02"), "arrange_mediation") == "2025-07-02"
    given_up = a_mediation(mediation_wanted_told_on="2025-06-02", certificate_issued_on="2025-07-04")
    assert state_of(given_up, "arrange_mediation", "2025-08-01") == "stopped"


def test_the_place_and_date_are_told_five_working_days_before() -> None:
    assert due_on(a_mediation(mediation_on="2025-06-12"), "give_notice_of_mediation") == "2025-06-05"
    # Over a bank holiday.
    assert due_on(a_mediation(mediation_on="2025-05-29"), "give_notice_of_mediation") == "2025-05-21"
    # The clock runs before the meeting, and the family may waive it.
    assert state_of(a_mediation(mediation_on="2025-06-12"), "give_notice_of_mediation", "2025-06-01") == "running"
    waived = a_mediation(mediation_on="2025-06-12", notice_waived_on="2025-06-04")
    assert state_of(waived, "give_notice_of_mediation", "2025-06-20") == "stopped"


def test_an_agreement_that_cannot_be_appealed_is_done_in_two_weeks_unless_agreed_otherwise() -> None:
    agreed = {"agreement_on": "2025-06-02", "agreement_kind": "other"}
    assert due_on(a_mediation(**agreed), "comply_with_mediation_agreement") == "2025-06-16"
    in_writing = a_mediation(**agreed, agreed_timescale_on="2025-09-01")
    assert due_on(in_writing, "comply_with_mediation_agreement") == "2025-09-01"


def test_a_commissioner_tells_the_authority_within_a_week() -> None:
    agreed = a_mediation(agreement_on="2025-06-02", agreement_kind="health_only")
    assert due_on(agreed, "tell_authority_of_health_agreement") == "2025-06-09"
    other = a_mediation(agreement_on="2025-06-02", agreement_kind="other")
    assert due_on(other, "tell_authority_of_health_agreement") is None
