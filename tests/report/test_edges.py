"""A report of hardly anything is a report, and one of nothing says so."""

from datetime import date

import pytest

from deployments.report import words
from deployments.report.report import write_report
from models.errors import NotFoundError
from tests.report.conftest import NOW, Page
from tests.store.build import a_case, take, write_extract

AS_OF = date(2026, 3, 15)


@pytest.mark.parametrize("code", ["336", "997"])
def test_one_open_case_makes_a_report(sqlite_watched, tmp_path, code):
    take(sqlite_watched, write_extract(tmp_path, cases=[a_case(authority_code=code)]))
    page = Page(write_report(tmp_path, AS_OF, now=NOW).read_text(encoding="utf-8"))
    assert "1 case is open." in page.text
    assert page.text.count("No plan was sent.") == len(("so far", "newest month", "twelve months"))
    assert ("publishes no figures" in page.text) == (code == "997")


def test_no_case_is_no_report(sqlite_watched, tmp_path):
    with pytest.raises(NotFoundError, match="no cases"):
        write_report(tmp_path, AS_OF, now=NOW)


def test_of_several_authorities_one_has_to_be_named(sqlite_watched, tmp_path):
    cases = [a_case("C-1", authority_code=code) for code in ("998", "999")]
    take(sqlite_watched, write_extract(tmp_path, cases=cases))
    with pytest.raises(NotFoundError, match="--authority"):
        write_report(tmp_path, AS_OF, now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ((2026, 7, 1), (2026, 9, 30), "Jul to Sep 2026"),
        ((2025, 11, 1), (2026, 10, 31), "Nov 2025 to Oct 2026"),
        ((2026, 11, 1), (2026, 11, 20), "1 to 20 November 2026"),
        ((2026, 1, 1), (2026, 11, 20), "1 January to 20 November 2026"),
        ((2026, 1, 1), (2026, 12, 31), "Jan to Dec 2026"),
        ((2025, 12, 8), (2026, 1, 5), "8 December 2025 to 5 January 2026"),
    ],
)
def test_a_period_in_words(first, last, said):
    assert words.span(date(*first), date(*last)) == said


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(20, 26, "77% (20 of 26)"), (2, 3, "67% (2 of 3, few)"), (0, 0, "none"), (1200, 2400, "50% (1,200 of 2,400)")],
)
def test_a_share_in_words(part, whole, said):
    assert words.share(part, whole) == said


@pytest.mark.parametrize(("value", "said"), [(3.24, "+3.2"), (-3.24, "\N{MINUS SIGN}3.2"), (-0.04, "0.0"), (0, "0.0")])
def test_a_change_in_words(value, said):
    assert words.signed(value) == said
