"""The table of measurements, its snapshots and its views: what a night writes, what stays, what nobody can change."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.casework.chronology.replay import replay
from models.casework.measures import freeze_month, refresh_measures
from models.errors import RecordingRefusedError, StoreError
from models.measures.catalogue import load_catalogue
from models.measures.evaluator import Evaluator
from models.measures.frames import frames
from models.migrations.views import VIEWS
from models.queries.advice import advice_matrix
from models.queries.board import open_of_all, places_of
from models.queries.kpi import differences, kpi_rows, nights_measured, snapshot, snapshot_rows, snapshots
from models.queries.overdue import overdue
from models.statute.register import load_register
from models.store import fetch, insert_rows, reading, unit_of_work
from tests.store.build import (
    MONDAY,
    TUESDAY,
    a_case,
    a_review,
    an_advice,
    an_order,
    execute,
    night,
    take,
    write_extract,
)

APRIL = datetime(2026, 4, 2, tzinfo=UTC)
PLAN = {"plan_decision": "Y", "final_plan_sent_on": "2026-03-10", "request_received_on": "2025-10-01"}


def measure(address: str, as_of: str) -> None:
    with unit_of_work(address) as connection:
        refresh_measures(connection, load_register(), date.fromisoformat(as_of))


def freeze(address: str, month: str, *, now: datetime = APRIL, reason: str = ""):
    with unit_of_work(address) as connection:
        return freeze_month(
            connection, load_register(), date.fromisoformat(month), now=now, by="the test", reason=reason
        )


def figures(address: str, as_of: str, key: str, period: str = "year_to_date", dimension: str = "all"):
    with reading(address) as connection:
        rows = kpi_rows(connection, date.fromisoformat(as_of), measure=key, period=period, dimension=dimension)
    return {x.group_name: (x.numerator, x.denominator) for x in reversed(rows)}


def evaluated(connection, as_of: str):
    table = Evaluator(frames(connection, load_register(), date.fromisoformat(as_of)), load_catalogue()).table()
    keys = ("measure", "basis", "period", "period_from", "dimension", "group_name")
    rows = zip(*(table[x] for x in (*keys, "numerator", "denominator")), strict=True)
    return {row[:6]: (row[6], None if row[7] != row[7] else row[7]) for row in rows}


def test_a_night_measures_and_a_second_time_says_the_same(database: str, tmp_path: Path) -> None:
    cases = [a_case("C-1", **PLAN), a_case("C-2", team="North", **{**PLAN, "request_received_on": "2025-11-01"})]
    take(database, write_extract(tmp_path, cases=cases))
    measure(database, "2026-03-20")
    assert figures(database, "2026-03-20", "plans_within_20_weeks") == {"": (1, 2)}
    by_team = figures(database, "2026-03-20", "plans_within_20_weeks", dimension="team")
    assert by_team == {"North": (1, 1), "not known": (0, 1)}
    with reading(database) as connection:
        before = kpi_rows(connection, date(2026, 3, 20))
    measure(database, "2026-03-20")
    with reading(database) as connection:
        assert kpi_rows(connection, date(2026, 3, 20)) == before


def test_of_no_records_nothing_is_measured(database: str) -> None:
    with unit_of_work(database) as connection:
        assert refresh_measures(connection, load_register(), date(2026, 3, 3)).measurements == 0
    with pytest.raises(RecordingRefusedError, match="no records to measure"):
        freeze(database, "2026-03-15")


def test_of_each_month_the_last_night_is_kept(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path))
    for day in ("2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"):
        measure(sqlite_database, day)
    with reading(sqlite_database) as connection:
        assert nights_measured(connection) == [date(2026, 3, 3), date(2026, 2, 28)]
    measure(sqlite_database, "2026-03-02")
    with reading(sqlite_database) as connection:
        assert nights_measured(connection)[0] == date(2026, 3, 3)


def test_a_month_frozen_stays_and_is_restated_with_a_reason(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1", **PLAN)]))
    first = freeze(database, "2026-03-15")
    assert (first.is_new, first.snapshot.version, first.snapshot.as_of) == (True, 1, "2026-03-31")
    assert not freeze(database, "2026-03-15").is_new
    # A plan of March that was entered in April.
    late = [a_case("C-1", **PLAN), a_case("C-2", **PLAN)]
    take(database, write_extract(tmp_path, extracted_at=TUESDAY, cases=late), now=TUESDAY)
    with pytest.raises(RecordingRefusedError, match="no reason given"):
        freeze(database, "2026-03-15")
    second = freeze(database, "2026-03-15", reason="A plan was entered late.")
    assert (second.is_new, second.snapshot.version) == (True, 2)
    with reading(database) as connection:
        assert [x.version for x in snapshots(connection)] == [2, 1]
        old, new = (snapshot_rows(connection, snapshot(connection, date(2026, 3, 1), x).id) for x in (1, 2))
    changed = differences(old, new)
    assert len(changed) == second.snapshot.changed > 0
    issued = [
        x for x in changed if x.after and x.after.key[1:6] == ("plans_issued", "issued", "month", "2026-03-01", "all")
    ]
    assert [(x.before.numerator, x.after.numerator) for x in issued if x.before and x.after] == [(1, 2)]


def test_a_month_that_is_not_over_is_not_frozen(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path))
    with pytest.raises(RecordingRefusedError, match="The month is not over"):
        freeze(sqlite_database, "2026-04-01")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE snapshots SET reason = 'x'",
        "DELETE FROM snapshots WHERE version = 9 OR version = 1",
        "UPDATE snapshot_values SET numerator = numerator + 1",
        "DELETE FROM snapshot_values",
    ],
)
def test_nobody_changes_a_snapshot(database: str, tmp_path: Path, statement: str) -> None:
    take(database, write_extract(tmp_path))
    freeze(database, "2026-03-01")
    with pytest.raises(StoreError, match="a snapshot is frozen"):
        execute(database, statement)


def test_the_views_show_what_is_stored(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case("C-1", **PLAN)]))
    measure(database, "2026-02-28")
    measure(database, "2026-03-20")
    freeze(database, "2026-03-01")
    with reading(database) as connection:
        for name in VIEWS:
            assert fetch(connection, f"SELECT COUNT(*) FROM {name}")[0][0] > 0, name
        newest = fetch(connection, "SELECT DISTINCT CAST(as_of AS TEXT) FROM kpi_latest")
        named = fetch(
            connection,
            "SELECT title, unit, percent FROM kpi_latest WHERE measure = 'plans_without_all_advice' "
            "AND period = 'year_to_date' AND dimension = 'all' AND period_from = '2026-01-01'",
        )
        why = fetch(connection, "SELECT why_not FROM kpi_definitions WHERE measure = 'plans_ceased'")
    assert newest == [("2026-03-20",)]
    assert [(title, unit, float(percent)) for title, unit, percent in named] == [
        ("Plans issued with statutory advice outstanding", "share", 100.0)
    ]
    assert "no date on which a plan ceased" in why[0][0]


def test_a_replayed_night_measures_what_was_known_then(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case("C-1")]))
    with reading(sqlite_database) as connection:
        then = evaluated(connection, "2026-03-20")
    take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY, cases=[a_case("C-1", **PLAN)]), now=TUESDAY)
    with reading(sqlite_database) as connection:
        assert evaluated(connection, "2026-03-20") != then
        with replay(connection, known_at=MONDAY) as past:
            assert evaluated(past, "2026-03-20") == then


def test_the_stages_are_those_of_the_board(sqlite_database: str, council) -> None:
    take(sqlite_database, council("2026-03-02"))
    night(sqlite_database, "2026-03-02")
    with reading(sqlite_database) as connection:
        found = frames(connection, load_register(), date(2026, 3, 2)).case
        clocks = open_of_all(connection, load_register(), date(2026, 3, 2))
        board = places_of(clocks)
    is_open = found[found["stage"] != ""]
    # What the pages say is overdue are the same numbers.
    said = overdue(clocks.values(), board)
    assert said.statutory == is_open["clocks_overdue"].sum() > 0
    assert said.plans == found["days_overdue"].notna().sum() > said.excepted
    assert said.clocks >= said.statutory >= said.cases
    assert dict(zip(is_open["case_id"], is_open["stage"], strict=True)) == {x: stage for x, (stage, _) in board.items()}


def test_advice_outstanding_is_what_the_pages_say_is_owed(sqlite_database: str, tmp_path: Path) -> None:
    sent = {"plan_decision": "Y", "final_plan_sent_on": "2026-02-20"}
    cases = [a_case("C-1"), *(a_case(f"C-{x}", **sent) for x in (2, 3, 4))]
    advice = [an_advice(), an_advice(kind="education", requested_on=""), an_advice(reply="advice", kind="psychology")]
    advice[-1]["reply_on"] = "2026-02-10"
    advice += [an_advice("C-2"), an_advice("C-3"), an_advice("C-4", requested_on="2026-02-26")]
    orders = [an_order(f"C-{x}", requires, dated_on="2026-02-25") for x, requires in ((3, "amend"), (4, "make_plan"))]
    take(sqlite_database, write_extract(tmp_path, cases=cases, advice=advice, orders=orders))
    night(sqlite_database, "2026-03-02")
    with reading(sqlite_database) as connection:
        found = frames(connection, load_register(), date(2026, 3, 2)).of("advice")
        owed = advice_matrix(connection, load_register(), date(2026, 3, 2))
    outstanding = found[found["is_outstanding"]]["kind"].value_counts().to_dict()
    assert {x.kind: x.outstanding for x in owed if x.outstanding} == {x: n for x, n in outstanding.items() if n}
    assert sum(outstanding.values()) == 3


ONE_FACT = {
    "a review decided": (
        {"reviews": [a_review("C-1", decision_notified_on="2026-02-20", decision="M")]},
        {
            "reviews_decided",
            "review_decisions_within_4_weeks",
            "review_decisions_due_in_time",
            "review_decisions_overdue",
        },
    ),
    "advice sent back": (
        {"advice": [an_advice(reply="advice", reply_on="2026-02-10", returned_for_rework_on="2026-02-12")]},
        {"advice_returned"},
    ),
    "who asked": (
        {"cases": [a_case("C-1", request_source="1")]},
        {x.key for x in load_catalogue().measures if x.record == "case" and "request_source" in x.dimensions},
    ),
}


@pytest.mark.parametrize("fact", ONE_FACT)
def test_one_fact_changes_only_the_measures_it_should(sqlite_database: str, tmp_path: Path, fact: str) -> None:
    sheets = {
        "cases": [a_case("C-1")],
        "advice": [an_advice(reply="advice", reply_on="2026-02-10")],
        "reviews": [a_review("C-1")],
    }
    changed, may_change = ONE_FACT[fact]
    found = []
    for number, given in enumerate((sheets, {**sheets, **changed})):
        now = (MONDAY, TUESDAY)[number]
        take(sqlite_database, write_extract(tmp_path, extracted_at=now, **given), now=now)
        with reading(sqlite_database) as connection:
            table = evaluated(connection, "2026-03-20")
        # That something was recorded is what two measures are about.
        found.append({k: v for k, v in table.items() if k[0] not in ("recorded_within_7_days", "days_to_record")})
    different = {key[0] for key in found[0].keys() | found[1].keys() if found[0].get(key) != found[1].get(key)}
    assert different
    assert different <= may_change


def test_facts_are_recorded_late_or_in_time(sqlite_database: str, tmp_path: Path) -> None:
    cases = [a_case("C-1"), a_case("C-2")]
    take(sqlite_database, write_extract(tmp_path, cases=cases))
    later = [a_case("C-1", assess_decided_on="2026-02-27"), a_case("C-2", assess_decided_on="2026-02-16")]
    take(sqlite_database, write_extract(tmp_path, extracted_at=TUESDAY, cases=later), now=TUESDAY)
    measure(sqlite_database, "2026-03-20")
    # On 3 March: four days after one decision, fifteen after the other; the first extract is left out.
    assert figures(sqlite_database, "2026-03-20", "recorded_within_7_days") == {"": (1, 2)}
    assert figures(sqlite_database, "2026-03-20", "days_to_record") == {"": (19, 2)}


def test_chases_are_those_that_went_out_to_whoever_owes_advice(sqlite_database: str, tmp_path: Path) -> None:
    advice = [an_advice(reply="advice", reply_on="2026-03-12"), an_advice(kind="psychology")]
    take(sqlite_database, write_extract(tmp_path, advice=advice))
    night(sqlite_database, "2026-03-20")
    at = "2026-03-10 08:00:00.000000+00:00"
    message = ("authority_code", "team", "role", "recipient", "urgency", "day", "number", "template")
    message += ("template_version", "subject", "text", "html", "reference", "created_at", "not_before", "status")
    message += ("status_at", "attempts")
    alert = ("id", "duty", "record_id", "case_id", "origin_on", "due_on", "rung", "repetition", "reached_on", "as_of")
    alert += ("claimed_at", "role", "urgency", "template", "silence", "message_id")
    told = [(1, "health_dco", "sent", 1), (2, "psychology_lead", "sent", 2), (3, "health_dco", "shadow", 1)]
    told += [(4, "officer", "sent", 1)]
    with unit_of_work(sqlite_database) as connection:
        insert_rows(
            connection,
            "messages",
            ("id", *message),
            [
                (x, "999", "", role, "", "digest", "2026-03-10", x, "", "", "", "", "", "", at, at, status, at, 1)
                for x, role, status, _ in told
            ],
        )
        insert_rows(
            connection,
            "alerts",
            alert,
            [
                (
                    x,
                    "give_advice",
                    record,
                    1,
                    "2026-01-30",
                    "2026-03-13",
                    f"r{x}",
                    0,
                    *["2026-03-10"] * 2,
                    at,
                    role,
                    "digest",
                    "",
                    None,
                    x,
                )
                for x, role, _, record in told
            ],
        )
    measure(sqlite_database, "2026-03-20")
    assert figures(sqlite_database, "2026-03-20", "chases_sent") == {"": (2, None)}
    assert figures(sqlite_database, "2026-03-20", "chases_answered", dimension="agency") == {
        "health": (1, 1),
        "psychology": (0, 1),
    }
    assert figures(sqlite_database, "2026-03-20", "days_to_answer_a_chase") == {"": (2, 1)}
