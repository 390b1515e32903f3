"""The outbox: who is told what in which message, whatever the order of nights, runs and deliveries."""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from models.casework.alerts.claims import SHADOW, Claim
from models.casework.alerts.holds import acknowledge
from models.casework.clocks import refresh_clocks
from models.practice.ladders import TEMPLATES
from models.practice.loader import practices
from models.practice.words import LastSafe
from models.queries.ladders.recipients import Recipient
from models.queries.outbox.messages import alerts_of
from models.queries.outbox.outbox import due
from models.queries.outbox.spoken import DONE, FAMILY_KNOWS
from models.statute.register import load_register
from models.store import fetch, insert_rows, unit_of_work
from notifications import outbox
from notifications.compose.line import Forms
from notifications.outbox import Raised, raise_alerts
from notifications.put_off import IN_THE_DIGEST
from tests.store.alerting import staff
from tests.store.build import (
    Row,
    a_case,
    an_advice,
    an_exception,
    an_order,
    counted,
    execute,
    night,
    stored,
    take,
    write_extract,
)

FINAL_AFTER_ORDER = "send_final_plan_after_order"
FRIDAY, SATURDAY, SUNDAY, MONDAY, TUESDAY = "2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23", "2026-11-24"
OFFICER = Recipient("999", "North", "officer", "A. Officer", "officer@council.example")
LEADER = Recipient("999", "North", "team_leader", "B. Leader", "team_leader@council.example")
HEALTH = Recipient("999", "", "health_dco", "F. Clinical", "health_dco@council.example")
MANAGER = Recipient("999", "", "service_manager", "C. Manager", "service_manager@council.example")
OFFICERS_CASE = {"team": "North", "officer": "A. Officer"}

Outbox = list[dict[str, str]]
Raise = Callable[..., Raised]


def dawn(day: str) -> datetime:
    """When the night of a day is run."""
    return datetime.combine(date.fromisoformat(day), time(2, 30), tzinfo=UTC)


def cases(address: str, tmp_path: Path, *refs: str, as_of: str = FRIDAY, **sheets: list[Row]) -> None:
    """Take in these cases, requested in the spring, and evaluate their clocks."""
    rows = [a_case(ref, request_received_on="2026-06-01", **OFFICERS_CASE) for ref in refs]
    hand_over(address, tmp_path, as_of, cases=rows, **sheets)
    night(address, as_of, now=dawn(as_of))


def hand_over(address: str, tmp_path: Path, day: str, **sheets: list[Row]) -> None:
    """Take in an extract made on the morning of a day."""
    extract = write_extract(tmp_path, extracted_at=dawn(day), **sheets)
    take(address, extract, now=dawn(day), allow_missing=True)


def claim(number: int = 1, **said: str | int | Recipient | None) -> Claim:
    """The claim that the officer be told of the final plan of case C-`number`."""
    of = {"duty": "send_final_plan", "record_id": number, "case_id": number, "case_ref": f"C-{number}"}
    when = {"origin_on": "2026-06-01", "due_on": "2026-10-19", "reached_on": "2026-10-20", "act_by": "2026-10-16"}
    rung = {"rung": "breach", "repetition": 0, "role": "officer", "urgency": "digest", "template": "breach"}
    whose = {"authority_code": "999", "team": "North", "record_key": "", "recipient": OFFICER, "silence": ""}
    return Claim(**{**of, **when, **rung, **whose, **said})  # type: ignore[arg-type]


class Found(NamedTuple):
    """What a night is to find, in place of `Due`."""

    every: Sequence[Claim]

    @property
    def authorities(self) -> Counter[str]:
        return Counter(x.authority_code for x in self.every)

    def claims(self, authority_codes: Collection[str]) -> list[Claim]:
        return [x for x in self.every if x.authority_code in authority_codes]


@pytest.fixture
def raise_(monkeypatch: pytest.MonkeyPatch) -> Raise:
    """Raise these claims as if a night had found them."""

    def raised(address: str, day: str, *claims: Claim, own: Path | None = None, forms: Forms | None = None) -> Raised:
        monkeypatch.setattr(outbox, "due_claims", lambda *_, **__: Found(claims))
        with unit_of_work(address) as connection:
            policies = practices(own)
            return raise_alerts(connection, load_register(), policies, date.fromisoformat(day), dawn(day), forms)

    return raised


def sent(address: str, *numbers: int) -> None:
    """These messages have gone out."""
    for number in numbers:
        execute(address, f"UPDATE messages SET status = 'sent', attempts = 1 WHERE id = {number}")


def held(address: str) -> Outbox:
    names = ("id", "recipient", "urgency", "template", "status", "day", "not_before", "subject", "text", "html")
    return [dict(zip(names, row, strict=True)) for row in stored(address, "messages", *names)]


