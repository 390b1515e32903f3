"""Every rung that a clock has reached is claimed once: it speaks to the right person, or says why it keeps silent."""

from pathlib import Path

import pytest

from models.casework.alerts.claims import why_nothing_is_claimed
from models.casework.alerts.family_notices import tell_family
from models.practice.comings import REARMED
from models.practice.loader import practices
from models.practice.words import LastSafe
from models.queries.ladders.faults import LadderFault, ladder_faults
from models.queries.outbox.attention import attention
from models.queries.outbox.lists import owed_advice
from models.queries.outbox.spoken import DONE, FAMILY_KNOWS
from models.statute.register import load_register
from models.store import reading, unit_of_work
from tests.store.alerting import SETTING, alert_night, evening, of_duty, silent, spoken, staff
from tests.store.build import (
    Row,
    a_case,
    a_closure,
    a_panel,
    a_person,
    a_review,
    an_advice,
    an_exception,
    an_order,
    date,
    execute,
    stored,
    take,
    write_extract,
)

FINAL = "send_final_plan"
BREACH_DAY = "2026-05-26"
"""The day after the twenty weeks of a request of 5 January."""


def a_council(address: str, tmp_path: Path, *cases: Row, **sheets: list[Row]) -> None:
    """Take in these cases, by default one of the officer's, and the staff, before any night."""
    held = cases or (of_north(),)
    people = sheets.pop("people", staff())
    at = evening("2026-01-05")
    extract = write_extract(tmp_path, cases=list(held), people=people, extracted_at=at, **sheets)
    take(address, extract, now=at, allow_missing=True, allow_older=True)


def of_north(case_ref: str = "C-1", **facts: str) -> Row:
    return a_case(case_ref, **{"team": "North", "officer": "A. Officer", **facts})


def own(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "practice.toml"
    file.write_text(text, encoding="utf-8")
    return file


def hold(address: str, until: str, *, record: int = 1, duty: str = FINAL, held_on: str = "2026-05-01") -> None:
    origin = stored(address, "clocks", "duty", "record_id", "origin_on")
    begun = next(on for key, number, on in origin if (key, number) == (duty, record))
    number = len(stored(address, "holds")) + 1
    execute(
        address,
        "INSERT INTO holds (id, kind, duty, record_id, case_id, origin_on, held_on, until_on, reason, held_at, held_by)"
        f" VALUES ({number}, 'acknowledged', '{duty}', {record}, 1, '{begun}', '{held_on}', '{until}', 'asked', "
        f"'{held_on} 10:00:00+00:00', 'A. Officer')",
    )


def test_a_breach_is_told_at_once_to_the_officer_and_the_team_leader(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path)
    alert_night(database, "2026-05-25")
    found = of_duty(alert_night(database, BREACH_DAY), FINAL)
    assert spoken(found) == [("breach", "A. Officer"), ("breach_to_team_leader", "B. Leader")]
    assert {x.urgency for x in found} == {"immediate"}
    assert {(x.case_ref, x.due_on, x.reached_on, x.repetition) for x in found} == {("C-1", "2026-05-25", BREACH_DAY, 0)}


def test_a_second_run_of_a_night_claims_nothing(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path, advice=[an_advice()])
    assert alert_night(database, "2026-03-13")
    before = stored(database, "alerts")
    assert alert_night(database, "2026-03-13") == []
    assert stored(database, "alerts") == before


def test_what_is_claimed_is_stored_with_its_reason_or_its_message(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path)
    found = alert_night(database, BREACH_DAY)
    rows = stored(database, "alerts", "rung", "silence", "message_id", "as_of")
    assert len(rows) == len(found)
    assert all((silence is None) == (message is not None) for _, silence, message, _ in rows)
    assert {as_of for *_, as_of in rows} == {BREACH_DAY}


def test_on_the_first_night_only_the_latest_rung_of_each_role_speaks_and_in_the_digest(
    sqlite_database: str, tmp_path: Path
) -> None:
    a_council(sqlite_database, tmp_path)
    found = of_duty(alert_night(sqlite_database, "2026-06-03"), FINAL)
    assert set(spoken(found)) == {
        ("breach", "A. Officer"),
        ("breach_to_team_leader", "B. Leader"),
        ("escalation_to_service_manager", "C. Manager"),
    }
    assert {x.urgency for x in found if not x.silence} == {"digest"}
    assert "passed before the first night of alerts" in silent(found)["last_days"]
    breach = alert_night(sqlite_database, "2026-06-09")
    assert spoken(of_duty(breach, FINAL)) == [("still_late", "A. Officer")]


def test_on_the_first_night_even_a_breach_of_the_day_waits_for_the_digest(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    found = of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)
    assert {x.urgency for x in found if not x.silence} == {"digest"}


def test_the_first_night_of_an_authority_is_like_the_first_of_all(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, "2026-05-12")
    joins = of_north("C-2", authority_code="998")
    extract = write_extract(tmp_path, cases=[joins], people=staff(authority_code="998"))
    take(sqlite_database, extract, now=evening("2026-05-13"))
    found = of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)
    assert {x.urgency for x in found if x.authority_code == "998" and not x.silence} == {"digest"}
    assert {x.urgency for x in found if x.authority_code == "999" and not x.silence} == {"immediate"}
    theirs = [x for x in found if x.authority_code == "998"]
    assert "passed before the first night of alerts" in silent(theirs)["last_days"]


