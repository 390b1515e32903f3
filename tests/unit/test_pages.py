"""What managers read in Prefect, word for word where a reader would stumble."""

from collections import Counter
from datetime import date

import pytest

from models.queries.panels import AgendaItem
from models.queries.region import Part
from models.queries.stage import StageList
from tasks.pages import agenda_page, stage_page
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
    assert said in stage_page(StageList("draft", "2026-11-22", before, (), (), turned), lambda _: "")


def test_what_is_at_fault_in_an_authority_is_text_whatever_it_says() -> None:
    page = region_page([Part("998", ("It was <img src=x> | not taken in.",))], Counter(), date(2026, 11, 22))
    assert r"(998): It was \<img src=x\> \| not taken in." in page
    assert "(998) | **not whole** |" in page


def test_a_region_of_nobody_is_not_complete() -> None:
    page = region_page([], Counter(), date(2026, 11, 22))
    assert "**Not complete.**" in page
    assert page.partition("## By authority\n\n")[2].startswith("Nothing.")
