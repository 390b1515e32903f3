"""E-mail against a real mail server: what the outbox says arrives, and every failure is known for what it is."""

import socket
import struct
from collections.abc import Iterator
from datetime import timedelta

import pytest

from notifications.channels import smtp
from tests.notifications.build import (
    HTML,
    TEXT,
    Clock,
    Post,
    a_message,
    a_person,
    free_port,
    post_office,
    rude_server,
    run,
    statuses,
    stored,
)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as post:
        yield post


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "ANSWER_SECONDS", 0.3)
    monkeypatch.setattr(smtp, "FINAL_ANSWER_SECONDS", 0.3)


def test_what_arrives_is_what_the_outbox_says_to_the_byte(database: str, post: Post, clock: Clock) -> None:
    a_person(database)
    a_message(database)
    assert run(database, post.settings, clock).sent == 1
    (mail,) = post.mails
    assert post.received[0][0] == "officer@council.example"
    (subject, text, html, reference), *_ = stored(database, "subject", "text", "html", "reference")
    assert (subject, text, html) == ("C-1: health advice is overdue by 3 days, § 8", TEXT, HTML)
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert (mail["Subject"], plain.get_content(), rich.get_content()) == (subject, text, html)
    assert mail["X-EHC-Reference"] == reference
    assert (mail["From"], mail["To"], mail["Reply-To"]) == (
        "EHC <ehc@council.example>",
        "officer@council.example",
        "send@council.example",
    )
    assert mail["Message-ID"] == f"<{reference}@council.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == clock.at


def test_an_outcome_is_recorded_for_each_attempt(database: str, post: Post, clock: Clock) -> None:
    a_person(database)
    a_message(database)
    run(database, post.settings, clock)
    assert stored(database, "status", "attempts", "why", "lease_until", "channel") == [("sent", 1, None, None, "email")]
    assert stored(database, "attempt", "channel", "address", "outcome", "fault", table="deliveries") == [
        (1, "email", "officer@council.example", "sent", None)
    ]
    assert run(database, post.settings, clock).sent == 0
    assert len(post.received) == 1


@pytest.mark.parametrize(
    ("answer", "status", "outcome"),
    [
        ("550 5.1.1 user unknown", "permanent_failure", "permanent_failure"),
        ("553 no such mailbox", "permanent_failure", "permanent_failure"),
        ("450 4.2.1 mailbox busy", "temporary_failure", "temporary_failure"),
        ("452 4.2.2 mailbox full", "temporary_failure", "temporary_failure"),
        ("550 5.7.1 relaying denied", "temporary_failure", "temporary_failure"),
        ("421 4.3.2 going down", "temporary_failure", "channel_failure"),
        ("530 5.7.0 authentication required", "temporary_failure", "channel_failure"),
    ],
)
def test_a_refusal_of_the_recipient_means_what_it_says(
    sqlite_database: str, post: Post, clock: Clock, answer: str, status: str, outcome: str
) -> None:
    a_person(sqlite_database, to="gone@council.example")
    a_person(sqlite_database, "B. Officer", "there@council.example")
    a_message(sqlite_database)
    a_message(sqlite_database, "B. Officer")
    post.to_recipient = lambda to: answer if to.startswith("gone") else None
    run(sqlite_database, post.settings, clock)
    assert statuses(sqlite_database)[:2] == [status, "sent"]
    assert [to for to, _ in post.received] == ["there@council.example"]
    (found, fault), *_ = stored(sqlite_database, "outcome", "fault", table="deliveries")
    assert found == outcome
    assert answer.split(" ", 1)[1] in fault


@pytest.mark.parametrize(
    ("answer", "status"), [("554 5.6.0 content refused", "permanent_failure"), ("451 try later", "temporary_failure")]
)
def test_a_refusal_of_the_content_is_recorded(
    sqlite_database: str, post: Post, clock: Clock, answer: str, status: str
) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    post.to_content = lambda: answer
    run(sqlite_database, post.settings, clock)
    assert statuses(sqlite_database) == [status]
    assert post.received == []