def test_after_an_outage_the_latest_rung_speaks_as_it_would_have(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, "2026-05-12")
    found = of_duty(alert_night(sqlite_database, "2026-05-27"), FINAL)
    assert spoken(found) == [("breach", "A. Officer"), ("breach_to_team_leader", "B. Leader")]
    assert {x.urgency for x in found if not x.silence} == {"immediate"}
    assert silent(found)["last_days"] == "passed since the night of 2026-05-12; what came on 2026-05-26 stands for it"


def test_what_a_late_import_brings_speaks_in_the_digest(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, BREACH_DAY)
    a_council(sqlite_database, tmp_path, of_north(), of_north("C-2"))
    found = of_duty(alert_night(sqlite_database, "2026-05-28"), FINAL)
    assert {x.case_ref for x in found} == {"C-2"}
    assert spoken(found) == [("breach", "A. Officer"), ("breach_to_team_leader", "B. Leader")]
    assert {x.urgency for x in found if not x.silence} == {"digest"}
    assert "passed before it was known" in silent(found)["warning"]


def test_advice_is_reminded_of_chased_and_escalated_along_the_agencys_line(
    sqlite_database: str, tmp_path: Path
) -> None:
    case = of_north(assess_decision="Y", assess_decided_on="2026-01-30", request_received_on="2025-12-22")
    asked = [an_advice(kind=kind) for kind in ("education", "health", "psychology", "social_care")]
    a_council(sqlite_database, tmp_path, case, advice=asked)
    told = {}
    for day in ("2026-02-02", "2026-02-20", "2026-03-06", "2026-03-13", "2026-03-14", "2026-03-20", "2026-04-10"):
        told[day] = spoken(x for x in of_duty(alert_night(sqlite_database, day), "give_advice") if x.record_id == 2)
    assert told == {
        "2026-02-02": [],
        "2026-02-20": [("reminder_at_three_weeks", "F. Clinical")],
        "2026-03-06": [("reminder_at_five_weeks", "F. Clinical"), ("officer_at_five_weeks", "A. Officer")],
        "2026-03-13": [("chase", "F. Clinical")],
        "2026-03-14": [("breach", "A. Officer")],
        "2026-03-20": [("chase_health", "F. Clinical")],
        "2026-04-10": [("still_owed", "F. Clinical"), ("commission_elsewhere", "C. Manager")],
    }


def test_advice_asked_for_again_begins_its_ladder_anew(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, advice=[an_advice()])
    alert_night(sqlite_database, "2026-02-19")
    assert spoken(of_duty(alert_night(sqlite_database, "2026-02-20"), "give_advice"))
    a_council(sqlite_database, tmp_path, advice=[an_advice(requested_on="2026-02-16")])
    assert of_duty(alert_night(sqlite_database, "2026-02-21"), "give_advice") == []
    again = of_duty(alert_night(sqlite_database, "2026-03-09"), "give_advice")
    assert spoken(again) == [("reminder_at_three_weeks", "F. Clinical")]
    assert again[0].origin_on == "2026-02-16"


def test_advice_never_asked_for_is_seen_before_it_is_late(database: str, tmp_path: Path) -> None:
    case = of_north(assess_decision="Y", assess_decided_on="2026-02-09")
    a_council(database, tmp_path, case, advice=[an_advice(requested_on="2026-02-10"), an_advice(kind="psychology")])
    alert_night(database, "2026-02-10")
    found = [x for x in alert_night(database, "2026-02-11") if x.duty.startswith("ask_for_advice")]
    assert {(x.duty, x.record_key, x.due_on, x.record_id) for x in found} == {
        ("ask_for_advice:education", "education", "2026-02-12", 1),
        ("ask_for_advice:social_care", "social_care", "2026-02-12", 1),
    }
    assert spoken(found) == [("ask_today", "A. Officer")] * 2
    late = [x for x in alert_night(database, "2026-02-13") if x.duty.startswith("ask_for_advice")]
    assert {(x.rung, x.urgency, x.template) for x in late} == {("not_asked", "immediate", "never_asked")}
    a_council(
        database,
        tmp_path,
        case,
        advice=[an_advice(kind=kind, requested_on="2026-02-13") for kind in ("education", "health", "psychology")],
    )
    left = {x.duty for x in alert_night(database, "2026-02-19") if x.duty.startswith("ask_for_advice")}
    assert left == {"ask_for_advice:social_care"}


