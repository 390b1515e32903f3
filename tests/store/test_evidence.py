"""The evidence of a case: what it holds, what it leaves out, and the gaps it states; as a page, a table and JSON."""

import csv
import json
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest

from deployments.commands.doctor import findings
from deployments.commands.evidence import Wanted, as_csv, as_html, as_json, run_evidence
from models.casework.alerts.family_notices import tell_family
from models.casework.alerts.holds import acknowledge
from models.casework.chronology.evidence import Evidence, evidence
from models.casework.delivery.switches import switch
from models.casework.recording.facts import record_milestone
from models.errors import NotFoundError, SettingsError
from models.practice.comings import REARMED
from models.practice.loader import practices
from models.queries.evidence.sent import NOTHING_SENT
from models.queries.explain import find_case
from models.statute.register import load_register
from models.store import insert_rows, reading, unit_of_work
from tests.store.build import (
    MONDAY,
    TUESDAY,
    a_case,
    a_person,
    an_advice,
    an_exception,
    execute,
    night,
    take,
    write_extract,
)

TODAY = date(2026, 7, 1)
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HERE = {"by": "Ida Clerk", "now": NOON, "today": TODAY}


@pytest.fixture
def council(sqlite_database: str, tmp_path: Path) -> str:
    """A case that is late: psychology was asked late and has not answered, health has; recorded in March."""
    return late_case(sqlite_database, tmp_path)


def late_case(database: str, tmp_path: Path) -> str:
    case = a_case(assess_decision="Y", assess_decided_on="2026-02-02", officer="Olga Ficer", birth_date="2016-05-04")
    advice = [
        an_advice(reply_on="2026-03-01", reply="advice", replied_by="Nora Nurse"),
        an_advice(kind="psychology", body="EP service", requested_on="2026-02-20", received_by_body_on="2026-02-23"),
    ]
    claim = an_exception(code="ep_shortage", facts="Nora Nurse was away")
    people = [a_person("Ida Clerk", role="team_leader")]
    extract = write_extract(tmp_path, cases=[case], advice=advice, exceptions=[claim], people=people)
    take(database, extract, now=MONDAY)
    night(database, "2026-03-02", now=MONDAY)
    night(database, "2026-03-05", now=TUESDAY)
    return database


def of(address: str, *, as_of: date = TODAY, with_names: bool = False) -> Evidence:
    with reading(address) as connection:
        scope = find_case(connection, "C-1")
        return evidence(connection, load_register(), as_of, scope, with_names=with_names, most_days=3)


def section(found: Evidence, key: str) -> tuple[list[str], list[dict[str, str]]]:
    (one,) = [x for x in found.sections if x.key == key]
    return list(one.words), [dict(row) for row in one.as_rows()]


def send_two_alerts(address: str) -> None:
    """One alert that went out in a message and was received, one that stayed silent."""
    with unit_of_work(address) as connection:
        message = {
            "id": 1,
            "authority_code": "999",
            "team": "North",
            "role": "psychology_lead",
            "recipient": "Petra Lead",
            "urgency": "digest",
            "day": "2026-04-07",
            "number": 1,
            "template": "chase",
            "template_version": "x",
            "subject": "Advice owed",
            "text": "text",
            "html": "html",
            "reference": "EHC-7K2M",
            "created_at": MONDAY.isoformat(),
            "not_before": MONDAY.isoformat(),
            "status": "sent",
            "status_at": MONDAY.isoformat(),
            "attempts": 1,
        }
        insert_rows(connection, "messages", tuple(message), [tuple(message.values())])
        names = (
            "id",
            "duty",
            "record_id",
            "case_id",
            "origin_on",
            "due_on",
            "rung",
            "repetition",
            "reached_on",
            "as_of",
        )
        names += ("claimed_at", "role", "urgency", "template", "silence", "message_id")
        clock = ("give_advice", 2, 1, "2026-02-23", "2026-04-06")
        told = ("2026-04-07", "2026-04-07", MONDAY.isoformat(), "psychology_lead", "digest", "chase")
        rows = [
            (1, *clock, "chase", 0, *told, None, 1),
            (2, *clock, "reminder", 1, *told, "acknowledged by Ida Clerk until 2026-04-20", None),
        ]
        insert_rows(connection, "alerts", names, rows)
        attempt = (1, 1, "notify", "psychology:lead", "2026-04-07 08:00:00+00:00", "2026-04-07 08:00:05+00:00", "sent")
        names = ("message_id", "attempt", "channel", "address", "begun_at", "ended_at", "outcome", "receipt")
        insert_rows(connection, "deliveries", names, [(*attempt, "delivered")])


