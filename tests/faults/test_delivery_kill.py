"""kill -9 at every step of claim, send and record: nothing is lost, and what comes twice says so."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.notifications.build import Clock, Post, a_message, a_person, post_office, run, statuses, stored

ROOT = Path(__file__).parents[2]
NAMES = ("first", "second", "third")
DOOMED = "ehc-0002"
KILLED = int(signal.SIGKILL)


class Nursery:
    """The other process; `child` is whoever is delivering now."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._line() == "ready"
        self.child = 0

    def deliver(self, address: str, post: Post, *, die_at: str, spared: int = 1) -> int:
        """How a delivery ended that was to die at a step, after so many messages."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([address, post.url, die_at, spared]) + "\n")
        self.process.stdin.flush()
        self.child = int(self._line())
        return int(self._line())

    def kill(self) -> None:
        os.kill(self.child, signal.SIGKILL)

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    yield found
    assert found.process.stdin is not None
    found.process.stdin.close()
    found.process.wait(20)


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as post:
        yield post


@pytest.fixture
def waiting(database: str) -> str:
    """A database in which three messages wait."""
    for name in NAMES:
        a_person(database, name, f"{name}@council.example")
        a_message(database, name)
    return database


def _finish(address: str, post: Post) -> Clock:
    """Run delivery as its schedule would, until nothing waits."""
    clock = Clock()
    for _ in range(4):
        clock.turn(minutes=15)
        run(address, post.settings, clock)
    return clock


def _received(post: Post) -> Counter[str]:
    return Counter(str(mail["X-EHC-Reference"]) for mail in post.mails)


def _repeats(post: Post) -> list[bool]:
    """Of the message that was being sent when the run was killed: whether each copy says that it may be a repeat."""
    return [str(x["Subject"]).startswith("May be a repeat") for x in post.mails if x["X-EHC-Reference"] == DOOMED]


@pytest.mark.parametrize(
    ("die_at", "copies"),
    [
        ("claiming", [False]),  # before the claim is committed: as if nothing had been
        ("claimed", [True]),  # claimed, and not sent: nobody can know that
        ("sent", [False, True]),  # sent, and nothing recorded
        ("recording", [False, True]),  # recorded, and not committed
        ("recorded", [False]),  # committed
    ],
)
def test_killed_at_a_step(waiting: str, post: Post, nursery: Nursery, die_at: str, copies: list[bool]) -> None:
    assert nursery.deliver(waiting, post, die_at=die_at) == KILLED
    _finish(waiting, post)
    assert statuses(waiting) == ["sent"] * 3
    assert _repeats(post) == copies
    assert _received(post) == {"ehc-0001": 1, "ehc-0002": len(copies), "ehc-0003": 1}
    outcomes = [outcome for (outcome,) in stored(waiting, "outcome", table="deliveries", where="message_id = 2")]
    assert outcomes == (["uncertain", "sent"] if copies[-1] else ["sent"])


@pytest.mark.parametrize("is_taken", [False, True])
def test_killed_in_the_middle_of_sending(waiting: str, post: Post, nursery: Nursery, is_taken: bool) -> None:
    def kill_at_the_second() -> str | None:
        if len(post.received) != 1:
            return None
        nursery.kill()
        post.to_content = lambda: None
        return "took it" if is_taken else "451 never heard"

    post.to_content = kill_at_the_second
    assert nursery.deliver(waiting, post, die_at="never") == KILLED
    _finish(waiting, post)
    assert statuses(waiting) == ["sent"] * 3
    assert _repeats(post) == ([False, True] if is_taken else [True])
    assert _received(post) == {"ehc-0001": 1, "ehc-0002": 1 + is_taken, "ehc-0003": 1}


def test_killed_again_and_again(waiting: str, post: Post, nursery: Nursery) -> None:
    steps = ("claiming", "claimed", "recorded", "sent")
    ends = [nursery.deliver(waiting, post, die_at=step, spared=0) for step in steps]
    assert ends == [KILLED] * 4
    _finish(waiting, post)
    assert statuses(waiting) == ["sent"] * 3
    by_reference: dict[str, list[bool]] = {}
    for mail in post.mails:
        by_reference.setdefault(str(mail["X-EHC-Reference"]), []).append("May be a repeat" in str(mail["Subject"]))
    assert by_reference == {"ehc-0001": [True], "ehc-0002": [False], "ehc-0003": [False, True]}


def test_what_was_being_sent_is_left_alone_until_its_lease_ends(waiting: str, post: Post, nursery: Nursery) -> None:
    assert nursery.deliver(waiting, post, die_at="sent") == KILLED
    clock = Clock()
    clock.turn(minutes=9)
    run(waiting, post.settings, clock)
    assert statuses(waiting) == ["sent", "sending", "sent"]
    clock.turn(minutes=1)
    run(waiting, post.settings, clock)
    assert statuses(waiting) == ["sent"] * 3
