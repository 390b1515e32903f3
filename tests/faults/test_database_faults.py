"""The database gone, locked or without room in the middle of a night: clear words, nothing half done, made up for."""

import sqlite3
from typing import Any

import pytest
from sqlalchemy import event

from models.errors import StoreError
from models.store import engine
from tests.faults.absence import absent, cut_off, impatient, kill_server, start_server
from tests.faults.conftest import Eve
from tests.faults.nights import STEPS, Night, differences
from tests.notifications.build import Clock, Post, a_message, a_person, run, statuses

NAMES = ("first", "second", "third")
FAULTY = ("import", "advice", "alerts", "board")
"""Steps of the night in which something goes wrong; the others follow as they do every night."""

AGAIN = "Run it again once the server of the database is there: nothing is written twice"


def test_a_night_without_its_database_is_made_up_for(evening: str, eve: Eve) -> None:
    impatient(evening)
    night = Night(evening, eve.tonight)
    for step in STEPS:
        if step in FAULTY:
            with absent(evening), pytest.raises(StoreError) as said:
                night.take(step)
            assert said.value.remedy in (
                "Another run is writing; wait for it to end and try again.",
                "Look at the address, EHC_DATABASE_URL: the server and the account must be there, and the database.",
            )
        night.take(step)
    assert differences(evening, eve.whole) == []


@pytest.mark.soak
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_night_whose_server_is_killed_at_every_step(evening: str, eve: Eve, postgresql_server: Any) -> None:
    night = Night(evening, eve.tonight)
    for step in STEPS:
        for moment in ("begin", "after_cursor_execute", "commit"):
            _kill_in_the_middle(night, step, moment, postgresql_server)
        night.take(step)
    assert differences(evening, eve.whole) == []


def _kill_in_the_middle(night: Night, step: str, moment: str, server: Any) -> None:
    """Kill the server of the database at a moment of a step, ask in vain, and start it again."""
    event.listen(engine(night.address), moment, lambda *_: kill_server(server), once=True)
    try:
        for remedy in (
            "Run it again once the server of the database is there",
            "See that the server of the database runs",
        ):
            with pytest.raises(StoreError, match=remedy):
                night.take(step)
    finally:
        start_server(server)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_night_that_is_cut_off_from_its_database_goes_on_or_says_so(
    evening: str, eve: Eve, postgresql_server: Any
) -> None:
    night = Night(evening, eve.tonight)
    for step in STEPS:
        if step == "alerts":
            _kill_in_the_middle(night, step, "commit", postgresql_server)
        elif step in FAULTY:
            # In the middle of its work, with all written and nothing committed.
            event.listen(engine(evening), "commit", lambda _: cut_off(evening), once=True)
            with pytest.raises(StoreError, match=AGAIN):
                night.take(step)
            night.take(step)
            # Between two steps: a server that was started again is found again.
            cut_off(evening)
        night.take(step)
    assert differences(evening, eve.whole) == []


def test_a_night_on_a_full_disk_is_made_up_for(sqlite_database: str, eve: Eve) -> None:
    room = Room(sqlite_database)
    first, night = Night(sqlite_database, eve.yesterday), Night(sqlite_database, eve.tonight)
    for which, step in [(first, "import"), *((night, step) for step in STEPS)]:
        if which is first or step in ("alerts", "measures", "snapshot"):
            room.is_full = True
            with pytest.raises(StoreError, match="disk is full") as said:
                which.take(step)
            assert said.value.remedy == "Free some room on the disk and run again: nothing was changed."
            room.is_full = False
        which.take(step)
    assert differences(sqlite_database, eve.whole) == []


class Room:
    """What is left on the disk: none, or as much as one likes; SQLite answers alike where it may have no more pages."""

    is_full = False

    def __init__(self, address: str) -> None:
        event.listen(engine(address), "checkout", self._measure)

    def _measure(self, connection: sqlite3.Connection, *_: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages if self.is_full else 1 << 30}")


def test_what_was_sent_while_the_database_was_gone_is_lost_nowhere(database: str, post: Post) -> None:
    impatient(database)
    _wait(database)
    gone = absent(database)

    def lose(step: str) -> None:
        if step == "sent" and len(post.received) == 2:
            gone.__enter__()

    with pytest.raises(StoreError):
        run(database, post.settings, Clock(), progress=lose)
    gone.__exit__(None, None, None)
    _finish(database, post)
    assert statuses(database) == ["sent"] * 3
    assert _received(post) == {"ehc-0001": [False], "ehc-0002": [False, True], "ehc-0003": [False]}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_delivery_finds_a_server_that_was_started_again(database: str, post: Post) -> None:
    _wait(database)
    done = run(database, post.settings, Clock(), progress=lambda step: step == "sent" and cut_off(database))
    assert done.sent == 3
    assert _received(post) == {"ehc-0001": [False], "ehc-0002": [False], "ehc-0003": [False]}


def test_a_mail_server_that_goes_in_the_middle_and_comes_back(sqlite_database: str, post: Post) -> None:
    _wait(sqlite_database)
    post.to_recipient = lambda _: "421 4.3.2 going down" if post.received else None
    assert run(sqlite_database, post.settings, Clock()).sent == 1
    post.to_recipient = lambda _: None
    _finish(sqlite_database, post)
    assert statuses(sqlite_database) == ["sent"] * 3
    assert _received(post) == {"ehc-0001": [False], "ehc-0002": [False], "ehc-0003": [False]}


def _wait(address: str) -> None:
    for name in NAMES:
        a_person(address, name, f"{name}@council.example")
        a_message(address, name)


def _finish(address: str, post: Post) -> None:
    """Run delivery as its schedule would, until nothing waits."""
    clock = Clock()
    for _ in range(4):
        clock.turn(minutes=15)
        run(address, post.settings, clock)


def _received(post: Post) -> dict[str, list[bool]]:
    """Of each message whether each of its copies says that it may be a repeat."""
    found: dict[str, list[bool]] = {}
    for mail in post.mails:
        found.setdefault(str(mail["X-EHC-Reference"]), []).append("May be a repeat" in str(mail["Subject"]))
    return found
