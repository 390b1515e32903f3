"""Whatever happens between whatever nights: every rung is claimed once, spoken or silent with its reason."""

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from models.casework.alerts.claimed import SAME_PERSON
from models.casework.alerts.claims import Claim
from models.practice.comings import REARMED
from models.practice.loader import practice
from models.queries.outbox.spoken import DONE
from models.store import engine
from tests.store.alerting import alert_night, spoken, staff
from tests.store.build import Row, a_case, an_advice, an_order, execute, stored, take, write_extract

FIRST = date(2026, 3, 1)
OWN = practice()
LADDER = OWN.ladders["give_advice"]
KINDS = ("health", "education")


class Event(NamedTuple):
    """What happens before the next night: how many days go by, and what is done to which request for advice."""

    days: int
    what: str
    kind: str
    number: int


WHAT = ("nothing", "asked again", "replied", "replied", "taken back", "sent", "hold", "staff", "draft", "plan")
EVENTS = st.lists(
    st.builds(
        Event,
        days=st.integers(0, 40),
        what=st.sampled_from(WHAT),
        kind=st.sampled_from(KINDS),
        number=st.integers(1, 20),
    ),
    min_size=1,
    max_size=5,
)


class World:
    """The facts as the next extract will have them, and a slow account of what must have been claimed."""

    def __init__(self, address: str, tmp_path: Path) -> None:
        self.address, self.tmp_path, self.today = address, tmp_path, FIRST
        self.asked: dict[str, date] = {kind: date(2026, 2, 2) for kind in KINDS}
        self.replied: set[str] = set()
        self.held: dict[tuple[int, date], date] = {}
        self.has_staff = True
        self.second: dict[str, str] = {}
        self.orders: list[Row] = []

    def happens(self, event: Event) -> None:
        self.today += timedelta(days=event.days)
        if event.what == "asked again":
            self.asked[event.kind] = self.today - timedelta(days=event.number)
            self.replied.discard(event.kind)
        elif event.what == "replied":
            self.replied.add(event.kind)
        elif event.what == "taken back":
            # The reply was a slip: the clock runs again from the same day as before.
            self.replied.discard(event.kind)
        elif event.what == "sent":
            execute(self.address, "UPDATE messages SET status = 'sent', attempts = 1 WHERE status = 'waiting'")
        elif event.what == "staff":
            self.has_staff = not self.has_staff
        elif event.what == "hold":
            self._hold(event)
        elif event.what == "draft":
            # A day to come: a slip, or a draft that is planned.
            self.second["draft_served_on"] = (self.today + timedelta(days=event.number)).isoformat()
        elif event.what == "plan":
            self.second |= {"final_plan_sent_on": self.today.isoformat(), "plan_decision": "Y"}
            self.orders = [an_order("C-2", requires="amend", dated_on=self.today.isoformat())]
        take(self.address, write_extract(self.tmp_path, **self._sheets()), allow_missing=True, allow_older=True)
        if not self.has_staff:
            execute(self.address, "DELETE FROM people")

    def _hold(self, event: Event) -> None:
        until = self.today + timedelta(days=event.number)
        for record, kind in self.open().items():
            if kind == event.kind:
                self.held[record, self.asked[kind]] = until
                number = len(stored(self.address, "holds")) + 1
                execute(
                    self.address,
                    "INSERT INTO holds (id, kind, duty, record_id, case_id, origin_on, held_on, until_on, reason, "
                    f"held_at, held_by) VALUES ({number}, 'snoozed', 'give_advice', {record}, 1, '{self.asked[kind]}', "
                    f"'{self.today}', '{until}', 'asked', '{self.today} 10:00:00+00:00', 'A. Officer')",
                )

    def _sheets(self) -> dict[str, list[Row]]:
        advice = [
            an_advice(
                kind=kind,
                requested_on=asked.isoformat(),
                **({"reply_on": asked.isoformat(), "reply": "advice"} if kind in self.replied else {}),
            )
            for kind, asked in self.asked.items()
        ]
        case = a_case(team="North", officer="A. Officer", request_received_on="2026-01-05")
        second = {"assess_decision": "Y", "assess_decided_on": "2026-02-09", **self.second}
        cases = [case, a_case("C-2", team="North", officer="A. Officer", **second)]
        return {"cases": cases, "advice": advice, "people": staff(), "orders": self.orders}

    def sent(self, record: int, origin: str) -> set[str]:
        """The rungs of a clock that went out."""
        gone = {key for key, attempts in stored(self.address, "messages", "id", "attempts") if attempts}
        alerts = stored(self.address, "alerts", "record_id", "origin_on", "rung", "message_id", "silence", "duty")
        of = record, origin
        return {row[2] for row in alerts if row[:2] == of and row[3] in gone and not row[4] and row[5] == "give_advice"}

    def open(self) -> dict[int, str]:
        """The open requests by record."""
        rows = stored(self.address, "advice", "id", "kind")
        return {record: kind for record, kind in rows if kind not in self.replied}

    def reached(self) -> dict[int, set[tuple[str, int]]]:
        """By record, every coming of every rung up to today, counted on fingers."""
        return {record: {x[:2] for x in self._comings(kind)} for record, kind in self.open().items()}

    def newest(self, kind: str) -> dict[str, set[str]]:
        """By role, the rungs of the last day on which any rung of the role was reached."""
        found: dict[str, tuple[date, set[str]]] = {}
        for name, _, day in sorted(self._comings(kind), key=lambda x: x[2]):
            role = OWN.role_of(LADDER[name], kind)
            same = found[role][1] if role in found and found[role][0] == day else set()
            found[role] = (day, {*same, name})
        return {role: names for role, (_, names) in found.items()}

    def _comings(self, kind: str) -> Iterator[tuple[str, int, date]]:
        origin = self.asked[kind]
        due = origin + timedelta(weeks=6)
        for name, rung in LADDER.items():
            if rung.kinds and kind not in rung.kinds:
                continue
            day = (origin if rung.counted_from == "origin_on" else due) + timedelta(days=rung.days)
            for repetition in range((rung.repeats_at_most or 0) + 1):
                if day <= self.today:
                    yield name, repetition, day
                day += timedelta(days=rung.repeat_every_days or 0)