@pytest.mark.parametrize(
    "facts",
    [
        {"draft_served_on": "2026-03-30"},
        {"final_plan_sent_on": "2026-02-11", "plan_decision": "Y"},
        {"final_plan_sent_on": "2026-03-30", "plan_decision": "Y"},
    ],
    ids=["a draft to come", "a plan without a draft", "a plan to come"],
)
def test_what_was_never_asked_is_claimed_once_whatever_is_written_of_draft_and_plan(
    database: str, tmp_path: Path, facts: dict[str, str]
) -> None:
    case = of_north(assess_decision="Y", assess_decided_on="2026-02-09", **facts)
    a_council(database, tmp_path, case, orders=[an_order(requires="amend", dated_on="2026-02-10")])
    claimed = [alert_night(database, day) for day in ("2026-02-12", "2026-02-13", "2026-02-16")]
    asked = [x.rung for found in claimed for x in found if x.duty == "ask_for_advice:health"]
    is_over = facts.get("final_plan_sent_on") == "2026-02-11"
    assert asked == ([] if is_over else ["ask_today", "not_asked"])


@pytest.mark.parametrize(
    ("given_up", "orders"),
    [
        ({"assess_agreed_after_refusal_on": "2026-03-02"}, []),
        ({}, [an_order(requires="assess", dated_on="2026-03-02")]),
    ],
    ids=["by itself", "by an order"],
)
def test_advice_is_to_be_asked_for_after_a_refusal_given_up(
    database: str, tmp_path: Path, given_up: dict[str, str], orders: list[Row]
) -> None:
    case = of_north(assess_decision="N", assess_decided_on="2026-02-09", **given_up)
    a_council(database, tmp_path, case, orders=orders)
    alert_night(database, "2026-03-02")
    found = [x for x in alert_night(database, "2026-03-06") if x.duty == "ask_for_advice:health"]
    assert spoken(found) == [("not_asked", "A. Officer")]
    assert {(x.origin_on, x.due_on) for x in found} == {("2026-03-02", "2026-03-05")}


def test_no_advice_is_chased_for_a_plan_that_was_sent(database: str, tmp_path: Path) -> None:
    sent = {"plan_decision": "Y", "draft_served_on": "2026-02-20", "final_plan_sent_on": "2026-03-05"}
    case = of_north(assess_decision="Y", assess_decided_on="2026-01-30", **sent)
    advice = [an_advice(), an_advice(kind="psychology", requested_on="2026-03-11")]
    for requires, asked_again in (("amend", set()), ("make_plan", {"psychology"})):
        a_council(database, tmp_path, case, advice=advice, orders=[an_order(requires=requires, dated_on="2026-03-10")])
        alert_night(database, "2026-03-11" if requires == "amend" else "2026-04-22")
        found = of_duty(alert_night(database, "2026-04-23"), "give_advice") if asked_again else []
        assert {x.record_key for x in found} == asked_again
        with reading(database) as connection:
            owed = owed_advice(connection, load_register(), ["999"])
        assert {x.kind for x in owed} == asked_again


def test_the_family_is_to_be_told_when_the_breach_is_seen_coming(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path, of_north(assess_decision="Y", assess_decided_on="2026-02-09"))
    alert_night(database, "2026-03-02")
    assert stored(database, "family_notices") == []
    found = [x for x in alert_night(database, "2026-05-05") if x.rung == "tell_family"]
    assert spoken(found) == [("tell_family", "A. Officer")]
    assert found[0].last_safe == LastSafe("serve_draft", "", "")
    notice = stored(database, "family_notices", "case_id", "duty", "due_on", "predicted_on", "tell_by", "told_on")
    assert notice == [(1, FINAL, "2026-05-25", "2026-05-05", "2026-05-22", None)]
    alert_night(database, "2026-05-06")
    assert len(stored(database, "family_notices")) == 1


