"""What managers read in Prefect, word for word where a reader would stumble."""

import re
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from models.queries.board import BANDS, Board, StageLine
from models.queries.overdue import Overdue
from models.queries.panels import AgendaItem
from models.queries.region import Part
from models.queries.stage import LONGEST_LIST, Listed, StageList
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
    turned = {"breach": ("999/C-1",), "warning": ("999/C-2", "999/C-3"), "recovery": ()}
    assert said in stage_page(
        StageList("draft", "2026-11-22", before, Listed(0, ()), Listed(0, ()), turned), lambda _: ""
    )


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


BOARD = Board("2026-11-22", "1", 0, (), (), (), (), contradictory=0, overdue=Overdue(0, 0, 0, 0, 0))


def test_the_board_has_a_column_only_for_a_past_that_is_known() -> None:
    line = StageLine("request", "", 3, dict.fromkeys(BANDS, 0), week_ago=None, four_weeks_ago=1)
    assert "| stage | open | four weeks ago | overdue |" in board_page(replace(BOARD, stages=(line,)))
    assert "| request | 3 | 1 (+2) | 0 |" in board_page(replace(BOARD, stages=(line,)))


@pytest.mark.parametrize(("clocks", "said"), [(0, ""), (1, "1 clock has dates"), (1604, "1,604 clocks have dates")])
def test_the_board_counts_clocks_whose_dates_contradict_each_other(clocks: int, said: str) -> None:
    page = board_page(replace(BOARD, contradictory=clocks))
    assert said in page
    assert ("contradict each other, closed cases included." in page) == bool(clocks)
