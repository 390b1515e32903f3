"""Rows left out one by one, with where, why and what to do; the rest go in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from models.importers.extract import Rejection, shown
from models.importers.reader import read_extract

A_CASE = {"authority_code": "999", "case_ref": "A-1"}
AN_ADVICE = {**A_CASE, "kind": "health", "body": "Paediatrics"}
AN_ORDER = {**A_CASE, "kind": "tribunal_order", "requires": "assess"}
AN_EXCEPTION = {**A_CASE, "duty": "send_final_plan"}
A_REVIEW = {**A_CASE, "review_number": "1"}
A_CLOSURE = {"authority_code": "999", "setting_urn": "100000", "closed_from": "2025-07-01"}
A_PERSON = {"authority_code": "999", "team": "North", "role": "officer", "name": "B. Example"}

Wrong = tuple[str, dict[str, str], str, str, str, str]

WRONG: list[Wrong] = [
    # sheet, sound row, column, value, words of the reason, words of the remedy
    ("cases", A_CASE, "case_ref", "", "case_ref is empty", "Fill it in"),
    ("cases", A_CASE, "authority_code", "  ", "authority_code is empty", "Fill it in"),
    ("cases", A_CASE, "case_ref", "A\x071", "control character", "Type the reference again"),
    ("cases", A_CASE, "case_ref", "A\u200b1", "invisible", "Type the reference again"),
    ("cases", A_CASE, "request_received_on", "03/03/2025", "not a date written as yyyy-mm-dd", "yyyy-mm-dd"),
    ("cases", A_CASE, "request_received_on", "2025-3-3", "not a date written as", "yyyy-mm-dd"),
    ("cases", A_CASE, "request_received_on", "2025-03-03 00:00", "not a date written as", "yyyy-mm-dd"),
    ("cases", A_CASE, "request_received_on", "\uff12\uff10\uff12\uff15-03-03", "not a date written as", "yyyy-mm-dd"),
    ("cases", A_CASE, "request_received_on", "2025-02-30", "no such day in the calendar", "yyyy-mm-dd"),
    ("cases", A_CASE, "request_received_on", "1989-12-31", "not between 1990-01-01 and 2100-12-31", "year"),
    ("cases", A_CASE, "request_received_on", "2101-01-01", "not between", "year"),
    ("cases", A_CASE, "assess_decision", "Yes", "no code of assess_decision", "Use one of: Y, N, A, W"),
    ("cases", A_CASE, "assess_decision", "y", "no code", "Did you mean Y?"),
    ("cases", A_CASE, "in_care", "perhaps", "neither 1 nor 0", "1 for yes"),
    ("advice", AN_ADVICE, "kind", "", "kind is empty", "Fill it in"),
    ("advice", AN_ADVICE, "kind", "helth", "no code of kind", "Did you mean health?"),
    ("advice", AN_ADVICE, "reply", "none", "no code of reply", "advice, not_known, declined"),
    ("orders", AN_ORDER, "kind", "", "kind is empty", "Fill it in"),
    ("orders", AN_ORDER, "requires", "", "requires is empty", "Fill it in"),
    ("orders", AN_ORDER, "requires", "hurry", "no code of requires", "assess, make_plan"),
    ("exceptions", AN_EXCEPTION, "duty", "", "duty is empty", "Fill it in"),
    ("exceptions", AN_EXCEPTION, "advice_kind", "gp", "no code of advice_kind", "parent, education"),
    ("reviews", A_REVIEW, "review_number", "first", "not a whole number", "figures"),
    ("reviews", A_REVIEW, "decision", "Y", "no code of decision", "A, C, M"),
    ("closures", A_CLOSURE, "reopens_on", "2025-07-01", "reopens_on is not after closed_from", "Correct one"),
    ("people", A_PERSON, "name", "", "name is empty", "Fill it in"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: f"{wrong[0]}-{wrong[2]}-{wrong[3]!r}")
def test_a_row_that_cannot_be_read_is_left_out(an_extract: Callable[..., Path], wrong: Wrong) -> None:
    sheet, sound, column, value, reason, remedy = wrong
    sheets = {"cases": [A_CASE], sheet: [sound, {**sound, column: value}]}
    extract = read_extract(an_extract(sheets))
    assert len(extract.sheets[sheet]) == 1
    (rejection,) = extract.rejections
    assert (rejection.file, rejection.line, rejection.column) == (f"{sheet}.csv", 3, column)
    assert rejection.value == shown(value.strip())
    assert reason in rejection.reason
    assert remedy in rejection.remedy


RIGHT = [
    (
        "cases",
        {**A_CASE, "assess_decided_on": "2025-01-01", "request_received_on": "2025-03-03"},
        "contradictory dates",
    ),
    ("cases", {**A_CASE, "setting_type": "any\ttext"}, "a control character that is not in a key"),
    ("advice", AN_ADVICE, "no dates"),
    ("orders", AN_ORDER, "no dates"),
    ("exceptions", {**AN_EXCEPTION, "code": "ep_shortage"}, "a code the law does not allow"),
    ("exceptions", {**AN_EXCEPTION, "duty": "anything"}, "a duty the engine judges"),
    ("advice", {**AN_ADVICE, "case_ref": "not in this extract"}, "an orphan, for the database side"),
    ("closures", A_CLOSURE, "still closed"),
    ("people", {**A_PERSON, "team": ""}, "a role above all teams"),
]


@pytest.mark.parametrize(("sheet", "row", "why"), RIGHT, ids=[why for _, _, why in RIGHT])
def test_a_row_is_not_left_out_for(an_extract: Callable[..., Path], sheet: str, row: dict[str, str], why: str) -> None:
    extract = read_extract(an_extract({"cases": [A_CASE], sheet: [row]}))
    assert extract.rejections == []
    (accepted,) = extract.sheets[sheet].drop(columns=["line", "file", "number"], errors="ignore").to_dict("records")
    assert {name: value for name, value in accepted.items() if value} == {k: v for k, v in row.items() if v}, why


def test_a_row_left_out_does_not_renumber_the_others(an_extract: Callable[..., Path]) -> None:
    orders = [{**AN_ORDER, "dated_on": "2026-02-30"}, {**AN_ORDER, "dated_on": "2026-03-02"}]
    extract = read_extract(an_extract({"cases": [A_CASE], "orders": orders}))
    assert len(extract.rejections) == 1
    assert extract.sheets["orders"]["number"].tolist() == [2]


def test_a_body_asked_again_is_a_request_of_its_own(an_extract: Callable[..., Path]) -> None:
    extract = read_extract(an_extract({"cases": [A_CASE], "advice": [AN_ADVICE, AN_ADVICE]}))
    assert extract.sheets["advice"]["number"].tolist() == [1, 2]


def test_the_first_of_two_rows_with_one_key_stands(an_extract: Callable[..., Path]) -> None:
    rows = [{**A_CASE, "officer": "first"}, {**A_CASE, "case_ref": " A-1 ", "officer": "second"}]
    extract = read_extract(an_extract({"cases": rows}))
    assert extract.sheets["cases"]["officer"].tolist() == ["first"]
    (rejection,) = extract.rejections
    assert rejection.line == 3
    assert rejection.reason == "cases has the same record already, from line 2 of cases.csv"
    assert rejection.value == "999 A-1"


def test_orders_and_exceptions_have_no_key_and_keep_their_order(an_extract: Callable[..., Path]) -> None:
    extract = read_extract(
        an_extract({"cases": [A_CASE], "orders": [AN_ORDER, AN_ORDER], "exceptions": [AN_EXCEPTION] * 2})
    )
    assert extract.rejections == []
    assert extract.sheets["orders"]["line"].tolist() == [2, 3]


def test_a_row_with_several_faults_is_one_rejection_that_names_them(an_extract: Callable[..., Path]) -> None:
    extract = read_extract(an_extract({"cases": [A_CASE, {**A_CASE, "birth_date": "?", "assess_decision": "?"}]}))
    (rejection,) = extract.rejections
    assert rejection.column == "birth_date"
    assert "Also look at: assess_decision." in rejection.remedy


def test_rows_of_a_wrong_width_are_left_out_and_show_nothing(an_extract: Callable[..., Path]) -> None:
    folder = an_extract({"cases": [A_CASE, {**A_CASE, "case_ref": "A-2"}]})
    path = folder / "cases.csv"
    heading, first, second = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([heading, first + ",Quillfeather", second, "999,Quillfeather", ""]), encoding="utf-8")
    extract = read_extract(folder)
    assert extract.sheets["cases"]["case_ref"].tolist() == ["A-2"]
    assert [(one.line, one.reason) for one in extract.rejections] == [
        (2, "the row has 27 fields where the heading has 26"),
        (4, "the row has 2 fields where the heading has 26"),
    ]
    assert "Quillfeather" not in repr(extract)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 39 + "…"),
        ("a\nb", "a\\nb"),
        ("é", "é"),
        ("\x07" * 40, "\\x07" * 9 + "\\x0…"),
    ],
)
def test_a_value_is_shown_in_at_most_forty_characters(value: str, expected: str) -> None:
    assert shown(value) == expected


def test_a_rejection_is_all_text_but_the_line() -> None:
    assert {name: kind for name, kind in Rejection.__annotations__.items() if kind is not str} == {"line": int}