DONE_TOO_SOON = [Event(day, what, "health", 1) for day, what in enumerate(("nothing", "replied", "taken back"))]


# Without shrinking: an example costs a second, and a failing one says by itself what happened.
@settings(
    max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)
@given(events=EVENTS)
@example(events=DONE_TOO_SOON)
def test_any_sequence_of_facts_nights_holds_and_staff(sqlite_file: Path, events: Sequence[Event]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copy(sqlite_file, place / "ehc.db")
        address = f"sqlite:///{place / 'ehc.db'}"
        world = World(address, place)
        try:
            for event in events:
                world.happens(event)
                claims = [x for x in alert_night(address, world.today.isoformat()) if x.duty == "give_advice"]
                check(world, claims)
                assert alert_night(address, world.today.isoformat()) == []
        finally:
            engine(address).dispose()


def check(world: World, claims: Sequence[Claim]) -> None:
    """What holds after every night."""
    rows = stored(
        world.address, "alerts", "duty", "record_id", "origin_on", "rung", "repetition", "silence", "message_id"
    )
    advice = [row for row in rows if row[0] == "give_advice"]
    withdrawn = {key for key, status in stored(world.address, "messages", "id", "status") if status == "withdrawn"}
    assert all(row[5] == DONE for row in rows if row[6] in withdrawn), "what was withdrawn counts as told"
    keys = [row[:5] for row in rows]
    assert len(keys) == len(set(keys)), "a rung is claimed twice"
    assert all(silence or message for *_, silence, message in advice), "a rung neither speaks nor says why not"
    for record, reached in world.reached().items():
        origin = world.asked[world.open()[record]].isoformat()
        claimed = {(row[3], row[4]) for row in advice if row[1:3] == (record, origin) and row[4] < REARMED}
        assert claimed == reached, "what is reached is claimed, and nothing else"
        mine = [x for x in claims if x.record_id == record]
        told = spoken(mine)
        assert len({name for _, name in told}) == len(told), "nobody is told twice of one clock in a night"
        days = {(x.role, x.reached_on) for x in mine if not x.silence}
        assert len(days) == len({role for role, _ in days}), "only one day of the ladder speaks to a role"
        until = world.held.get((record, date.fromisoformat(origin)))
        if until is not None and until >= world.today:
            assert told == [], "what is in hand keeps silent"
        elif world.has_staff:
            heard = {row[3] for row in advice if row[1:3] == (record, origin) and _is_heard(row[5])}
            newest = world.newest(world.open()[record])
            assert all(names & heard for names in newest.values()), "every role's newest rung was told to somebody"
        if (record, date.fromisoformat(origin)) not in world.held:
            again = {x.rung for x in mine if x.repetition >= REARMED and not x.silence}
            assert not again & world.sent(record, origin), "what went out is said once more"
        if not world.has_staff:
            assert told == [], "nobody can be told"


def _is_heard(silence: str | None) -> bool:
    return silence is None or silence.startswith(SAME_PERSON)