def test_one_line_serves_many_messages(sqlite_database: str, post: Post, clock: Clock) -> None:
    for name in "ABCDE":
        a_person(sqlite_database, name, f"{name}@council.example")
        a_message(sqlite_database, name)
    assert run(sqlite_database, post.settings, clock).sent == 5
    assert post.lines == 1


def test_a_line_that_the_server_closed_meanwhile_is_opened_anew(sqlite_database: str, post: Post, clock: Clock) -> None:
    for name in "AB":
        a_person(sqlite_database, name, f"{name}@council.example")
        a_message(sqlite_database, name)
    from notifications.channels.registry import Channels

    channels = Channels(post.settings.get, folder=None, now=clock)  # type: ignore[arg-type]
    from notifications.channels.base import Outgoing

    route = channels.route("a@council.example")
    assert route.channel.send(Outgoing("r-1", "One", "One\n", ""), route.to).kind == "sent"
    route.channel._line.sock.shutdown(socket.SHUT_RDWR)  # type: ignore[attr-defined]
    assert route.channel.send(Outgoing("r-2", "Two", "Two\n", ""), route.to).kind == "sent"
    assert [mail["Subject"] for mail in post.mails] == ["One", "Two"]
    route.channel.close()


def test_a_server_that_is_not_there_keeps_its_messages_waiting(sqlite_database: str, clock: Clock) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    done = run(sqlite_database, {"EHC_SMTP_URL": f"mailto://127.0.0.1:{free_port()}?from=ehc@council.example"}, clock)
    assert done.temporary_failures == 1
    assert stored(sqlite_database, "outcome", "fault", table="deliveries") == [
        ("channel_failure", "the mail server cannot be reached: Connection refused")
    ]


def _says(words: bytes, line: socket.socket) -> None:
    line.sendall(words)


def _hears(line: socket.socket) -> bytes:
    return line.recv(65536)


def _up_to_data(line: socket.socket) -> None:
    _says(b"220 here\r\n", line)
    for answer in (b"250 hello\r\n", b"250 from\r\n", b"250 to\r\n", b"354 go on\r\n"):
        _hears(line)
        _says(answer, line)


