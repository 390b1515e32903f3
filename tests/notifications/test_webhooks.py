"""Chats and webhooks against a real web server."""

import logging

import pytest

from tests.notifications.build import (
    TEXT,
    Clock,
    a_message,
    a_person,
    free_port,
    run,
    statuses,
    stored,
    web_site,
)

KEY = "s3cret-key-in-the-path"


def _settings(port: int) -> dict[str, str]:
    return {"EHC_CHANNEL_SEND_TEAM": f"json://127.0.0.1:{port}/{KEY}"}


def test_what_arrives_is_what_the_outbox_says(database: str) -> None:
    a_person(database, to="channel:send team")
    a_message(database)
    with web_site() as site:
        assert run(database, _settings(site.port), Clock()).sent == 1
    ((method, path, _),) = site.requests
    assert (method, path) == ("POST", f"/{KEY}")
    (said,) = site.bodies
    # Apprise leaves out what is blank at the very end.
    assert (said["title"], said["message"]) == ("C-1: health advice is overdue by 3 days, § 8", TEXT.rstrip())
    assert stored(database, "channel", "address", "outcome", table="deliveries") == [
        ("channel:send team", "channel:send team", "sent")
    ]


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, "permanent_failure"),
        (413, "permanent_failure"),
        (403, "channel_failure"),
        (404, "channel_failure"),
        (410, "channel_failure"),
        (429, "channel_failure"),
        (500, "channel_failure"),
        (503, "channel_failure"),
        (0, "uncertain"),
    ],
)
def test_an_answer_means_what_it_says(sqlite_database: str, status: int, outcome: str) -> None:
    a_person(sqlite_database, to="channel:send team")
    a_message(sqlite_database)
    with web_site(lambda *_: (status, {})) as site:
        run(sqlite_database, _settings(site.port), Clock())
    ((found, fault),) = stored(sqlite_database, "outcome", "fault", table="deliveries")
    assert found == outcome
    assert KEY not in fault
    assert not status or str(status) in fault


def test_a_site_that_is_not_there_has_not_taken_the_message(sqlite_database: str) -> None:
    a_person(sqlite_database, to="channel:send team")
    a_message(sqlite_database)
    run(sqlite_database, _settings(free_port()), Clock())
    assert stored(sqlite_database, "outcome", "fault", table="deliveries") == [
        ("channel_failure", "the other side cannot be reached")
    ]


def test_twenty_messages_to_one_chat_do_not_wait_for_each_other(sqlite_database: str) -> None:
    for n in range(20):
        a_person(sqlite_database, f"P{n}", "channel:send team")
        a_message(sqlite_database, f"P{n}")
    with web_site() as site:
        assert run(sqlite_database, _settings(site.port), Clock()).sent == 20
    assert len(site.requests) == 20


def test_a_dead_chat_keeps_nobody_elses_messages(sqlite_database: str) -> None:
    for n in range(6):
        a_person(sqlite_database, f"P{n}", "channel:send team")
        a_person(sqlite_database, f"Q{n}", "channel:other")
        a_message(sqlite_database, f"P{n}")
        a_message(sqlite_database, f"Q{n}")
    with web_site() as site:
        settings = _settings(free_port()) | {"EHC_CHANNEL_OTHER": f"json://127.0.0.1:{site.port}/"}
        done = run(sqlite_database, settings, Clock())
    assert (done.sent, done.temporary_failures, done.held) == (6, 3, 3)


def test_no_key_reaches_a_log_or_the_records(sqlite_database: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("A. Officer", "B. Officer", "C. Officer"):
        a_person(sqlite_database, name, "channel:send team" if name < "C" else f"slack://{KEY}/b/c")
        a_message(sqlite_database, name)
    answers = iter([(200, {}), (404, {"said": KEY})])
    with web_site(lambda *_: next(answers)) as site:
        run(sqlite_database, _settings(site.port), Clock())
    assert statuses(sqlite_database)[:3] == ["sent", "temporary_failure", "permanent_failure"]
    kept = [
        *stored(sqlite_database, "address", "fault", "provider_reference", table="deliveries"),
        *stored(sqlite_database, "why", "text", "html"),
        *stored(sqlite_database, "channel", "fault", table="channel_faults"),
    ]
    assert KEY not in str(kept)
    assert KEY not in caplog.text
