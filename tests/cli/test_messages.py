"""`ehc messages` and `ehc call-list`: what is said to whom, for a person and for a program."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from models.practice.loader import practices
from models.statute.register import load_register
from models.store import engine, unit_of_work
from notifications.outbox import raise_alerts
from tests.cli.conftest import Home
from tests.store.alerting import staff
from tests.store.build import a_case, night, take, write_extract

ALERT = "2026-11-18  C-1  send_final_plan  breach\n"
DAWN = datetime(2026, 11, 19, 2, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which one case is a day late and everybody has been written to; only read by the tests."""
    from models import migrations

    folder = tmp_path_factory.mktemp("council")
    (folder / "home").mkdir()
    home = Home(folder / "home")
    done = {"assess_decision": "Y", "assess_decided_on": "2026-08-10", "draft_served_on": "2026-10-20"}
    case = a_case("C-1", request_received_on="2026-07-01", team="North", officer="A. Officer", **done)
    migrations.ensure(home.address)
    take(home.address, write_extract(folder, cases=[case], people=staff()), now=DAWN)
    night(home.address, "2026-11-19", now=DAWN)
    with unit_of_work(home.address) as connection:
        raise_alerts(connection, load_register(), practices(), date(2026, 11, 19), DAWN)
    engine(home.address).dispose()
    return home


def test_the_outbox_is_listed(council: Home) -> None:
    ran = council.ehc("messages")
    assert ran.code == 0
    assert "officer, North" in ran.out
    assert "overdue: North team, 19 Nov" in ran.out
    assert "Thu 19 Nov 07:45" in ran.out


def test_a_program_gets_all_of_a_heading(council: Home) -> None:
    found = json.loads(council.ehc("messages", "--json", "--status", "waiting", "--most", "1").out)
    assert len(found) == 1
    assert {"id", "reference", "status", "recipient", "subject", "not_before", "urgency"} <= found[0].keys()
    assert "text" not in found[0]
    assert json.loads(council.ehc("messages", "--json", "--status", "sent").out) == []


def test_one_message_is_shown_in_full_by_number_or_reference(council: Home, tmp_path: Path) -> None:
    known_by = json.loads(council.ehc("messages", "--json").out)[-1]["reference"]
    shown, same = council.ehc("messages", "--show", "1"), council.ehc("messages", "--show", known_by)
    assert shown.out == same.out
    assert shown.out.startswith("To: A. Officer, officer, North\nSubject: ")
    assert council.ehc("messages", "--show", "1", "--all").out.endswith("\nIts alerts: 1\n\n" + ALERT)
    assert "C-1" in shown.out
    in_json = json.loads(council.ehc("messages", "--show", "1", "--json").out)
    assert in_json["cases"] == ["C-1"]
    page = tmp_path / "message.html"
    assert council.ehc("messages", "--show", "1", "--html", page).code == 0
    assert page.read_text(encoding="utf-8") == in_json["html"]


def test_the_outbox_is_listed_for_a_role_and_for_a_case(council: Home) -> None:
    def found(*of: str) -> set[str]:
        return {x["role"] for x in json.loads(council.ehc("messages", "--json", *of).out)}

    assert found("--role", "team leader") == found("--role", "team_leader", "--status", "waiting") == {"team_leader"}
    assert {"officer", "team_leader"} <= found("--case", "C-1") == found("--case", "999/C-1")
    assert found("--case", "C-2") == set()
    assert council.ehc("messages", "--role", "health_dco").out == "No message is like that.\n"
    refused = council.ehc("messages", "--role", "nobody")
    assert refused.code == 2
    assert "Write one of: officer, team_leader" in refused.err


@pytest.mark.parametrize("of", [("--html", "page.html"), ("--all",)])
def test_what_is_asked_of_one_message_needs_its_number(council: Home, of: tuple[str, ...]) -> None:
    ran = council.ehc("messages", *of)
    assert ran.code == 2
    assert "Say which message: --show ID." in ran.err


def test_a_message_that_is_not_there_is_refused(council: Home) -> None:
    ran = council.ehc("messages", "--show", "77")
    assert (ran.code, ran.out) == (12, "")
    assert "There is no message 77." in ran.err


def test_the_call_list_is_printed_or_written_as_a_page(council: Home, tmp_path: Path) -> None:
    ran = council.ehc("call-list", "A. Officer", "--as-of", "2026-11-19")
    assert ran.code == 0
    assert "CALL LIST: A. Officer" in ran.out
    assert "was due Wed 18 November 2026, 1 day late." in ran.out
    page = tmp_path / "calls.html"
    ran = council.ehc("call-list", "--as-of", "2026-11-19", "--html", page)
    assert ran.out == f"{page}: 1 case of 1 officer.\n"
    assert "<h2>C-1</h2>" in page.read_text(encoding="utf-8")
    assert json.loads(council.ehc("call-list", "--as-of", "2026-11-19", "--json").out)[0]["case_ref"] == "C-1"


def test_an_officer_who_is_not_there_is_refused(council: Home) -> None:
    ran = council.ehc("call-list", "Nobody", "--as-of", "2026-11-19")
    assert (ran.code, ran.out) == (12, "")
    assert "Nobody has no open case." in ran.err