class TestWhatItSays:
    def test_of_the_law(self, council: str) -> None:
        words, rows = section(of(council), "clocks")
        assert words[0] == "Case C-1 of Exampleshire, as it stood on 2026-07-01."
        assert "the last lawful day is 2026-05-25 (SEND Regs 2014, reg 13(2)). Overdue by 37 days." in words[1]
        assert words[2].startswith("2 time limits of the law missed, 2 of them still not done.")
        assert {row["what had to be done"] for row in rows} >= {"Decide whether to assess, and tell the family"}
        assert not [row for row in rows if "consultation" in row["what had to be done"]]

    def test_of_who_held_it(self, council: str) -> None:
        _, rows = section(of(council), "held")
        assert [(x["held by"], x["days"], x["days late"]) for x in rows] == [
            ("the authority, deciding whether to assess", "28", "0"),
            ("health, owing its advice", "27", "0"),
            ("the educational psychologist, owing advice", "122", "86"),
        ]
        words, _ = section(of(council), "lost")
        assert words == ["177 days, of which 86 came after the last day of whoever held the case then."]

    def test_of_every_fact_and_where_it_came_from(self, council: str) -> None:
        with unit_of_work(council) as connection:
            record_milestone(connection, case="C-1", milestone="draft_served_on", happened_on="2026-06-01", **HERE)
        _, rows = section(of(council), "facts")
        dated = [x["happened"] for x in rows if x["happened"]]
        assert dated == sorted(dated)
        assert "assess decision: to assess" in [x["fact"] for x in rows]
        (draft,) = [x for x in rows if x["fact"] == "draft served"]
        assert (draft["happened"], draft["recorded at"]) == ("2026-06-01", "2026-07-01 12:00")
        assert (draft["source"], draft["by"]) == ("recorded here", "team leader")
        words, _ = section(of(council), "gaps")
        assert "Recorded late, 30 days after it happened: draft served, on 2026-07-01." in words

    def test_of_advice(self, council: str) -> None:
        _, (health, psychology) = section(of(council), "requests")
        assert (health["answered"], health["outcome"]) == (
            "2026-03-01",
            "done in time on Sunday 1 March 2026, 12 days to spare",
        )
        assert (psychology["received by them"], psychology["outcome"]) == ("2026-02-23", "overdue by 86 days")

    def test_of_an_exception_that_is_none(self, council: str) -> None:
        _, (claim,) = section(of(council), "exceptions")
        assert claim["does it hold"].startswith("no exception: the law does not list this reason")
        assert (claim["facts"], claim["why impractical"]) == ("given", "given")

    def test_of_what_was_sent_and_what_stayed_silent(self, council: str) -> None:
        send_two_alerts(council)
        words, (spoken, silent) = section(of(council), "alerts")
        assert words[0] == "2 steps were reached: 1 went into messages, 1 stayed silent."
        assert spoken["about"] == "give advice (psychology EP service 1)"
        assert (spoken["to"], spoken["reference"], spoken["what became of it"]) == (
            "principal educational psychologist",
            "EHC-7K2M",
            "sent",
        )
        assert (spoken["sent at"], spoken["how"], spoken["receipt"]) == ("2026-04-07 08:00", "notify", "delivered")
        assert silent["what became of it"] == "silent: acknowledged by team leader until 2026-04-20"
        assert (silent["step"], silent["reference"]) == ("reminder, time 2", "")

    def test_of_what_was_said_once_more_and_of_what_was_withdrawn(self, council: str) -> None:
        send_two_alerts(council)
        execute(council, f"UPDATE alerts SET repetition = {REARMED} WHERE id = 1")
        execute(council, "UPDATE messages SET status = 'withdrawn', why = 'all of it was done before it was sent'")
        _, (spoken, _) = section(of(council), "alerts")
        assert spoken["step"] == "chase, said once more"
        assert spoken["what became of it"] == "withdrawn before it was sent"

    def test_of_why_a_message_failed_without_the_names_in_it(self, council: str) -> None:
        send_two_alerts(council)
        why = "550 petra.lead@council.example: no such user"
        execute(council, f"UPDATE messages SET status = 'permanent_failure', why = '{why}'")
        execute(council, "UPDATE alerts SET silence = 'Petra Lead, x@council.example, is away' WHERE id = 2")
        _, (spoken, silent) = section(of(council), "alerts")
        assert spoken["what became of it"] == "could not be delivered"
        assert silent["what became of it"] == "silent: principal educational psychologist, an address is away"
        _, (named, _) = section(of(council, with_names=True), "alerts")
        assert named["what became of it"] == f"could not be delivered ({why})"

    def test_of_whom_of_several_that_were_asked_for_the_same(self, sqlite_database: str, tmp_path: Path) -> None:
        bodies = ("Royal Hospital", "Clinic: North", "Clinic: North")
        advice = [an_advice("C-1", body=body, requested_on=f"2026-02-0{day}") for day, body in enumerate(bodies, 1)]
        advice.append(an_advice("C-1", "psychology", requested_on="2026-02-01"))
        take(sqlite_database, write_extract(tmp_path, cases=[a_case("C-1")], advice=advice))
        _, clocks = section(of(sqlite_database), "clocks")
        assert [x["for"] for x in clocks if x["for"]] == [
            "health from Royal Hospital",
            "health from Clinic: North, number 1",
            "health from Clinic: North, number 2",
            "psychology",
        ]

    def test_where_nothing_was_ever_sent(self, council: str) -> None:
        found = of(council)
        assert section(found, "alerts") == ([NOTHING_SENT], [])
        assert section(found, "answers")[0] == ["Nobody has acknowledged an alert or put one off."]
        assert section(found, "family")[0][0].startswith("No task of telling the family")

    def test_of_answers_and_of_the_family(self, council: str) -> None:
        with unit_of_work(council) as connection:
            of_case = {"case": "C-1", **HERE}
            acknowledge(
                connection, practices(), duty="give", reason="Nora Nurse rings", advice_kind="psychology", **of_case
            )
            tell_family(connection, told_on="2026-06-30", how="phone", **of_case)
        _, (answer,) = section(of(council), "answers")
        assert (answer["answer"], answer["reason"], answer["by"]) == ("acknowledged", "given", "team leader")
        _, (told,) = section(of(council), "family")
        assert (told["told"], told["before or after the date"], told["by"]) == ("2026-06-30", "after", "team leader")
        with unit_of_work(council) as connection:
            tell_family(connection, told_on="2026-06-29", how="phone", correct="Nora Nurse says so", **of_case)
        _, (told,) = section(of(council), "family")
        assert told["told"] == "2026-06-29"
        assert told["recorded before, and put right"] == (
            "2026-06-30 by phone, recorded by team leader at 2026-07-01 12:00; "
            "put right by team leader at 2026-07-01 12:00: given"
        )


