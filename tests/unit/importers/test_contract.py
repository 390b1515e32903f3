"""The contract is complete, and is the one that was agreed."""

import pytest

from models.importers.contract import Sheet, contract

AGREED = {
    "cases": "authority_code case_ref person_ref birth_date ncy primary_need in_care setting_type setting_urn "
    "request_source team officer request_received_on brought_to_attention_on assess_decision assess_decided_on "
    "assess_agreed_after_refusal_on plan_decision no_plan_notified_on draft_served_on consultation_sent_on "
    "consultation_replied_on representations_received_on final_plan_sent_on withdrawn_on week20_exception",
    "advice": "authority_code case_ref kind body requested_on received_by_body_on reply_on reply replied_by "
    "returned_for_rework_on accepted_on",
    "exceptions": "authority_code case_ref duty advice_kind code from_on to_on facts impractical_because claimed_on "
    "family_told_on approved_by",
    "orders": "authority_code case_ref kind requires dated_on notified_on no_plan_notified_on draft_served_on "
    "final_plan_sent_on",
    "closures": "authority_code setting_urn closed_from reopens_on",
    "panels": "authority_code panel held_on",
    "people": "authority_code team role name address from_on to_on",
    "reviews": "authority_code case_ref review_number meeting_on notice_given_on papers_circulated_on report_sent_on "
    "decision decision_notified_on amendment_notice_sent_on final_plan_sent_on not_amend_notified_on "
    "last_review_concluded_on phase_transfer_on phase_transfer_kind",
    "transfers": "authority_code case_ref transfer_number moved_on aware_on transferred_on informed_on reviewed_on",
}


def test_the_columns_are_those_agreed() -> None:
    assert {name: " ".join(sheet.names) for name, sheet in contract().items()} == AGREED


@pytest.mark.parametrize("sheet", contract().values(), ids=contract().keys())
def test_every_column_can_be_documented(sheet: Sheet) -> None:
    assert sheet.description.endswith(".")
    assert [column.name for column in sheet.columns if not column.description.endswith(".")] == []
    assert [column.name for column in sheet.columns if bool(column.codes) != (column.type == "code")] == []
    assert [column.name for column in sheet.columns if column.name.endswith("_on") and column.type != "date"] == []


@pytest.mark.parametrize("sheet", contract().values(), ids=contract().keys())
def test_what_tells_rows_apart_is_a_column_that_must_be_there(sheet: Sheet) -> None:
    for name in (*sheet.key, *sheet.in_order):
        assert not sheet.column(name).optional
    assert set(sheet.names) >= {*sheet.key, *sheet.in_order}


def test_only_cases_are_compulsory() -> None:
    assert [sheet.name for sheet in contract().values() if sheet.compulsory] == ["cases"]
