"""GOV.UK Notify, imitated: what it is asked, what its answers mean, and its receipts."""

from pathlib import Path
from typing import Any

import pytest

from notifications.channels.registry import Channels
from notifications.receipts import collect_receipts
from tests.notifications.build import (
    TEXT,
    Clock,
    Site,
    a_message,
    a_person,
    free_port,
    run,
    statuses,
    stored,
    usual_practices,
    web_site,
)

KEY = "ehc-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"
THEIRS = "740e5834-3a29-46b4-9a6f-16142fde533a"


def _settings(site: Site | int) -> dict[str, str]:
    port = site if isinstance(site, int) else site.port
    return {
        "EHC_NOTIFY_API_KEY": KEY,
        "EHC_NOTIFY_URL": f"http://127.0.0.1:{port}",
        "EHC_NOTIFY_EMAIL_TEMPLATE": "template-of-mail",
        "EHC_NOTIFY_SMS_TEMPLATE": "template-of-texts",
    }


def _fault(error: str, message: str) -> dict[str, Any]:
    return {"status_code": 400, "errors": [{"error": error, "message": message}]}


def test_mail_goes_through_a_template_that_holds_subject_and_body_alone(database: str) -> None:
    a_person(database, to="notify-email:officer@council.example")
    a_message(database)
    with web_site(lambda *_: (201, {"id": THEIRS})) as site:
        assert run(database, _settings(site), Clock()).sent == 1
    ((method, path, _),) = site.requests
    assert (method, path) == ("POST", "/v2/notifications/email")
    assert site.bodies == [
        {
            "email_address": "officer@council.example",
            "template_id": "template-of-mail",
            "personalisation": {"subject": "C-1: health advice is overdue by 3 days, § 8", "body": TEXT},
            "reference": "ehc-0001",
        }
    ]
    assert stored(database, "channel", "address", "provider_reference", table="deliveries") == [
        ("notify-email", "notify-email:officer@council.example", THEIRS)
    ]


def test_a_text_message_is_the_subject_and_the_reference(sqlite_database: str) -> None:
    a_person(sqlite_database, to="notify-sms:+44 7700 900123")
    a_message(sqlite_database)
    with web_site(lambda *_: (201, {"id": THEIRS})) as site:
        assert run(sqlite_database, _settings(site), Clock()).sent == 1
    (body,) = site.bodies
    assert body["phone_number"] == "+44 7700 900123"
    assert body["personalisation"]["body"] == "C-1: health advice is overdue by 3 days, § 8 (ehc-0001)"


@pytest.mark.parametrize(
    ("status", "said", "outcome"),
    [
        (400, _fault("ValidationError", "email_address Not a valid email address"), "permanent_failure"),
        (400, _fault("BadRequestError", "Missing personalisation: body"), "channel_failure"),
        (403, _fault("AuthError", "Invalid token: API key not found"), "channel_failure"),
        (429, _fault("TooManyRequestsError", "Exceeded send limits (1,000) for today"), "channel_failure"),
        (500, _fault("Exception", "Internal server error"), "channel_failure"),
        (0, {}, "uncertain"),
    ],
)
def test_an_answer_means_what_it_says(sqlite_database: str, status: int, said: Any, outcome: str) -> None:
    a_person(sqlite_database, to="notify-email:officer@council.example")
    a_message(sqlite_database)
    with web_site(lambda *_: (status, said)) as site:
        run(sqlite_database, _settings(site), Clock())
    ((found, fault),) = stored(sqlite_database, "outcome", "fault", table="deliveries")
    assert found == outcome
    assert KEY[-36:] not in fault


def test_nobody_there_is_no_message_sent(sqlite_database: str) -> None:
    a_person(sqlite_database, to="notify-email:officer@council.example")
    a_message(sqlite_database)
    run(sqlite_database, _settings(free_port()), Clock())
    assert stored(sqlite_database, "outcome", table="deliveries") == [("channel_failure",)]


def test_a_message_that_notify_had_is_not_sent_again(sqlite_database: str) -> None:
    a_person(sqlite_database, to="notify-email:officer@council.example")
    a_message(sqlite_database)
    clock = Clock()
    posts: list[str] = []

    def answer(method: str, path: str, _body: bytes) -> tuple[int, Any]:
        if method == "POST":
            posts.append(path)
            return 0, {}
        return 200, {"notifications": [{"id": THEIRS, "reference": "ehc-0001"}], "links": {}}

    with web_site(answer) as site:
        assert run(sqlite_database, _settings(site), clock).uncertain == 1
        clock.turn(minutes=30)
        assert run(sqlite_database, _settings(site), clock).sent == 1
    assert len(posts) == 1
    assert statuses(sqlite_database) == ["sent"]
    assert stored(sqlite_database, "outcome", "provider_reference", table="deliveries") == [("sent", THEIRS)]


@pytest.mark.parametrize(
    ("said", "status", "asked_again"),
    [
        ("delivered", "sent", False),
        ("sending", "sent", True),
        ("permanent-failure", "permanent_failure", False),
        ("temporary-failure", "temporary_failure", False),
        ("technical-failure", "temporary_failure", False),
    ],
)
def test_a_receipt_is_written_beside_the_delivery(
    sqlite_database: str, said: str, status: str, asked_again: bool
) -> None:
    a_person(sqlite_database, to="notify-email:officer@council.example")
    a_message(sqlite_database)
    clock = Clock()

    def answer(method: str, path: str, _body: bytes) -> tuple[int, Any]:
        return (201, {"id": THEIRS}) if method == "POST" else (200, {"id": THEIRS, "status": said})

    with web_site(answer) as site, Channels(_settings(site).get, folder=Path("/nowhere"), now=clock) as channels:
        run(sqlite_database, _settings(site), clock)

        def collected() -> int:
            return collect_receipts(sqlite_database, usual_practices(), channels, now=clock)

        assert collected() == 0, "asked too soon"
        clock.turn(minutes=20)
        assert collected() == 1
        clock.turn(minutes=20)
        assert collected() == int(asked_again)
    assert statuses(sqlite_database) == [status]
    assert stored(sqlite_database, "receipt", table="deliveries") == [(said,)]
    assert site.requests[1][1] == f"/v2/notifications/{THEIRS}"


def test_a_message_that_notify_could_not_deliver_goes_to_the_team_leader(sqlite_database: str) -> None:
    a_person(sqlite_database, to="notify-email:officer@council.example")
    a_person(sqlite_database, "A. Leader", "file:", role="team_leader")
    a_message(sqlite_database)
    clock = Clock()

    def answer(method: str, path: str, _body: bytes) -> tuple[int, Any]:
        return (201, {"id": THEIRS}) if method == "POST" else (200, {"id": THEIRS, "status": "permanent-failure"})

    with web_site(answer) as site, Channels(_settings(site).get, folder=Path("/nowhere"), now=clock) as channels:
        run(sqlite_database, _settings(site), clock)
        clock.turn(minutes=20)
        collect_receipts(sqlite_database, usual_practices(), channels, now=clock)
        assert run(sqlite_database, _settings(site), clock).told == 1
    assert stored(sqlite_database, "recipient", "template", where="id = 2") == [("A. Leader", "undelivered")]