def test_a_digest_holds_all_of_its_recipients_day_and_waits_for_the_morning(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    done = raise_(database, FRIDAY, claim(1), claim(2, due_on="2026-11-25", template="warning"))
    assert done == Raised(claimed=2, spoken=2, messages=1)
    (message,) = held(database)
    assert message["subject"] == "1 overdue, 1 due this week: your cases, 20 Nov"
    assert (message["recipient"], message["status"], message["template"]) == ("A. Officer", "waiting", "digest")
    assert (message["day"], message["not_before"]) == (FRIDAY, "2026-11-20 07:45:00.000000+00:00")
    assert "Due Mon 19 October 2026, 32 days late." in message["text"]
    assert "Why: SEND Regs 2014, reg 13(2)" in message["text"]
    assert (
        "Is something of this in hand? Tell whoever runs this program for your team, with the case" in message["text"]
    )
    assert "ehc ack" not in message["text"] + message["html"]


def test_the_morning_is_englands_also_in_summer(sqlite_database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(sqlite_database, tmp_path, "C-1", as_of="2026-07-01")
    raise_(sqlite_database, "2026-07-01", claim(1))
    assert held(sqlite_database)[0]["not_before"] == "2026-07-01 06:45:00.000000+00:00"


def test_alerts_and_messages_are_in_together_or_not_at_all(
    database: str, tmp_path: Path, raise_: Raise, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases(database, tmp_path, "C-1")

    def fails(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(outbox, "store_claims", fails)
        with pytest.raises(RuntimeError):
            raise_(database, FRIDAY, claim(1))
    assert counted(database, "alerts", "messages") == {"alerts": 0, "messages": 0}
    raise_(database, FRIDAY, claim(1))
    assert stored(database, "alerts", "message_id", "silence") == [(1, None)]


def test_silence_is_claimed_without_a_message(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    done = raise_(database, FRIDAY, claim(1, silence="an exception holds"), claim(2, recipient=None, silence="nobody"))
    assert done == Raised(claimed=2, silent=2)
    assert stored(database, "alerts", "message_id") == [(None,), (None,)]


def test_a_later_run_adds_to_the_digest_that_still_waits(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, FRIDAY, claim(1))
    before = stored(database, "messages", "reference", "day", "number", "not_before")
    done = raise_(database, FRIDAY, claim(2))
    assert done == Raised(claimed=1, spoken=1, added_to=1)
    (message,) = held(database)
    assert message["subject"].startswith("2 overdue")
    assert "C-1" in message["html"]
    assert "C-2" in message["html"]
    assert stored(database, "messages", "reference", "day", "number", "not_before") == before
    assert stored(database, "alerts", "message_id") == [(1,), (1,)]


def test_once_it_has_been_sent_the_next_is_for_the_next_working_day(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1", "C-2", "C-3")
    raise_(database, FRIDAY, claim(1))
    sent(database, 1)
    raise_(database, FRIDAY, claim(2))
    raise_(database, MONDAY, claim(3))
    first, second = held(database)
    assert (first["day"], second["day"]) == (FRIDAY, MONDAY)
    assert second["not_before"] == "2026-11-23 07:45:00.000000+00:00"
    assert "C-1" in first["text"]
    assert "C-2" not in first["text"]
    assert second["subject"] == "2 overdue: your cases, 23 Nov"


@pytest.mark.parametrize("status", ["sending", "sent", "temporary_failure", "uncertain", "permanent_failure"])
def test_what_was_tried_stays_as_it_is(status: str, sqlite_database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(sqlite_database, tmp_path, "C-1", "C-2")
    raise_(sqlite_database, FRIDAY, claim(1))
    execute(sqlite_database, f"UPDATE messages SET status = '{status}', attempts = 1")
    before = held(sqlite_database)
    raise_(sqlite_database, FRIDAY, claim(2))
    assert held(sqlite_database)[:1] == before
    assert len(held(sqlite_database)) == 2


def test_a_weekend_is_one_digest_on_monday(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2", "C-3")
    for number, day in enumerate((SATURDAY, SUNDAY, MONDAY), 1):
        raise_(database, day, claim(number))
    (message,) = held(database)
    assert (message["day"], message["subject"]) == (MONDAY, "3 overdue: your cases, 23 Nov")


def test_of_one_clock_a_digest_that_waits_has_the_newest_line_alone(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1")
    asked = {"duty": "ask_for_advice:health", "record_key": "health", "template": "never_asked", "due_on": FRIDAY}
    raise_(database, SATURDAY, claim(1, **asked, rung="ask_today"), claim(1, template="warning", rung="last_days"))
    raise_(database, SUNDAY, claim(1, **asked, rung="not_asked"), claim(1))
    (message,) = held(database)
    assert message["subject"] == "1 overdue, 1 past target: your cases, 22 Nov"
    assert message["text"].count("* C-1") == message["html"].count('<strong class="break">C-1') == 2
    assert "The last lawful day has passed." in message["text"]
    assert len(stored(database, "alerts")) == 4


def test_nights_that_could_not_send_pile_nothing_up(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2", "C-3")
    for number, day in enumerate((FRIDAY, MONDAY, TUESDAY), 1):
        raise_(database, day, claim(number))
    (message,) = held(database)
    assert message["subject"] == "3 overdue: your cases, 24 Nov"


def test_what_was_done_while_the_digest_waited_is_named_as_done(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, FRIDAY, claim(1))
    execute(database, "UPDATE clocks SET ended_on = '2026-11-20', ended_by = 'done' WHERE record_id = 1")
    raise_(database, FRIDAY, claim(2))
    (message,) = held(database)
    assert message["subject"].startswith("1 overdue:")
    assert "DONE IN THE MEANTIME, NOTHING TO DO\nC-1, send the final plan to the family\n" in message["text"]


def settle(address: str, *records: int) -> None:
    """What these records wait for has been done."""
    for record in records:
        execute(address, f"UPDATE clocks SET ended_on = '{FRIDAY}', ended_by = 'done' WHERE record_id = {record}")


def test_what_still_waits_says_how_things_stand_on_the_newest_night(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, SATURDAY, claim(1, urgency="immediate"), claim(2, urgency="immediate"))
    settle(database, 1)
    assert raise_(database, SUNDAY) == Raised()
    (message,) = held(database)
    assert message["subject"] == "34 days late: C-2, send the final plan to the family"
    assert "As things stood on Sun 22 November 2026." in message["text"]
    assert "DONE IN THE MEANTIME, NOTHING TO DO\nC-1, send the final plan to the family\n" in message["text"]
    assert (message["day"], message["status"]) == (SATURDAY, "waiting")
    assert message["not_before"] == "2026-11-21 02:30:00.000000+00:00"


def test_what_was_all_done_before_it_was_sent_is_withdrawn(database: str, tmp_path: Path, raise_: Raise) -> None:
    advice = [an_advice("C-3", requested_on="2026-09-01")]
    cases(database, tmp_path, "C-1", "C-2", "C-3", advice=advice)
    owed = {"duty": "give_advice", "record_key": "health", "role": "health_dco", "recipient": HEALTH}
    chase = claim(1, **owed, case_id=3, case_ref="C-3", template="chase", origin_on="2026-09-01", due_on="2026-10-13")
    raise_(database, SATURDAY, claim(2, urgency="immediate"), claim(2, rung="x"), chase._replace(urgency="immediate"))
    settle(database, 1, 2)
    raise_(database, SUNDAY, claim(3))
    alert, digest, letter = held(database)
    assert [x["status"] for x in (alert, digest, letter)] == ["withdrawn", "waiting", "withdrawn"]
    assert stored(database, "messages", "why")[0] == ("all of it was done before it was sent",)
    assert digest["subject"].startswith("1 overdue:")
    with unit_of_work(database) as connection:
        on = date.fromisoformat(TUESDAY)
        assert [x.id for x in due(connection, now=dawn(TUESDAY), on=on)] == [int(digest["id"])]


def test_a_line_that_is_open_again_while_its_message_waits_is_in_it_once(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, SATURDAY, claim(1), claim(2))
    settle(database, 1)
    raise_(database, SUNDAY)
    assert stored(database, "alerts", "silence") == [(DONE,), (None,)]
    execute(database, "UPDATE clocks SET ended_on = NULL, ended_by = NULL")
    raise_(database, MONDAY)
    (message,) = held(database)
    assert message["subject"] == "2 overdue: your cases, 23 Nov"
    assert stored(database, "alerts", "silence") == [(None,), (None,)]


def test_a_digest_for_the_day_of_one_that_was_withdrawn_is_for_that_day(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, SATURDAY, claim(1))
    settle(database, 1)
    raise_(database, SUNDAY)
    raise_(database, MONDAY, claim(2))
    assert stored(database, "messages", "day", "number", "status") == [
        (MONDAY, 1, "withdrawn"),
        (MONDAY, 2, "waiting"),
    ]


def test_a_second_run_of_a_night_writes_nothing(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2", "C-3")
    raise_(database, FRIDAY, claim(1), claim(2, urgency="immediate"), claim(3, urgency="weekly"))
    settle(database, 3)
    raise_(database, SATURDAY)
    execute(database, "UPDATE messages SET status_at = created_at")
    before = stored(database, "messages")
    raise_(database, SATURDAY)
    assert stored(database, "messages") == before


@pytest.mark.parametrize("status", ["sending", "sent", "temporary_failure", "uncertain", "permanent_failure"])
def test_what_was_tried_is_neither_written_anew_nor_withdrawn(
    status: str, sqlite_database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(sqlite_database, tmp_path, "C-1")
    raise_(sqlite_database, FRIDAY, claim(1))
    execute(sqlite_database, f"UPDATE messages SET status = '{status}', attempts = 1")
    settle(sqlite_database, 1)
    before = held(sqlite_database)
    raise_(sqlite_database, SATURDAY)
    assert held(sqlite_database) == before


def test_every_message_says_from_when_the_records_are(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", as_of="2026-06-01")
    raise_(database, "2026-06-01", claim(1))
    assert "\nFrom the extract of Mon 1 June 2026, 03:30, England. " in held(database)[0]["text"]
    execute(database, "UPDATE imports SET authorities = '998'")
    raise_(database, "2026-06-01", claim(1, rung="x"))
    assert "\nNo extract has been taken in yet. " in held(database)[0]["text"]


WARNING = "The records are 4 days old: check before you act."


def test_from_records_that_are_too_old_nothing_is_told_at_once(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, MONDAY, claim(1, urgency="immediate"))
    raise_(database, TUESDAY, claim(2, urgency="immediate"))
    (digest,) = held(database)
    assert (digest["urgency"], digest["template"], digest["day"]) == ("digest", "digest", TUESDAY)
    assert digest["not_before"] == "2026-11-24 07:45:00.000000+00:00"
    assert digest["text"].startswith(f"{WARNING}\n\nYour cases: 2 overdue\n")
    assert WARNING in digest["html"]
    before = held(database)
    assert raise_(database, TUESDAY) == Raised()
    assert held(database) == before


def test_an_alert_from_records_that_grew_too_old_joins_the_digest_that_waits(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    advice = [an_advice("C-1", requested_on="2026-09-01")]
    cases(database, tmp_path, "C-1", "C-2", advice=advice)
    owed = {"duty": "give_advice", "record_key": "health", "role": "health_dco", "recipient": HEALTH}
    chase = claim(1, **owed, template="chase", urgency="immediate", origin_on="2026-09-01", due_on="2026-10-13")
    raise_(database, MONDAY, claim(1, urgency="immediate"), claim(2), chase)
    raise_(database, TUESDAY)
    alert, digest, letter = held(database)
    assert (alert["status"], digest["status"], letter["status"]) == ("withdrawn", "waiting", "waiting")
    assert stored(database, "messages", "why")[0] == (IN_THE_DIGEST,)
    assert digest["text"].startswith(f"{WARNING}\n\nYour cases: 2 overdue\n")
    assert stored(database, "alerts", "message_id", "silence") == [(2, None), (2, None), (3, None)]
    assert (letter["urgency"], letter["not_before"]) == ("digest", "2026-11-24 07:45:00.000000+00:00")


def test_records_of_a_yearly_return_are_never_too_old(sqlite_database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(sqlite_database, tmp_path, "C-1")
    execute(sqlite_database, "UPDATE imports SET source = 'sen2_xml'")
    raise_(sqlite_database, "2026-12-14", claim(1, urgency="immediate"))
    (message,) = held(sqlite_database)
    assert message["urgency"] == "immediate"
    assert "check before you act" not in message["text"]


def test_what_is_open_besides_is_overdue_only_by_law(database: str, tmp_path: Path, raise_: Raise) -> None:
    rows = [a_case("C-1", assess_decision="Y", assess_decided_on="2026-08-10", **OFFICERS_CASE)]
    hand_over(database, tmp_path, FRIDAY, cases=[{**row, "request_received_on": "2026-07-06"} for row in rows])
    night(database, FRIDAY, now=dawn(FRIDAY))
    raise_(database, FRIDAY, claim(1, rung="x", due_on="2026-11-23"))
    said = "ALSO ON YOUR LIST\n1 past the day for no plan, 1 past target.\n"
    assert said in held(database)[0]["text"]


def test_a_first_digest_counts_every_line_and_writes_out_some(database: str, tmp_path: Path, raise_: Raise) -> None:
    rows = [
        a_case(f"C-{x:02}", request_received_on="2026-06-01", officer="A. Officer", team=("North", "South")[x % 2])
        for x in range(50)
    ]
    hand_over(database, tmp_path, FRIDAY, cases=rows)
    night(database, FRIDAY, now=dawn(FRIDAY))
    of = {"recipient": MANAGER, "role": "service_manager"}
    late = [claim(x + 1, **of, case_ref=f"C-{x:02}", team=("North", "South")[x % 2]) for x in range(50)]
    raise_(database, FRIDAY, *late, claim(1, **of, case_ref="C-00", duty="serve_draft", due_on="2026-11-25"))
    (message,) = held(database)
    first = "This is the first message to you."
    for text in (message["text"], message["html"]):
        assert sum(f"C-{x:02}" in text for x in range(50)) == 20
        assert "And 30 more: North team 15, South team 15." in text
        assert "30 lines are only counted above" in text
        assert "50 overdue, 1 due this week" in text
        assert first in text
    with unit_of_work(database) as connection:
        assert len(alerts_of(connection, message["id"])) == 51
    sent(database, 1)
    raise_(database, MONDAY, *(x._replace(rung="still", repetition=1) for x in late))
    assert first not in held(database)[1]["text"]


def test_who_takes_over_from_somebody_is_not_told_that_it_is_all_there(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    """What the one before was told is not said again, so the first message does not hold all that has gathered."""
    cases(database, tmp_path, *(f"C-{x}" for x in range(1, 6)))
    raise_(database, FRIDAY, claim(1))
    sent(database, 1)
    new = replace(OFFICER, name="N. Officer")
    raise_(database, MONDAY, *(claim(x, recipient=new) for x in range(2, 6)))
    text = held(database)[1]["text"]
    assert "This is the first message to you. What others were told before" in text
    assert "It holds all that has gathered" not in text


def test_the_weekly_digest_waits_for_its_day(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, TUESDAY, claim(1, urgency="weekly"))
    raise_(database, "2026-11-26", claim(2, urgency="weekly"))
    (message,) = held(database)
    assert (message["day"], message["subject"]) == ("2026-11-30", "This week: 2 overdue: your cases, 26 Nov")


def test_a_weekly_digest_whose_day_is_a_holiday_comes_the_working_day_after(
    sqlite_database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(sqlite_database, tmp_path, "C-1", as_of="2026-05-21")
    raise_(sqlite_database, "2026-05-21", claim(1, urgency="weekly"))
    assert held(sqlite_database)[0]["day"] == "2026-05-26"


def test_a_night_of_breaches_is_one_alert_to_each_who_is_told(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, *(f"C-{x}" for x in range(1, 41)))
    breaches = [claim(x, urgency="immediate") for x in range(1, 41)]
    told = [x._replace(rung="breach_to_team_leader", role="team_leader", recipient=LEADER) for x in breaches]
    assert raise_(database, FRIDAY, *breaches, *told).messages == 2
    officer, leader = held(database)
    assert officer["subject"] == leader["subject"] == "40 overdue: C-1, C-10, C-11 and 37 more"
    assert officer["not_before"] == "2026-11-20 02:30:00.000000+00:00"


def test_an_alert_after_one_that_was_sent_is_another(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    raise_(database, FRIDAY, claim(1, urgency="immediate"))
    sent(database, 1)
    raise_(database, FRIDAY, claim(2, urgency="immediate"))
    assert stored(database, "messages", "day", "number") == [(FRIDAY, 1), (FRIDAY, 2)]


def test_an_agency_gets_one_letter_with_all_that_it_owes(database: str, tmp_path: Path, raise_: Raise) -> None:
    rows = [
        an_advice("C-1", requested_on="2026-09-01", received_by_body_on="2026-09-03"),
        an_advice("C-2", requested_on="2026-10-12"),
        an_advice("C-2", "psychology", body="EPS", requested_on="2026-10-12"),
        an_advice("C-3", requested_on="2026-09-01", reply_on="2026-10-01", reply="advice"),
        an_advice("C-4", requested_on="2026-11-02"),
        an_advice("C-5", requested_on="2026-11-02"),
    ]
    cases(database, tmp_path, *(f"C-{x}" for x in range(1, 6)), advice=rows, people=staff())
    chase = {"duty": "give_advice", "role": "health_dco", "template": "chase", "recipient": HEALTH}
    owed = claim(1, **chase, record_key="health", origin_on="2026-09-03", due_on="2026-10-15")
    also = owed._replace(record_id=2, case_id=2, case_ref="C-2", origin_on="2026-10-12", due_on="2026-11-23")
    far = also._replace(record_id=6, case_id=5, case_ref="C-5", origin_on="2026-11-02", due_on="2026-12-14")
    reminders = (x._replace(urgency="weekly", template="reminder") for x in (also, far))
    raise_(database, FRIDAY, owed._replace(urgency="immediate"), *reminders)
    (letter,) = held(database)
    assert (letter["urgency"], letter["template"]) == ("immediate", "agency_letter")
    summary = "1 overdue, 1 due this week, 1 coming (Exampleshire, 20 Nov)"
    assert letter["subject"] == f"Advice for EHC needs assessments: {summary}"
    # C-5 is far off too, but the letter was written for it.
    assert "C-5, health advice" in letter["text"]
    assert "C-4" not in letter["text"]
    assert "1 more request is open with you and not listed here, because it falls due later." in letter["text"]
    assert "To F. Clinical, designated clinical officer\n" in letter["text"]
    assert "Write to service_manager@council.example, quoting" in letter["text"]
    assert "Yours sincerely,\nC. Manager, service manager\nExampleshire\nservice_manager@council" in letter["text"]
    assert "C-1, health advice from Royal Hospital (North team)" in letter["text"]
    assert "Asked on Tue 1 September 2026; received on Thu 3 September 2026" in letter["text"]
    assert "received on a day not on record" in letter["text"]
    assert "SEND Regs 2014, reg 8(1) gives each body 6 weeks" in letter["text"]
    assert "EPS" not in letter["text"]
    assert "C-3" not in letter["text"]


def test_a_letter_lists_a_request_once_and_says_what_a_reply_lacks(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    """A body that declined and was asked again owes two, and each is a line; an answer that is none is not denied."""
    unnamed = {"reply_on": "2026-10-08", "reply": "not_known"}
    rows = [
        an_advice("C-1", requested_on="2026-09-01", reply_on="2026-10-05", reply="declined"),
        an_advice("C-1", requested_on="2026-11-16"),
        an_advice("C-2", requested_on="2026-09-01", **unnamed),
    ]
    cases(database, tmp_path, "C-1", "C-2", advice=rows, people=staff())
    of = {"duty": "give_advice", "role": "health_dco", "template": "chase", "recipient": HEALTH}
    raise_(database, FRIDAY, claim(1, **of, record_key="health", origin_on="2026-09-01", due_on="2026-10-13"))
    (letter,) = held(database)
    assert "2 overdue (Exampleshire" in letter["subject"]
    assert letter["text"].count("* C-1, health advice from Royal Hospital (North team)\n") == 1
    assert "Your reply of Mon 5 October 2026 declines to give it, which does not end the duty.\n" in letter["text"]
    assert "Your reply of Thu 8 October 2026 says that the child or young person is not known" in letter["text"]


def test_a_setting_reads_of_nothing_but_what_was_asked_of_it_by_its_name(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    begun = {"assess_decision": "Y", "assess_decided_on": "2026-07-06", "draft_served_on": "2026-11-02"}
    consulted = {**begun, "consultation_sent_on": "2026-11-02", "request_received_on": "2026-07-01", **OFFICERS_CASE}
    bodies = {"C-1": "Oak School", "C-2": "oak  school", "C-3": "Elm School", "C-4": ""}
    asked = [an_advice(case, "education", body=body, requested_on="2026-09-01") for case, body in bodies.items()]
    of_all = [a_case(case, **consulted) for case in (*bodies, "C-5")]
    hand_over(database, tmp_path, FRIDAY, cases=of_all, advice=asked)
    night(database, FRIDAY, now=dawn(FRIDAY))
    oak, elm = (Recipient("999", "", "setting", f"{x} School", f"{x}@schools.example") for x in ("Oak", "Elm"))
    of = {"duty": "give_advice", "record_key": "education", "role": "setting", "template": "chase"}
    when = {"origin_on": "2026-09-01", "due_on": "2026-10-13"}
    raise_(database, FRIDAY, claim(1, **of, **when, recipient=oak), claim(3, **of, **when, recipient=elm))
    letters = {x["recipient"]: x for x in held(database)}
    for name, mine in {"Oak School": {"C-1", "C-2"}, "Elm School": {"C-3"}}.items():
        assert letters[name]["template"] == "agency_letter"
        for body in ("text", "html"):
            assert {case for case in (*bodies, "C-5") if case in letters[name][body]} == mine


def test_the_link_says_which_of_several_clocks_of_one_kind_is_meant(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    asked = [
        an_advice("C-1", body="Royal Hospital", requested_on="2026-09-01"),
        an_advice("C-1", body="Clinic: North", requested_on="2026-09-02"),
        an_advice("C-1", body="Clinic: North", requested_on="2026-09-03"),
        an_advice("C-1", "psychology", requested_on="2026-09-01"),
        an_advice("C-2", body="Royal Hospital", requested_on="2026-09-01"),
        an_advice("C-2", body="Clinic: North", requested_on="2026-09-02", reply="advice", reply_on="2026-10-01"),
    ]
    cases(database, tmp_path, "C-1", "C-2", advice=asked, orders=[an_order("C-2"), an_order("C-2")])
    orders = [key for key, duty in stored(database, "clocks", "record_id", "duty") if duty == FINAL_AFTER_ORDER]
    of = {"template": "chase", "origin_on": "2026-09-01", "due_on": "2026-10-13"}
    kinds = [(row, kind) for row, kind in stored(database, "advice", "id", "kind") if row != 6]
    claims = [
        claim(2 if row == 5 else 1, duty="give_advice", record_id=row, record_key=kind, rung=f"chase {row}", **of)
        for row, kind in kinds
    ]
    claims += [claim(2, duty=FINAL_AFTER_ORDER, record_id=x, record_key=str(x), rung=f"o {x}", **of) for x in orders]
    raise_(database, FRIDAY, *claims, forms=Forms("http://127.0.0.1:4200", "0f8fad5b"))
    (message,) = held(database)
    links = re.findall(r'<a href="[^"]+parameters=([^"]+)">[Aa]cknowledge', message["html"])
    said = [json.loads(unquote(link)) for link in links]
    hospital, clinic = {"body": "Royal Hospital"}, {"body": "Clinic: North"}
    health = {"case": "C-1", "duty": "give_advice", "advice_kind": "health"}
    order = {"case": "C-2", "duty": FINAL_AFTER_ORDER}
    wanted = [
        *({**health, **of} for of in (hospital, {**clinic, "number": 1}, {**clinic, "number": 2})),
        {**health, "advice_kind": "psychology"},
        {**health, "case": "C-2"},
        *({**order, "number": number} for number in (1, 2)),
    ]
    assert sorted(map(str, said)) == sorted(map(str, wanted))
    assert "C-1, health advice from Clinic: North, request 2" in message["text"]
    with unit_of_work(database) as connection:
        for form in said:
            by = {"by": "A. Officer", "now": dawn(FRIDAY), "today": date.fromisoformat(FRIDAY)}
            acknowledge(connection, practices(), **form, **by)
    assert len(stored(database, "holds")) == len(claims)


def test_a_letter_that_waits_for_its_day_goes_at_once_when_a_chase_joins_it(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1", as_of=TUESDAY, advice=[an_advice("C-1", requested_on="2026-10-12")])
    of = {"duty": "give_advice", "record_key": "health", "role": "health_dco", "recipient": HEALTH}
    owed = claim(1, **of, template="reminder", urgency="weekly", origin_on="2026-10-12", due_on="2026-11-23")
    raise_(database, TUESDAY, owed)
    raise_(database, TUESDAY, owed._replace(rung="chase", template="chase", urgency="immediate"))
    (letter,) = held(database)
    assert letter["not_before"] == "2026-11-24 02:30:00.000000+00:00"


def test_a_letter_that_went_early_leaves_its_day_to_the_next(database: str, tmp_path: Path, raise_: Raise) -> None:
    """Else each one that a chase hurries would put the agency's list of the week off by another week."""
    rows = [an_advice("C-1", requested_on="2026-10-12"), an_advice("C-2", requested_on="2026-11-05")]
    cases(database, tmp_path, "C-1", "C-2", as_of=TUESDAY, advice=rows)
    of = {"duty": "give_advice", "record_key": "health", "role": "health_dco", "recipient": HEALTH}
    owed = claim(1, **of, template="reminder", urgency="weekly", origin_on="2026-10-12", due_on="2026-11-23")
    raise_(database, TUESDAY, owed)
    raise_(database, TUESDAY, owed._replace(rung="chase", template="chase", urgency="immediate"))
    sent(database, 1)
    raise_(database, "2026-11-26", owed._replace(record_id=2, case_id=2, case_ref="C-2", origin_on="2026-11-05"))
    assert [(x["urgency"], x["day"]) for x in held(database)] == [("immediate", TUESDAY), ("weekly", "2026-11-30")]


def test_whoever_stands_in_for_an_agency_gets_no_letter(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", advice=[an_advice("C-1", requested_on="2026-09-01")])
    of = {"duty": "give_advice", "record_key": "health", "role": "health_dco", "template": "chase"}
    raise_(database, FRIDAY, claim(1, **of, origin_on="2026-09-01", due_on="2026-10-13"))
    assert [x["template"] for x in held(database)] == ["digest"]


def test_a_family_notice_is_a_task_with_a_draft_and_never_goes_to_a_family(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(database, tmp_path, "C-1", advice=[an_advice("C-1", requested_on="2026-10-12")])
    seen = LastSafe("serve_draft", "2026-11-03", "")
    delay = claim(1, template="family_delay", due_on="2026-12-02", act_by="2026-12-01", last_safe=seen)
    raise_(database, FRIDAY, delay, claim(1, rung="x"))
    notice, digest = held(database)
    assert (notice["template"], digest["template"]) == ("family_notice", "digest")
    assert notice["subject"] == "Tell the family by 1 Dec: C-1 will probably be late"
    assert "Nothing has been sent to the family." in notice["text"]
    assert "The last safe day for the draft was 3 November 2026.\n" in notice["text"]
    assert "We asked the health service for a report. We are still waiting." in notice["text"]
    assert stored(database, "family_notices", "tell_by", "told_on") == [("2026-12-01", None)]


def test_a_warning_that_waits_names_the_last_safe_day_every_night(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    safe = {1: LastSafe("serve_draft", SATURDAY, "SEND"), 2: LastSafe("consult_settings", "", "")}
    seen = [
        claim(number, template="warning", rung="last_safe_step", due_on="2026-12-28", last_safe=last_safe)
        for number, last_safe in safe.items()
    ]
    raise_(database, FRIDAY, *seen)
    (first,) = held(database)
    assert "The last safe day for the draft is 21 November 2026 (SEND panel).\n" in first["text"]
    assert (
        "By the days that local practice allows for each step it is too late for consulting the settings.\n"
        in first["text"]
    )
    assert "A step before it" not in first["text"]
    raise_(database, FRIDAY)
    assert held(database) == [first]
    raise_(database, SUNDAY)
    (anew,) = held(database)
    assert "The last safe day for the draft was 21 November 2026 (SEND panel).\n" in anew["text"]
    assert stored(database, "alerts", "safe_step", "safe_on", "safe_panel") == [
        ("serve_draft", SATURDAY, "SEND"),
        ("consult_settings", None, None),
    ]


def test_a_family_that_was_told_meanwhile_is_not_to_be_told_again(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1", "C-2")
    of = {"template": "family_delay", "due_on": "2026-12-02", "act_by": "2026-12-01"}
    raise_(database, FRIDAY, claim(1, **of), claim(2, **of))
    execute(database, "UPDATE family_notices SET told_on = '2026-11-20' WHERE case_id = 1")
    raise_(database, SATURDAY)
    (notice,) = held(database)
    assert notice["subject"] == "Tell the family by 1 Dec: C-2 will probably be late"
    assert "DONE IN THE MEANTIME, NOBODY TO TELL\nC-1\n" in notice["text"]
    execute(database, "UPDATE family_notices SET told_on = '2026-11-20'")
    raise_(database, SUNDAY)
    assert held(database)[0]["status"] == "withdrawn"
    assert stored(database, "alerts", "silence") == [(FAMILY_KNOWS,), (FAMILY_KNOWS,)]


def test_an_escalation_says_what_was_tried(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1")
    raise_(database, FRIDAY, claim(1))
    sent(database, 1)
    up = claim(1, rung="escalation", template="escalation", role="service_manager", recipient=MANAGER)
    raise_(database, MONDAY, up)
    assert "What was tried:\n  - Fri 20 November 2026: breach to the officer\n" in held(database)[1]["text"]


def test_what_was_tried_is_of_the_day_on_which_it_went_out(database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1")
    raise_(database, SATURDAY, claim(1))
    sent(database, 1)
    of = ("message_id", "attempt", "channel", "address", "begun_at", "ended_at", "outcome")
    at = f"{MONDAY} 07:45:00+00:00"
    with unit_of_work(database) as connection:
        insert_rows(connection, "deliveries", of, [(1, 1, "email", "officer@council.example", at, at, "sent")])
    up = claim(1, rung="escalation", template="escalation", role="service_manager", recipient=MANAGER)
    raise_(database, TUESDAY, up)
    assert "What was tried:\n  - Mon 23 November 2026: breach to the officer\n" in held(database)[1]["text"]


def test_what_is_in_shadow_is_written_and_never_waits(database: str, tmp_path: Path, raise_: Raise) -> None:
    own = tmp_path / "practice.toml"
    own.write_text('[alerts]\nshadow_teams = ["South"]\n', encoding="utf-8")
    advice = [an_advice(f"C-{x}", requested_on="2026-09-01") for x in (1, 2)]
    cases(database, tmp_path, "C-1", "C-2", advice=advice)
    execute(database, "UPDATE cases SET team = 'South' WHERE id = 2")
    of = {"duty": "give_advice", "record_key": "health", "role": "health_dco", "recipient": HEALTH}
    owed = claim(1, **of, template="chase", urgency="immediate", origin_on="2026-09-01", due_on="2026-10-13")
    shaded = owed._replace(record_id=2, case_id=2, case_ref="C-2", team="South", silence=SHADOW)
    assert raise_(database, FRIDAY, owed, shaded, own=own) == Raised(claimed=2, spoken=1, shadow=1, messages=2)
    live, shadow = held(database)
    assert (live["status"], shadow["status"]) == ("waiting", "shadow")
    assert "C-2" not in live["text"]
    assert "C-1" not in shadow["text"]


def test_a_line_links_to_the_form_that_acknowledges_it(sqlite_database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(sqlite_database, tmp_path, "C-1")
    raise_(sqlite_database, FRIDAY, claim(1), forms=Forms("https://ehc.council.example/", "0f8fad5b"))
    form = "https://ehc.council.example/v2/deployments/deployment/0f8fad5b/run?parameters="
    assert (
        f"{form}%7B%22case%22%3A%22C-1%22%2C%22duty%22%3A%22send_final_plan%22%7D" in held(sqlite_database)[0]["text"]
    )


def test_where_records_are_of_several_authorities_a_link_names_the_one(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    rows = [a_case("C-1", authority_code=code, request_received_on="2026-06-01") for code in ("998", "999")]
    take(database, write_extract(tmp_path, cases=rows))
    raise_(database, FRIDAY, claim(2, case_ref="C-1"), forms=Forms("https://ehc.council.example/", "0f8fad5b"))
    assert quote('{"case":"999/C-1"')[:-3] in held(database)[0]["text"]


def test_authorities_taken_one_by_one_are_told_what_they_are_told_together(
    sqlite_database: str, tmp_path: Path, raise_: Raise, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [a_case("C-1", authority_code=code, request_received_on="2026-06-01") for code in ("998", "999")]
    take(sqlite_database, write_extract(tmp_path, cases=rows))
    night(sqlite_database, FRIDAY, now=dawn(FRIDAY))
    monkeypatch.setattr(outbox, "AT_ONCE", 1)
    other = {"authority_code": "998", "recipient": replace(OFFICER, authority_code="998")}
    nights = [
        raise_(sqlite_database, day, claim(1, **other, **of), claim(2, case_ref="C-1", **of))
        for day, of in ((FRIDAY, {}), (SATURDAY, {"rung": "still", "repetition": 1}))
    ]
    assert nights == [Raised(claimed=2, spoken=2, messages=2), Raised(claimed=2, spoken=2, added_to=2)]
    assert stored(sqlite_database, "alerts", "message_id") == [(1,), (2,), (1,), (2,)]
    assert [x["subject"] for x in held(sqlite_database)] == ["1 overdue: your cases, 21 Nov"] * 2


def test_what_is_open_besides_is_counted_for_an_officer_and_for_a_team(
    database: str, tmp_path: Path, raise_: Raise
) -> None:
    rows = [
        *(a_case(f"C-{x}", request_received_on="2026-06-01", **OFFICERS_CASE) for x in (1, 2)),
        a_case("C-3", request_received_on="2026-06-01", team="North", officer="Another"),
        a_case("C-4", request_received_on="2026-06-01", team="South", officer="Another"),
    ]
    ends = {
        "assess_decision": "Y",
        "assess_decided_on": "2026-06-20",
        "plan_decision": "Y",
        "draft_served_on": "2026-09-01",
    }
    take(database, write_extract(tmp_path, cases=[{**row, **ends} for row in rows]))
    night(database, FRIDAY, now=dawn(FRIDAY))
    raise_(database, FRIDAY, claim(1), claim(1, rung="other", role="team_leader", recipient=LEADER))
    officer, leader = held(database)
    assert "ALSO ON YOUR LIST\n1 overdue.\n" in officer["text"]
    assert "ALSO ON YOUR LIST\n2 overdue.\n" in leader["text"]


MARK = "Zzyzx"
"""Stands in every column that says something about a child, and may be in no message."""


def test_nothing_about_a_child_is_in_any_message(database: str, tmp_path: Path, raise_: Raise) -> None:
    child = {"person_ref": f"{MARK}-1", "birth_date": "2013-03-03", "ncy": "13", "setting_urn": f"{MARK}-2"}
    row = a_case("C-1", request_received_on="2026-06-01", **OFFICERS_CASE, **child)
    sheets = {
        "cases": [row],
        "advice": [an_advice("C-1", requested_on="2026-09-01", replied_by=f"{MARK}-3"), an_advice("C-1", "parent")],
        "orders": [an_order("C-1", dated_on="2026-11-10")],
        "exceptions": [
            an_exception("C-1", facts=f"{MARK}-4", impractical_because=f"{MARK}-5", approved_by=f"{MARK}-6")
        ],
    }
    hand_over(database, tmp_path, FRIDAY, **sheets)
    assert MARK in json.dumps([stored(database, x) for x in ("cases", "exceptions", "advice")], default=str)
    night(database, FRIDAY, now=dawn(FRIDAY))
    every = [
        claim(1, rung=f"{template}-{urgency}-{to.role}", template=template, urgency=urgency, role=to.role, recipient=to)
        for template in TEMPLATES
        for urgency in ("immediate", "digest", "weekly")
        for to in (OFFICER, LEADER, MANAGER, HEALTH)
    ]
    chase = {"duty": "give_advice", "record_key": "health", "origin_on": "2026-09-01", "due_on": "2026-10-13"}
    raise_(database, FRIDAY, *every, *(x._replace(**chase) for x in every))
    said = json.dumps(stored(database, "messages"), default=str)
    assert len(held(database)) >= 9
    for word in (MARK, "2013-03-03", "3 March 2013", "parent advice"):
        assert word not in said


def test_a_strange_reference_of_an_extract_reaches_no_header(
    sqlite_database: str, tmp_path: Path, raise_: Raise
) -> None:
    cases(sqlite_database, tmp_path, "C-1")
    strange = "C-1\r\nBcc: x@elsewhere.example <script>"
    raise_(sqlite_database, FRIDAY, claim(1, case_ref=strange, urgency="immediate"), claim(1, rung="x", team=strange))
    for message in held(sqlite_database):
        assert message["subject"].isprintable()
        assert "<script" not in message["html"]
        assert "\nBcc" not in message["text"]


@pytest.mark.parametrize(("alerts", "people"), [(1000, 20)])
def test_many_alerts_are_few_messages(alerts: int, people: int, database: str, tmp_path: Path, raise_: Raise) -> None:
    cases(database, tmp_path, "C-1")
    officers = [replace(OFFICER, name=f"Officer {x:03}") for x in range(people)]
    claims = [claim(1, rung=f"r{x}", case_ref=f"C-{x}", recipient=officers[x % people]) for x in range(alerts)]
    claims += [x._replace(rung=f"{x.rung}-i", urgency="immediate") for x in claims[: people * 2]]
    assert raise_(database, FRIDAY, *claims) == Raised(claimed=len(claims), spoken=len(claims), messages=people * 2)
    assert raise_(database, FRIDAY) == Raised()


STEPS = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.lists(
            st.tuples(
                st.integers(1, 6),
                st.sampled_from(["breach", "escalation", "warning", "family_delay"]),
                st.sampled_from(["immediate", "digest", "weekly"]),
                st.sampled_from([OFFICER, LEADER, MANAGER]),
                st.sampled_from(["", "", "", SHADOW, "an exception holds"]),
            ),
            max_size=6,
        ),
        st.booleans(),
    ),
    max_size=5,
)


class RolledBackError(Exception):
    """Ends an example, so that the next one finds the database as it was."""


@given(STEPS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_line_is_in_exactly_one_message_of_its_recipient(
    sqlite_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: Sequence[tuple]
) -> None:
    if not counted(sqlite_database, "cases")["cases"]:
        cases(sqlite_database, tmp_path, *(f"C-{x}" for x in range(1, 7)))
    with pytest.raises(RolledBackError), unit_of_work(sqlite_database) as connection:
        _live_through(connection, steps, monkeypatch)


def _live_through(connection: Connection, steps: Sequence[tuple], monkeypatch: pytest.MonkeyPatch) -> None:
    """Raise what each night drew, let some of it go out, look, and leave no trace."""
    wanted, day, tonight = [], date.fromisoformat(FRIDAY), []
    monkeypatch.setattr(outbox, "due_claims", lambda *_, **__: Found(tonight))
    for number, (pause, drawn, goes_out) in enumerate(steps):
        day += timedelta(days=pause)
        tonight[:] = _claims(number, drawn)
        raise_alerts(connection, load_register(), practices(), day, dawn(day.isoformat()))
        wanted += tonight
        if goes_out:
            connection.exec_driver_sql("UPDATE messages SET status = 'sent', attempts = 1 WHERE status = 'waiting'")
    _is_told_once(connection, wanted)
    raise RolledBackError


def _claims(number: int, drawn: Iterable[tuple]) -> Iterable[Claim]:
    for place, (case, template, urgency, recipient, silence) in enumerate(drawn):
        of = {"rung": f"r{number}-{place}", "case_ref": f"C-{case}", "template": template, "urgency": urgency}
        yield claim(case, **of, role=recipient.role, recipient=recipient, silence=silence)


def _is_told_once(connection: Connection, wanted: Sequence[Claim]) -> None:
    names = ("recipient", "text", "html", "status", "id")
    messages = [dict(zip(names, x, strict=True)) for x in fetch(connection, f"SELECT {', '.join(names)} FROM messages")]
    of_rung = dict(fetch(connection, "SELECT rung, message_id FROM alerts"))
    assert len(of_rung) == len(wanted)
    for x in wanted:
        mine = [y for y in messages if y["id"] == of_rung[x.rung]]
        assert len(mine) == (x.silence in ("", SHADOW)), x
        for message in mine:
            assert message["recipient"] == x.recipient.name
            assert x.case_ref in message["text"]
            assert x.case_ref in message["html"]
            assert (message["status"] == "shadow") == (x.silence == SHADOW)
    assert {y["id"] for y in messages} == {x for x in of_rung.values() if x is not None}


def test_a_real_night_speaks_once_through_the_ladders(database: str, tmp_path: Path) -> None:
    rows = [a_case("C-1", request_received_on="2026-07-01", **OFFICERS_CASE)]
    hand_over(database, tmp_path, "2026-11-18", cases=rows, people=staff())

    def a_night(day: str) -> Raised:
        with unit_of_work(database) as connection:
            refresh_clocks(connection, load_register(), date.fromisoformat(day), now=dawn(day))
            return raise_alerts(connection, load_register(), practices(), date.fromisoformat(day), dawn(day))

    a_night("2026-11-18")
    before = counted(database, "messages")["messages"]
    assert a_night("2026-11-19").spoken >= 2
    assert a_night("2026-11-19") == Raised()
    new = held(database)[before:]
    assert {x["recipient"] for x in new if x["urgency"] == "immediate"} == {"A. Officer", "B. Leader"}
    assert all(
        "1 day late: C-1, send the final plan to the family" in x["subject"] for x in new if x["urgency"] == "immediate"
    )
