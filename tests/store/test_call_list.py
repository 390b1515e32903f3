"""The call list: what an officer knows of each open case when the telephone rings."""

from datetime import UTC, date, datetime
from pathlib import Path

from models.queries.outbox.call_list import Call, Change, call_list
from models.statute.register import load_register
from models.store import reading
from notifications.compose.call_list import Entry, pages
from tests.store.build import a_case, an_advice, an_exception, an_order, execute, night, take, write_extract

FRIDAY = "2026-11-20"
EARLIER, THURSDAY = datetime(2026, 11, 2, 3, tzinfo=UTC), datetime(2026, 11, 19, 3, tzinfo=UTC)
OURS = {"team": "North", "officer": "A. Officer"}
ASSESSING = {**OURS, "request_received_on": "2026-08-03", "assess_decision": "Y", "assess_decided_on": "2026-09-11"}


def calls(address: str, officer: str | None = None) -> list[Call]:
    with reading(address) as connection:
        return call_list(connection, load_register(), date.fromisoformat(FRIDAY), officer)


def entry(address: str) -> Entry:
    (page,) = pages(calls(address), load_register(), date.fromisoformat(FRIDAY))
    return page.entries[0]


def a_delay_is_seen(address: str, *, due_on: str, tell_by: str) -> None:
    """The first case's plan is foreseen to be late, and nobody has told the family yet."""
    execute(
        address,
        "INSERT INTO family_notices (id, case_id, duty, due_on, predicted_on, tell_by, why) "
        f"VALUES (1, 1, 'send_final_plan', '{due_on}', '2026-11-02', '{tell_by}', 'late')",
    )


def test_open_cases_are_listed_by_officer_and_by_what_runs_out_first(database: str, tmp_path: Path) -> None:
    rows = [
        a_case("C-1", request_received_on="2026-11-02", **OURS),
        a_case("C-2", request_received_on="2026-10-19", **OURS),
        a_case("C-3", request_received_on="2026-10-19", team="North", officer="B. Other"),
        a_case("C-4", request_received_on="2026-10-19", withdrawn_on="2026-11-01", **OURS),
    ]
    take(database, write_extract(tmp_path, cases=rows))
    night(database, FRIDAY)
    assert [x.case_ref for x in calls(database)] == ["C-2", "C-1", "C-3"]
    assert [x.case_ref for x in calls(database, "a. officer")] == ["C-2", "C-1"]
    assert calls(database, "Nobody") == []


def test_it_says_where_a_case_stands_and_what_is_next(database: str, tmp_path: Path) -> None:
    rows = [
        an_advice(kind="health", requested_on="2026-09-14"),
        an_advice(
            kind="education", body="Oak School", requested_on="2026-09-14", reply_on="2026-10-20", reply="advice"
        ),
    ]
    take(database, write_extract(tmp_path, cases=[a_case(**ASSESSING)], advice=rows))
    night(database, FRIDAY)
    found = entry(database)
    assert found.status == "We are assessing: 1 reply is in; we wait for health advice."
    assert found.next == "Decide whether to issue, and if not, tell the family: due Mon 23 November 2026, 3 days left."
    assert found.family == "No delay to tell of."


def test_it_says_what_an_order_wants(sqlite_database: str, tmp_path: Path) -> None:
    order = an_order(requires="name_setting", dated_on="2026-11-16")
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**ASSESSING)], orders=[order]))
    night(sqlite_database, FRIDAY)
    assert entry(sqlite_database).status == "An order or agreement of Mon 16 November 2026 is to be carried out."


