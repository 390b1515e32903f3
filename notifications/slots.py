"""Which message a claim goes into: one per recipient and kind, for a day on which it can be read."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import count
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from models.casework.alerts.claims import SHADOW, Claim, Recipient
from models.practice.ladders import FAMILY_DELAY, LINE, SendingPolicy
from models.queries.instants import ENGLAND, as_instant
from models.statute.calendar import england
from models.store import as_text, fetch

WAITING, WITHDRAWN = "waiting", "withdrawn"
WEEKLY = "weekly"
DIGEST, IMMEDIATE, AGENCY_LETTER, FAMILY_NOTICE = "digest", "immediate", "agency_letter", "family_notice"
_URGENCIES = (IMMEDIATE, DIGEST, WEEKLY)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Slot(NamedTuple):
    """What claims share that go into one message; `status` is waiting, or shadow for what is never sent."""

    authority_code: str
    team: str
    role: str
    name: str
    urgency: str
    template: str
    status: str


class Place(NamedTuple):
    """The key of a message among those of its recipient."""

    day: str
    number: int


class Waiting(NamedTuple):
    """A message that nobody has tried to send: its key, and what it is known by."""

    id: int
    reference: str
    urgency: str

    def is_too_late_for(self, slot: Slot) -> bool:
        """True if what is to be added is more urgent than what it waits with."""
        return _URGENCIES.index(slot.urgency) < _URGENCIES.index(self.urgency)


@dataclass(slots=True)
class Kept:
    """What the outbox holds already: messages that may still be added to, and the places that are taken."""

    open: dict[Slot, Waiting] = field(default_factory=dict)
    taken: dict[tuple[str, ...], dict[str, int]] = field(default_factory=dict)

    def waiting(self, slot: Slot) -> Waiting | None:
        """The message that claims of a slot can still be added to, None if there is none."""
        return self.open.get(_shared(slot))

    @property
    def untried(self) -> dict[int, Slot]:
        """The slot of each message that waits and that nobody has tried to send, by its key."""
        return {x.id: slot._replace(urgency=x.urgency) for slot, x in self.open.items() if slot.status == WAITING}

    def place(self, slot: Slot, sending: SendingPolicy, as_of: date) -> Place:
        """A free place for a new message: an immediate one on the day itself, a digest on its next day without one."""
        numbers, mine = self.taken.setdefault(slot[:5], {}), self.taken.setdefault(slot, {})
        days = iter((as_of,)) if slot.urgency == IMMEDIATE else _days(slot.urgency, sending, as_of)
        day = next(x for x in map(date.isoformat, days) if slot.urgency == IMMEDIATE or x not in mine)
        numbers[day] = mine[day] = numbers.get(day, 0) + 1
        return Place(day, numbers[day])


def slot_of(claim: Claim, recipient: Recipient, *, is_stale: bool = False) -> Slot:
    """The slot of a claim that has a message; from records that are `is_stale` nothing is told at once."""
    urgency = DIGEST if is_stale and claim.urgency == IMMEDIATE else claim.urgency
    return Slot(
        recipient.authority_code,
        recipient.team,
        recipient.role,
        recipient.name,
        urgency,
        _template(claim, recipient, urgency),
        SHADOW if claim.silence == SHADOW else WAITING,
    )


def one_letter_each(by_slot: Mapping[Slot, list[Claim]]) -> dict[Slot, list[Claim]]:
    """The same with one letter to each agency, as urgent as its most urgent claim: each letter lists all it owes."""
    together: dict[Slot, list[Slot]] = {}
    for slot in by_slot:
        together.setdefault(_shared(slot), []).append(slot)
    found: dict[Slot, list[Claim]] = {}
    for alike in together.values():
        most_urgent = min(alike, key=lambda x: _URGENCIES.index(x.urgency))
        found[most_urgent] = [claim for slot in alike for claim in by_slot[slot]]
    return found


def _shared(slot: Slot) -> Slot:
    """What slots agree in whose claims can go into one message: for letters to agencies, all but the urgency."""
    return slot._replace(urgency="") if slot.template == AGENCY_LETTER else slot


def _template(claim: Claim, recipient: Recipient, urgency: str) -> str:
    """What kind of message speaks for a claim; an agency gets a letter, whoever stands in for it does not."""
    if claim.template == FAMILY_DELAY:
        return FAMILY_NOTICE
    if recipient.role not in LINE:
        return AGENCY_LETTER
    return IMMEDIATE if urgency == IMMEDIATE else DIGEST


def kept(connection: Connection, as_of: date) -> Kept:
    """What the outbox holds for the recipients of a night: whatever waits untried, and all from that day on."""
    found = Kept()
    rows = fetch(
        connection,
        f"SELECT id, authority_code, team, role, recipient, urgency, template, status, {as_text(connection, 'day')}, "
        "number, attempts, reference FROM messages "
        "WHERE day >= :as_of OR (status = :waiting AND attempts = 0)",
        as_of=as_of.isoformat(),
        waiting=WAITING,
    )
    # Put in order here: asked to, SQLite would go through every message by its key, and there are more each night.
    for key, *of, status, day, number, attempts, known_by in sorted(rows, key=itemgetter(0)):
        slot = Slot._make((*of, SHADOW if status == SHADOW else WAITING))
        if status != WITHDRAWN:
            found.taken.setdefault(slot, {})[day] = number
        numbers = found.taken.setdefault(slot[:5], {})
        numbers[day] = max(number, numbers.get(day, 0))
        # What was tried even once stays as it is: an attempt may have reached somebody.
        if status == SHADOW or (status == WAITING and not attempts):
            found.open[_shared(slot)] = Waiting(key, known_by, slot.urgency)
    return found


def _days(urgency: str, sending: SendingPolicy, as_of: date) -> Iterator[date]:
    """The days from `as_of` on, that day included, that a digest can be for: working days, or one day each week."""
    for day in (as_of + timedelta(days=x) for x in count()):
        if urgency == WEEKLY:
            if _WEEKDAYS[day.weekday()] == sending.weekly_on:
                yield _workable(day, sending)
        elif _workable(day, sending) == day:
            yield day


def _workable(day: date, sending: SendingPolicy) -> date:
    """The day, or where nothing goes out on it the next working day."""
    return _working_day(day) if sending.working_days_only else day


@lru_cache(maxsize=512)
def _working_day(day: date) -> date:
    """The day, or the next on which anybody works; every message of a night asks for the same few."""
    found: date = england().on_or_after(np.array([day], dtype="datetime64[D]"))[0].item()
    return found


def not_before(urgency: str, sending: SendingPolicy, day: str, now: datetime) -> datetime:
    """From when a message may go out: an immediate one now, a digest on its day when people begin."""
    if urgency == IMMEDIATE:
        return now
    return datetime.combine(date.fromisoformat(day), sending.digest_at, tzinfo=ENGLAND).astimezone(UTC)


def reference(key: int, slot: Slot, place: Place, now: datetime) -> str:
    """What a message is known by wherever it goes, for good: its key, sealed by when it was made."""
    # Where the records are restored from a copy, keys come again; a provider must not take one message for another.
    seal = hashlib.sha256(f"{slot}{place}{as_instant(now)}".encode()).hexdigest()[:6]
    return f"{slot.authority_code}-{place.day.replace('-', '')}-{key}-{seal}"
