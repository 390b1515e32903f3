"""A report of hardly anything is a report, and one of nothing says so."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from deployments.report import charts, standing, words
from deployments.report.material import read_material
from deployments.report.report import write_report
from deployments.report.values import Value
from models.errors import NotFoundError
from models.statute.register import load_register
from models.store import reading
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


def test_an_authority_that_does_not_exist_is_nothing_to_compare_with(sqlite_watched, tmp_path, monkeypatch):
    take(sqlite_watched, write_extract(tmp_path))
    own = tmp_path / "practice.toml"
    own.write_text('[benchmarks]\ncompare_with = "111"\n', encoding="utf-8")
    monkeypatch.setenv("EHC_PRACTICE", str(own))
    with pytest.raises(NotFoundError, match="publishes no figures for authority '111'"):
        write_report(tmp_path, AS_OF, now=NOW)


def test_of_several_authorities_one_has_to_be_named(sqlite_watched, tmp_path):
    cases = [a_case("C-1", authority_code=code) for code in ("998", "999")]
    take(sqlite_watched, write_extract(tmp_path, cases=cases))
    with pytest.raises(NotFoundError, match="--authority"):
        write_report(tmp_path, AS_OF, now=NOW)
    with pytest.raises(NotFoundError, match="no cases of authority 336"):
        write_report(tmp_path, AS_OF, now=NOW, authority="336")
    with reading() as connection:
        found = read_material(connection, AS_OF, today=date(2026, 6, 15), authority="998").certificate
    assert [x.authority_code for x in found.sources] == ["998"]
    assert [x for x in found.faults if "authority" in x] == ["The extract of authority 998 was made 105 days ago."]


def test_every_open_case_has_an_age_and_twenty_weeks_to_the_day_are_twenty(sqlite_watched, tmp_path):
    asked = {"C-1": AS_OF - timedelta(weeks=20), "C-2": AS_OF - timedelta(weeks=20, days=1), "C-3": AS_OF, "C-4": ""}
    cases = [a_case(ref, request_received_on=str(day)) for ref, day in asked.items()]
    take(sqlite_watched, write_extract(tmp_path, cases=cases))
    with reading() as connection:
        ages = standing.open_cases(read_material(connection, AS_OF, today=AS_OF)).figures[0].table
    assert ages.rows == [("Request", "1", "0", "1", "1", "0", "0", "1")]
    assert ages.headings[1:] == (*(f"{x} weeks" for x in (*standing.AGES.values(), standing.LONGER)), "not known")


def test_a_plan_asked_for_on_no_known_day_is_not_one_that_took_no_days(sqlite_watched, tmp_path):
    sent = {"assess_decision": "Y", "plan_decision": "Y", "final_plan_sent_on": "2026-02-20"}
    asked = {"C-1": "2025-10-23", "C-2": "", "C-3": "2026-02-24"}
    cases = [a_case(ref, request_received_on=day, **sent) for ref, day in asked.items()]
    take(sqlite_watched, write_extract(tmp_path, cases=cases))
    page = Page(write_report(tmp_path, AS_OF, now=NOW).read_text(encoding="utf-8"))
    assert "took 120 days on average" in page.text
    assert "on average over 1 plan" in page.text


def a_count(first, number):
    measure = SimpleNamespace(unit="count")
    return Value(measure, "requested", first, first, "all", number, None, number)


def test_what_was_kept_back_or_never_measured_is_said_to_be_so_and_not_to_be_none():
    """A quarter too small to publish stays in the row of quarters, and what is not known of a year before is not 0."""
    known = {date(2025, 1, 1): None, date(2025, 4, 1): 20.0, date(2026, 1, 1): 25.0, date(2026, 4, 1): None}

    def one(_key, _period, *, within):
        return a_count(within, known[within]) if within in known else None

    of = SimpleNamespace(values=SimpleNamespace(one=one), shown_periods=("quarter", list(known)))
    assert standing._requests(of).table.rows == [
        ("Q1 2025", "c", "not measured"),
        ("Q2 2025", "20", "not measured"),
        ("Q1 2026", "25", "c"),
        ("Q2 2026", "c", "20"),
    ]


def test_of_the_plans_with_an_exception_each_kind_is_counted_and_what_is_small_is_kept_back():
    def used(group, number):
        first = date(2026, 1, 1)
        return Value(SimpleNamespace(unit="percent"), "issued", first, first, group, number, number, 1.0)

    kinds = [
        used("absent_4w", None),
        used("exceptional_personal", 10.0),
        used("not known", 7.0),
        used("absent_2w", 0.0),
    ]
    found = {("exceptions_used", "exception"): kinds}
    values = SimpleNamespace(
        one=lambda *_: None, newest=lambda key, _period, *, dimension: found.get((key, dimension), [])
    )
    of = SimpleNamespace(values=values, register=load_register(), as_of=AS_OF)
    (table,) = standing.exceptions(of).tables
    assert [number for _, number in table.rows] == ["none", "none", "c", "10", "7"]
    assert table.rows[-1][0] == "of these: flagged in the source, without a claim that holds"


def test_on_a_phone_the_headings_of_a_grid_stand_word_under_word():
    rows = [{"row": "Advice", "column": column, "value": 1} for column in ("17 to 20", "not known")]
    wide, narrow = (charts.grid(rows, width).to_dict()["layer"][0]["encoding"]["x"]["axis"] for width in (640, 320))
    assert "labelExpr" not in wide
    assert "split" in narrow["labelExpr"]


@pytest.mark.parametrize(
    ("values", "lanes"),
    [
        ([0.1, 0.5], [0, 0]),
        ([0.5, 0.5], [-0.5, 0.5]),
        ([0.5, 0.1, 0.505, 0.51], [0, -1, 0, 1]),
        ([], []),
    ],
)
def test_no_mark_of_a_chart_covers_another(values, lanes):
    assert [x["lane"] for x in charts._apart([{"value": x} for x in values], 0.02)] == lanes


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
