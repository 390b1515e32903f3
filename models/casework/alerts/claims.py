"""Claim the rungs that clocks have reached: each once for ever, spoken by a message or silent with its reason."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from models.casework.alerts.claim import Claim
from models.casework.alerts.claimed import EXCEPTED, LAST_SAFE, SHADOW, Holds, claimed, read_alerts, read_holds
from models.casework.alerts.speaking import Ladder, Tonight
from models.practice.comings import comings
from models.practice.ladders import FAMILY_DELAY, NEVER_ASKED
from models.practice.loader import Practices
from models.practice.schema import Practice
from models.queries.advice import ALWAYS_ASKED
from models.queries.history import whose_history_came_after
from models.queries.instants import ENGLAND, as_instant
from models.queries.ladders.open_rows import OpenClocks, OpenRows, Whose
from models.queries.ladders.predictions import safe_days
from models.queries.ladders.recipients import Recipient, Recipients
from models.queries.nights import night_after
from models.queries.outbox.spoken import FAMILY_KNOWS
from models.statute.register import Register
from models.store import as_text, fetch, insert_rows, next_id

__all__ = ["SHADOW", "Claim", "Due", "Recipient", "due_claims", "store_claims", "why_nothing_is_claimed"]

_ALERT = (
    *("id", "duty", "record_id", "case_id", "origin_on", "due_on", "rung", "repetition", "reached_on", "as_of"),
    *("claimed_at", "role", "urgency", "template", "silence", "message_id", "safe_step", "safe_on", "safe_panel"),
)
_NOTHING_SAFE = (None, None, None)
_NOTICE = ("id", "case_id", "duty", "due_on", "predicted_on", "tell_by", "why")


@dataclass(frozen=True)
class Due:
    """The rungs reached that no alert has claimed yet, as columns by ladder; of some authorities at a time as claims.

    The claims of a first night are many times the columns: whoever takes them by authority need not hold them all.
    """

    connection: Connection
    ladders: Sequence[Ladder] = ()

    @property
    def authorities(self) -> Counter[str]:
        """Of how many clocks something is to be claimed, by authority."""
        return sum((ladder.authorities() for ladder in self.ladders), Counter())

    def claims(self, authority_codes: Collection[str]) -> list[Claim]:
        """The claims of these authorities."""
        found = [claim for ladder in self.ladders for claim in ladder.claims(authority_codes)]
        return _without_families_told(self.connection, found)


def due_claims(
    connection: Connection,
    register: Register,
    practices: Practices,
    people: Recipients,
    clocks: OpenClocks,
    as_of: date,
    *,
    now: datetime,
) -> Due:
    """The rungs reached on or before `as_of`, that day included, that no alert has claimed yet.

    From clocks refreshed for that day. Nothing is claimed for a day to come, or for one before the newest night:
    what is claimed is claimed for ever, so a replay must not.

    Args:
        connection: the open unit of work.
        register: the law that the clocks were evaluated by.
        practices: whose ladders apply.
        people: whoever can be told on that day.
        clocks: what is open on that day.
        as_of: the day of the night.
        now: the present instant, aware; `as_of` may not lie after its day in England.
    """
    if why_nothing_is_claimed(connection, as_of, now=now):
        return Due(connection)
    last_night = _last_night(connection, as_of)
    joined = _joined_since(connection, last_night) if last_night else ()
    alerts, holds = read_alerts(connection, register, as_of), read_holds(connection, as_of)
    ladders: list[Ladder] = []
    for practice, whose in _each_practice(practices):
        tonight = Tonight(practice, people, as_of, last_night, joined)
        for open_, key in _open(connection, register, practice, whose, as_of, clocks):
            coming = comings(practice.ladders[key])
            if coming and open_.size:
                done = claimed(alerts[open_.duty], open_, coming)
                ladders.append(Ladder(tonight, coming, open_, done, Holds(holds, open_)))
    return Due(connection, ladders)


def why_nothing_is_claimed(connection: Connection, as_of: date, *, now: datetime) -> str:
    """Why a night for this day claims no alert, "" if it may."""
    if as_of > now.astimezone(ENGLAND).date():
        return f"{as_of} has not come yet."
    # Also of a day that has not come by this clock: who steps back says nothing that the later night left unsaid.
    later = night_after(connection, as_of)
    return f"A night was run for {later}, after {as_of}." if later else ""


def store_claims(
    connection: Connection, claims: Iterable[tuple[Claim, int | None]], *, as_of: date, now: datetime
) -> None:
    """Store each claim as an alert, with the message that speaks for it; set the tasks of telling families."""
    at, notices = as_instant(now), _Notices(connection, as_of)
    first = next_id(connection, "alerts")

    def rows() -> Iterator[tuple[object, ...]]:
        for number, (claim, message) in enumerate(claims, first):
            notices.add(claim)
            clock = (claim.duty, claim.record_id, claim.case_id, claim.origin_on, claim.due_on)
            rung = (claim.rung, claim.repetition, claim.reached_on, as_of.isoformat(), at)
            said = (claim.role, claim.urgency, claim.template, claim.silence or None, message)
            safe = tuple(x or None for x in claim.last_safe) if message and claim.last_safe else _NOTHING_SAFE
            yield (number, *clock, *rung, *said, *safe)

    insert_rows(connection, "alerts", _ALERT, rows())
    insert_rows(connection, "family_notices", _NOTICE, notices.rows())


def _without_families_told(connection: Connection, claims: list[Claim]) -> list[Claim]:
    """The claims, silent where they ask to tell a family that was told."""
    if all(x.template != FAMILY_DELAY for x in claims):
        return claims
    due_on = as_text(connection, "due_on")
    told = set(
        map(tuple, fetch(connection, f"SELECT case_id, duty, {due_on} FROM family_notices WHERE told_on IS NOT NULL"))
    )
    return [
        x._replace(silence=FAMILY_KNOWS, recipient=None)
        if x.template == FAMILY_DELAY and x.has_message and (x.case_id, x.duty, x.due_on) in told
        else x
        for x in claims
    ]


class _Notices:
    """The tasks of telling a family of a delay: once for each case, duty and date, while the date is to come."""

    def __init__(self, connection: Connection, as_of: date) -> None:
        self._night, self._as_of = as_of, as_of.isoformat()
        self._first = next_id(connection, "family_notices")
        sql = f"SELECT case_id, duty, {as_text(connection, 'due_on')} FROM family_notices WHERE due_on >= :as_of"
        self._there = {tuple(row) for row in fetch(connection, sql, as_of=self._as_of)}
        self._new: list[tuple[object, ...]] = []

    def add(self, claim: Claim) -> None:
        """Set the task if the claim is of a delay that was seen coming."""
        key = claim.case_id, claim.duty, claim.due_on
        is_ahead = claim.due_on >= self._as_of
        if claim.template != FAMILY_DELAY or claim.silence == EXCEPTED or not is_ahead or key in self._there:
            return
        self._there.add(key)
        # A family is told in office hours: until the last working day before the date, though that may have passed.
        why = claim.last_safe.in_words(self._night) if claim.last_safe else ""
        self._new.append((*key, self._as_of, claim.act_by, why))

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The tasks that are new."""
        for number, row in enumerate(self._new, self._first):
            yield number, *row


