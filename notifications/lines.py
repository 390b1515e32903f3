"""Claims into lines: what the records say of each beside the claim itself, read for all of them at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from models.casework.alerts.claims import SHADOW, Claim
from models.practice.ladders import FAMILY_DELAY, NEVER_ASKED
from models.practice.loader import Practices
from models.queries.ladders.recipients import SETTING, known_as
from models.queries.outbox import lists as people_lists
from models.queries.outbox.lists import Asked, Clock, Open, Told
from models.queries.outbox.told_apart import Named, Which, told_apart
from models.statute.register import Duty, Register
from notifications.compose.family import Notice
from notifications.compose.line import Forms, Line, Tried
from notifications.compose.messages import Standing
from notifications.compose.words import plain, record_in_words
from notifications.slots import AGENCY_LETTER, Slot

GIVE_ADVICE = "give_advice"
_LONGEST_WHY = 300
_TELLS_WHAT_WAS_TRIED = frozenset({"escalation", "commission_elsewhere"})
"""Templates whose reader has to know what came of the alerts before."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the records say of the claims of a night."""

    asked: Mapping[int, Asked]
    told: Mapping[Clock, Sequence[Told]]
    awaited: Mapping[int, tuple[str, ...]]
    apart: Mapping[tuple[str, int], Which]
    open: Mapping[tuple[str, str, str], Open]
    owed: Sequence[Asked]
    of_several_authorities: bool


def read_facts(
    connection: Connection, register: Register, claims: Iterable[Claim], slots: Iterable[Slot], as_of: date
) -> Facts:
    """What lines of these claims, in messages of these slots, want to know."""
    claims, slots = list(claims), list(slots)
    letters = [slot for slot in slots if slot.template == AGENCY_LETTER]
    return Facts(
        asked=people_lists.asked(connection, (x.record_id for x in claims if x.duty == GIVE_ADVICE)),
        told=people_lists.told_before(connection, (clock_of(x) for x in claims if x.template in _TELLS_WHAT_WAS_TRIED)),
        awaited=people_lists.awaited_advice(connection, (x.case_id for x in claims if x.template == FAMILY_DELAY)),
        apart=told_apart(connection, _told_apart(register, claims)),
        open=people_lists.open_by_holder(connection, register, as_of) if slots else {},
        owed=people_lists.owed_advice(connection, register, (x.authority_code for x in letters)),
        of_several_authorities=people_lists.has_several_authorities(connection),
    )


def _told_apart(register: Register, claims: Iterable[Claim]) -> Iterator[Named]:
    """The claims of which a case can have several."""
    for x in claims:
        if not x.duty.startswith(NEVER_ASKED) and register.duty(x.duty).record != "case":
            yield Named(x.duty, x.case_id, x.record_id, x.record_key)


def clock_of(claim: Claim) -> Clock:
    """The clock that a claim is about."""
    return claim.duty, claim.record_id, claim.origin_on


@dataclass(frozen=True)
class Lines:
    """Makes lines of one night."""

    register: Register
    practices: Practices
    facts: Facts
    forms: Forms
    as_of: date

    def line(self, claim: Claim, *, is_settled: bool = False) -> Line:
        """The line of one claim."""
        asked = self.facts.asked.get(claim.record_id) if claim.duty == GIVE_ADVICE else None
        which = self.facts.apart.get((claim.duty, claim.record_id), Which())
        duty = self._duty(claim.duty)
        tells = claim.template in _TELLS_WHAT_WAS_TRIED
        return Line(
            duty=duty,
            ladder=claim.duty,
            case_ref=plain(claim.case_ref),
            record=record_in_words(duty.record, claim.record_key, asked.body if asked else ""),
            template=claim.template,
            team=claim.team,
            origin_on=date.fromisoformat(claim.origin_on),
            due_on=date.fromisoformat(claim.due_on),
            as_of=self.as_of,
            key=claim.record_key,
            body=which.body if plain(which.body) == which.body else "",
            number=which.number if which.number.isdecimal() else "",
            asked_on=_day(asked.requested_on) if asked else None,
            received_on=_day(asked.received_on) if asked else None,
            tried=tuple(map(_tried, self.facts.told.get(clock_of(claim), ()))) if tells else (),
            tell_by=self._tell_by(claim),
            why=plain(claim.why, _LONGEST_WHY),
            forms=self.forms,
            is_settled=is_settled,
            authority=claim.authority_code if self.facts.of_several_authorities else "",
        )

    def notice(self, claim: Claim, line: Line) -> Notice:
        """The notice of a claim that a family be told."""
        return Notice(line, self.facts.awaited.get(claim.case_id, ()))

    def owed(self, slot: Slot, lines: Sequence[Line]) -> tuple[Line, ...]:
        """All that the agency of a letter owes, and whatever else the letter was claimed for.

        A setting reads of nothing but what was asked of it by its own name.
        """
        practice, own = self.practices.of(slot.authority_code), known_as(slot.name)
        found = [
            self._owed(x)
            for x in self.facts.owed
            if x.authority_code == slot.authority_code
            and practice.agencies.role_of(x.kind) == slot.role
            and (slot.role != SETTING or known_as(x.body) == own)
            and practice.alerts.is_shadow(x.team) == (slot.status == SHADOW)
        ]
        listed = {(x.case_ref, x.record, x.due_on) for x in found}
        new = (x for x in lines if not x.is_settled)
        also = (x for x in new if x.never_asked or (x.case_ref, x.record, x.due_on) not in listed)
        return (*found, *(replace(x, tried=()) for x in also))

    def standing(self, slot: Slot) -> Standing:
        """What is open on a recipient's list: an officer's own cases, a leader's team, else the authority's."""
        mine = [
            x
            for (code, team, officer), x in self.facts.open.items()
            if code == slot.authority_code
            and (officer == slot.name if slot.role == "officer" else team == slot.team or not slot.team)
        ]
        return Standing(*(sum(numbers) for numbers in zip(*mine, strict=True))) if mine else Standing()

    def _owed(self, asked: Asked) -> Line:
        return Line(
            duty=self.register.duty(GIVE_ADVICE),
            ladder=GIVE_ADVICE,
            case_ref=plain(asked.case_ref),
            record=record_in_words("advice", asked.kind, asked.body),
            template="chase",
            team=asked.team,
            origin_on=date.fromisoformat(asked.origin_on),
            due_on=date.fromisoformat(asked.due_on),
            as_of=self.as_of,
            key=asked.kind,
            asked_on=_day(asked.requested_on),
            received_on=_day(asked.received_on),
        )

    def _tell_by(self, claim: Claim) -> date | None:
        """The last day on which a family can be told before the date; today where that has passed."""
        if claim.template != FAMILY_DELAY:
            return None
        return max(self.as_of, date.fromisoformat(min(filter(None, (claim.act_by, claim.due_on)))))

    def _duty(self, key: str) -> Duty:
        # Asking for advice has no limit in law; what counts is the one that begins once it is asked for.
        return self.register.duty(GIVE_ADVICE if key.startswith(NEVER_ASKED) else key)


def _tried(told: Told) -> Tried:
    return Tried(date.fromisoformat(told.as_of), told.role, told.template, told.status)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
