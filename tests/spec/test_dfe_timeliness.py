"""The DfE's published columns from person-level records, by the rules of its release, day by day."""

from datetime import date, timedelta
from math import isnan
from pathlib import Path

import pytest

from models.measures.catalogue import load_catalogue
from models.measures.dfe import Figure, dfe_columns
from models.measures.evaluator import Evaluator
from models.measures.frames import Frames, frames
from models.statute.register import load_register
from models.store import reading
from tests.store.build import a_case, a_review, take, write_extract

AS_OF = date(2026, 1, 15)
"""The day of a census: the year before is over."""


def of(address: str, tmp_path: Path, *cases: dict[str, str], reviews: list[dict[str, str]] | None = None) -> Frames:
    numbered = [{**a_case(f"C-{place}"), **case} for place, case in enumerate(cases)]
    take(address, write_extract(tmp_path, cases=numbered, reviews=reviews or []))
    with reading(address) as connection:
        return frames(connection, load_register(), AS_OF)


def columns(found: Frames, year: int = 2025) -> dict[str, Figure]:
    return {x.column: x.value for x in dfe_columns(found, year)}


def a_plan(days: int | None, *, issued: str = "2025-07-01", **facts: str) -> dict[str, str]:
    """A plan issued so many days after its request; None: the request has no date."""
    received = "" if days is None else str(date.fromisoformat(issued) - timedelta(days))
    return {"request_received_on": received, "plan_decision": "Y", "final_plan_sent_on": issued, **facts}


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (139, "plans_issued_within_20_weeks"),
        (140, "plans_issued_within_20_weeks"),
        (141, "plans_issued_gt20weeks_ltyear"),
        (364, "plans_issued_gt20weeks_ltyear"),
        (365, "plans_issued_gt_1_year"),
    ],
)
def test_bands_are_counted_in_days(sqlite_database: str, tmp_path: Path, days: int, band: str) -> None:
    found = columns(of(sqlite_database, tmp_path, a_plan(days)))
    bands = ("plans_issued_within_20_weeks", "plans_issued_gt20weeks_ltyear", "plans_issued_gt_1_year")
    assert {x: found[x] for x in bands} == {x: int(x == band) for x in bands}
    assert found[f"pc_{band}"] == 100.0
    assert found["avg_weeks_issue_plan"] == round(days / 7, 1)


def test_a_plan_without_a_request_date_counts_against_the_authority(sqlite_database: str, tmp_path: Path) -> None:
    found = columns(of(sqlite_database, tmp_path, a_plan(100), a_plan(None)))
    assert (found["plans_issued_den"], found["plans_issued_within_20_weeks"]) == (2, 1)
    assert (found["plans_issued_gt20weeks_ltyear"], found["plans_issued_gt_1_year"]) == (0, 0)
    assert found["pc_plans_issued_within_20_weeks"] == 50.0
    assert found["avg_weeks_issue_plan"] == round(100 / 7, 1)


def test_a_request_dated_after_its_plan_is_as_good_as_none(sqlite_database: str, tmp_path: Path) -> None:
    found = columns(of(sqlite_database, tmp_path, a_plan(-1)))
    assert (found["plans_issued_den"], found["plans_issued_within_20_weeks"]) == (1, 0)
    assert found["avg_weeks_issue_plan"] is None


def test_an_exception_leaves_numerator_and_denominator(sqlite_database: str, tmp_path: Path) -> None:
    plans = [a_plan(100), a_plan(200), a_plan(200, week20_exception="1"), a_plan(100, week20_exception="1")]
    found = columns(of(sqlite_database, tmp_path, *plans))
    assert (found["plans_issued_den"], found["plans_issued_den_ex"]) == (4, 2)
    assert (found["plans_issued_within_20_weeks"], found["plans_issued_20_weeks_ex"]) == (2, 1)
    assert (found["pc_plans_issued_within_20_weeks"], found["pc_plans_issued_20_weeks_ex"]) == (50.0, 50.0)