def _breaks(line: socket.socket) -> None:
    """Close so hard that the other side sees an error."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    line.close()


def _refuses_at_the_door(line: socket.socket) -> None:
    _says(b"421 4.3.2 too busy\r\n", line)


def _says_nothing(line: socket.socket) -> None:
    line.settimeout(3)
    _hears(line)


def _drops_before_the_data(line: socket.socket) -> None:
    _says(b"220 here\r\n", line)
    for answer in (b"250 hello\r\n", b"250 from\r\n"):
        _hears(line)
        _says(answer, line)
    _hears(line)
    _breaks(line)


def _drops_in_the_data(line: socket.socket) -> None:
    _up_to_data(line)
    line.recv(100)
    _breaks(line)


def _takes_it_and_says_nothing(line: socket.socket) -> None:
    _up_to_data(line)
    line.settimeout(3)
    while not _hears(line).endswith(b"\r\n.\r\n"):
        pass
    _hears(line)


@pytest.mark.parametrize(
    ("behave", "outcome", "status"),
    [
        (_refuses_at_the_door, "channel_failure", "temporary_failure"),
        (_says_nothing, "channel_failure", "temporary_failure"),
        (_drops_before_the_data, "channel_failure", "temporary_failure"),
        (_drops_in_the_data, "uncertain", "uncertain"),
        (_takes_it_and_says_nothing, "uncertain", "uncertain"),
    ],
)
def test_a_line_that_breaks_is_certain_only_before_the_message_is_handed_over(
    sqlite_database: str, clock: Clock, impatient: None, behave, outcome: str, status: str
) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    with rude_server(behave) as port:
        run(sqlite_database, {"EHC_SMTP_URL": f"mailto://127.0.0.1:{port}?from=ehc@council.example"}, clock)
    assert stored(sqlite_database, "outcome", table="deliveries") == [(outcome,)]
    assert statuses(sqlite_database) == [status]


def test_a_message_that_may_have_arrived_says_so_when_it_is_sent_again(database: str, post: Post, clock: Clock) -> None:
    a_person(database)
    a_message(database)
    post.to_content = lambda: "took and drop"
    assert run(database, post.settings, clock).uncertain == 1
    post.to_content = lambda: None
    assert run(database, post.settings, clock).sent == 0, "it was sent again at once"
    clock.turn(minutes=15)
    assert run(database, post.settings, clock).sent == 1
    first, again = post.mails
    assert "repeat" not in first.as_string()
    said = "This may be a repeat: we tried to send this message on Tuesday 3 March at 10:00 and cannot tell"
    assert again["Subject"] == "May be a repeat: C-1: health advice is overdue by 3 days, § 8"
    for kind in ("plain", "html"):
        body = again.get_body((kind,))
        assert body is not None
        assert said in body.get_content()
    assert stored(database, "subject", "text", "html") == [
        (again["Subject"], again.get_body(("plain",)).get_content(), again.get_body(("html",)).get_content())  # type: ignore[union-attr]
    ]
    assert first["Message-ID"] == again["Message-ID"], "a mailbox could not tell that they are one message"


def test_after_three_attempts_without_an_answer_somebody_is_told(
    sqlite_database: str, post: Post, clock: Clock
) -> None:
    a_person(sqlite_database)
    a_person(sqlite_database, "A. Leader", "leader@council.example", role="team_leader")
    a_message(sqlite_database)
    post.to_content = lambda: "took and drop"
    for _ in range(6):
        run(sqlite_database, post.settings, clock)
        clock.turn(hours=1)
    assert len([to for to, _ in post.received if to == "officer@council.example"]) == 3
    assert statuses(sqlite_database)[0] == "permanent_failure"


def test_three_nights_without_a_server_lose_nothing_and_repeat_nothing(sqlite_database: str, clock: Clock) -> None:
    port = free_port()
    post = Post(port=port)
    people = [f"P{n}" for n in range(12)]
    for name in people:
        a_person(sqlite_database, name, f"{name}@council.example")
        a_message(sqlite_database, name)
    until = clock.at + timedelta(days=3)
    while clock.at < until:
        run(sqlite_database, post.settings, clock)
        clock.turn(hours=2)
    assert set(statuses(sqlite_database)) <= {"waiting", "temporary_failure"}
    ((channel, ended_at),) = stored(sqlite_database, "channel", "ended_at", table="channel_faults")
    assert (channel, ended_at) == ("email", None)
    with post_office(post):
        for _ in range(3):
            run(sqlite_database, post.settings, clock)
            clock.turn(minutes=20)
    assert sorted(to for to, _ in post.received) == sorted(f"{x}@council.example" for x in people)
    assert not any("repeat" in mail["Subject"] for mail in post.mails)
    assert set(statuses(sqlite_database)) == {"sent"}
    assert stored(sqlite_database, "ended_at", table="channel_faults") != [(None,)]


def test_a_dead_server_costs_three_attempts_and_no_more(sqlite_database: str, clock: Clock) -> None:
    for name in "ABCDEFGH":
        a_person(sqlite_database, name, f"{name}@council.example")
        a_message(sqlite_database, name)
    settings = {"EHC_SMTP_URL": f"mailto://127.0.0.1:{free_port()}?from=ehc@council.example"}
    done = run(sqlite_database, settings, clock)
    assert (done.temporary_failures, done.held) == (3, 5)
    clock.turn(minutes=15)
    again = run(sqlite_database, settings, clock)
    assert (again.temporary_failures, again.held) == (1, 7), "a channel known to be down gets one trial"
