"""Delivery as a whole: what waits and why, who is told of what failed, and two runs at once."""

import email
import email.policy
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from models.queries.instants import as_instant
from models.queries.outbox.outbox import channel_incidents, outbox
from models.store import insert_rows, next_id, reading, unit_of_work
from notifications.channels.base import Outcome, Outgoing
from notifications.channels.registry import Channels, Route
from notifications.delivery import Delivered, deliver
from tests.notifications.build import (
    HTML,
    TUESDAY,
    Clock,
    Post,
    a_message,
    a_person,
    post_office,
    run,
    statuses,
    stored,
    usual_practices,
)

FILE = {"EHC_CHANNEL_DEFAULT": "file"}


class Recording(Channels):
    """Channels of which every address leads to one that writes down what it is sent."""

    def __init__(self, outcomes: dict[str, Outcome] | None = None) -> None:
        super().__init__({}.get, folder=Path("/nowhere"), now=Clock())
        self.sent: list[tuple[str, Outgoing]] = []
        self.outcomes = outcomes or {}

    name = "recording"

    def route(self, address: str) -> Route:
        return Route(self, address, address, self.name)  # type: ignore[arg-type]

    def send(self, outgoing: Outgoing, to: str) -> Outcome:
        self.sent.append((to, outgoing))
        return self.outcomes.get(to, Outcome("sent"))


def through(channels: Channels, address: str, clock: Clock) -> Delivered:
    return deliver(address, usual_practices(), channels, now=clock)


def turn_switch(address: str, to: bool) -> None:
    with unit_of_work(address) as connection:
        row = (next_id(connection, "switches"), to, "the server is being moved", as_instant(TUESDAY), "M. Manager")
        insert_rows(connection, "switches", ("id", "is_sending", "reason", "turned_at", "turned_by"), [row])


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (datetime(2026, 3, 3, 19, tzinfo=UTC), datetime(2026, 3, 4, 7, 30, tzinfo=UTC)),
        (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 30, 6, 30, tzinfo=UTC)),
        (datetime(2026, 10, 24, 23, tzinfo=UTC), datetime(2026, 10, 26, 7, 30, tzinfo=UTC)),
        (datetime(2026, 12, 25, 9, tzinfo=UTC), datetime(2026, 12, 29, 7, 30, tzinfo=UTC)),
    ],
)
def test_at_night_and_on_days_off_messages_wait_and_are_then_sent(
    sqlite_database: str, at: datetime, until: datetime
) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database, not_before=at)
    clock, channels = Clock(at), Recording()
    assert through(channels, sqlite_database, clock).deferred == 1
    ((status, not_before, why),) = stored(sqlite_database, "status", "not_before", "why")
    assert (status, not_before) == ("waiting", as_instant(until))
    assert "waits until" in why
    clock.at = until - timedelta(minutes=1)
    assert through(channels, sqlite_database, clock) == Delivered()
    clock.at = until
    assert through(channels, sqlite_database, clock).sent == 1


def test_a_person_gets_so_many_an_hour_and_the_rest_later(database: str) -> None:
    a_person(database)
    for _ in range(25):
        a_message(database)
    clock, channels = Clock(), Recording()
    first = through(channels, database, clock)
    assert (first.sent, first.capped) == (10, 15)
    assert through(channels, database, clock) == Delivered()
    clock.turn(minutes=61)
    assert through(channels, database, clock).sent == 10
    clock.turn(minutes=61)
    assert through(channels, database, clock).sent == 5
    assert len({outgoing.reference for _, outgoing in channels.sent}) == 25


def test_the_urgent_goes_first(sqlite_database: str) -> None:
    a_person(sqlite_database)
    for urgency in ("weekly", "digest", "immediate"):
        a_message(sqlite_database, subject=urgency, urgency=urgency)
    channels = Recording()
    through(channels, sqlite_database, Clock())
    assert [outgoing.subject for _, outgoing in channels.sent] == ["immediate", "digest", "weekly"]


def test_the_switch_stops_everything_and_loses_nothing(database: str) -> None:
    a_person(database)
    a_message(database)
    a_message(database)
    turn_switch(database, False)
    channels = Recording()
    stopped = through(channels, database, Clock())
    assert (stopped.stopped, stopped.is_stopped, channels.sent) == (2, True, [])
    with reading(database) as connection:
        assert outbox(connection).stopped_because == "the server is being moved"
    turn_switch(database, True)
    assert through(channels, database, Clock()).sent == 2


def test_the_switch_stops_a_run_that_has_begun(sqlite_database: str) -> None:
    a_person(sqlite_database)
    for _ in range(3):
        a_message(sqlite_database)
    turned: list[str] = []

    def progress(step: str) -> None:
        if step == "recorded" and not turned:
            turned.append(step)
            turn_switch(sqlite_database, False)

    channels = Recording()
    done = deliver(sqlite_database, usual_practices(), channels, now=Clock(), progress=progress)
    assert (done.sent, done.stopped, done.is_stopped) == (1, 2, True)