@pytest.mark.parametrize(
    "case",
    [
        a_plan(100, issued="2024-12-31"),
        a_plan(100, issued="2026-01-01"),
        {"plan_decision": "Y", "final_plan_sent_on": ""},
        {"plan_decision": "W", "withdrawn_on": "2025-05-05"},
        {"plan_decision": "N", "no_plan_notified_on": "2025-05-05"},
        {"plan_decision": "A"},
    ],
    ids=["the year before", "the year after", "decided, not yet issued", "withdrawn", "no plan", "awaited"],
)
def test_what_is_never_counted_as_a_plan(sqlite_database: str, tmp_path: Path, case: dict[str, str]) -> None:
    assert columns(of(sqlite_database, tmp_path, case))["plans_issued_den"] == 0


def test_nothing_to_divide_by_is_no_percentage(sqlite_database: str, tmp_path: Path) -> None:
    assert columns(of(sqlite_database, tmp_path, {}))["pc_plans_issued_within_20_weeks"] is None


def test_requests_are_of_the_year_received_and_decisions_of_the_year_told(sqlite_database: str, tmp_path: Path) -> None:
    def request(received: str, decision: str = "", told: str = "", **facts: str) -> dict[str, str]:
        given = {"request_received_on": received, "assess_decision": decision, "assess_decided_on": told}
        return {**given, **facts}

    found = columns(
        of(
            sqlite_database,
            tmp_path,
            request("2025-03-03", "Y", "2025-04-14"),  # 42 days
            request("2025-03-03", "N", "2025-04-15"),  # 43 days
            request("2024-12-02", "N", "2025-01-06"),  # received the year before: a decision of this year alone
            request("2025-12-22"),  # still open: in the denominator of the refusals
            request("2025-05-05", withdrawn_on="2025-05-20"),
            request("", "Y", "2025-06-02"),  # without a date: decided, in no band
        )
    )
    assert found["requests_received_in_year"] == 4
    outcomes = ("to_assess", "not_to_assess")
    assert [found[f"requests_decided_{x}"] for x in outcomes] == [1, 1]
    assert (found["requests_decision_not_made"], found["requests_withdrawn"]) == (1, 1)
    assert found["request_not_assess_pc"] == 25.0
    assert (found["request_outcome_six_weeks"], found["request_outcome_over_6_weeks"]) == (2, 1)
    assert found["request_outcome_six_weeks_pc"] == 50.0


@pytest.mark.parametrize(("days", "within"), [(112, 1), (113, 0)])
def test_sixteen_weeks_bind_decisions_not_to_issue(
    sqlite_database: str, tmp_path: Path, days: int, within: int
) -> None:
    told = str(date(2025, 3, 3) + timedelta(days))
    refused = {"request_received_on": "2025-03-03", "plan_decision": "N", "no_plan_notified_on": told}
    found = columns(of(sqlite_database, tmp_path, refused, a_plan(300)))
    assert (found["outcome_decision_within_time"], found["outcome_decision_over_time"]) == (within, 1 - within)


@pytest.mark.parametrize(("days", "within"), [(28, 1), (29, 0)])
def test_review_decisions_have_four_weeks(sqlite_database: str, tmp_path: Path, days: int, within: int) -> None:
    told = str(date(2025, 3, 3) + timedelta(days))
    review = a_review("C-0", meeting_on="2025-03-03", decision="M", decision_notified_on=told)
    found = columns(of(sqlite_database, tmp_path, {}, reviews=[dict(review)]))
    assert (found["number_decsion_4weeks"], found["number_decision_gt_4weeks"]) == (within, 1 - within)


def test_the_measures_say_what_the_columns_say(sqlite_database: str, tmp_path: Path) -> None:
    """One figure, one definition: the same year by the general evaluator and by the DfE's columns."""
    plans = [a_plan(x, week20_exception=y) for x in (None, 100, 140, 141, 364, 365) for y in ("", "1")]
    found = of(sqlite_database, tmp_path, *plans, {"assess_decision": "N", "assess_decided_on": "2025-02-02"})
    table = Evaluator(found, load_catalogue()).table()
    table = table[(table["period"] == "year") & (table["period_from"] == "2025-01-01") & (table["dimension"] == "all")]
    dfe = columns(found)
    named = {x.key: x.dfe.split(": ")[1] for x in load_catalogue().measures if ": " in x.dfe}
    assert len(named) > 10
    for key, column in named.items():
        value = table[table["measure"] == key]["value"].iloc[0]
        if load_catalogue().measure(key).unit == "share":
            value = value * 100
        assert (None if isnan(value) else round(value, 1)) == dfe[column], key
