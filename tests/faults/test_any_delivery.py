"""For any sequence of outcomes, crashes and waits: no message is lost, and none comes twice without saying so."""

import contextlib
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from models.store import unit_of_work
from notifications.channels.base import Outcome, Outgoing
from notifications.channels.registry import Channels, Route
from notifications.delivery import deliver
from tests.notifications.build import Clock, a_message, a_person, statuses, stored, usual_practices

OUTCOMES = {
    "sent": (True, Outcome("sent")),
    "not now": (False, Outcome("temporary_failure", "mailbox full")),
    "down": (False, Outcome("channel_failure", "nobody there")),
    "took it and fell silent": (True, Outcome("uncertain", "no answer")),
    "fell silent": (False, Outcome("uncertain", "no answer")),
    "never": (False, Outcome("permanent_failure", "no such mailbox")),
}
STEPS = ("claiming", "claimed", "sent", "recording", "recorded")


class CrashError(BaseException):
    """The end of a run, wherever it is."""


class Chance(Channels):
    """A channel of which each message has the next outcome, and all have arrived or not when the list is used up."""

    name = "chance"

    def __init__(self, outcomes: list[str]) -> None:
        super().__init__({}.get, folder=Path("/nowhere"), now=Clock())
        self.outcomes = iter(outcomes)
        self.arrived: list[Outgoing] = []

    def route(self, address: str) -> Route:
        return Route(self, address, address, self.name)  # type: ignore[arg-type]

    def send(self, outgoing: Outgoing, to: str) -> Outcome:
        arrives, outcome = OUTCOMES[next(self.outcomes, "sent")]
        if arrives:
            self.arrived.append(outgoing)
        return outcome


def _crashing(at: list[tuple[str, int]]) -> Callable[[str], None]:
    """Crash at the first of these steps that is reached for so many times."""
    seen: Counter[str] = Counter()

    def progress(step: str) -> None:
        seen[step] += 1
        if at and (step, seen[step]) == at[0]:
            at.pop(0)
            raise CrashError

    return progress


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    outcomes=st.lists(st.sampled_from(sorted(OUTCOMES)), max_size=15),
    crashes=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(1, 3)), max_size=4),
    waits=st.lists(st.integers(1, 60 * 30), min_size=6, max_size=6),
)
def test_nothing_is_lost_and_nothing_repeats_unsaid(
    sqlite_database: str, outcomes: list[str], crashes: list[tuple[str, int]], waits: list[int]
) -> None:
    with unit_of_work(sqlite_database) as connection:
        for table in ("deliveries", "messages", "channel_faults", "people"):
            connection.execute(text(f"DELETE FROM {table}"))
    for name in ("A", "B", "C"):
        a_person(sqlite_database, name, f"{name}@council.example")
        a_message(sqlite_database, name)
    channel, clock = Chance(outcomes), Clock()
    for minutes in itertools.chain(waits, itertools.repeat(300, 60)):
        with contextlib.suppress(CrashError):
            deliver(sqlite_database, usual_practices(), channel, now=clock, progress=_crashing(crashes))
        clock.turn(minutes=minutes)
        if set(statuses(sqlite_database)) <= {"sent", "permanent_failure"}:
            break
    copies: dict[str, list[bool]] = {}
    for outgoing in channel.arrived:
        copies.setdefault(outgoing.reference, []).append("repeat" in outgoing.subject)
        assert ("may be a repeat" in outgoing.text) == ("repeat" in outgoing.subject) == ("may be a" in outgoing.html)
    for reference, said in copies.items():
        assert all(said[1:]), f"{reference} came again without saying so"
    for key, reference, status in stored(sqlite_database, "id", "reference", "status"):
        ends = [x for (x,) in stored(sqlite_database, "outcome", table="deliveries", where=f"message_id = {key}")]
        assert None not in ends
        assert len(ends) == len(
            set(stored(sqlite_database, "attempt", table="deliveries", where=f"message_id = {key}"))
        )
        assert status in ("sent", "permanent_failure")
        if status == "sent":
            assert reference in copies, f"{reference} is recorded as sent and never arrived"
        else:
            assert "permanent_failure" in ends or ends.count("uncertain") == 3