def test_what_became_known_this_week_is_new_and_what_is_old_is_not(database: str, tmp_path: Path) -> None:
    asked = an_advice(requested_on="2026-09-14")
    take(
        database,
        write_extract(tmp_path, cases=[a_case(**ASSESSING)], advice=[asked], extracted_at=EARLIER),
        now=EARLIER,
    )
    case = a_case(**ASSESSING, draft_served_on="2026-11-18", birth_date="2015-05-05")
    answered = {**asked, "reply_on": "2026-11-17", "reply": "advice", "received_by_body_on": "2026-09-15"}
    take(database, write_extract(tmp_path, cases=[case], advice=[answered], extracted_at=THURSDAY), now=THURSDAY)
    night(database, FRIDAY)
    assert [(x.milestone, x.happened_on) for x in calls(database)[0].changes] == [
        ("draft_served_on", "2026-11-18"),
        ("reply_on", "2026-11-17"),
    ]
    assert entry(database).changes == ("draft sent to the family, 18 Nov", "health advice: reply received, 17 Nov")


def test_a_milestone_that_was_taken_back_is_news(sqlite_database: str, tmp_path: Path) -> None:
    case = a_case(**ASSESSING)
    before = write_extract(tmp_path, cases=[{**case, "draft_served_on": "2026-10-01"}], extracted_at=EARLIER)
    take(sqlite_database, before, now=EARLIER)
    take(sqlite_database, write_extract(tmp_path, cases=[case], extracted_at=THURSDAY), now=THURSDAY)
    night(sqlite_database, FRIDAY)
    assert calls(sqlite_database)[0].changes == (Change("case", "", "draft_served_on", ""),)


def test_it_says_whether_the_family_has_been_told(database: str, tmp_path: Path) -> None:
    take(database, write_extract(tmp_path, cases=[a_case(**ASSESSING)]))
    night(database, FRIDAY)
    a_delay_is_seen(database, due_on="2026-12-21", tell_by="2026-12-18")
    assert entry(database).family == "Not told of the delay yet: tell them by Fri 18 December 2026."
    execute(database, "UPDATE family_notices SET told_on = '2026-11-10'")
    assert entry(database).family == "Told of the delay on Tue 10 November 2026."


def test_a_date_that_has_moved_is_not_told_of(sqlite_database: str, tmp_path: Path) -> None:
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**ASSESSING)]))
    night(sqlite_database, FRIDAY)
    a_delay_is_seen(sqlite_database, due_on="2026-12-14", tell_by="2026-12-11")
    assert entry(sqlite_database).family == "No delay to tell of."


def test_a_family_told_of_an_exception_has_been_told(sqlite_database: str, tmp_path: Path) -> None:
    told = an_exception(family_told_on="2026-10-05")
    take(sqlite_database, write_extract(tmp_path, cases=[a_case(**ASSESSING)], exceptions=[told]))
    night(sqlite_database, FRIDAY)
    assert entry(sqlite_database).family == "Told of the delay on Mon 5 October 2026."


def test_what_binds_only_a_no_gives_way_to_the_plan_once_it_has_passed(database: str, tmp_path: Path) -> None:
    """Sixteen weeks that have passed make nothing late where a plan is to be made, so nothing late is said of them."""
    take(database, write_extract(tmp_path, cases=[a_case(**ASSESSING | {"request_received_on": "2026-07-20"})]))
    night(database, FRIDAY)
    found = entry(database)
    assert found.next.startswith("Send the final plan to the family")
    assert found.next.endswith("due Mon 7 December 2026, 17 days left.")
    assert (found.is_late, found.family) == (False, "No delay to tell of.")


def test_a_date_that_an_exception_holds_for_is_not_called_late(database: str, tmp_path: Path) -> None:
    case = a_case(**ASSESSING | {"request_received_on": "2026-06-15", "draft_served_on": "2026-10-01"})
    away = an_exception(from_on="2026-08-01", to_on="2026-09-30", claimed_on="2026-10-01")
    take(database, write_extract(tmp_path, cases=[case], exceptions=[away]))
    night(database, FRIDAY)
    assert "was due Mon 2 November 2026, an exception holds, and it is still to be done" in entry(database).next
    assert entry(database).family == "Nothing on record that they were told it is late."
