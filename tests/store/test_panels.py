"""The last safe date of every step, and the agenda of the next panels, from records taken in like any other."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from models.practice.loader import practice
from models.practice.schema import Practice
from models.queries.clocks import clock_rows
from models.queries.panels import AgendaItem, SafeDate, agenda, last_safe_dates
from models.queries.scope import EVERYTHING, Scope
from models.statute.register import load_register
from models.store import reading
from tests.store.alerting import evening
from tests.store.build import Row, a_case, a_closure, a_panel, an_exception, an_order, counted, take, write_extract

TWO_PANELS = '[panels.SAM]\ndecides = ["assess"]\n[panels.Decision]\ndecides = ["issue"]\npapers_working_days = 8\n'


def sam(*days: str, panel: str = "SAM", **of: str) -> list[Row]:
    return [a_panel(day, panel=panel, **of) for day in days]


def own_practice(tmp_path: Path, text: str = "") -> Practice:
    file = tmp_path / "practice.toml"
    file.write_text(text, encoding="utf-8")
    return practice(file)


def safe_dates(database: str, as_of: str, policy: Practice | None = None, scope: Scope = EVERYTHING) -> list[SafeDate]:
    with reading(database) as connection:
        day = date.fromisoformat(as_of)
        return last_safe_dates(connection, load_register(), policy or practice(), day, scope)


def agenda_on(database: str, as_of: str, policy: Practice | None = None) -> list[AgendaItem]:
    with reading(database) as connection:
        return agenda(connection, load_register(), policy or practice(), date.fromisoformat(as_of))


def given(database: str, tmp_path: Path, *cases: Row, panels: Sequence[Row] = (), **sheets: Sequence[Row]) -> None:
    assert not take(database, write_extract(tmp_path, cases=cases, panels=panels, **sheets)).rejections


def of_step(found: Sequence[SafeDate], step: str) -> SafeDate:
    (row,) = [row for row in found if row.step == step]
    return row


@pytest.mark.parametrize(
    ("received", "as_of", "panels", "panel_on", "papers_by", "words"),
    [
        # Six weeks from Friday 6 February end on 20 March: the letter goes on the 19th, so the panel sits by the 16th.
        (
            "2026-02-06",
            "2026-03-02",
            ["2026-03-05", "2026-03-12", "2026-03-19"],
            "2026-03-12",
            "2026-03-05",
            "If not on the SAM panel of 12 March, week 6 (20 March) is lost.",
        ),
        # On the panel's own morning it is still to come.
        (
            "2026-02-06",
            "2026-03-12",
            ["2026-03-05", "2026-03-12", "2026-03-19"],
            "2026-03-12",
            "2026-03-05",
            "If not on the SAM panel of 12 March, week 6 (20 March) is lost.",
        ),
        # Easter: due on Tuesday 7 April, so the letter goes on Thursday the 2nd; from the 31st it would take too long.
        (
            "2026-02-24",
            "2026-03-02",
            ["2026-03-24", "2026-03-31", "2026-04-07"],
            "2026-03-24",
            "2026-03-17",
            "If not on the SAM panel of 24 March, week 6 (7 April) is lost.",
        ),
        # Christmas: due on 31 December; 23, 24 and 29 December are the three days between the panel and the letter.
        (
            "2026-11-19",
            "2026-12-01",
            ["2026-12-15", "2026-12-22", "2026-12-29"],
            "2026-12-22",
            "2026-12-15",
            "If not on the SAM panel of 22 December, week 6 (31 December) is lost.",
        ),
        # Over New Year the year is said.
        (
            "2026-12-03",
            "2026-12-07",
            ["2026-12-15", "2027-01-05", "2027-01-12"],
            "2027-01-05",
            "2026-12-24",
            "If not on the SAM panel of 5 January 2027, week 6 (14 January 2027) is lost.",
        ),
        # It was heard on the 12th or it was not: no extract says.
        (
            "2026-02-06",
            "2026-03-13",
            ["2026-03-12", "2026-03-19"],
            "",
            "",
            "The last safe panel was the SAM panel of 12 March: if the case was not on it, week 6 (20 March) is lost.",
        ),
        # Panels sit, but none in time.
        (
            "2026-02-06",
            "2026-03-02",
            ["2026-03-17", "2026-03-24"],
            "",
            "",
            "No panel that decides whether to assess sits in time: without an extra one, week 6 (20 March) is lost.",
        ),
        ("2026-02-06", "2026-03-23", ["2026-03-12", "2026-03-26"], "", "", "Week 6 ended on 20 March."),
        # No date is known at all, and the last day on which a panel would do has gone by or has not.
        (
            "2026-02-06",
            "2026-03-02",
            [],
            "",
            "",
            (
                "No panel date is known yet: if no panel that decides whether to assess has the case by 16 March, "
                "week 6 (20 March) is lost."
            ),
        ),
        (
            "2026-02-06",
            "2026-03-17",
            [],
            "",
            "",
            "No panel that decides whether to assess sits in time: without an extra one, week 6 (20 March) is lost.",
        ),
        # The calendar ends early: another panel is to be expected.
        (
            "2026-02-06",
            "2026-02-09",
            ["2026-02-12", "2026-02-19"],
            "2026-02-19",
            "2026-02-12",
            (
                "The SAM panel of 19 February is the last known: if no panel that decides whether to assess has the "
                "case by 16 March, week 6 (20 March) is lost."
            ),
        ),
    ],
)
def test_the_decision_whether_to_assess(
    sqlite_database: str,
    tmp_path: Path,
    received: str,
    as_of: str,
    panels: list[str],
    panel_on: str,
    papers_by: str,
    words: str,
) -> None:
    given(sqlite_database, tmp_path, a_case(request_received_on=received), panels=sam(*panels))
    row = of_step(safe_dates(sqlite_database, as_of), "decide_whether_to_assess")
    assert (row.panel_on, row.papers_by, row.words) == (panel_on, papers_by, words)
    assert row.panel == ("SAM" if panel_on else "")
    assert row.is_lost == (not panel_on and "No panel date is known yet" not in words)
    coming = [day for day in panels if day >= as_of]
    assert row.next_panel_on == (coming[0] if coming else "")


def test_two_panels_decide_different_things(sqlite_database: str, tmp_path: Path) -> None:
    # Twenty weeks end on Monday 22 June: served by Friday 22 May, so decided by Friday 15 May. Sixteen on 25 May,
    # a bank holiday: the letter goes on 22 May, so decided by the 19th.
    panels = sam("2026-03-03", "2026-03-10", "2026-05-13") + sam(
        "2026-05-06", "2026-05-14", "2026-05-19", panel="Decision"
    )
    case = a_case(request_received_on="2026-02-02", team="North")
    given(sqlite_database, tmp_path, case, panels=panels)
    found = safe_dates(sqlite_database, "2026-02-02", own_practice(tmp_path, TWO_PANELS))
    assert [(x.step, x.decision, x.duty, x.due_on, x.act_by, x.last_on) for x in found] == [
        ("decide_whether_to_assess", "assess", "decide_whether_to_assess", "2026-03-16", "2026-03-13", "2026-03-13"),
        ("decide_whether_to_issue", "issue", "decide_whether_to_issue", "2026-05-25", "2026-05-22", "2026-05-22"),
        ("serve_draft", "issue", "send_final_plan", "2026-06-22", "2026-06-19", "2026-05-22"),
    ]
    assert [(x.panel, x.panel_on, x.papers_by, x.sit_by) for x in found] == [
        ("SAM", "2026-03-10", "2026-03-03", "2026-03-10"),
        ("Decision", "2026-05-19", "2026-05-07", "2026-05-19"),
        ("Decision", "2026-05-14", "2026-05-01", "2026-05-15"),
    ]
    assert [(x.next_panel, x.next_panel_on) for x in found] == [
        ("SAM", "2026-03-03"),
        ("Decision", "2026-05-06"),
        ("Decision", "2026-05-06"),
    ]
    assert found[2].words == (
        "If not on the Decision panel of 14 May, the draft cannot be served by 22 May and week 20 (22 June) is lost."
    )
    assert {(x.authority_code, x.case_ref, x.team, x.is_lost) for x in found} == {("999", "C-1", "North", False)}


def test_a_panel_that_decides_neither_serves_neither(sqlite_database: str, tmp_path: Path) -> None:
    policy = own_practice(tmp_path, '[panels."*"]\ndecides = []\n')
    given(sqlite_database, tmp_path, a_case(request_received_on="2026-02-06"), panels=sam("2026-03-05"))
    row = of_step(safe_dates(sqlite_database, "2026-03-02", policy), "decide_whether_to_assess")
    assert (row.decision, row.panel_on, row.next_panel_on, row.is_lost) == ("", "", "", False)
    assert row.words == "If the family is not told by 19 March, week 6 (20 March) is lost."
    row = of_step(safe_dates(sqlite_database, "2026-03-20", policy), "decide_whether_to_assess")
    assert (row.is_lost, row.words) == (False, "If the family is not told at once, week 6 (20 March) is lost.")
    assert not agenda_on(sqlite_database, "2026-03-20", policy)


def test_a_closure_of_the_cases_own_setting_brings_the_draft_forward(sqlite_database: str, tmp_path: Path) -> None:
    cases = [a_case(ref, request_received_on="2026-02-02", setting_urn=urn) for ref, urn in (("A", "1"), ("B", "2"))]
    other = a_case("A", request_received_on="2026-02-02", setting_urn="1", authority_code="998")
    half_term = a_closure("1", closed_from="2026-05-23", reopens_on="2026-06-01")
    given(sqlite_database, tmp_path, *cases, other, closures=[half_term], panels=sam("2026-05-05", "2026-05-12"))
    found = {
        (x.authority_code, x.case_ref): x for x in safe_dates(sqlite_database, "2026-03-02") if x.step == "serve_draft"
    }
    assert (found["999", "A"].last_on, found["999", "A"].panel_on) == ("2026-05-14", "2026-05-05")
    assert (found["999", "B"].last_on, found["999", "B"].panel_on) == ("2026-05-22", "2026-05-12")
    assert (found["998", "A"].last_on, found["998", "A"].panel_on) == ("2026-05-22", ""), "panels of another authority"


def test_what_the_panel_has_decided_is_not_asked_again(sqlite_database: str, tmp_path: Path) -> None:
    decided = {"request_received_on": "2026-02-02", "assess_decision": "Y", "assess_decided_on": "2026-03-10"}
    given(
        sqlite_database,
        tmp_path,
        a_case("NO", **decided, plan_decision="N"),
        a_case("YES", **decided, plan_decision="Y"),
        panels=sam("2026-05-12"),
    )
    no, yes = safe_dates(sqlite_database, "2026-05-01")
    assert (no.case_ref, no.step, no.decision, no.panel_on) == ("NO", "decide_whether_to_issue", "", "")
    assert no.words == "If the family is not told by 22 May, week 16 (25 May) is lost."
    assert (yes.case_ref, yes.step, yes.decision, yes.panel_on) == ("YES", "serve_draft", "", "")
    assert yes.words == "If the draft is not served by 22 May, week 20 (22 June) is lost."
    late = of_step(safe_dates(sqlite_database, "2026-05-25"), "serve_draft")
    assert late.is_lost
    assert late.words == (
        "The last safe day to serve the draft was 22 May: unless what follows takes less than its usual time, "
        "week 20 (22 June) is lost."
    )
    assert not agenda_on(sqlite_database, "2026-05-12"), "neither needs a panel"


@pytest.mark.parametrize(
    ("served", "as_of", "facts", "expected"),
    [
        (
            "2026-05-11",
            "2026-05-12",
            {},
            [
                ("consult_settings", False, "If the settings are not consulted by 22 May, week 20 (22 June) is lost."),
                ("send_final_plan", False, "If the final plan is not sent by 19 June, week 20 (22 June) is lost."),
            ],
        ),
        (
            "2026-05-26",
            "2026-05-27",
            {},
            [
                (
                    "consult_settings",
                    True,
                    (
                        "There was no safe day to consult the settings: unless what follows takes less than its usual "
                        "time, week 20 (22 June) is lost."
                    ),
                ),
                ("send_final_plan", False, "If the final plan is not sent by 19 June, week 20 (22 June) is lost."),
            ],
        ),
        # The fifteenth day of the family is the last day of the twenty weeks.
        (
            "2026-06-08",
            "2026-06-09",
            {"consultation_sent_on": "2026-06-08"},
            [("send_final_plan", True, "The family may comment until 22 June, so week 20 (22 June) is lost.")],
        ),
        # It has commented already.
        (
            "2026-06-08",
            "2026-06-20",
            {"consultation_sent_on": "2026-06-08", "representations_received_on": "2026-06-10"},
            [("send_final_plan", False, "If the final plan is not sent at once, week 20 (22 June) is lost.")],
        ),
        (
            "2026-06-01",
            "2026-06-23",
            {"consultation_replied_on": "2026-06-08"},
            [("send_final_plan", True, "Week 20 ended on 22 June.")],
        ),
    ],
)
def test_after_the_draft(
    sqlite_database: str,
    tmp_path: Path,
    served: str,
    as_of: str,
    facts: dict[str, str],
    expected: list[tuple[str, bool, str]],
) -> None:
    given(sqlite_database, tmp_path, a_case(request_received_on="2026-02-02", draft_served_on=served, **facts))
    assert [(x.step, x.is_lost, x.words) for x in safe_dates(sqlite_database, as_of)] == expected


def test_only_open_cases_with_an_origin_have_steps(sqlite_database: str, tmp_path: Path) -> None:
    refused = {"assess_decision": "N", "assess_decided_on": "2026-02-10"}
    given(
        sqlite_database,
        tmp_path,
        a_case("withdrawn", withdrawn_on="2026-02-01"),
        a_case("refused", **refused),
        a_case("turned", **refused, assess_agreed_after_refusal_on="2026-02-20"),
        a_case("sent", final_plan_sent_on="2026-02-20"),
        a_case("none", no_plan_notified_on="2026-02-20"),
        a_case("ordered"),
        a_case("no origin", request_received_on=""),
        a_case("to come", request_received_on="2026-03-30"),
        orders=[an_order("ordered")],
    )
    found = safe_dates(sqlite_database, "2026-03-02")
    assert [(x.case_ref, x.step) for x in found] == [("turned", "decide_whether_to_issue"), ("turned", "serve_draft")]


def test_an_exception_that_holds_loses_nothing(sqlite_database: str, tmp_path: Path) -> None:
    given(
        sqlite_database,
        tmp_path,
        a_case(assess_decision="Y", assess_decided_on="2026-02-10"),
        panels=sam("2026-06-02"),
        exceptions=[an_exception()],
    )
    row = of_step(safe_dates(sqlite_database, "2026-06-01"), "serve_draft")
    assert (row.is_lost, row.exception) == (False, "absent_4w")
    assert row.words == "Week 20 ended on 25 May. The exception absent_4w holds, so the limit does not bind."
    assert [x.step for x in agenda_on(sqlite_database, "2026-06-01")] == ["decide_whether_to_issue"]


def test_the_agenda_has_whom_the_next_panel_must_hear_and_who_is_lost(sqlite_database: str, tmp_path: Path) -> None:
    given(
        sqlite_database,
        tmp_path,
        a_case("can wait", request_received_on="2026-02-16"),
        a_case("must", request_received_on="2026-02-06"),
        a_case("must too", request_received_on="2026-02-04", team="South"),
        a_case("lost", request_received_on="2026-01-19"),
        a_case("elsewhere", request_received_on="2026-02-06", authority_code="998"),
        panels=[
            *sam("2026-03-12", "2026-03-19", "2026-03-26"),
            *sam("2026-03-16", panel="EHC Panel", authority_code="998"),
        ],
    )
    found = agenda_on(sqlite_database, "2026-03-06")
    assert [(x.authority_code, x.panel, x.panel_on, x.due_on, x.case_ref, x.decision, x.is_lost) for x in found] == [
        ("998", "EHC Panel", "2026-03-16", "2026-03-20", "elsewhere", "assess", False),
        ("999", "SAM", "2026-03-12", "2026-03-02", "lost", "assess", True),
        ("999", "SAM", "2026-03-12", "2026-03-18", "must too", "assess", False),
        ("999", "SAM", "2026-03-12", "2026-03-20", "must", "assess", False),
    ]
    assert found[0].words == "If not on the EHC Panel of 16 March, week 6 (20 March) is lost."
    assert found[2].papers_by == "2026-03-05"


@pytest.mark.parametrize(("until", "listed"), [("2026-03-11", []), ("2026-03-12", ["can still"])])
def test_the_agenda_has_whose_papers_a_later_panel_wants_by_a_day(
    sqlite_database: str, tmp_path: Path, until: str, listed: list[str]
) -> None:
    case = a_case("can still", request_received_on="2026-02-16")
    given(sqlite_database, tmp_path, case, panels=sam("2026-03-12", "2026-03-19", "2026-03-26"))
    with reading(sqlite_database) as connection:
        of = (connection, load_register(), practice(), date(2026, 3, 6))
        found = agenda(*of, papers_until=date.fromisoformat(until))
    assert [x.case_ref for x in found] == listed
    assert {(x.panel_on, x.papers_by, x.is_next, x.is_lost) for x in found} <= {
        ("2026-03-19", "2026-03-12", False, False)
    }


def test_a_case_stands_once_for_the_limit_it_can_still_keep(sqlite_database: str, tmp_path: Path) -> None:
    # Week 20 wants a panel by 15 May, week 16 by the 19th.
    case = a_case(request_received_on="2026-02-02", assess_decision="Y", assess_decided_on="2026-03-10")
    given(sqlite_database, tmp_path, case, panels=sam("2026-05-12", "2026-05-19", "2026-05-26"))
    assert [(x.step, x.is_lost) for x in agenda_on(sqlite_database, "2026-05-11")] == [("serve_draft", False)]
    assert [(x.step, x.is_lost) for x in agenda_on(sqlite_database, "2026-05-18")] == [
        ("decide_whether_to_issue", False)
    ]
    assert [(x.step, x.panel_on) for x in agenda_on(sqlite_database, "2026-05-20")] == [
        ("decide_whether_to_issue", "2026-05-26")
    ]


def test_a_case_stands_for_the_sooner_of_two_panels(sqlite_database: str, tmp_path: Path) -> None:
    case = a_case(request_received_on="2026-02-02", assess_decision="Y", assess_decided_on="2026-03-10")
    given(sqlite_database, tmp_path, case, panels=sam("2026-05-12", "2026-05-19", "2026-05-26"))
    with reading(sqlite_database) as connection:
        of = (connection, load_register(), practice(), date(2026, 5, 11))
        (item,) = agenda(*of, papers_until=date(2026, 5, 18))
    assert (item.step, item.panel_on, item.is_next) == ("serve_draft", "2026-05-12", True)


def test_without_any_panel_date_what_is_lost_comes_without_one(sqlite_database: str, tmp_path: Path) -> None:
    given(sqlite_database, tmp_path, a_case(request_received_on="2026-01-19"))
    (item,) = agenda_on(sqlite_database, "2026-03-06")
    assert (item.panel, item.panel_on, item.papers_by, item.is_lost) == ("", "", "", True)


def test_a_whole_council(database: str, tmp_path: Path, council: Callable[[str], Path]) -> None:
    as_of = "2026-08-20"
    take(database, council(as_of), now=evening(as_of))
    before = counted(database, "cases", "clocks", "chronology")
    found = safe_dates(database, as_of)
    assert counted(database, "cases", "clocks", "chronology") == before
    assert found == sorted(found, key=lambda x: x[:2])
    with reading(database) as connection:
        clocks = {
            (x.authority_code, x.case_ref, x.duty): x
            for x in clock_rows(connection, load_register(), date.fromisoformat(as_of))
        }
    still_open = {key[:2] for key, x in clocks.items() if key[2] == "send_final_plan" and not x.done_on and x.due_on}
    steps = {(x.authority_code, x.case_ref) for x in found}
    assert steps
    assert steps <= still_open
    for row in found:
        clock = clocks[row.authority_code, row.case_ref, row.duty]
        assert (row.due_on, row.act_by, row.exception) == (clock.due_on, clock.act_by, clock.exception)
        assert row.last_on <= row.act_by
        assert not row.panel_on or row.next_panel_on <= row.panel_on <= row.sit_by
        assert not (row.is_lost and row.panel_on)
        assert row.words.endswith(".")
    one = found[0]
    scope = Scope(one.authority_code, one.case_ref)
    assert safe_dates(database, as_of, scope=scope) == [x for x in found if x[:2] == one[:2]]
    keys = [(x.authority_code, x.case_ref, x.decision) for x in agenda_on(database, as_of)]
    assert len(keys) == len(set(keys)) > 0


def test_an_empty_database_has_nothing_to_say(database: str) -> None:
    assert safe_dates(database, "2026-03-02") == []
    assert agenda_on(database, "2026-03-02") == []