def test_a_warning_keeps_the_last_safe_panel_it_warns_of(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path, panels=[a_panel("2026-02-05"), a_panel("2026-02-19")])
    alert_night(database, "2026-01-26")
    (warning,) = of_duty(alert_night(database, "2026-01-29"), "decide_whether_to_assess")
    assert (warning.rung, warning.last_safe) == ("last_panel", LastSafe(warning.duty, "2026-02-05", "SEND panel"))
    kept = stored(database, "alerts", "rung", "safe_step", "safe_on", "safe_panel")
    assert [row for row in kept if row[1]] == [("last_panel", *warning.last_safe)]
    said = "The last safe day for deciding whether to assess {} 5 February 2026 (SEND panel)."
    days = {"is": date(2026, 2, 5), "was": date(2026, 2, 6)}
    assert {warning.last_safe.in_words(day) for day in days.values()} == {said.format(word) for word in days}


def test_what_was_foreseen_keeps_no_later_rung_silent(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, of_north(assess_decision="Y", assess_decided_on="2026-02-09"))
    alert_night(sqlite_database, "2026-05-05")
    found = of_duty(alert_night(sqlite_database, "2026-05-09"), FINAL)
    assert spoken(found) == [("warning", "B. Leader")]


def test_what_was_foreseen_while_somebody_had_it_in_hand_is_said_afterwards(
    sqlite_database: str, tmp_path: Path
) -> None:
    a_council(sqlite_database, tmp_path, of_north(assess_decision="Y", assess_decided_on="2026-02-09"))
    alert_night(sqlite_database, "2026-03-02")
    hold(sqlite_database, "2026-05-06", held_on="2026-03-02")
    held = of_duty(alert_night(sqlite_database, "2026-05-05"), FINAL)
    assert "tell_family" in silent(held)
    assert ("tell_family", "A. Officer") in spoken(of_duty(alert_night(sqlite_database, "2026-05-07"), FINAL))
    assert spoken(alert_night(sqlite_database, "2026-05-08")) == [("warning", "B. Leader")]


def test_nobody_is_asked_to_tell_a_family_that_was_told(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path, of_north(assess_decision="Y", assess_decided_on="2026-02-09"))
    alert_night(database, "2026-03-02")
    said = {"case": "C-1", "told_on": "2026-04-30", "how": "phone", "by": "A. Officer"}
    with unit_of_work(database) as connection:
        tell_family(connection, **said, now=evening("2026-04-30"), today=date(2026, 4, 30))
    assert silent(alert_night(database, "2026-05-05"))["tell_family"] == FAMILY_KNOWS
    assert "tell_family" not in dict(spoken(alert_night(database, "2026-05-06")))


def test_the_last_day_for_telling_a_family_is_in_office_hours_even_if_it_has_passed(
    sqlite_database: str, tmp_path: Path
) -> None:
    a_council(sqlite_database, tmp_path, of_north(assess_decision="Y", assess_decided_on="2026-02-09"))
    alert_night(sqlite_database, "2026-05-24")
    assert stored(sqlite_database, "family_notices", "due_on", "tell_by") == [("2026-05-25", "2026-05-22")]


def test_what_was_done_before_it_was_told_and_is_to_be_done_again_is_told(database: str, tmp_path: Path) -> None:
    sent = {"plan_decision": "Y", "draft_served_on": "2026-04-20", "final_plan_sent_on": BREACH_DAY}
    assessed = {"assess_decision": "Y", "assess_decided_on": "2026-02-09"}
    a_council(database, tmp_path)
    alert_night(database, "2026-05-25")
    both = [("breach", "A. Officer"), ("breach_to_team_leader", "B. Leader")]
    assert spoken(of_duty(alert_night(database, BREACH_DAY), FINAL)) == both
    a_council(database, tmp_path, of_north(**assessed, **sent))
    alert_night(database, "2026-05-27")
    untold = [row for row in stored(database, "alerts", "duty", "rung", "silence") if row[2] == DONE]
    assert {row[1] for row in untold if row[0] == FINAL} >= {"breach", "breach_to_team_leader"}
    a_council(database, tmp_path)
    again = of_duty(alert_night(database, "2026-05-28"), FINAL)
    assert spoken(again) == both
    assert {(x.repetition, x.urgency) for x in again} == {(REARMED, "digest")}
    execute(database, "UPDATE messages SET status = 'sent', attempts = 1 WHERE status = 'waiting'")
    a_council(database, tmp_path, of_north(**assessed, **sent))
    alert_night(database, "2026-05-29")
    a_council(database, tmp_path)
    assert of_duty(alert_night(database, "2026-05-30"), FINAL) == []


