"""What `ehc doctor --channels` finds."""

from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.notifications.build import TUESDAY, Clock, a_message, a_person, free_port, post_office, run

TODAY = date(2026, 3, 3)


def _found(**how: str) -> dict[str, list[tuple[bool, str]]]:
    from deployments.commands.channels import channel_findings

    found: dict[str, list[tuple[bool, str]]] = {}
    for x in channel_findings(TODAY, TUESDAY, **how):  # type: ignore[arg-type]
        found.setdefault(x.what, []).append((x.is_well, f"{x.words} {x.remedy}".strip()))
    return found


def test_each_channel_is_proved(sqlite_watched: str, monkeypatch: pytest.MonkeyPatch) -> None:
    a_person(sqlite_watched)
    a_person(sqlite_watched, "B. Officer", "b@council.example")
    a_person(sqlite_watched, "C. Officer", "channel:send team")
    with post_office() as post:
        monkeypatch.setenv("EHC_SMTP_URL", post.url)
        found = _found()
        assert post.received == []
    assert found["addresses"] == [(True, "3 people can be written to")]
    assert found["email"] == [(True, "2 people")]
    ((is_well, words),) = found["channel:send team"]
    assert not is_well
    assert "It is how 1 person would be told." in words
    assert "EHC_CHANNEL_SEND_TEAM" in words
    assert "ehc-channel-send-team" in words


def test_a_test_message_goes_to_the_address_given_and_nowhere_else(
    sqlite_watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_person(sqlite_watched)
    with post_office() as post:
        monkeypatch.setenv("EHC_SMTP_URL", post.url)
        assert _found(send_to="me@council.example")["test message"] == [(True, "sent by email")]
    assert [to for to, _ in post.received] == ["me@council.example"]


def test_people_who_cannot_be_written_to_are_named_by_role_and_no_address_is_shown(sqlite_watched: str) -> None:
    a_person(sqlite_watched, "A", "slack://token-a/b/c")
    a_person(sqlite_watched, "B", None, role="team_leader")
    said = str(_found()["addresses"])
    assert "999 North officer" in said
    assert "999 North team leader" in said
    assert "token" not in said


def test_a_channel_that_is_down_is_ill_and_says_how_many_wait(
    sqlite_watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"mailto://127.0.0.1:{free_port()}?from=ehc@council.example"
    a_person(sqlite_watched)
    a_message(sqlite_watched)
    run(sqlite_watched, {"EHC_SMTP_URL": url}, Clock())
    monkeypatch.setenv("EHC_SMTP_URL", url)
    now, since = _found()["email"]
    assert now[1].startswith("the mail server cannot be reached: Connection refused")
    assert since[1].startswith("has not worked since 2026-03-03 10:00 UTC")
    assert "1 message waits" in since[1]


def test_the_command_ends_ill_where_somebody_cannot_be_told(sqlite_watched: str) -> None:
    from deployments.cli import app

    a_person(sqlite_watched)
    ran = CliRunner().invoke(app, ["doctor", "--channels"])
    assert ran.exit_code == 2
    assert "EHC_SMTP_URL" in ran.output


def test_a_delivery_by_hand_says_what_it_did(
    sqlite_watched: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from deployments.cli import app
    from deployments.commands import channels

    monkeypatch.setattr(channels, "now", Clock())
    monkeypatch.setenv("EHC_CHANNEL_DEFAULT", "file")
    a_person(sqlite_watched)
    a_message(sqlite_watched)
    a_message(sqlite_watched, "Somebody else")
    sent = "1 message sent.\n1 message can never be delivered.\n"
    assert CliRunner().invoke(app, ["deliver"]).output == sent
    assert len(list((tmp_path / "home" / "outbox").glob("*.eml"))) == 1
    said = "No message was due; ehc messages shows what waits, and until when.\n"
    assert CliRunner().invoke(app, ["deliver"]).output == said


def test_messages_without_links_are_a_warning_once_there_are_messages(
    sqlite_watched: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deployments.commands.doctor import findings
    from models.settings import settings

    def links() -> list[str]:
        return [x.level for x in findings(TODAY) if x.what == "links in messages"]

    assert links() == []
    a_person(sqlite_watched)
    a_message(sqlite_watched)
    assert links() == ["warning"]
    monkeypatch.setenv("EHC_UI_ADDRESS", "https://ehc.council.example")
    settings.cache_clear()
    assert links() == []
