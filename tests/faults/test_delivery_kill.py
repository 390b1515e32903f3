"""kill -9 at every step of claim, send and record: nothing is lost, and what comes twice says so."""

from collections import Counter

import pytest

from tests.faults.conftest import KILLED, Nursery
from tests.notifications.build import Clock, Post, a_message, a_person, run, statuses, stored

NAMES = ("first", "second", "third")
DOOMED = "ehc-0002"


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
    assert nursery.bear("deliver", waiting, post.url, die_at, 1) == KILLED
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
    assert nursery.bear("deliver", waiting, post.url, "never", 1) == KILLED
    _finish(waiting, post)
    assert statuses(waiting) == ["sent"] * 3
    assert _repeats(post) == ([False, True] if is_taken else [True])
    assert _received(post) == {"ehc-0001": 1, "ehc-0002": 1 + is_taken, "ehc-0003": 1}


def test_killed_again_and_again(waiting: str, post: Post, nursery: Nursery) -> None:
    steps = ("claiming", "claimed", "recorded", "sent")
    ends = [nursery.bear("deliver", waiting, post.url, step, 0) for step in steps]
    assert ends == [KILLED] * 4
    _finish(waiting, post)
    assert statuses(waiting) == ["sent"] * 3
    by_reference: dict[str, list[bool]] = {}
    for mail in post.mails:
        by_reference.setdefault(str(mail["X-EHC-Reference"]), []).append("May be a repeat" in str(mail["Subject"]))
    assert by_reference == {"ehc-0001": [True], "ehc-0002": [False], "ehc-0003": [False, True]}


def test_what_was_being_sent_is_left_alone_until_its_lease_ends(waiting: str, post: Post, nursery: Nursery) -> None:
    assert nursery.bear("deliver", waiting, post.url, "sent", 1) == KILLED
    clock = Clock()
    clock.turn(minutes=9)
    run(waiting, post.settings, clock)
    assert statuses(waiting) == ["sent", "sending", "sent"]
    clock.turn(minutes=1)
    run(waiting, post.settings, clock)
    assert statuses(waiting) == ["sent"] * 3