class TestGaps:
    def test_are_stated_plainly(self, council: str) -> None:
        with unit_of_work(council) as connection:
            switch(connection, is_on=False, reason="a test", by="Ida Clerk", now=NOON)
        words, _ = section(of(council), "gaps")
        for expected in (
            "No extract was taken in between 2026-03-02 and 2026-07-01.",
            "No night was run from 2026-03-03 to 2026-03-04.",
            "No night was run from 2026-03-06 to 2026-07-01.",
            "All sending was switched off from 2026-07-01 12:00 UTC on, and still is.",
        ):
            assert expected in words
        assert any(
            x.startswith("It is not recorded when the request for health advice (Royal Hospital)") for x in words
        )
        assert any("cannot show whether the newest entries were cut off" in x for x in words)

    def test_say_whether_the_chain_holds(self, council: str) -> None:
        words, _ = section(of(council), "chain")
        assert words[1] == "Checked now: every one of them follows from the one before."
        assert re.fullmatch("First hash: [0-9a-f]{64}", words[2])
        assert words[2].split()[-1] != words[3].split()[-1]

    def test_say_that_the_records_were_tampered_with(self, sqlite_database: str, tmp_path: Path) -> None:
        take(sqlite_database, write_extract(tmp_path))
        execute(sqlite_database, "DROP TRIGGER IF EXISTS chronology_no_update")
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        with reading(sqlite_database) as connection:
            names = [name for (name,) in connection.exec_driver_sql(triggers).fetchall()]
        execute(sqlite_database, *(f"DROP TRIGGER {x}" for x in names), "UPDATE chronology SET recorded_by = 'me'")
        assert "the records were tampered with" in section(of(sqlite_database), "chain")[0][1]


class TestNames:
    @pytest.mark.parametrize("name", ["Olga Ficer", "Nora Nurse", "Ida Clerk", "Petra Lead"])
    def test_are_only_there_if_asked_for(self, council: str, name: str) -> None:
        send_two_alerts(council)
        with unit_of_work(council) as connection:
            acknowledge(connection, practices(), case="C-1", duty="send_final_plan", reason="Nora Nurse", **HERE)
        without, named = of(council), of(council, with_names=True)
        for write in (as_csv, lambda x: as_html(x, TODAY), lambda x: json.dumps(as_json(x))):
            assert name not in write(without)
            assert name in write(named)

    def test_nothing_describes_the_child(self, council: str) -> None:
        assert "2016-05-04" not in as_csv(of(council, with_names=True))


