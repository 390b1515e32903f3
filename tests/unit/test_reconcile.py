"""Two systems compared: what differs, by how many days it moves a deadline, and nothing that could name anybody."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from deployments.commands.reconcile import COLUMNS, Extract, _percent, compare, show
from models.practice.loader import practices
from models.queries.reconciling.reconcile import WHOLE, Difference, Reconciliation
from tests.store.build import Row, a_case, an_advice, an_exception, an_order, write_extract

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHO = {"person_ref": "P-77", "officer": "Una Officer", "birth_date": "2015-05-05", "team": "North"}

Sheets = Mapping[str, Sequence[Row]]


def compared(tmp_path: Path, left: Sheets, right: Sheets, practice: str = "") -> Reconciliation:
    path = None
    if practice:
        path = tmp_path / "practice.toml"
        path.write_text(practice, encoding="utf-8")
    sides = [Extract(write_extract(tmp_path, **sheets), "canonical") for sheets in (left, right)]
    return compare(*sides, practices(path), TODAY, NOW)


def said(found: Sequence[Difference]) -> list[tuple[str, str, str, str, int | None]]:
    return [(x.case_ref, x.field, x.left, x.right, x.consequence.days) for x in found]


def test_two_that_agree_have_no_difference(tmp_path: Path) -> None:
    sheets = {"cases": [a_case(**WHO)], "advice": [an_advice()], "exceptions": [an_exception()], "orders": [an_order()]}
    found = compared(tmp_path, sheets, sheets)
    assert (found.left_cases, found.right_cases, found.both) == (1, 1, 1)
    assert found.differences == found.only_left == found.only_right == ()
    assert {x.rate for x in found.fields} == {1.0, None}


def test_a_request_nine_days_later_moves_the_plan_by_nine_days(tmp_path: Path) -> None:
    left, right = a_case(), a_case(request_received_on="2026-01-14")
    (x,) = compared(tmp_path, {"cases": [left]}, {"cases": [right]}).differences
    assert said([x]) == [("C-1", "request_received_on", "2026-01-05", "2026-01-14", 9)]
    assert x.consequence.words == "decide whether to assess is due 2026-02-16, or 9 days later, 2026-02-25"
    moved = [(effect.duty, effect.days) for effect in x.consequences]
    duties = ("decide_whether_to_assess", "decide_whether_to_issue", "send_final_plan", "serve_draft")
    assert moved == [(duty, 9) for duty in duties]


def test_what_moves_most_comes_first_and_what_moves_nothing_last(tmp_path: Path) -> None:
    sent = {"assess_decision": "Y", "assess_decided_on": "2026-02-02", "draft_served_on": "2026-02-16"}
    left = [
        a_case("C-1", **WHO),
        a_case("C-2", **sent),
        a_case("C-3", request_received_on=""),
        a_case("C-4", team="North"),
    ]
    right = [
        a_case("C-1", **{**WHO, "request_received_on": "2026-01-07"}),
        a_case("C-2", **{**sent, "assess_decided_on": "2026-02-05"}),
        a_case("C-3"),
        a_case("C-4", team="South"),
    ]
    found = compared(tmp_path, {"cases": left}, {"cases": right}).differences
    assert said(found) == [
        ("C-3", "request_received_on", "", "2026-01-05", None),
        ("C-2", "assess_decided_on", "2026-02-02", "2026-02-05", 3),
        ("C-1", "request_received_on", "2026-01-05", "2026-01-07", 2),
        ("C-4", "team", "North", "South", 0),
    ]
    assert found[1].consequence.duty == "decide_whether_to_assess"


def test_each_field_is_tried_alone(tmp_path: Path) -> None:
    # The reply alone moves nothing that the later request would hide: each is measured against the left as it is.
    left = an_advice(requested_on="2026-01-30", reply="advice", reply_on="2026-02-20")
    right = an_advice(requested_on="2026-02-02", reply="advice", reply_on="2026-02-27")
    found = compared(tmp_path, {"advice": [left]}, {"advice": [right]}).differences
    assert said(found) == [
        ("C-1", "reply_on", "2026-02-20", "2026-02-27", 7),
        ("C-1", "requested_on", "2026-01-30", "2026-02-02", 3),
    ]
    assert {x.of for x in found} == {"health"}


def test_advice_is_matched_by_kind_and_order_however_the_body_is_written(tmp_path: Path) -> None:
    left = [an_advice(body="Royal Hospital"), an_advice(body="Royal Hospital", requested_on="2026-02-20")]
    right = [an_advice(body="RH Trust", requested_on="2026-02-20"), an_advice(body="RH Trust")]
    found = compared(tmp_path, {"advice": left}, {"advice": right}).differences
    assert said(found) == [("C-1", "body", "not shown", "not shown", 0)] * 2


def test_a_record_that_one_side_lacks_says_which_clock_is_lost(tmp_path: Path) -> None:
    found = compared(tmp_path, {"advice": [an_advice()]}, {})
    (x,) = found.differences
    assert (x.field, x.left, x.right, x.believed) == (WHOLE, "there", "", "left")
    assert x.consequence.words == "give advice, due 2026-03-13, is known to the left alone"


def test_cases_of_one_side_alone_are_listed_apart(tmp_path: Path) -> None:
    gone = a_case("C-9", withdrawn_on="2026-02-02")
    left = {"cases": [a_case("C-1"), gone, a_case("C-2")], "advice": [an_advice("C-2")]}
    found = compared(tmp_path, left, {"cases": [a_case("C-1"), a_case("C-3")]})
    assert [x.case_ref for x in found.only_left] == ["C-2", "C-9"]
    assert [x.case_ref for x in found.only_right] == ["C-3"]
    assert found.differences == ()
    assert (found.left_cases, found.right_cases, found.both) == (3, 2, 1)


def test_a_claim_that_one_side_lacks_moves_no_day_but_the_state(tmp_path: Path) -> None:
    case = a_case(request_received_on="2025-09-01")
    claim = an_exception(from_on="2025-10-06", to_on="2025-11-14")
    found = compared(tmp_path, {"cases": [case], "exceptions": [claim]}, {"cases": [case]})
    (x,) = found.differences
    assert (x.record, x.field, x.left) == ("exception", WHOLE, "there")
    assert x.consequence.words == "send final plan, due 2026-01-19: excepted 42 days late, or overdue 42 days late"


@pytest.mark.parametrize(
    ("practice", "believed"),
    [
        ("", "neither"),
        ('[reconcile.prefer]\n"*" = "left"', "left"),
        ('[reconcile.prefer]\nrequest_received_on = "right"', "right"),
    ],
)
def test_practice_says_which_side_is_believed(tmp_path: Path, practice: str, believed: str) -> None:
    left, right = a_case(), a_case(request_received_on="2026-01-14")
    (x,) = compared(tmp_path, {"cases": [left]}, {"cases": [right]}, practice).differences
    assert x.believed == believed


def test_a_side_that_says_nothing_is_not_believed(tmp_path: Path) -> None:
    found = compared(
        tmp_path,
        {"cases": [a_case(draft_served_on="2026-02-16")]},
        {"cases": [a_case()]},
        '[reconcile.prefer]\n"*" = "right"',
    )
    assert [x.believed for x in found.differences] == ["left"]


def test_the_match_rate_counts_records_of_which_one_side_says_something(tmp_path: Path) -> None:
    left = [a_case("C-1"), a_case("C-2"), a_case("C-3", draft_served_on="2026-02-16")]
    right = [a_case("C-1"), a_case("C-2", request_received_on="2026-01-06"), a_case("C-3")]
    found = compared(tmp_path, {"cases": left}, {"cases": right})
    rates = {x.field: (x.compared, x.same) for x in found.fields if x.record == "case" and x.compared}
    assert rates == {"request_received_on": (3, 2), "draft_served_on": (1, 0)}


@pytest.mark.parametrize("kind", ["table", "csv", "json"])
def test_nothing_that_names_anybody_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    reply = {"reply": "not_known", "reply_on": "2026-02-16"}
    claim = {"facts": "Zebedee was away", "impractical_because": "Zebedee", "approved_by": "Olga Other"}
    left = {
        "cases": [a_case(**WHO)],
        "advice": [an_advice(replied_by="Dr Zebedee", body="Zebedee House", **reply)],
        "exceptions": [an_exception(**claim)],
    }
    right = {
        "cases": [a_case(**{**WHO, "person_ref": "P-78", "officer": "Olga Other", "birth_date": "2016-06-06"})],
        "advice": [an_advice(replied_by="Dr Dougal", **reply)],
        "exceptions": [an_exception()],
    }
    found = compared(tmp_path, left, right)
    capsys.readouterr()
    show(found, Extract(Path("hub"), "canonical"), Extract(Path("one"), "canonical"), format=kind)
    printed = capsys.readouterr().out
    assert len(found.differences) == 8
    for name in ("Zebedee", "Dougal", "Una", "Olga", "P-7", "2015", "2016-06", "Royal"):
        assert name not in printed, name
    if kind == "csv":
        assert tuple(csv.DictReader(io.StringIO(printed)).fieldnames or ()) == COLUMNS
    if kind == "json":
        assert json.loads(printed)["match_rate"] == 1.0


@pytest.mark.parametrize(("rate", "said"), [(1999 / 2000, "99.9%"), (1.0, "100.0%"), (0.29, "29.0%"), (0.0, "0.0%")])
def test_not_all_of_two_thousand_is_not_all(rate: float, said: str) -> None:
    assert _percent(rate) == said