def test_no_family_is_to_be_told_beforehand_of_what_is_past(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, of_north(assess_decision="Y", assess_decided_on="2026-02-09"))
    alert_night(sqlite_database, BREACH_DAY)
    assert stored(sqlite_database, "family_notices") == []


def test_an_exception_that_holds_keeps_what_is_past_its_date_silent(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, exceptions=[an_exception()])
    alert_night(sqlite_database, "2026-05-25")
    found = of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)
    assert spoken(found) == []
    assert set(silent(found).values()) == {"an exception holds"}
    a_council(sqlite_database, tmp_path, exceptions=[])
    again = of_duty(alert_night(sqlite_database, "2026-05-28"), FINAL)
    assert spoken(again) == [("breach", "A. Officer"), ("breach_to_team_leader", "B. Leader")]
    assert {x.repetition for x in again if not x.silence} == {1000}
    assert alert_night(sqlite_database, "2026-05-29") == []


def test_what_somebody_has_in_hand_keeps_silent_until_the_word_runs_out(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path)
    alert_night(database, "2026-05-25")
    hold(database, "2026-06-01")
    held = of_duty(alert_night(database, BREACH_DAY), FINAL)
    assert set(silent(held).values()) == {"acknowledged by A. Officer until 2026-06-01"}
    assert of_duty(alert_night(database, "2026-06-01"), FINAL) == []
    again = of_duty(alert_night(database, "2026-06-02"), FINAL)
    # Whoever was not told because of the word is told now, beside whoever the day's own rung is for.
    assert set(spoken(again)) == {
        ("breach", "A. Officer"),
        ("breach_to_team_leader", "B. Leader"),
        ("escalation_to_service_manager", "C. Manager"),
    }
    assert alert_night(database, "2026-06-03") == []


def test_a_word_of_whoever_is_late_takes_nothing_from_whoever_is_above(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    for day in ("2026-05-25", BREACH_DAY):
        alert_night(sqlite_database, day)
    # The service manager's rung comes on 2 June, the officer's next on 9 June: both while the word lasts.
    hold(sqlite_database, "2026-06-09", held_on="2026-05-27")
    for day in ("2026-06-02", "2026-06-09"):
        assert spoken(of_duty(alert_night(sqlite_database, day), FINAL)) == []
    again = of_duty(alert_night(sqlite_database, "2026-06-10"), FINAL)
    assert set(spoken(again)) == {("escalation_to_service_manager", "C. Manager"), ("still_late", "A. Officer")}
    assert {x.repetition for x in again} == {1000}
    assert alert_night(sqlite_database, "2026-06-11") == []


def test_an_agency_is_chased_though_the_night_of_the_day_was_missed(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, advice=[an_advice()])
    for day in ("2026-03-06", "2026-03-12"):
        alert_night(sqlite_database, day)
    found = of_duty(alert_night(sqlite_database, "2026-03-14"), "give_advice")
    assert spoken(found) == [("chase", "F. Clinical"), ("breach", "A. Officer")]
    assert found[0].urgency == "immediate"


def test_a_role_that_nobody_held_is_told_once_somebody_does_though_another_was_told(
    sqlite_database: str, tmp_path: Path
) -> None:
    a_council(sqlite_database, tmp_path, people=[x for x in staff() if x["role"] == "officer"])
    alert_night(sqlite_database, "2026-05-25")
    assert spoken(of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)) == [("breach", "A. Officer")]
    a_council(sqlite_database, tmp_path)
    found = of_duty(alert_night(sqlite_database, "2026-05-27"), FINAL)
    assert spoken(found) == [("breach_to_team_leader", "B. Leader")]
    assert alert_night(sqlite_database, "2026-05-28") == []


def test_one_person_for_two_roles_is_told_once_after_a_word_too(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, people=staff(without=("officer",)))
    for day in ("2026-05-25", BREACH_DAY):
        alert_night(sqlite_database, day)
    hold(sqlite_database, "2026-05-28", held_on="2026-05-27")
    again = of_duty(alert_night(sqlite_database, "2026-05-29"), FINAL)
    assert spoken(again) == [("breach_to_team_leader", "B. Leader")]
    assert alert_night(sqlite_database, "2026-05-30") == []


