"""A rehearsal says what a ladder would have said, and writes nothing."""

from collections import Counter
from pathlib import Path

from models.practice.loader import practices
from models.queries.ladders.rehearsal import BreachLine, Rehearsal, RungLine, rehearse
from models.statute.register import load_register
from models.store import reading
from tests.store.alerting import SETTING, alert_night, staff
from tests.store.build import (
    Row,
    a_case,
    a_person,
    a_review,
    an_advice,
    an_exception,
    an_order,
    date,
    everything,
    take,
    write_extract,
)

YEAR = ("2026-01-01", "2026-12-31")


def rehearsed(address: str, first: str = YEAR[0], last: str = YEAR[1], practice: Path | None = None) -> Rehearsal:
    with reading(address) as connection:
        days = date.fromisoformat(first), date.fromisoformat(last)
        return rehearse(connection, load_register(), practices(practice), *days)


def said(found: Rehearsal, duty: str) -> dict[str, int]:
    return {x.rung: x.spoken for x in found.rungs if x.duty == duty and x.spoken}


def breaches(found: Rehearsal) -> dict[str, BreachLine]:
    return {x.duty: x for x in found.breaches}


def a_council(address: str, tmp_path: Path, *cases: Row, **sheets: list[Row]) -> None:
    held = cases or (a_case("C-1", team="North", officer="A. Officer"),)
    take(address, write_extract(tmp_path, cases=list(held), people=staff(), **sheets))


def test_it_writes_nothing(database: str, tmp_path: Path) -> None:
    a_council(database, tmp_path, advice=[an_advice()], orders=[an_order()], reviews=[a_review()])
    before = everything(database)
    assert rehearsed(database).clocks
    assert everything(database) == before


def test_a_clock_speaks_until_the_day_it_ended(database: str, tmp_path: Path) -> None:
    replied = an_advice(reply_on="2026-03-13", reply="advice")
    a_council(database, tmp_path, advice=[replied])
    assert said(rehearsed(database), "give_advice") == {
        "reminder_at_three_weeks": 1,
        "reminder_at_five_weeks": 1,
        "officer_at_five_weeks": 1,
    }


def test_what_is_done_within_days_of_an_alert_is_noise(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, advice=[an_advice(reply_on="2026-03-09", reply="advice")])
    lines = {x.rung: x for x in rehearsed(sqlite_database).rungs if x.duty == "give_advice"}
    assert (lines["reminder_at_three_weeks"].noise, lines["reminder_at_five_weeks"].noise) == (0, 1)
    assert lines["reminder_at_five_weeks"] == RungLine(
        "give_advice", "reminder_at_five_weeks", "health_dco", "weekly", 1, 1
    )


def test_only_the_days_asked_about_are_counted(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, advice=[an_advice()])
    found = rehearsed(sqlite_database, "2026-03-07", "2026-03-13")
    assert said(found, "give_advice") == {"chase": 1}


def test_a_breach_says_how_long_before_it_was_warned_of(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, a_case("C-1", final_plan_sent_on="2026-06-30"))
    assert breaches(rehearsed(sqlite_database))["send_final_plan"] == BreachLine(
        "send_final_plan", breaches=1, warned=1, days_before=28, told_late=0, untold=0
    )


def test_a_ladder_without_rungs_leaves_breaches_untold(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path)
    rungs = practices().usual.ladders["send_final_plan"]
    file = tmp_path / "quiet.toml"
    late = {name for name, rung in rungs.items() if rung.counted_from == "due_on" and rung.days > 0}
    for off, expected in ((set(rungs) - late, (0, 1, 0)), (set(rungs), (0, 0, 1))):
        text = "".join(f"{name} = {{ on = false }}\n" for name in off)
        file.write_text(f"[ladders.send_final_plan]\n{text}", encoding="utf-8")
        line = breaches(rehearsed(sqlite_database, practice=file))["send_final_plan"]
        assert (line.warned, line.told_late, line.untold) == expected


def test_what_an_exception_lifts_is_no_breach_and_is_told_to_nobody(sqlite_database: str, tmp_path: Path) -> None:
    a_council(sqlite_database, tmp_path, exceptions=[an_exception()])
    found = rehearsed(sqlite_database)
    assert "send_final_plan" not in breaches(found)
    assert "breach" not in said(found, "send_final_plan")
    assert "reminder" in said(found, "send_final_plan")