def _last_night(connection: Connection, as_of: date) -> date | None:
    """The last night before this one that claimed anything."""
    # Alerts are claimed in the order of the nights, so the newest row before tonight's is found at once.
    sql = f"SELECT {as_text(connection, 'as_of')} FROM alerts WHERE as_of < :as_of ORDER BY id DESC LIMIT 1"
    rows = fetch(connection, sql, as_of=as_of.isoformat())
    return date.fromisoformat(rows[0][0]) if rows else None


def _joined_since(connection: Connection, last_night: date) -> Collection[str]:
    """The authorities whose first cases came after that night had been run."""
    night = "SELECT MAX(evaluated_at) FROM nights WHERE as_of = :day"
    return whose_history_came_after(connection, "case", night, day=last_night.isoformat())


def _each_practice(practices: Practices) -> Iterator[tuple[Practice, Whose]]:
    """Every practice with the authorities it is for."""
    yield practices.usual, Whose(but=frozenset(practices.by_authority))
    for code, own in practices.by_authority.items():
        yield own, Whose(only=code)


def _open(
    connection: Connection,
    register: Register,
    practice: Practice,
    whose: Whose,
    as_of: date,
    open_clocks: OpenClocks,
) -> Iterator[tuple[OpenRows, str]]:
    """The open clocks of every duty that has a ladder, and the key of the ladder."""
    rungs = [rung for ladder in practice.ladders.values() for rung in ladder.values() if rung.on]
    foresees = any(rung.counted_from == LAST_SAFE for rung in rungs)
    safe = safe_days(connection, register, practice, as_of, whose.only) if foresees else {}
    for key in practice.ladders:
        if key == NEVER_ASKED:
            for kind in ALWAYS_ASKED:
                yield open_clocks.never_asked(practice, kind, whose), key
        else:
            yield open_clocks.of(register.duty(key), whose).foreseen(safe.get(key)), key