@pytest.mark.parametrize("status", ["shadow", "withdrawn", "sent", "permanent_failure", "sending"])
def test_what_is_not_waiting_is_not_sent(sqlite_database: str, status: str) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database, status=status)
    channels = Recording()
    through(channels, sqlite_database, Clock())
    assert channels.sent == []


def test_two_runs_at_once_send_nothing_twice(database: str) -> None:
    for n in range(20):
        a_person(database, f"P{n}", f"p{n}@council.example")
        a_message(database, f"P{n}")
    both = [Recording(), Recording()]
    usual_practices()
    running = [threading.Thread(target=through, args=(channels, database, Clock())) for channels in both]
    for one in running:
        one.start()
    for one in running:
        one.join(60)
    assert sorted(to for channels in both for to, _ in channels.sent) == sorted(
        f"p{n}@council.example" for n in range(20)
    )
    assert set(stored(database, "status", "attempts")) == {("sent", 1)}


def test_failures_for_good_are_told_to_the_team_leader_once(database: str) -> None:
    a_person(database)
    a_person(database, "B. Officer", "b@council.example")
    a_person(database, "Other Leader", "other@council.example", team="South", role="team_leader")
    a_person(database, "A. Leader", "leader@council.example", role="team_leader")
    a_message(database)
    a_message(database, "B. Officer", subject="C-2: decide <now>")
    gone = Outcome("permanent_failure", "the mail server answered 550 user unknown")
    channels = Recording({"officer@council.example": gone, "b@council.example": gone})
    clock = Clock()
    assert through(channels, database, clock).told == 2
    clock.turn(minutes=15)
    assert through(channels, database, clock).sent == 1
    clock.turn(minutes=15)
    assert through(channels, database, clock) == Delivered()
    to, notice = channels.sent[-1]
    assert to == "leader@council.example"
    assert notice.subject == "2 messages could not be delivered"
    for said in ("ehc-0001", "ehc-0002", "B. Officer", "550 user unknown"):
        assert said in notice.text
        assert said in notice.html
    assert "C-2: decide <now>" in notice.text
    assert "C-2: decide &lt;now&gt;" in notice.html
    assert stored(database, "status", "told_in_id")[:2] == [("permanent_failure", 3), ("permanent_failure", 3)]


def test_a_failure_of_the_leaders_own_goes_one_up_and_of_a_notice_to_the_board(sqlite_database: str) -> None:
    a_person(sqlite_database, "A. Leader", "leader@council.example", role="team_leader")
    a_person(sqlite_database, "A. Manager", "manager@council.example", team="", role="service_manager")
    a_message(sqlite_database, "A. Leader", role="team_leader")
    gone = Outcome("permanent_failure", "no such mailbox")
    channels = Recording({"leader@council.example": gone, "manager@council.example": gone})
    clock = Clock()
    for _ in range(4):
        through(channels, sqlite_database, clock)
        clock.turn(minutes=15)
    assert [to for to, _ in channels.sent] == ["leader@council.example", "manager@council.example"]
    with reading(sqlite_database) as connection:
        assert outbox(connection).untold == 1


def test_a_failure_that_nobody_can_be_told_of_is_on_the_board_until_somebody_can(sqlite_database: str) -> None:
    a_message(sqlite_database)
    clock, channels = Clock(), Recording()
    done = through(channels, sqlite_database, clock)
    assert (done.permanent_failures, done.told) == (1, 0)
    assert stored(sqlite_database, "why") == [("A. Officer has no address today",)]
    with reading(sqlite_database) as connection:
        assert outbox(connection).untold == 1
    a_person(sqlite_database, "A. Manager", "manager@council.example", team="", role="service_manager")
    assert through(channels, sqlite_database, clock).told == 1
    assert through(channels, sqlite_database, clock).sent == 1


def test_a_channel_that_nobody_has_set_up_is_an_incident_and_its_messages_wait(database: str, tmp_path: Path) -> None:
    a_person(database)
    a_message(database)
    a_message(database)
    clock = Clock()
    assert run(database, {}, clock).held == 2
    with reading(database) as connection:
        (incident,) = channel_incidents(connection)
    assert (incident.channel, incident.since, incident.waiting) == ("email", clock.at, 2)
    assert incident.fault == "The channel email is not set up. EHC_SMTP_URL"
    assert statuses(database) == ["waiting", "waiting"]
    clock.turn(days=1)
    run(database, {}, clock)
    with reading(database) as connection:
        (again,) = channel_incidents(connection)
    assert (again.since, again.last_tried) == (TUESDAY, clock.at)
    with post_office() as post:
        assert run(database, post.settings, clock).sent == 2
    with reading(database) as connection:
        assert channel_incidents(connection) == []


