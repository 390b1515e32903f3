"""What managers read in Prefect, word for word where a reader would stumble."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from models.measures.catalogue import load_catalogue
from models.queries.board import BANDS, Board, DueItem, StageLine
from models.queries.kpi import KpiRow
from models.queries.overdue import Overdue
from models.queries.panels import AgendaItem
from models.queries.region import Part
from models.queries.stage import CHANGES, LONGEST_LIST, Listed, News, StageList
from tasks.measures import measures_page
from tasks.pages import agenda_page, board_page, stage_page
from tasks.region_page import region_page


@pytest.mark.parametrize(
    ("papers_by", "said"),
    [
        ("2026-11-23", "Papers by 23 November 2026. For"),
        ("2026-11-20", "Papers by 20 November 2026, which is today. For"),
        (
            "2026-11-19",
            "Papers were wanted by 19 November 2026, which has passed: ask whether the panel takes late ones.",
        ),
    ],
)
def test_the_agenda_says_when_the_day_for_papers_has_passed(papers_by: str, said: str) -> None:
    of = {"authority_code": "999", "panel": "SAM", "panel_on": "2026-11-26", "due_on": "2026-12-01", "case_ref": "C-1"}
    item = AgendaItem(papers_by=papers_by, team="", decision="assess", step="assess", is_lost=False, words="", **of)
    assert said in agenda_page([item], "2026-11-20", lambda _: "")


def test_the_agenda_counts_apart_what_is_for_the_next_panel_and_for_a_later_one() -> None:
    of = {"authority_code": "999", "panel": "SAM", "due_on": "2026-12-01", "decision": "assess", "step": "assess"}
    of |= {"team": "", "words": "", "is_lost": False}
    next_one, later = (
        AgendaItem(panel_on=on, papers_by=by, case_ref=ref, is_next=ref == "C-1", **of)
        for ref, on, by in (("C-1", "2026-11-24", "2026-11-17"), ("C-2", "2026-12-01", "2026-11-24"))
    )
    page = agenda_page([next_one, later], "2026-11-23", lambda _: "")
    assert "stay in time: **1**. On a later one whose papers are wanted within the week: **1**. Past" in page
    assert "## SAM of 1 December 2026, authority 999: 1\n\nPapers by 24 November 2026. For" in page
    assert "On a later one" not in agenda_page([next_one], "2026-11-23", lambda _: "")


def test_what_a_source_says_is_text_whatever_it_says() -> None:
    words = "[x](https://example.org)<img src=x>|`*"
    of = {"authority_code": "999", "panel_on": "2026-11-26", "papers_by": "2026-11-23", "due_on": "2026-12-01"}
    item = AgendaItem(
        case_ref=words,
        panel=words,
        team=f"{words}\n# x",
        decision="assess",
        step="assess",
        is_lost=False,
        words="",
        **of,
    )
    page = agenda_page([item], "2026-11-20", lambda _: "")
    said = r"\[x\](https://example.org)\<img src=x\>\|\`\*"
    assert f"## {said} of 26 November 2026" in page
    assert f"| {said} | whether to assess | {said} \\# x | 2026-12-01 |" in page


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("2026-11-20", "New since the night of 20 November 2026: 1 breach, 2 warnings, 0 recoveries."),
        ("", "It was the first night: what was late already is no news."),
    ],
)
def test_a_stage_says_since_when_its_news_count(before: str, said: str) -> None:
    news = {"breach": ("999/C-1",), "warning": ("999/C-2", "999/C-3"), "recovery": ()}
    assert said in stage_page(replace(STAGE, since=before, news=news), lambda _: "")


def test_a_stage_lists_what_is_new_before_what_can_be_kept_and_that_before_what_is_late() -> None:
    late, soon = (
        DueItem("999", ref, "North", "", "serve_draft", due_on, "2026-11-19", days)
        for ref, due_on, days in (("C-1", "2026-11-20", -3), ("C-2", "2026-11-25", 2))
    )
    found = replace(
        STAGE, newly_overdue=Listed(1, (late,)), overdue=Listed(7, (late,)), due_this_week=Listed(1, (soon,))
    )
    page = stage_page(found, lambda _: "")
    assert re.findall("^## (.*)$", page, re.MULTILINE) == ["Overdue since then: 1", "Due this week: 1", "Overdue: 7"]
    assert "| C-2 | North | serve draft |  | 2026-11-25 |" in page
    assert "since then" not in stage_page(replace(found, since=""), lambda _: "")


def test_the_board_says_what_is_new_in_which_stage() -> None:
    news = {"request": {"breach": 0, "warning": 1, "recovery": 0}, "draft": {"breach": 2, "warning": 0, "recovery": 3}}
    page = board_page(BOARD, News("2026-11-20", "", news))
    assert "New since the night of 20 November 2026: 2 breaches, 1 warning, 3 recoveries." in page
    assert "| draft | 2 | 0 | 3 |" in page
    assert "0 breaches, 0 warnings, 0 recoveries." in board_page(BOARD, NO_NEWS)
    assert "It was the first night" in board_page(BOARD, replace(NO_NEWS, since=""))


def test_what_is_at_fault_in_an_authority_is_text_whatever_it_says() -> None:
    page = region_page([Part("998", ("It was <img src=x> | not taken in.",))], Counter(), date(2026, 11, 22))
    assert r"(998): It was \<img src=x\> \| not taken in." in page
    assert "(998) | **not whole** |" in page


def test_a_region_of_nobody_is_not_complete() -> None:
    page = region_page([], Counter(), date(2026, 11, 22))
    assert "**Not complete.**" in page
    assert page.partition("## By authority\n\n")[2].startswith("Nothing.")


def lost(case_ref: str, due_on: str) -> AgendaItem:
    of = {"authority_code": "999", "panel": "SAM", "panel_on": "2026-11-26", "papers_by": "2026-11-23", "words": ""}
    return AgendaItem(case_ref=case_ref, due_on=due_on, team="", decision="assess", step="assess", is_lost=True, **of)


def test_of_the_cases_that_no_panel_can_keep_those_still_to_fall_due_come_first() -> None:
    dues = {"C-1": "2026-11-28", "C-2": "2026-11-19", "C-3": "2026-11-22", "C-4": "2026-03-02"}
    long_lost = [lost(f"D-{n:03}", "2025-11-19") for n in range(LONGEST_LIST)]
    page = agenda_page([*long_lost, *(lost(*of) for of in dues.items())], "2026-11-22", lambda _: "")
    listed = page.partition("## No safe panel left: 104")[2]
    assert re.findall(r"^\| (\S-\d+) ", listed, re.MULTILINE)[:5] == ["C-3", "C-1", "C-2", "C-4", "D-000"]
    assert "whose last lawful day is still to come: 2." in listed
    assert "and 4 more: `ehc tracker`." in listed


NOTHING = Listed(0, ())
STAGE = StageList(
    *("draft", "2026-11-23", "2026-11-20", ""),
    newly_overdue=NOTHING,
    overdue=NOTHING,
    due_this_week=NOTHING,
    turned={},
    news=dict.fromkeys(CHANGES, ()),
)
NO_NEWS = News("2026-11-20", "", {})
BOARD = Board("2026-11-22", "1", 0, (), (), (), (), contradictory=0, overdue=Overdue(0, 0, 0, 0, 0))


def test_the_board_has_a_column_only_for_a_past_that_is_known() -> None:
    line = StageLine("request", "", 3, dict.fromkeys(BANDS, 0), week_ago=None, four_weeks_ago=1)
    assert "| stage | open | four weeks ago | overdue |" in board_page(replace(BOARD, stages=(line,)), NO_NEWS)
    assert "| request | 3 | 1 (+2) | 0 |" in board_page(replace(BOARD, stages=(line,)), NO_NEWS)


@pytest.mark.parametrize(("clocks", "said"), [(0, ""), (1, "1 clock has dates"), (1604, "1,604 clocks have dates")])
def test_the_board_counts_clocks_whose_dates_contradict_each_other(clocks: int, said: str) -> None:
    page = board_page(replace(BOARD, contradictory=clocks), NO_NEWS)
    assert said in page
    assert ("contradict each other, closed cases included." in page) == bool(clocks)


def test_the_measures_begin_with_the_headlines_beside_england_and_each_authority_is_apart() -> None:
    def rows(authority: str, share: float) -> list[KpiRow]:
        of = {"measure": "plans_within_20_weeks", "basis": "issued", "dimension": "all", "group_name": ""}
        periods = {"year_to_date": ("2026-01-01", "2026-11-23"), "rolling_year": ("2025-11-01", "2026-10-31")}
        return [
            KpiRow(
                authority,
                period=x,
                period_from=y,
                period_to=z,
                numerator=100 * share,
                denominator=100,
                value=share,
                **of,
            )
            for x, (y, z) in periods.items()
        ]

    one = measures_page(rows("998", 0.25), load_catalogue(), date(2026, 11, 23))
    assert re.search(
        r"## In short\n\n.*\n.*\n\| Plans issued within 20 weeks \| 25.0% of 100 \| 25.0% of 100 \| [0-9.]+% in 20", one
    )
    both = measures_page([*rows("998", 0.25), *rows("999", 0.5)], load_catalogue(), date(2026, 11, 23))
    assert re.findall("## In short, authority (.*)", both) == ["998", "999"]
    assert "50.0%" in both.partition("## In short, authority 999")[2]