class TestTheFiles:
    def test_are_the_same_from_every_database(self, database: str, tmp_path: Path) -> None:
        late_case(database, tmp_path)
        send_two_alerts(database)
        with unit_of_work(database) as connection:
            of_case = {"case": "C-1", **HERE}
            acknowledge(connection, practices(), duty="send_final_plan", **of_case)
            tell_family(connection, told_on="2026-06-30", how="phone", **of_case)
            switch(connection, is_on=False, reason="a test", by="Ida Clerk", now=NOON)
        found = of(database)
        columns = {"alerts": "sent at", "answers": "at", "family": "recorded at", "held": "passed on", "lost": "days"}
        assert {key: section(found, key)[1][0][name] for key, name in columns.items()} == {
            "alerts": "2026-04-07 08:00",
            "answers": "2026-07-01 12:00",
            "family": "2026-07-01 12:00",
            "held": "2026-02-02",
            "lost": "28",
        }
        assert any("switched off from 2026-07-01 12:00 UTC" in x for x in section(found, "gaps")[0])

    def test_the_page_needs_no_other_and_is_accessible(self, council: str) -> None:
        page = as_html(of(council), TODAY)
        assert not re.search(r"(src|href)=\"(?!#)|url\((?!#)|@import|<script", page)
        seen = Tags()
        seen.feed(page)
        assert seen.lang == "en-GB"
        assert seen.counts["h1"] == 1
        assert seen.counts["table"] == seen.counts["caption"] > 0
        assert seen.counts["svg"] == seen.counts["desc"] == 1
        assert "Skip to the evidence" in page
        assert "25 May 2026" in page

    def test_the_table_has_every_line(self, council: str) -> None:
        found = of(council)
        lines = list(csv.DictReader(StringIO(as_csv(found))))
        assert len(lines) == sum(len(x.words) + len(x.rows) for x in found.sections)
        assert {line["section"] for line in lines} == {x.key for x in found.sections}

    def test_a_cell_is_never_a_formula(self, council: str) -> None:
        execute(council, "UPDATE advice SET body = '=HYPERLINK(1)' WHERE kind = 'psychology'")
        assert "'=HYPERLINK(1)" in as_csv(of(council))

    def test_what_is_written_only_its_owner_can_read(
        self, council: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr("deployments.commands.evidence.reading", lambda: reading(council))
        monkeypatch.chdir(tmp_path)
        run_evidence("C-1", TODAY, TODAY, Wanted(None, Path("e.csv"), as_json=False, has_names=False))
        run_evidence("C-1", TODAY, TODAY, Wanted(None, None, as_json=False, has_names=False))
        assert [oct((tmp_path / x).stat().st_mode)[-3:] for x in ("e.csv", "evidence-C-1.html")] == ["600"] * 2
        assert "Overdue by 37 days." in capsys.readouterr().out
        with pytest.raises(SettingsError, match="cannot be written"):
            run_evidence("C-1", TODAY, TODAY, Wanted(Path("none/e.html"), None, as_json=False, has_names=False))
        with pytest.raises(NotFoundError, match="There is no case C-9"):
            run_evidence("C-9", TODAY, TODAY, Wanted(None, None, as_json=True, has_names=False))


def test_what_the_extract_contradicts_is_in_the_evidence_and_in_the_doctors_report(
    watched: str, tmp_path: Path
) -> None:
    said = a_case(assess_decision="Y", assess_decided_on="2026-02-02")
    take(watched, write_extract(tmp_path, cases=[said]))
    with unit_of_work(watched) as connection:
        of_case = {"case": "C-1", "by": "Ida Clerk", "now": MONDAY, "today": date(2026, 3, 2)}
        record_milestone(connection, milestone="draft_served_on", happened_on="2026-02-20", **of_case)
        switch(connection, is_on=False, reason="a test", by="Ida Clerk", now=MONDAY)
    take(watched, write_extract(tmp_path, cases=[{**said, "draft_served_on": "2026-02-27"}], extracted_at=TUESDAY))
    _, (one,) = section(of(watched), "contradictions")
    assert (one["recorded here"], one["the case system says"]) == ("2026-02-20", "2026-02-27")
    report = {x.what: x for x in findings(date(2026, 3, 3))}
    assert report["contradictions"].words == "1 fact recorded here that the extract contradicts: C-1"
    assert not report["contradictions"].is_well
    assert not report["sending"].is_well
    assert "Sending is off" in report["sending"].words


class Tags(HTMLParser):
    """Counts the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, int] = {}
        self.lang = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag == "html":
            self.lang = dict(attrs)["lang"] or ""
