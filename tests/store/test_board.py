"""The board: which cases are open, and what of theirs is late, is one question each, however it is asked."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from models.casework.standings import store_standings
from models.queries.board import Board, board_and_standings, open_cases, open_of_all, places_of
from models.queries.stage import LONGEST_LIST, news_of_stages, stage_list
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tests.store.build import Row, a_case, a_review, a_transfer, night, stored, take, write_extract


def test_the_open_cases_are_those_that_have_a_place_and_all_of_them_are_kept_for_the_trend(
    database: str, council: Callable[[str], Path]
) -> None:
    take(database, council("2026-03-02"))
    night(database, "2026-03-02")
    with unit_of_work(database) as connection:
        found = open_cases(connection, load_register())
        assert found == places_of(open_of_all(connection, load_register(), date(2026, 3, 2))).keys()
        board = store_standings(connection, load_register(), date(2026, 3, 2))
    assert board.open_cases == len(found) > 0
    assert sum(cases for (cases,) in stored(database, "standings", "cases")) == len(found)
    assert sum(line.open_cases for line in board.stages) == len(found)
    assert sum(line.open_cases for line in board.teams) == len(found)
    with reading(database) as connection:
        stages = {x.stage: stage_list(connection, load_register(), x.stage, date(2026, 3, 2)) for x in board.duties}
        reviews = stage_list(connection, load_register(), "review", date(2026, 3, 2))
    listed = {stage: (x.overdue.number, x.due_this_week.number) for stage, x in stages.items()}
    mine = {stage: [x for x in board.duties if x.stage == stage] for stage in stages}
    assert listed == {k: (sum(x.overdue for x in v), sum(x.due_this_week for x in v)) for k, v in mine.items()}
    assert sum(late for late, _ in listed.values()) > 0
    assert min(reviews.overdue.number, LONGEST_LIST) == len(reviews.overdue.first) > 0
    assert list(reviews.overdue.first) == sorted(reviews.overdue.first, key=lambda x: (x.due_on, x.case_ref))


def test_what_is_done_before_an_event_that_it_is_counted_back_from_contradicts_nothing(
    sqlite_database: str, tmp_path: Path
) -> None:
    in_time = a_review(notice_given_on="2026-01-05", papers_circulated_on="2026-01-12")
    cases = [a_case("C-1"), a_case("C-2", assess_decision="Y", assess_decided_on="2025-12-01")]
    take(sqlite_database, write_extract(tmp_path, cases=cases, reviews=[in_time]))
    assert board_of(sqlite_database, "2026-03-02").contradictory == 1


def test_a_night_stands_for_the_days_meant_by_the_trend_until_it_is_a_week_older(
    sqlite_database: str, tmp_path: Path
) -> None:
    take(sqlite_database, write_extract(tmp_path))
    night(sqlite_database, "2026-03-02")
    with unit_of_work(sqlite_database) as connection:
        store_standings(connection, load_register(), date(2026, 3, 2))
    found = {}
    for day in ("2026-03-08", "2026-03-09", "2026-03-16", "2026-03-17", "2026-03-30", "2026-04-06", "2026-04-07"):
        line = board_of(sqlite_database, day).stages[0]
        found[day] = line.week_ago, line.four_weeks_ago
    assert found == {
        "2026-03-08": (None, None),
        "2026-03-09": (1, None),
        "2026-03-16": (1, None),
        "2026-03-17": (None, None),
        "2026-03-30": (None, 1),
        "2026-04-06": (None, 1),
        "2026-04-07": (None, None),
    }


def test_what_turned_is_told_of_open_cases_and_what_is_over_of_all(sqlite_database: str, tmp_path: Path) -> None:
    def turned(day: str, *cases: Row) -> dict[str, tuple[str, ...]]:
        take(sqlite_database, write_extract(tmp_path, cases=cases), allow_older=True)
        night(sqlite_database, day)
        with reading(sqlite_database) as connection:
            return stage_list(connection, load_register(), "request", date.fromisoformat(day)).turned

    decided = {"assess_decision": "Y", "assess_decided_on": "2026-02-18"}
    was_sent = a_case("C-2", final_plan_sent_on="2026-02-12")
    assert not any(turned("2026-02-13", a_case("C-1"), was_sent).values())
    assert turned("2026-02-17", a_case("C-1"), was_sent)["breach"] == ("999/C-1",)
    assert turned("2026-02-18", a_case("C-1", **decided), was_sent)["recovery"] == ("999/C-1",)
    sent = a_case("C-1", final_plan_sent_on="2026-02-18", **decided)
    assert turned("2026-02-18", sent, was_sent)["recovery"] == ("999/C-1",)
    assert not any(turned("2026-02-18", a_case("C-1"), was_sent).values())


def test_a_mondays_lists_have_what_became_late_at_the_weekend(sqlite_database: str, tmp_path: Path) -> None:
    by_friday = {"request_received_on": "2026-01-16", "team": "North"}
    put_right = {"assess_decision": "Y", "assess_decided_on": "2026-02-28"}
    late, met_late = a_case("C-1", **by_friday), a_case("C-2", **by_friday)
    take(sqlite_database, write_extract(tmp_path, cases=[late, met_late]), allow_older=True)
    for day in ("2026-02-26", "2026-02-27", "2026-02-28", "2026-03-01"):
        night(sqlite_database, day)
    take(sqlite_database, write_extract(tmp_path, cases=[late, met_late | put_right]), allow_older=True)
    night(sqlite_database, "2026-03-02")
    with reading(sqlite_database) as connection:
        monday = stage_list(connection, load_register(), "request", date(2026, 3, 2))
        news = news_of_stages(connection, load_register(), date(2026, 3, 2))
    assert monday.since == news.since == "2026-02-27"
    assert (monday.turned["breach"], monday.news["breach"]) == ((), ("999/C-1", "999/C-2"))
    assert [(x.case_ref, x.team) for x in monday.newly_overdue.first] == [("C-1", "North")]
    assert news.by_stage["request"] == {"breach": 2, "warning": 0, "recovery": 1}


def test_two_reviews_of_one_case_are_told_apart_by_their_numbers(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, reviews=[a_review(), a_review(number=2)], transfers=[a_transfer(number=3)]))
    night(database, "2026-06-01")
    with reading(database) as connection:
        found = {
            x: stage_list(connection, load_register(), x, date(2026, 6, 1)).overdue for x in ("review", "transfer")
        }
    late = [x.record_key for x in found["review"].first if x.duty == "send_review_report"]
    assert late == ["1", "2"]
    assert {x.record_key for x in found["transfer"].first} == {"3"}


def board_of(address: str, as_of: str) -> Board:
    """The board of a night of this day."""
    night(address, as_of)
    with reading(address) as connection:
        return board_and_standings(connection, load_register(), date.fromisoformat(as_of))[0]