def test_a_word_that_runs_out_between_two_rungs_lets_the_last_one_speak_once_more(
    sqlite_database: str, tmp_path: Path
) -> None:
    a_council(sqlite_database, tmp_path)
    for day in ("2026-05-25", BREACH_DAY):
        alert_night(sqlite_database, day)
    hold(sqlite_database, "2026-05-28", held_on="2026-05-27")
    assert of_duty(alert_night(sqlite_database, "2026-05-28"), FINAL) == []
    again = of_duty(alert_night(sqlite_database, "2026-05-29"), FINAL)
    assert [(x.rung, x.repetition, x.urgency) for x in again] == [
        ("breach", 1000, "immediate"),
        ("breach_to_team_leader", 1000, "immediate"),
    ]
    assert alert_night(sqlite_database, "2026-05-29") == []
    hold(sqlite_database, "2026-05-30", held_on="2026-05-29")
    once_more = of_duty(alert_night(sqlite_database, "2026-05-31"), FINAL)
    assert {x.repetition for x in once_more} == {1001}


def test_a_word_given_before_any_rung_lets_none_speak_twice(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, "2026-05-25")
    hold(sqlite_database, "2026-05-20")
    assert len(of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)) == 2
    assert of_duty(alert_night(sqlite_database, "2026-05-27"), FINAL) == []


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        (("officer",), "B. Leader"),
        (("officer", "team_leader"), "C. Manager"),
        (("officer", "team_leader", "service_manager", "head_of_service"), "E. Director"),
    ],
)
def test_where_nobody_holds_a_role_the_next_above_is_told_once(
    sqlite_database: str, tmp_path: Path, missing: tuple[str, ...], told: str
) -> None:
    a_council(sqlite_database, tmp_path, people=staff(without=missing))
    alert_night(sqlite_database, "2026-05-25")
    found = of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)
    assert [name for _, name in spoken(found)] == [told]
    assert [x.role for x in found] == ["officer", "team_leader"]
    assert list(silent(found).values()) == [f"the same person is told by {spoken(found)[0][0]}"]


def test_without_an_agency_the_officer_has_to_chase(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, advice=[an_advice()], people=staff(without=("health_dco",)))
    alert_night(sqlite_database, "2026-03-12")
    assert spoken(of_duty(alert_night(sqlite_database, "2026-03-13"), "give_advice")) == [("chase", "A. Officer")]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (SETTING, SETTING),
        (" oak  SCHOOL", SETTING),
        ("Elm School", "A. Officer"),
        ("", "A. Officer"),
        ("Two Schools", "A. Officer"),
    ],
)
@pytest.mark.parametrize("kind", ["education", "other"])
def test_a_setting_is_told_by_its_name_and_no_other_in_its_place(
    sqlite_database: str, tmp_path: Path, kind: str, body: str, told: str
) -> None:
    of = {"role": "setting", "name": "Two Schools"}
    two = [a_person(team=team, address=f"{team}@schools.example", **of) for team in ("North", "South")]
    a_council(sqlite_database, tmp_path, advice=[an_advice(kind=kind, body=body)], people=[*staff(), *two])
    alert_night(sqlite_database, "2026-03-12")
    assert spoken(of_duty(alert_night(sqlite_database, "2026-03-13"), "give_advice")) == [("chase", told)]


def test_who_was_consulted_is_not_on_record_so_the_officer_is_told(sqlite_database: str, tmp_path: Path) -> None:
    begun = {"assess_decision": "Y", "assess_decided_on": "2026-02-09", "draft_served_on": "2026-03-02"}
    a_council(sqlite_database, tmp_path, of_north(consultation_sent_on="2026-03-02", setting_urn="900001", **begun))
    alert_night(sqlite_database, "2026-03-16")
    found = of_duty(alert_night(sqlite_database, "2026-03-17"), "reply_to_consultation")
    assert (spoken(found), [x.role for x in found]) == ([("chase", "A. Officer")], ["setting"])


def test_an_officer_who_has_left_is_not_written_to(sqlite_database: str, tmp_path: Path) -> None:
    gone = a_person("A. Officer", address="officer@council.example", to_on="2026-05-25")
    a_council(sqlite_database, tmp_path, people=[gone, *staff(without=("officer",))])
    alert_night(sqlite_database, "2026-05-15")
    assert ("last_days", "A. Officer") in spoken(alert_night(sqlite_database, "2026-05-19"))
    alert_night(sqlite_database, "2026-05-25")
    assert spoken(of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)) == [("breach_to_team_leader", "B. Leader")]


def test_with_nobody_at_all_it_keeps_silent_until_there_is_somebody(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, people=[])
    alert_night(sqlite_database, "2026-05-25")
    found = of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL)
    assert silent(found)["breach"] == "nobody holds the role officer, nor any above it"
    nobody = "alerts that nobody could be told of"
    assert any(nobody in words for words in wanting(sqlite_database, "2026-05-26"))
    assert alert_night(sqlite_database, "2026-05-27") == []
    a_council(sqlite_database, tmp_path)
    again = of_duty(alert_night(sqlite_database, "2026-05-28"), FINAL)
    assert spoken(again) == [("breach", "A. Officer"), ("breach_to_team_leader", "B. Leader")]
    assert alert_night(sqlite_database, "2026-05-29") == []
    assert not any(nobody in words for words in wanting(sqlite_database, "2026-05-29"))


