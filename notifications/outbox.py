"""The outbox: tonight's alerts and the messages that speak for them, in one transaction; nothing is sent here."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection

from models.casework.alerts.claims import SHADOW, Claim, due_claims, store_claims, why_nothing_is_claimed
from models.casework.alerts.settled import settle
from models.casework.delivery.messages import NEW_MESSAGE
from models.practice.loader import Practices
from models.queries.authorities import names
from models.queries.instants import as_instant
from models.queries.ladders.open_rows import OpenClocks
from models.queries.ladders.recipients import OFFICER, SETTING, recipients
from models.queries.outbox.extracts import newest_extracts
from models.queries.outbox.spoken import has_had_messages, words_said, written_to
from models.statute.register import Register
from models.store import insert_rows, next_id, update_rows
from notifications import slots
from notifications.age import Age
from notifications.compose.family import family_notice
from notifications.compose.line import Forms
from notifications.compose.messages import Envelope, agency_letter, digest, immediate
from notifications.compose.render import Composed
from notifications.compose.words import person, plain
from notifications.lines import Lines, Standings, clock_of, read_facts
from notifications.put_off import put_off
from notifications.slots import WITHDRAWN, Kept, Place, Slot, Waiting
from notifications.spoken import Told, spoken_in

ALL_DONE = "all of it was done before it was sent"
"""Why a message is withdrawn."""

AT_ONCE = 20_000
"""How many clocks are made into claims and messages at a time, whole authorities of them: it bounds the memory."""


@dataclass(frozen=True, slots=True)
class Raised:
    """What a night raised: rungs claimed, how many speak, are in shadow or keep silent; messages made and added to.

    `nothing_because` says why nothing may be raised for the day, "" if it may.
    """

    claimed: int = 0
    spoken: int = 0
    shadow: int = 0
    silent: int = 0
    messages: int = 0
    added_to: int = 0
    nothing_because: str = ""

    def __add__(self, other: "Raised") -> "Raised":
        return Raised(*(one + another for one, another in zip(astuple(self), astuple(other), strict=True)))


def raise_alerts(
    connection: Connection,
    register: Register,
    practices: Practices,
    as_of: date,
    now: datetime,
    forms: Forms | None = None,
) -> Raised:
    """What was raised: every rung reached by `as_of` is claimed, and each that speaks is in exactly one message.

    Works in the caller's transaction, alerts and messages together; a second time finds nothing to claim. A night for a
    day before the newest night's leaves every message as it is.
    """
    if nothing_because := why_nothing_is_claimed(connection, as_of, now=now):
        return Raised(nothing_because=nothing_because)
    age = Age(newest_extracts(connection), practices, now)
    put_off(connection, practices, age, as_of)
    kept = slots.kept(connection, as_of)
    untried = _by_authority(kept.untried)
    # Before anything is claimed: what was done before it was told, and is to be done again, counts as not told.
    for messages in untried.values():
        settle(connection, register, messages)
    people = recipients(connection, as_of)
    clocks = OpenClocks(connection, register, as_of)
    due = due_claims(connection, register, practices, people, clocks, as_of, now=now)
    sizes = due.authorities + Counter({code: len(mine) for code, mine in untried.items()})
    standings = Standings(connection, register, people, clocks, as_of, sizes)
    night = _Night(
        connection, register, practices, kept, as_of, now, forms or Forms(), age, standings, written_to(connection)
    )
    raised = Raised()
    for codes in _some_at_a_time(sizes):
        waiting = {key: slot for code in codes for key, slot in untried.get(code, {}).items()}
        raised += night.raise_(due.claims(codes), waiting)
    return raised


def _by_authority(messages: Mapping[int, Slot]) -> dict[str, dict[int, Slot]]:
    found: dict[str, dict[int, Slot]] = {}
    for key, slot in messages.items():
        found.setdefault(slot.authority_code, {})[key] = slot
    return found


def _some_at_a_time(sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """The authorities in turn, so many together that there is little of them, or one alone."""
    some, size = list[str](), 0
    for code, more in sorted(sizes.items()):
        if some and size + more > AT_ONCE:
            yield some
            some, size = [], 0
        some.append(code)
        size += more
    if some:
        yield some


@dataclass
class _Night:
    """The messages of one night, written in the unit of work of its caller."""

    connection: Connection
    register: Register
    practices: Practices
    kept: Kept
    as_of: date
    now: datetime
    forms: Forms
    age: Age
    standings: Standings
    written_to: set[tuple[str, str]]
    """To whom anything was ever sent, by authority and name."""
    had_before: dict[tuple[str, str, str], bool] = field(default_factory=dict)
    """Whether anything was ever sent to whoever held a role, by authority, team and role."""

    def raise_(self, claims: Sequence[Claim], untried: Mapping[int, Slot]) -> Raised:
        """Store all claims of some authorities with the messages that speak for them; `untried` are those that wait."""
        by_slot: dict[Slot, list[Claim]] = {}
        for claim in claims:
            if claim.has_message and claim.recipient is not None:
                is_stale = bool(self.age.days_too_old(claim.authority_code))
                by_slot.setdefault(slots.slot_of(claim, claim.recipient, is_stale=is_stale), []).append(claim)
        by_slot = slots.one_letter_each(by_slot)
        added_to = {slot: waiting for slot in by_slot if (waiting := self.kept.waiting(slot)) is not None}
        keys = self._write(by_slot, added_to, untried)
        message_of = {id(claim): keys[slot] for slot, mine in by_slot.items() for claim in mine}
        stored = ((claim, message_of.get(id(claim))) for claim in claims)
        store_claims(self.connection, stored, as_of=self.as_of, now=self.now)
        in_shadow = sum(len(mine) for slot, mine in by_slot.items() if slot.status == SHADOW)
        return Raised(
            claimed=len(claims),
            spoken=len(message_of) - in_shadow,
            shadow=in_shadow,
            silent=len(claims) - len(message_of),
            messages=len(by_slot) - len(added_to),
            added_to=len(added_to),
        )

    def _write(
        self, by_slot: Mapping[Slot, Sequence[Claim]], added_to: Mapping[Slot, Waiting], untried: Mapping[int, Slot]
    ) -> dict[Slot, int]:
        """Write the message of each slot, and what still waits anew as things stand tonight; the keys of the slots."""
        open_ = {**untried, **{x.id: slot for slot, x in added_to.items() if slot.status == SHADOW}}
        told = spoken_in(self.connection, self.register, open_)
        for slot, waiting in added_to.items():
            told.setdefault(waiting.id, []).extend(map(Told, by_slot[slot]))
        made = [claims for slot, claims in by_slot.items() if slot not in added_to]
        every = [*(x for claims in made for x in claims), *(x.claim for mine in told.values() for x in mine)]
        facts = read_facts(self.standings, every, {*by_slot, *open_.values()})
        lines = Lines(self.register, self.practices, self.standings, facts, self.forms, self.as_of)
        self._write_anew({key: (open_[key], mine) for key, mine in told.items()}, lines)
        self._bring_forward({slot: waiting for slot, waiting in added_to.items() if waiting.is_too_late_for(slot)})
        return self._add(by_slot, added_to, lines)

    def _bring_forward(self, too_late: Mapping[Slot, Waiting]) -> None:
        """Give letters that wait too long for what was added to them the day of that; their own is free for others."""
        moved: list[tuple[object, ...]] = []
        for slot, waiting in too_late.items():
            sending = self.practices.of(slot.authority_code).sending
            place = self.kept.place(slot, sending, self.as_of)
            from_ = as_instant(slots.not_before(slot.urgency, sending, place.day, self.now))
            moved.append((slot.urgency, *place, from_, waiting.id, 0))
        update_rows(self.connection, "messages", ("urgency", "day", "number", "not_before"), ("id", "attempts"), moved)

    def _add(
        self, by_slot: Mapping[Slot, Sequence[Claim]], added_to: Mapping[Slot, Waiting], lines: Lines
    ) -> dict[Slot, int]:
        """Write the messages of the slots that have none waiting; the keys of all."""
        keys = {slot: waiting.id for slot, waiting in added_to.items()}
        rows: list[tuple[object, ...]] = []
        key = next_id(self.connection, "messages") if len(added_to) < len(by_slot) else 0
        for slot, claims in by_slot.items():
            if slot in added_to:
                continue
            place = self.kept.place(slot, self.practices.of(slot.authority_code).sending, self.as_of)
            reference = slots.reference(key, slot, place, self.now)
            found = self._compose(slot, reference, lines, list(map(Told, claims)))
            rows.append(self._row(key, slot, place, reference, found))
            keys[slot], key = key, key + 1
        insert_rows(self.connection, "messages", NEW_MESSAGE, rows)
        return keys

    def _write_anew(self, told: Mapping[int, tuple[Slot, Sequence[Told]]], lines: Lines) -> None:
        """Compose messages that wait as of tonight where that says something else; withdraw those with nothing left."""
        said = words_said(self.connection, told)
        again: list[tuple[object, ...]] = []
        withdrawn: list[tuple[object, ...]] = []
        for key, (slot, mine) in told.items():
            reference, *before = said[key]
            if all(x.is_settled for x in mine):
                withdrawn.append((WITHDRAWN, ALL_DONE, as_instant(self.now), key, 0))
            elif (words := _words(self._compose(slot, reference, lines, mine))) != tuple(before):
                again.append((*words, as_instant(self.now), key, 0))
        # What a delivery has taken up in the meantime stays as it is.
        untried = ("id", "attempts")
        changed = ("template", "template_version", "subject", "text", "html", "status_at")
        update_rows(self.connection, "messages", changed, untried, again)
        update_rows(self.connection, "messages", ("status", "why", "status_at"), untried, withdrawn)

    def _compose(self, slot: Slot, reference: str, lines: Lines, told: Sequence[Told]) -> Composed:
        """The message of a slot: of each clock it has the newest line, however many alerts it waited to tell."""
        told = list({clock_of(x.claim): x for x in told}.values())
        practice = self.practices.of(slot.authority_code)
        title = practice.titles.of(slot.role)
        is_first = (slot.authority_code, slot.name) not in self.written_to
        takes_over = is_first and self._has_had_messages(slot)
        envelope = Envelope(
            authority=names().get(slot.authority_code, f"Authority {slot.authority_code}"),
            team=slot.team,
            title=title,
            as_of=self.as_of,
            reference=reference,
            acknowledgement_days=practice.alerts.acknowledgement_days,
            from_when=self.age.from_when(slot.authority_code),
            days_too_old=self.age.days_too_old(slot.authority_code),
            to=plain(slot.name) if slot.role == SETTING else person(slot.name, title),
            acknowledge_through=practice.alerts.acknowledge_through,
            most_lines=practice.sending.lines_per_section,
            is_first=is_first and not takes_over,
            takes_over=takes_over,
            is_own=slot.role == OFFICER,
            forms=self.forms,
        )
        found = [lines.line(x.claim, is_settled=x.is_settled) for x in told]
        if slot.template == slots.AGENCY_LETTER:
            owed, later = lines.letter(slot, zip((x.claim for x in told), found, strict=True))
            return agency_letter(envelope, owed, lines.signatory(slot), later=later)
        if slot.template == slots.FAMILY_NOTICE:
            pairs = zip(told, found, strict=True)
            return family_notice(envelope, [lines.notice(x.claim, line) for x, line in pairs])
        if slot.template == slots.IMMEDIATE:
            return immediate(envelope, found)
        return digest(envelope, found, lines.standing(slot), weekly=slot.urgency == slots.WEEKLY)

    def _has_had_messages(self, slot: Slot) -> bool:
        """True if anything was ever sent to whoever held the role of a slot before."""
        if slot[:3] not in self.had_before:
            self.had_before[slot[:3]] = has_had_messages(self.connection, *slot[:3])
        return self.had_before[slot[:3]]

    def _row(self, key: int, slot: Slot, place: Place, reference: str, found: Composed) -> tuple[object, ...]:
        sending = self.practices.of(slot.authority_code).sending
        at = as_instant(self.now)
        from_ = as_instant(slots.not_before(slot.urgency, sending, place.day, self.now))
        return (key, *slot[:5], *place, *_words(found), reference, at, from_, slot.status, at, 0)


def _words(found: Composed) -> tuple[str, ...]:
    return found.template, found.template_version, found.subject, found.text, found.html