def test_alerts_of_one_digest_are_one_message(sqlite_database: str, tmp_path: Path) -> None:
    cases = [a_case(f"C-{n}", team="North", officer="A. Officer") for n in range(3)]
    a_council(sqlite_database, tmp_path, *cases)
    weeks = rehearsed(sqlite_database, "2026-04-27", "2026-04-27").weeks
    officer = next(x for x in weeks if x.role == "officer")
    assert (officer.people, officer.alerts, officer.messages, officer.busiest) == (1, 3, 1, 1)
    assert (officer.week_from, officer.team) == ("2026-04-27", "North")


def test_each_officer_is_a_person_of_the_team(sqlite_database: str, tmp_path: Path) -> None:
    names = [f"{n}. Officer" for n in range(3)]
    cases = [a_case(f"C-{name[0]}", team="North", officer=name) for name in names]
    people = [a_person(name, address=f"{name[0]}@council.example") for name in names]
    take(sqlite_database, write_extract(tmp_path, cases=cases, people=[*staff(), *people]))
    officer = next(x for x in rehearsed(sqlite_database, "2026-04-27", "2026-04-27").weeks if x.role == "officer")
    assert (officer.people, officer.messages, officer.busiest) == (3, 3, 1)


def test_advice_never_asked_for_is_rehearsed(sqlite_database: str, tmp_path: Path) -> None:
    agreed = a_case("C-1", assess_decision="Y", assess_decided_on="2026-02-09", draft_served_on="2026-04-20")
    asked = [an_advice(kind=kind, requested_on="2026-02-10") for kind in ("education", "health", "psychology")]
    a_council(
        sqlite_database, tmp_path, agreed, advice=[*asked, an_advice(kind="social_care", requested_on="2026-02-20")]
    )
    found = rehearsed(sqlite_database)
    assert said(found, "ask_for_advice") == {"ask_today": 1, "not_asked": 1, "not_asked_to_team_leader": 1}
    assert breaches(found)["ask_for_advice"].breaches == 1


def test_advice_is_to_be_asked_for_from_the_day_a_refusal_was_given_up(database: str, tmp_path: Path) -> None:
    refused = {"assess_decision": "N", "assess_decided_on": "2026-02-09"}
    cases = [a_case("C-1", **refused, assess_agreed_after_refusal_on="2026-03-02"), a_case("C-2", **refused)]
    a_council(database, tmp_path, *cases)
    assert said(rehearsed(database, last="2026-03-06"), "ask_for_advice") == {"ask_today": 4, "not_asked": 4}


def test_advice_for_a_plan_that_was_sent_is_chased_only_if_an_order_had_it_asked_for(
    database: str, tmp_path: Path
) -> None:
    case = a_case("C-1", plan_decision="Y", final_plan_sent_on="2026-03-05")
    advice = [an_advice(), an_advice(kind="psychology", requested_on="2026-03-11")]
    for requires, chased in (("amend", {}), ("make_plan", {"chase": 1})):
        a_council(database, tmp_path, case, advice=advice, orders=[an_order(requires=requires, dated_on="2026-03-10")])
        found = rehearsed(database, "2026-03-12", "2026-04-22")
        assert {rung: n for rung, n in said(found, "give_advice").items() if rung == "chase"} == chased