def test_without_a_mail_server_a_demonstration_writes_files(sqlite_database: str, tmp_path: Path) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    assert run(sqlite_database, FILE, Clock(), tmp_path / "outbox").sent == 1
    assert sorted(x.name for x in (tmp_path / "outbox").iterdir()) == ["ehc-0001.eml", "ehc-0001.html"]
    assert (tmp_path / "outbox" / "ehc-0001.html").read_text() == HTML
    mail = email.message_from_bytes((tmp_path / "outbox" / "ehc-0001.eml").read_bytes(), policy=email.policy.default)
    assert mail["To"] == "officer@council.example"
    assert (
        (tmp_path / "outbox").stat().st_mode & 0o777,
        (tmp_path / "outbox" / "ehc-0001.eml").stat().st_mode & 0o777,
    ) == (
        0o700,
        0o600,
    )


def test_a_channel_that_failed_once_and_works_again_is_no_incident(sqlite_database: str) -> None:
    for name in "AB":
        a_person(sqlite_database, name, f"{name}@council.example")
        a_message(sqlite_database, name)
    channels = Recording({"A@council.example": Outcome("channel_failure", "nobody there")})
    done = through(channels, sqlite_database, Clock())
    assert (done.temporary_failures, done.sent) == (1, 1)
    assert stored(sqlite_database, "ended_at IS NULL", table="channel_faults") == [(0,)]


def test_a_stand_in_ends_the_incident(sqlite_database: str, tmp_path: Path) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    assert run(sqlite_database, {}, Clock()).held == 1
    assert run(sqlite_database, FILE, Clock(), tmp_path).sent == 1
    assert stored(sqlite_database, "channel", "ended_at", table="channel_faults") == [("email", as_instant(TUESDAY))]


def test_a_folder_that_cannot_be_written_to_keeps_messages_waiting(sqlite_database: str, tmp_path: Path) -> None:
    a_person(sqlite_database, to="file:")
    a_message(sqlite_database)
    (tmp_path / "outbox").write_text("in the way")
    done = run(sqlite_database, {}, Clock(), tmp_path / "outbox")
    assert done.temporary_failures == 1
    assert "cannot be written to" in stored(sqlite_database, "why")[0][0]


def test_a_channel_that_breaks_off_leaves_its_message_uncertain(sqlite_database: str) -> None:
    class Breaking(Recording):
        def send(self, outgoing: Outgoing, to: str) -> Outcome:
            raise RuntimeError("https://hooks.example/secret")

    a_person(sqlite_database)
    a_message(sqlite_database)
    assert through(Breaking(), sqlite_database, Clock()).uncertain == 1
    assert stored(sqlite_database, "why") == [("the channel broke off (RuntimeError)",)]


def test_a_message_that_outlived_its_lease_is_not_sent(sqlite_database: str) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    clock, channels = Clock(), Recording()

    def sleep(step: str) -> None:
        if step == "claimed":
            clock.turn(minutes=30)

    deliver(sqlite_database, usual_practices(), channels, now=clock, progress=sleep)
    assert channels.sent == []
    clock.turn(minutes=30)
    assert through(channels, sqlite_database, clock).sent == 1
    assert "repeat" not in channels.sent[0][1].subject


def test_a_run_that_was_slow_and_did_send_it_is_believed(sqlite_database: str) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    clock, channels = Clock(), Recording()

    def sleep(step: str) -> None:
        if step == "sent":
            clock.turn(minutes=30)
            # Another run looks in, and takes the message for one left in mid-send.
            turn_switch(sqlite_database, False)
            assert through(Recording(), sqlite_database, clock).released == 1
            turn_switch(sqlite_database, True)

    deliver(sqlite_database, usual_practices(), channels, now=clock, progress=sleep)
    assert statuses(sqlite_database) == ["sent"]
    assert stored(sqlite_database, "outcome", table="deliveries") == [("sent",)]


def test_a_temporary_failure_is_tried_again_later_and_later_and_then_given_up(sqlite_database: str) -> None:
    a_person(sqlite_database)
    a_message(sqlite_database)
    clock, channels = Clock(), Recording({"officer@council.example": Outcome("temporary_failure", "mailbox full")})
    sending = usual_practices().usual.sending
    gaps: list[float] = []
    for _ in range(4):
        through(channels, sqlite_database, clock)
        ((not_before,),) = stored(sqlite_database, "not_before")
        gaps.append((datetime.fromisoformat(not_before) - clock.at).total_seconds() / 60)
        clock.turn(minutes=gaps[-1])
    assert gaps == [5, 15, 60, 240]
    for _ in range(400):
        if through(channels, sqlite_database, clock).permanent_failures:
            break
        clock.turn(hours=4)
    assert len(channels.sent) == sending.give_up_after_attempts
    assert statuses(sqlite_database) == ["permanent_failure"]


def test_several_hundred_messages_go_through_one_server(sqlite_database: str) -> None:
    for n in range(300):
        a_person(sqlite_database, f"P{n}", f"p{n}@council.example")
        a_message(sqlite_database, f"P{n}")
    with post_office(Post()) as post:
        assert run(sqlite_database, post.settings, Clock()).sent == 300
    assert len(post.received) == 300
