"""What is found wrong with the data: each rule by the one fact that breaks it, and how findings age."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from models.casework.findings import Looked, refresh_findings
from models.casework.recording.facts import record_milestone
from models.measures.quality.catalogue import rules
from models.measures.quality.digest import quality_digest
from models.practice.loader import practice
from models.queries.findings import open_findings, rows_set_aside, weekly_trend
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tests.store.build import (
    TUESDAY,
    WEDNESDAY,
    Row,
    a_case,
    a_person,
    an_advice,
    an_exception,
    an_order,
    stored,
    take,
    write_extract,
)

TODAY = "2026-03-02"
KINDS = ("education", "health", "psychology", "social_care")
HELD_BY = {"officer": "A. Officer", "team": "North", "person_ref": "P-1"}
AGREED = {"assess_decision": "Y", "assess_decided_on": "2026-02-02"}
ISSUED = {**AGREED, "draft_served_on": "2026-02-20", "final_plan_sent_on": "2026-02-27", "plan_decision": "Y"}
ANSWERED = {"reply": "advice", "reply_on": "2026-02-16"}
REFUSED = {**AGREED, "plan_decision": "N"}


def held(**facts: str) -> Row:
    return a_case(**{**HELD_BY, **facts})


def asked(*kinds: str, **facts: str) -> list[Row]:
    return [an_advice(kind=kind, **{"requested_on": "2026-02-02", **facts}) for kind in kinds]


def everybody(**facts: str) -> list[Row]:
    return asked(*KINDS, **{**ANSWERED, **facts})


def look(address: str, as_of: str = TODAY) -> Looked:
    with unit_of_work(address) as connection:
        return refresh_findings(connection, load_register(), lambda _: practice(), date.fromisoformat(as_of))


def found(address: str, as_of: str = TODAY) -> list[tuple[str, str, str]]:
    """Rule, case and words of what is wrong."""
    with reading(address) as connection:
        return [(x.rule, x.case_ref, x.words) for x in open_findings(connection, date.fromisoformat(as_of))]


def taken(address: str, folder: Path, sheets: Mapping[str, Sequence[Row]], **options: Any) -> None:
    people = {"people": [a_person()]}
    take(address, write_extract(folder, **{**people, **sheets}), **options)


CLEAN: dict[str, dict[str, Sequence[Row]]] = {
    "a new request": {"cases": [held()]},
    "an assessment": {"cases": [held(**AGREED)], "advice": asked(*KINDS)},
    "a plan": {"cases": [held(**ISSUED)], "advice": everybody()},
    "a refusal": {"cases": [held(assess_decision="N", assess_decided_on="2026-02-02")]},
    "no plan": {"cases": [held(**REFUSED, no_plan_notified_on="2026-02-27")], "advice": everybody()},
    "a claim": {"cases": [held()], "exceptions": [an_exception(approved_by="A. Leader")]},
    "an order": {"cases": [held(assess_decision="N", assess_decided_on="2026-02-02")], "orders": [an_order()]},
    "a parent who is silent": {"cases": [held(**ISSUED)], "advice": [*everybody(), *asked("parent")]},
    "a refusal that was given up": {
        "cases": [held(assess_decision="N", assess_decided_on="2026-02-02", assess_agreed_after_refusal_on=TODAY)]
    },
    "a plan without advice, long ago": {
        "cases": [held(request_received_on="2024-01-08", final_plan_sent_on="2024-05-20", person_ref="P-2")],
        "advice": asked("health", requested_on="2024-02-05"),
    },
    "a body asked again after it answered": {
        "cases": [held(**AGREED)],
        "advice": [*everybody(), *asked("health", requested_on="2026-02-20")],
    },
}

BROKEN: list[tuple[str, dict[str, Sequence[Row]], str]] = [
    ("request_date_missing", {"cases": [held(request_received_on="")]}, "Neither the request nor the day of being"),
    (
        "advice_request_date_missing",
        {"cases": [held()], "advice": asked("health", requested_on="")},
        "Advice (health) was asked for on no known day.",
    ),
    ("order_date_missing", {"cases": [held()], "orders": [an_order(dated_on="")]}, "has no date"),
    (
        "dated_before_request",
        {"cases": [held(assess_decision="Y", assess_decided_on="2026-01-02")], "advice": asked(*KINDS)},
        "Decision whether to assess 2026-01-02, before the request of 2026-01-05.",
    ),
    (
        "dates_out_of_order",
        {"cases": [held(**{**ISSUED, "draft_served_on": "2026-02-28"})], "advice": everybody()},
        "Final plan 2026-02-27 is before draft 2026-02-28.",
    ),
    (
        "dated_in_the_future",
        {"cases": [held(request_received_on="2026-03-03")]},
        "Request 2026-03-03 is to come.",
    ),
    (
        "outcomes_contradict",
        {"cases": [held(**{**ISSUED, "no_plan_notified_on": "2026-02-28"})], "advice": everybody()},
        "the family was told 2026-02-28 that there is none",
    ),
    (
        "outcomes_contradict",
        {"cases": [held(**{**ISSUED, "assess_decision": "N"})], "advice": everybody()},
        "The assessment was refused, and there is a plan",
    ),
    ("decision_without_date", {"cases": [held(assess_decision="N")]}, "no day says when the family was told"),
    ("decision_without_date", {"cases": [held(**REFUSED)], "advice": everybody()}, "There will be no plan"),
    ("date_without_decision", {"cases": [held(assess_decided_on="2026-02-02")]}, "nothing says how"),
    (
        "reply_without_date",
        {"cases": [held()], "advice": asked("health", reply="advice")},
        "a reply is there, and no day says when it came",
    ),
    (
        "date_without_reply",
        {"cases": [held()], "advice": asked("health", reply_on="2026-02-16")},
        "a reply came 2026-02-16, and nothing says what it was",
    ),
    (
        "reply_before_request",
        {"cases": [held()], "advice": asked("health", reply="advice", reply_on="2026-02-01")},
        "Reply 2026-02-01 is before request for advice 2026-02-02.",
    ),
    (
        "plan_without_advice",
        {"cases": [held(**ISSUED)], "advice": [*everybody()[1:3], *asked("social_care")]},
        "Never asked: education. Asked, and never answered: social care.",
    ),
    (
        "advice_after_plan",
        {"cases": [held(**ISSUED)], "advice": [*everybody()[1:], *asked("education", reply="advice", reply_on=TODAY)]},
        "Advice (education) was still owed when the plan was sent 2026-02-27.",
    ),
    (
        "advice_after_plan",
        {"cases": [held(**ISSUED)], "advice": [*everybody(), *asked("other")]},
        "Advice (other) was still owed",
    ),
    (
        "advice_never_requested",
        {"cases": [held(**AGREED)], "advice": asked("health", "education")},
        "Not asked yet: psychology, social care.",
    ),
    (
        "advice_never_requested",
        {
            "cases": [
                held(assess_decision="N", assess_decided_on="2026-02-02", assess_agreed_after_refusal_on="2026-02-16")
            ],
            "advice": asked("health", requested_on="2026-02-17"),
        },
        "Not asked yet: education, psychology, social care.",
    ),
    (
        "advice_never_requested",
        {
            "cases": [held(assess_decision="N", assess_decided_on="2026-02-02")],
            "orders": [an_order(dated_on="2026-02-16")],
            "advice": asked("health", requested_on="2026-02-17"),
        },
        "Not asked yet: education, psychology, social care.",
    ),
    (
        "asked_twice",
        {"cases": [held(**AGREED)], "advice": [*asked(*KINDS), *asked("health", requested_on="2026-02-20")]},
        "Advice (health) was asked for again 2026-02-20",
    ),
    (
        "not_known_without_name",
        {"cases": [held()], "advice": asked("health", reply="not_known", reply_on="2026-02-16")},
        "nobody's name is to it",
    ),
    (
        "consultation_not_sent",
        {"cases": [held(**AGREED, draft_served_on="2026-02-16")], "advice": everybody()},
        "The draft was served 2026-02-16, and no setting has been consulted.",
    ),
    (
        "exception_without_evidence",
        {"cases": [held()], "exceptions": [an_exception(facts="", approved_by="")]},
        "Not said: what happened, who approved it.",
    ),
    (
        "exception_undated",
        {"cases": [held()], "exceptions": [an_exception(claimed_on="", from_on="", approved_by="A. Leader")]},
        "Not said: when it was claimed, from when it applied.",
    ),
    (
        "exception_not_allowed",
        {"cases": [held()], "exceptions": [an_exception(code="ep_shortage")]},
        "Its code is not an exception that the law allows there.",
    ),
    (
        "exception_of_unknown_duty",
        {"cases": [held()], "exceptions": [an_exception(duty="finish_the_plan")]},
        "is not one of the law's",
    ),
    ("exception_flag_without_claim", {"cases": [held(week20_exception="1")]}, "no claim says which, when and why"),
    ("officer_missing", {"cases": [held(officer=""), a_case("C-2", **HELD_BY | {"person_ref": "P-2"})]}, "no officer"),
    ("team_missing", {"cases": [held(team="")]}, "The source names no team of any case."),
    ("person_ref_missing", {"cases": [held(person_ref="")]}, "no reference of the child of any case"),
    (
        "officer_has_left",
        {"cases": [held()], "people": [a_person(to_on="2026-03-01")]},
        "has left, by the list of people",
    ),
    (
        "two_open_requests",
        {"cases": [held(), a_case("C-2", **HELD_BY)]},
        "Also open for this child: C-2.",
    ),
    (
        "rows_set_aside",
        {"cases": [held(), a_case("C-2", request_received_on="soon")]},
        "1 row of cases.csv, request_received_on: it is not a date written as yyyy-mm-dd",
    ),
]


@pytest.mark.parametrize("sheets", CLEAN.values(), ids=CLEAN)
def test_clean_records_have_no_findings(sqlite_database: str, tmp_path: Path, sheets: dict[str, Sequence[Row]]) -> None:
    taken(sqlite_database, tmp_path, sheets)
    assert look(sqlite_database) == Looked()
    assert found(sqlite_database) == []


@pytest.mark.parametrize(("rule", "sheets", "words"), BROKEN, ids=[f"{rule}-{words}" for rule, _, words in BROKEN])
def test_a_rule_finds_what_breaks_it_and_nothing_else_does(
    database: str, tmp_path: Path, rule: str, sheets: dict[str, Sequence[Row]], words: str
) -> None:
    taken(database, tmp_path, sheets)
    look(database)
    assert {found_rule for found_rule, _, _ in found(database)} == {rule}
    said = found(database)[0][2]
    assert words in said
    assert "A. Officer" not in said
    assert "P-1" not in said


def test_every_rule_is_among_these_cases() -> None:
    of_their_own = {"fact_contradicted", "recorded_late"}
    assert {rule for rule, _, _ in BROKEN} | of_their_own == set(rules())


def test_what_reached_us_late_is_found_but_not_what_came_with_the_first_import(database: str, tmp_path: Path) -> None:
    taken(database, tmp_path, {"cases": [held()]})
    look(database)
    assert found(database) == []
    later = held(assess_decision="N", assess_decided_on="2026-02-09")
    extract = write_extract(tmp_path, cases=[later], people=[a_person()], extracted_at=TUESDAY)
    take(database, extract, now=TUESDAY)
    look(database, "2026-03-03")
    words = "Decision whether to assess 2026-02-09, recorded 2026-03-03, 22 days later."
    assert found(database, "2026-03-03") == [("recorded_late", "C-1", words)]
    look(database, "2026-04-20")
    assert found(database, "2026-04-20") == []


def test_a_sheet_that_comes_later_brings_its_history_along(database: str, tmp_path: Path) -> None:
    taken(database, tmp_path, {"cases": [held()]})
    advice = [
        an_advice(kind=kind, requested_on="2026-01-12", reply="", reply_on="") for kind in ("health", "education")
    ]
    take(database, write_extract(tmp_path, cases=[held()], advice=advice, extracted_at=TUESDAY), now=TUESDAY)
    look(database, "2026-03-03")
    assert "recorded_late" not in {rule for rule, _, _ in found(database, "2026-03-03")}
    advice[0] |= {"reply": "advice", "reply_on": "2026-02-09"}
    take(database, write_extract(tmp_path, cases=[held()], advice=advice, extracted_at=WEDNESDAY), now=WEDNESDAY)
    look(database, "2026-03-04")
    late = [words for rule, _, words in found(database, "2026-03-04") if rule == "recorded_late"]
    assert [words.endswith("2026-02-09, recorded 2026-03-04, 23 days later.") for words in late] == [True]


def test_a_fact_recorded_here_that_the_extract_contradicts_is_found_without_its_value(
    database: str, tmp_path: Path
) -> None:
    taken(database, tmp_path, {"cases": [held()], "advice": asked("health")})
    now = datetime(2026, 3, 2, 20, tzinfo=UTC)
    with unit_of_work(database) as connection:
        record_milestone(
            connection,
            case="C-1",
            milestone="assess_decided_on",
            happened_on="2026-02-27",
            outcome="N",
            advice_kind="",
            body="",
            order_number=None,
            replied_by="",
            now=now,
            by="somebody",
            today=date(2026, 3, 2),
        )
    later = held(assess_decision="N", assess_decided_on="2026-02-26")
    extract = write_extract(tmp_path, cases=[later], advice=asked("health"), people=[a_person()], extracted_at=TUESDAY)
    take(database, extract, now=TUESDAY)
    look(database, "2026-03-03")
    assert found(database, "2026-03-03") == [
        ("fact_contradicted", "C-1", "The decision whether to assess recorded here stands; the extract says otherwise.")
    ]


def test_a_finding_ages_goes_and_comes_back_as_a_new_one(database: str, tmp_path: Path) -> None:
    wrong, right = held(assess_decided_on="2026-02-02"), held(assess_decision="N", assess_decided_on="2026-02-02")
    taken(database, tmp_path, {"cases": [wrong]})
    assert look(database, "2026-03-02") == Looked(new=1)
    assert look(database, "2026-03-02") == Looked(still_there=1)
    assert look(database, "2026-03-04") == Looked(still_there=1)
    taken(database, tmp_path, {"cases": [right]})
    assert look(database, "2026-03-05") == Looked(gone=1)
    taken(database, tmp_path, {"cases": [wrong]}, allow_older=True)
    assert look(database, "2026-03-09") == Looked(new=1)
    seen = stored(database, "findings", "first_seen_on", "last_seen_on", "gone_on")
    assert seen == [("2026-03-02", "2026-03-04", "2026-03-05"), ("2026-03-09", "2026-03-09", None)]
    with reading(database) as connection:
        (one,) = open_findings(connection, date(2026, 3, 11))
        assert one.days == 2
        (then,) = open_findings(connection, date(2026, 3, 4))
        assert then.first_seen_on == "2026-03-02"
        weeks = weekly_trend(connection, date(2026, 3, 9), weeks=2)
    assert [(x.week_to, x.owner, x.open, x.came, x.went) for x in weeks] == [
        ("2026-03-02", "officer", 1, 1, 0),
        ("2026-03-09", "officer", 1, 1, 1),
    ]


def test_a_day_before_the_last_one_looked_at_changes_nothing(database: str, tmp_path: Path) -> None:
    taken(database, tmp_path, {"cases": [held(assess_decided_on="2026-02-02")]})
    look(database, "2026-03-04")
    assert look(database, "2026-03-03") == Looked(was_looked=False)
    assert [row[0] for row in stored(database, "findings", "first_seen_on")] == ["2026-03-04"]


def test_the_digest_is_by_owner_and_names_cases_only(sqlite_database: str, tmp_path: Path) -> None:
    cases = [held(case_ref=f"C-{n}", assess_decided_on="2026-02-02", person_ref=f"P-{n}") for n in range(1, 8)]
    taken(sqlite_database, tmp_path, {"cases": [*cases, held(case_ref="C-9", officer="", person_ref="P-9")]})
    look(sqlite_database)
    with reading(sqlite_database) as connection:
        digest = quality_digest(connection, date(2026, 3, 3))
        mine = quality_digest(connection, date(2026, 3, 3), authority_code="998")
    assert set(digest) == {"officer", "team_leader"}
    assert mine == {}
    (line,) = digest["officer"]
    assert line == (
        "A date of decision without the decision: 7 (7 new this week, the oldest 1 day old). "
        "Oldest: C-1, C-2, C-3, C-4, C-5 and 2 more. Enter what was decided."
    )


def test_rows_set_aside_are_those_of_the_newest_import(sqlite_database: str, tmp_path: Path) -> None:
    taken(sqlite_database, tmp_path, {"cases": [held(), a_case("C-2", request_received_on="soon")]})
    with reading(sqlite_database) as connection:
        (row,) = rows_set_aside(connection)
    assert (row.file, row.line, row.column, row.value) == ("cases.csv", 3, "request_received_on", "soon")
    taken(sqlite_database, tmp_path, {"cases": [held(), a_case("C-2", person_ref="P-2")]})
    with reading(sqlite_database) as connection:
        assert rows_set_aside(connection) == []