def test_it_agrees_with_the_nights_themselves(sqlite_database: str, tmp_path: Path) -> None:
    """Every night run, nothing known late: what was told, and to whom, is what the rehearsal says."""
    facts = {"assess_decision": "Y", "assess_decided_on": "2026-02-09", "team": "North", "officer": "A. Officer"}
    gone = {**facts, "request_received_on": "2026-01-19", "officer": "Z. Gone"}
    cases = [a_case("C-1", **facts), a_case("C-2", **gone), a_case("C-3", **gone | {"officer": "A. Officer"})]
    advice = [
        an_advice("C-1"),
        an_advice("C-2", kind="psychology", requested_on="2026-02-11"),
        an_advice("C-1", kind="education", body=SETTING),
        an_advice("C-2", kind="education", body="Elm School"),
        an_advice("C-3", kind="education", body="Elm School"),
    ]
    people = staff(without=("social_care_dsco",))
    take(sqlite_database, write_extract(tmp_path, cases=cases, people=people, advice=advice))
    file = tmp_path / "practice.toml"
    foresee = {
        (duty, name)
        for duty, ladder in practices().usual.ladders.items()
        for name, rung in ladder.items()
        if rung.counted_from == "last_safe_on"
    }
    file.write_text("".join(f"[ladders.{duty}.{name}]\non = false\n" for duty, name in foresee), encoding="utf-8")
    own = practices(file)
    told = Counter[tuple[str, str]]()
    first = date(2026, 3, 4)
    claims = alert_night(sqlite_database, first.isoformat(), own)
    at_first = Counter(x.recipient.role for x in claims if x.recipient and not x.silence)
    backlog = rehearsed(sqlite_database, "2026-03-01", first.isoformat(), file).first_night
    assert {x.role: x.clocks for x in backlog} == at_first
    days = [date.fromordinal(first.toordinal() + n) for n in range(1, 24)]
    for day in days:
        claims = alert_night(sqlite_database, day.isoformat(), own)
        told.update((x.rung, x.recipient.role) for x in claims if x.recipient and not x.silence)
    found = rehearsed(sqlite_database, days[0].isoformat(), days[-1].isoformat(), file)
    rehearsed_rungs = Counter[tuple[str, str]]()
    for line in found.rungs:
        rehearsed_rungs[line.rung, line.role] += line.spoken
    assert +rehearsed_rungs == told
    by_role = Counter[str]()
    for role, number in ((x.role, x.alerts) for x in found.weeks):
        by_role[role] += number
    assert by_role == {role: sum(n for (_, other), n in told.items() if other == role) for _, role in told}


def test_what_no_setting_can_be_written_to_about_is_rehearsed_as_the_officers(
    sqlite_database: str, tmp_path: Path
) -> None:
    cases = [a_case(f"C-{n}", team="North", officer="A. Officer") for n in range(3)]
    bodies = (SETTING, SETTING.lower(), "Elm School")
    advice = [an_advice(f"C-{n}", kind="education", body=body) for n, body in enumerate(bodies)]
    a_council(sqlite_database, tmp_path, *cases, advice=advice)
    found = rehearsed(sqlite_database, "2026-03-13", "2026-03-13")
    assert {x.role: x.spoken for x in found.rungs if x.rung == "chase"} == {"setting": 2, "officer": 1}
    setting = next(x for x in found.weeks if x.role == "setting")
    assert (setting.people, setting.alerts, setting.messages, setting.team) == (1, 2, 1, "")


def test_on_the_first_night_people_are_those_who_can_be_told(sqlite_database: str, tmp_path: Path) -> None:
    """As the nights themselves do: what is meant for an officer who cannot be told goes to the next up the line."""
    officers = ("A. Officer", "S. Silent", "Z. Gone", "")
    cases = [a_case(f"C-{n}", team="North", officer=name) for n, name in enumerate(officers)]
    take(sqlite_database, write_extract(tmp_path, cases=cases, people=[*staff(), a_person("S. Silent")]))
    claims = alert_night(sqlite_database, "2026-02-17")
    told = Counter(x.recipient.role for x in claims if x.recipient and not x.silence)
    found = {x.role: x for x in rehearsed(sqlite_database, last="2026-02-17").first_night}
    assert {role: line.clocks for role, line in found.items()} == told
    assert (found["officer"].people, found["team_leader"].people) == (1, 1)


def test_on_the_first_night_an_agency_has_one_letter(sqlite_database: str, tmp_path: Path) -> None:
    """As urgent as its most urgent line: what is late is in the digest then, a reminder in that of the week."""
    advice = [an_advice(requested_on="2025-12-30"), an_advice("C-2", requested_on="2026-01-20")]
    cases = [a_case(f"C-{n}", team="North", officer="A. Officer") for n in (1, 2)]
    a_council(sqlite_database, tmp_path, *cases, advice=advice)
    found = {x.role: x for x in rehearsed(sqlite_database, last="2026-02-17").first_night}
    assert (found["health_dco"].clocks, found["health_dco"].messages) == (2, 1)


def test_a_weekend_is_the_digest_of_monday(sqlite_database: str, tmp_path: Path) -> None:
    """Of three days in a row each has its alert, and the officer one message."""
    cases = [
        a_case(f"C-{n}", team="North", officer="A. Officer", request_received_on=day, withdrawn_on="2026-03-01")
        for n, day in enumerate(("2026-01-31", "2026-02-01", "2026-02-02"))
    ]
    a_council(sqlite_database, tmp_path, *cases)
    (officer,) = (x for x in rehearsed(sqlite_database, "2026-02-21", "2026-02-23").weeks if x.role == "officer")
    assert (officer.week_from, officer.alerts, officer.messages) == ("2026-02-23", 3, 1)