def wanting(address: str, day: str) -> list[str]:
    with reading(address) as connection:
        return attention(connection, practices(), date.fromisoformat(day))


def test_a_team_in_shadow_has_messages_that_are_never_sent_and_speaks_when_it_goes_live(
    database: str, tmp_path: Path
) -> None:
    a_council(database, tmp_path, of_north(), of_north("C-2", team="South", officer=""))
    shadow = own(tmp_path, '[alerts]\nshadow_teams = ["North"]\n')
    alert_night(database, "2026-05-25", shadow)
    found = of_duty(alert_night(database, BREACH_DAY, shadow), FINAL)
    assert {(x.case_ref, x.silence) for x in found if x.has_message} == {("C-1", "shadow"), ("C-2", "")}
    assert alert_night(database, "2026-05-27", shadow) == []
    live = of_duty(alert_night(database, "2026-05-28"), FINAL)
    assert {(x.case_ref, x.rung, x.urgency, x.silence) for x in live} == {
        ("C-1", "breach", "digest", ""),
        ("C-1", "breach_to_team_leader", "digest", ""),
    }


def test_a_rung_added_to_a_ladder_does_not_speak_of_what_is_long_past(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, BREACH_DAY)
    text = "counted_from = 'origin_on'\ndays = 3\nrole = 'officer'\nurgency = 'digest'\ntemplate = 'reminder'\n"
    more = own(tmp_path, f"[ladders.send_final_plan.added]\n{text}")
    found = of_duty(alert_night(sqlite_database, "2026-05-27", more), FINAL)
    assert silent(found) == {"added": "passed before it was known; what came on 2026-05-26 stands for it"}


def test_the_cases_that_have_ended_are_let_alone(sqlite_database: str, tmp_path: Path) -> None:
    ended = of_north(final_plan_sent_on="2026-03-02", assess_decision="Y", assess_decided_on="2026-02-02")
    a_council(sqlite_database, tmp_path, ended, advice=[an_advice()])
    assert alert_night(sqlite_database, "2026-05-01") == []


def test_a_review_is_watched_after_the_case_has_ended(sqlite_database: str, tmp_path: Path) -> None:
    ended = of_north(final_plan_sent_on="2025-03-02", request_received_on="2024-12-02")
    a_council(sqlite_database, tmp_path, ended, reviews=[a_review()], advice=[an_advice()])
    alert_night(sqlite_database, "2026-02-13")
    assert spoken(alert_night(sqlite_database, "2026-02-16")) == [("reminder", "A. Officer")]


def test_an_order_is_told_of_the_day_after(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, "2026-02-16")
    a_council(sqlite_database, tmp_path, orders=[an_order()])
    found = of_duty(alert_night(sqlite_database, "2026-02-17"), "notify_assessment_after_order")
    assert spoken(found) == [("order_made", "A. Officer"), ("order_made_to_team_leader", "B. Leader")]
    assert {(x.record_key, x.urgency, x.template) for x in found} == {("1", "immediate", "order")}


def test_a_replay_of_an_older_night_claims_nothing(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, "2026-05-20")
    assert alert_night(sqlite_database, "2026-03-02", now=evening("2026-05-21")) == []
    with reading(sqlite_database) as connection:
        why = why_nothing_is_claimed(connection, date(2026, 3, 2), now=evening("2026-05-21"))
    assert why == "A night was run for 2026-05-20, after 2026-03-02."


