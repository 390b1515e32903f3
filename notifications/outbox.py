"""The outbox: tonight's alerts and the messages that speak for them, in one transaction; nothing is sent here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from models.casework.alerts.claims import SHADOW, Claim, due_claims, store_claims
from models.casework.chronology.journal import instant
from models.practice.loader import Practices
from models.queries.authorities import names
from models.statute.register import Register
from models.store import insert_rows, next_id, update_rows
from notifications import slots
from notifications.compose.family import family_notice
from notifications.compose.line import Forms
from notifications.compose.messages import Envelope, agency_letter, digest, immediate
from notifications.compose.render import Composed
from notifications.lines import Lines, read_facts
from notifications.slots import Kept, Place, Slot, Waiting
from notifications.spoken import Told, spoken_in

_COLUMNS = (
    "id",
    "authority_code",
    "team",
    "role",
    "recipient",
    "urgency",
    "day",
    "number",
    "template",
    "template_version",
    "subject",
    "text",
    "html",
    "reference",
    "created_at",
    "not_before",
    "status",
    "status_at",
    "attempts",
)


@dataclass(frozen=True, slots=True)
class Raised:
    """What a night raised: rungs claimed, how many speak, are in shadow or keep silent; messages made and added to."""

    claimed: int = 0
    spoken: int = 0
    shadow: int = 0
    silent: int = 0
    messages: int = 0
    added_to: int = 0


def raise_alerts(
    connection: Connection,
    register: Register,
    practices: Practices,
    as_of: date,
    now: datetime,
    forms: Forms | None = None,
) -> Raised:
    """What was raised: every rung reached by `as_of` is claimed, and each that speaks is in exactly one message.

    Works in the caller's transaction, alerts and messages together; a second time finds nothing to claim.
    """
    claims = due_claims(connection, register, practices, as_of, now=now)
    by_slot: dict[Slot, list[Claim]] = {}
    for claim in claims:
        if claim.has_message and claim.recipient is not None:
            by_slot.setdefault(slots.slot_of(claim, claim.recipient), []).append(claim)
    by_slot = slots.one_letter_each(by_slot)
    kept = slots.kept(connection, as_of)
    added_to = {slot: waiting for slot in by_slot if (waiting := kept.waiting(slot)) is not None}
    night = _Night(connection, register, practices, kept, as_of, now, forms or Forms())
    keys = night.write(by_slot, added_to)
    message_of = {id(claim): keys[slot] for slot, mine in by_slot.items() for claim in mine}
    store_claims(connection, [(claim, message_of.get(id(claim))) for claim in claims], as_of=as_of, now=now)
    in_shadow = sum(len(mine) for slot, mine in by_slot.items() if slot.status == SHADOW)
    return Raised(
        claimed=len(claims),
        spoken=len(message_of) - in_shadow,
        shadow=in_shadow,
        silent=len(claims) - len(message_of),
        messages=len(by_slot) - len(added_to),
        added_to=len(added_to),
    )


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

    def write(self, by_slot: Mapping[Slot, Sequence[Claim]], added_to: Mapping[Slot, Waiting]) -> dict[Slot, int]:
        """Write the message of each slot, or the one that still waits anew with what is new; their keys."""
        earlier = spoken_in(self.connection, self.register, {x.id: slot for slot, x in added_to.items()})
        said = [x.claim for told in earlier.values() for x in told]
        every = [*(claim for mine in by_slot.values() for claim in mine), *said]
        facts = read_facts(self.connection, self.register, every, by_slot, self.as_of)
        lines = Lines(self.register, self.practices, facts, self.forms, self.as_of)
        keys = {slot: waiting.id for slot, waiting in added_to.items()}
        rows: list[tuple[object, ...]] = []
        again: list[tuple[object, ...]] = []
        sooner: list[tuple[object, ...]] = []
        key = next_id(self.connection, "messages") if len(added_to) < len(by_slot) else 0
        for slot, claims in by_slot.items():
            if slot in added_to:
                waiting = added_to[slot]
                told = [*earlier.get(waiting.id, ()), *map(Told, claims)]
                found = self._compose(slot, waiting.reference, lines, told)
                again.append((*_words(found), instant(self.now), waiting.id))
                if waiting.is_too_late_for(slot):
                    sooner.append((instant(self.now), waiting.id))
                continue
            sending = self.practices.of(slot.authority_code).sending
            place = self.kept.place(slot, sending, self.as_of)
            reference = slots.reference(key, slot, place, self.now)
            found = self._compose(slot, reference, lines, list(map(Told, claims)))
            rows.append(self._row(key, slot, place, reference, found))
            keys[slot], key = key, key + 1
        insert_rows(self.connection, "messages", _COLUMNS, rows)
        changed = ("template", "template_version", "subject", "text", "html", "status_at")
        update_rows(self.connection, "messages", changed, ("id",), again)
        update_rows(self.connection, "messages", ("not_before",), ("id",), sooner)
        return keys

    def _compose(self, slot: Slot, reference: str, lines: Lines, told: Sequence[Told]) -> Composed:
        """The message of a slot."""
        practice = self.practices.of(slot.authority_code)
        authority = names().get(slot.authority_code, f"Authority {slot.authority_code}")
        envelope = Envelope(
            authority, slot.team, slot.role, self.as_of, reference, practice.alerts.acknowledgement_days
        )
        found = [lines.line(x.claim, is_settled=x.is_settled) for x in told]
        if slot.template == slots.AGENCY_LETTER:
            return agency_letter(envelope, lines.owed(slot, found))
        if slot.template == slots.FAMILY_NOTICE:
            pairs = zip(told, found, strict=True)
            return family_notice(envelope, [lines.notice(x.claim, line) for x, line in pairs])
        if slot.template == slots.IMMEDIATE:
            return immediate(envelope, found)
        return digest(envelope, found, lines.standing(slot), weekly=slot.urgency == slots.WEEKLY)

    def _row(self, key: int, slot: Slot, place: Place, reference: str, found: Composed) -> tuple[object, ...]:
        sending = self.practices.of(slot.authority_code).sending
        at = instant(self.now)
        from_ = instant(slots.not_before(slot.urgency, sending, place.day, self.now))
        return (key, *slot[:5], *place, *_words(found), reference, at, from_, slot.status, at, 0)


def _words(found: Composed) -> tuple[str, ...]:
    return found.template, found.template_version, found.subject, found.text, found.html
