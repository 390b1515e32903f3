"""Claims into lines: what the records say of each beside the claim itself, read for all of them at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

from sqlalchemy import Connection

from models.casework.alerts.claimed import LAST_SAFE
from models.casework.alerts.claims import SHADOW, Claim
from models.practice.ladders import FAMILY_DELAY, NEVER_ASKED
from models.practice.letters import SIGNATORY, TitlesPolicy
from models.practice.loader import Practices
from models.queries.ladders.open_rows import OpenClocks
from models.queries.ladders.recipients import SETTING, Recipients, known_as
from models.queries.outbox import lists as people_lists
from models.queries.outbox.lists import Asked, Clock, Open, Told
from models.queries.outbox.told_apart import Named, Which, told_apart
from models.statute.register import Duty, Register
from notifications.compose.family import Notice
from notifications.compose.line import Forms, Line, Tried
from notifications.compose.messages import Signatory, Standing
from notifications.compose.words import no_answer, plain, record_in_words
from notifications.slots import AGENCY_LETTER, Slot

GIVE_ADVICE = "give_advice"
_LONGEST_WHY = 300
_TELLS_WHAT_WAS_TRIED = frozenset({"escalation", "commission_elsewhere"})
"""Templates whose reader has to know what came of the alerts before."""


@dataclass(frozen=True)
class Standings:
    """What is read once for all messages of a night: what is open on whose list, what is owed, who can be told."""

    connection: Connection
    register: Register
    people: Recipients
    clocks: OpenClocks
    as_of: date
    authority_codes: Collection[str]

    @cached_property
    def open(self) -> Mapping[str, Mapping[tuple[str, str], Open]]:
        """What is open by authority, then by team and officer: a message looks only at its own."""
        found: dict[str, dict[tuple[str, str], Open]] = {}
        open_ = people_lists.open_by_holder(self.clocks, self.register, self.as_of)
        for (code, team, officer), mine in open_.items():
            found.setdefault(code, {})[team, officer] = mine
        return found

    @cached_property
    def owed(self) -> Mapping[str, Sequence[Asked]]:
        """The advice that is owed by authority, the oldest first: to find it takes as long for one as for all."""
        found: dict[str, list[Asked]] = {}
        for asked in people_lists.owed_advice(self.connection, self.register, self.authority_codes):
            found.setdefault(asked.authority_code, []).append(asked)
        return found

    @cached_property
    def are_of_several_authorities(self) -> bool:
        """True if a case's reference alone may mean several."""
        return people_lists.has_several_authorities(self.connection)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the records say of some claims of a night."""

    asked: Mapping[int, Asked]
    told: Mapping[Clock, Sequence[Told]]
    awaited: Mapping[int, tuple[str, ...]]
    apart: Mapping[tuple[str, int], Which]
    owed: Mapping[str, Sequence[Asked]]


def read_facts(standings: Standings, claims: Iterable[Claim], slots: Iterable[Slot]) -> Facts:
    """What lines of these claims, in messages of these slots, want to know."""
    connection, register, claims = standings.connection, standings.register, list(claims)
    letters = {slot.authority_code for slot in slots if slot.template == AGENCY_LETTER}
    return Facts(
        asked=people_lists.asked(connection, (x.record_id for x in claims if x.duty == GIVE_ADVICE)),
        told=people_lists.told_before(connection, (clock_of(x) for x in claims if x.template in _TELLS_WHAT_WAS_TRIED)),
        awaited=people_lists.awaited_advice(connection, (x.case_id for x in claims if x.template == FAMILY_DELAY)),
        apart=told_apart(connection, _told_apart(register, claims)),
        owed={code: standings.owed.get(code, ()) for code in letters},
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
    standings: Standings
    facts: Facts
    forms: Forms
    as_of: date

    def line(self, claim: Claim, *, is_settled: bool = False) -> Line:
        """The line of one claim."""
        asked = self.facts.asked.get(claim.record_id) if claim.duty == GIVE_ADVICE else None
        which = self.facts.apart.get((claim.duty, claim.record_id), Which())
        duty = self._duty(claim.duty)
        tells = claim.template in _TELLS_WHAT_WAS_TRIED
        titles = self.practices.of(claim.authority_code).titles
        record = record_in_words(duty.record, claim.record_key, asked.body if asked else "")
        number = which.number if which.number.isdecimal() else ""
        return Line(
            duty=duty,
            ladder=claim.duty,
            case_ref=plain(claim.case_ref),
            record=f"{record}, request {number}" if asked and number else record,
            template=claim.template,
            team=claim.team,
            origin_on=date.fromisoformat(claim.origin_on),
            due_on=date.fromisoformat(claim.due_on),
            as_of=self.as_of,
            key=claim.record_key,
            body=which.body if plain(which.body) == which.body else "",
            number=number,
            asked_on=_day(asked.requested_on) if asked else None,
            received_on=_day(asked.received_on) if asked else None,
            tried=tuple(_tried(x, titles) for x in self.facts.told.get(clock_of(claim), ())) if tells else (),
            tell_by=self._tell_by(claim),
            why=plain(claim.last_safe.in_words(self.as_of), _LONGEST_WHY) if claim.last_safe else "",
            is_foreseen=self._is_foreseen(claim),
            forms=self.forms,
            is_settled=is_settled,
            authority=claim.authority_code if self.standings.are_of_several_authorities else "",
        )

    def notice(self, claim: Claim, line: Line) -> Notice:
        """The notice of a claim that a family be told."""
        return Notice(line, self.facts.awaited.get(claim.case_id, ()))

    def letter(self, slot: Slot, told: Iterable[tuple[Claim, Line]]) -> tuple[tuple[Line, ...], int]:
        """What a letter to an agency lists, and how much more is open; `told` is what it is written for.

        It lists what is late or falls due soon, and whatever else it was claimed for. A setting reads of nothing but
        what was asked of it by its own name.
        """
        practice, own = self.practices.of(slot.authority_code), known_as(slot.name) if slot.role == SETTING else ""
        owed = self._owed_by.get((slot.authority_code, slot.role, own, slot.status == SHADOW), ())
        new = {(claim.duty, claim.record_id): line for claim, line in told if not line.is_settled}
        until = (self.as_of + timedelta(days=practice.letters.due_within_days)).isoformat()
        listed = [x for x in owed if x.due_on <= until or (GIVE_ADVICE, x.record_id) in new]
        known = {(GIVE_ADVICE, x.record_id) for x in owed}
        also = [replace(line, tried=()) for clock, line in new.items() if clock not in known]
        return (*map(self._owed, listed), *also), len(owed) - len(listed)

    def signatory(self, slot: Slot) -> Signatory:
        """Who signs a letter: whoever holds that role, else the next above it."""
        practice = self.practices.of(slot.authority_code)
        letters = practice.letters
        found = self.standings.people.of_role(slot.authority_code, "", letters.signed_by, "")
        email = found.email if found else ""
        answer_to = email if letters.answer_to == SIGNATORY else letters.answer_to
        title = practice.titles.of(found.role if found else letters.signed_by)
        return Signatory(plain(found.name) if found else "", title, answer_to)

    def standing(self, slot: Slot) -> Standing:
        """What is open on a recipient's list: an officer's own cases, a leader's team, else the authority's."""
        mine = [
            x
            for (team, officer), x in self.standings.open.get(slot.authority_code, {}).items()
            if (officer == slot.name if slot.role == "officer" else team == slot.team or not slot.team)
        ]
        return Standing(*(sum(numbers) for numbers in zip(*mine, strict=True))) if mine else Standing()

    @cached_property
    def _owed_by(self) -> Mapping[tuple[str, str, str, bool], Sequence[Asked]]:
        """What is owed by authority, role, setting and whether it is in shadow: a letter looks only at its own."""
        found: dict[tuple[str, str, str, bool], list[Asked]] = {}
        for code, owed in self.facts.owed.items():
            practice = self.practices.of(code)
            for x in owed:
                role = practice.agencies.role_of(x.kind)
                own = known_as(x.body) if role == SETTING else ""
                found.setdefault((code, role, own, practice.alerts.is_shadow(x.team)), []).append(x)
        return found

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
            no_answer=self._no_answer(asked),
        )

    def _no_answer(self, asked: Asked) -> str:
        """What a reply that is on record lacks to be one, in a sentence to whoever replied; "" for no reply."""
        day = _day(asked.reply_on)
        return no_answer(asked.reply, day) if day and day <= self.as_of else ""

    def _tell_by(self, claim: Claim) -> date | None:
        """The last working day before the date, for telling a family; it may have passed."""
        return date.fromisoformat(claim.act_by) if claim.template == FAMILY_DELAY and claim.act_by else None

    def _is_foreseen(self, claim: Claim) -> bool:
        key = NEVER_ASKED if claim.duty.startswith(NEVER_ASKED) else claim.duty
        rung = self.practices.of(claim.authority_code).ladders.get(key, {}).get(claim.rung)
        return rung is not None and rung.counted_from == LAST_SAFE

    def _duty(self, key: str) -> Duty:
        # Asking for advice has no limit in law; what counts is the one that begins once it is asked for.
        return self.register.duty(GIVE_ADVICE if key.startswith(NEVER_ASKED) else key)


def _tried(told: Told, titles: TitlesPolicy) -> Tried:
    return Tried(date.fromisoformat(told.on), titles.of(told.role), told.template, told.status)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