def test_a_night_by_a_clock_that_is_behind_claims_nothing(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    alert_night(sqlite_database, "2026-05-20")
    assert alert_night(sqlite_database, BREACH_DAY)
    a_council(sqlite_database, tmp_path, of_north(), of_north("C-2"))
    assert alert_night(sqlite_database, "2026-05-25", now=evening("2026-05-25")) == []
    assert spoken(of_duty(alert_night(sqlite_database, BREACH_DAY), FINAL))


def test_a_night_for_a_day_to_come_claims_nothing_and_stands_in_nobodys_way(
    sqlite_database: str, tmp_path: Path
) -> None:
    a_council(sqlite_database, tmp_path)
    assert alert_night(sqlite_database, "2027-01-04", now=evening("2026-05-25")) == []
    assert alert_night(sqlite_database, BREACH_DAY)


def test_an_authority_has_its_own_ladder(sqlite_database: str, tmp_path: Path) -> None:
    cases = [of_north(), of_north("D-1", authority_code="998")]
    a_council(sqlite_database, tmp_path, *cases, people=[*staff(), *staff(authority_code="998")])
    folder = tmp_path / "practices"
    folder.mkdir()
    (folder / "998.toml").write_text("[ladders.send_final_plan.breach]\ndays = 3\n", encoding="utf-8")
    alert_night(sqlite_database, "2026-05-25", folder)
    first = [x.case_ref for x in alert_night(sqlite_database, BREACH_DAY, folder) if x.rung == "breach"]
    later = [x.case_ref for x in alert_night(sqlite_database, "2026-05-28", folder) if x.rung == "breach"]
    assert (first, later) == (["C-1"], ["D-1"])


def faults_of_a_night(address: str) -> list[LadderFault]:
    """Who cannot be told on a night of 2 March."""
    alert_night(address, "2026-03-02")
    with reading(address) as connection:
        return ladder_faults(connection, practices(), date(2026, 3, 2))


def test_faults_name_the_roles_that_nobody_holds(sqlite_database: str, tmp_path: Path) -> None:
    cases = [of_north(), of_north("C-2", officer="Z. Gone")]
    a_council(sqlite_database, tmp_path, *cases, people=staff(without=("health_dco",)), closures=[a_closure()])
    found = faults_of_a_night(sqlite_database)
    gone = "1 open case of North is with an officer who is not among the people of that team"
    assert [(x.team, x.role, x.words) for x in found] == [
        ("", "health_dco", "nobody holds the role designated clinical officer; the officer is told instead"),
        ("North", "officer", f"{gone}; the team leader is told instead"),
    ]
    assert all(x.remedy for x in found)


def test_faults_say_why_nobody_can_be_told_and_who_is_told_instead(sqlite_database: str, tmp_path: Path) -> None:
    cases = [
        *(of_north(f"C-{n}", officer="S. Silent") for n in (1, 2)),
        of_north("C-3", officer=" "),
        a_case("C-4"),
        a_case("C-5", officer="A. Officer"),
    ]
    people = [
        *staff(without=("psychology_lead",)),
        a_person("S. Silent"),
        a_person("H. Lead", team="", role="psychology_lead"),
    ]
    a_council(sqlite_database, tmp_path, *cases, people=people)
    found = faults_of_a_night(sqlite_database)
    unreached = "2 open cases of North are with an officer who has no address"
    assert [(x.team, x.role, x.words) for x in found] == [
        ("", "officer", "1 open case names no officer; the service manager is told instead"),
        ("", "psychology_lead", "the principal educational psychologist has no address; the officer is told instead"),
        ("", "team_leader", "2 open cases have no team, and so no team leader; the service manager is told instead"),
        ("North", "officer", "1 open case of North names no officer; the team leader is told instead"),
        ("North", "officer", f"{unreached}; the team leader is told instead"),
    ]
    assert [x.remedy for x in found][2:] == [
        "Name the team in each case.",
        "Name one in each case.",
        "Give each officer an address in the sheet people.",
    ]


def test_letters_that_cannot_say_where_to_answer_are_a_fault(sqlite_database: str, tmp_path: Path) -> None:
    of = {"team": "", "role": "service_manager", "address": "channel:managers"}
    a_council(sqlite_database, tmp_path, people=[*staff(without=("service_manager",)), a_person("C. Manager", **of)])
    alert_night(sqlite_database, "2026-03-02")
    elsewhere = own(tmp_path, '[letters]\nanswer_to = "01000 100100"\n')
    with reading(sqlite_database) as connection:
        (fault,) = ladder_faults(connection, practices(), date(2026, 3, 2))
        assert ladder_faults(connection, practices(elsewhere), date(2026, 3, 2)) == []
    assert "do not say where to answer" in fault.words
    assert "[letters] answer_to" in fault.remedy


def test_faults_count_what_is_asked_of_settings_that_cannot_be_written_to(sqlite_database: str, tmp_path: Path) -> None:
    asked = [an_advice(case, "education", body=body) for case, body in (("C-1", "Oak School"), ("C-2", "Elm School"))]
    a_council(sqlite_database, tmp_path, of_north(), of_north("C-2"), advice=[*asked, an_advice("C-2")])
    alert_night(sqlite_database, "2026-03-02")
    with reading(sqlite_database) as connection:
        (fault,) = ladder_faults(connection, practices(), date(2026, 3, 2))
    assert (fault.team, fault.role) == ("", "setting")
    assert fault.words == (
        "1 open request for advice is with bodies that no setting among the people is named as; "
        "the officer is told instead"
    )
