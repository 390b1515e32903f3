"""Which of the rungs that a clock has reached speaks tonight, and why each of the others stays silent."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from models.casework.alerts.claim import Claim
from models.casework.alerts.claimed import EXCEPTED, LAST_SAFE, PASSING, SAME_PERSON, SHADOW, Claimed, Holds
from models.practice.comings import REARMED, ClockDays, Coming, day_of
from models.practice.ladders import ROLES
from models.practice.schema import Practice
from models.queries.columns import texts
from models.queries.ladders.open_rows import OpenRows
from models.queries.ladders.recipients import Recipient, Recipients
from models.queries.outbox.spoken import NOBODY
from models.statute.records import Flags


@dataclass(frozen=True)
class Tonight:
    """What a night knows of itself: `last_night` is the one before it that claimed anything, None if none did."""

    practice: Practice
    people: Recipients
    as_of: date
    last_night: date | None


@dataclass(frozen=True)
class _Reached:
    """The comings that one clock has reached: the place of each, its day in ISO, and whether it is claimed."""

    places: Sequence[int]
    days: Sequence[str]
    is_claimed: Sequence[bool]


class _Said(NamedTuple):
    """A coming that speaks tonight, with its day in ISO; `is_again` if it is claimed already."""

    place: int
    day: str
    is_again: bool


class Ladder:
    """One ladder and the open clocks of its duty, with what was claimed of them and who has them in hand."""

    def __init__(
        self, tonight: Tonight, coming: tuple[Coming, ...], open_: OpenRows, claimed: Claimed, holds: Holds
    ) -> None:
        self.tonight, self.coming, self.open, self.claimed, self.holds = tonight, coming, open_, claimed, holds
        self.days = ClockDays(open_.origin_on, open_.act_by, open_.due_on, open_.safe_on, open_.is_lost, open_.kind)
        self.today = np.datetime64(tonight.as_of, "D")
        self.is_held: Flags = holds.until >= self.today
        self.after_hold: Flags = (holds.until < self.today) & ~(claimed.last_on > holds.until)
        shadow_teams = [team for team in open_.team.values if tonight.practice.alerts.is_shadow(team)]
        self.is_shadow = open_.team.is_in(shadow_teams)
        # Many claims share few days and roles: on a first night a text of its own for each is most of the memory.
        self.iso = {name: texts(getattr(open_, name)) for name in ("origin_on", "due_on", "act_by")}
        self.roles: dict[tuple[int, str], str] = {}

    def claims(self) -> Iterator[Claim]:
        """The claims of tonight: nothing is claimed that is claimed already."""
        is_new, reached = np.zeros(self.open.size, np.bool_), np.zeros(self.open.size, np.bool_)
        for place, coming in enumerate(self.coming):
            has_come = day_of(coming, self.days, self.tonight.as_of) <= self.today
            reached |= has_come
            is_new |= has_come & ~self.claimed.of[:, place]
        waiting, repeats = self._may_speak_again()
        rows = np.flatnonzero(is_new | (reached & (waiting.any(axis=1) | repeats)))
        if not len(rows):
            return
        some = self.days.take(rows)
        days = np.stack([day_of(coming, some, self.tonight.as_of) for coming in self.coming], axis=1)
        has_come, claimed, iso = days <= self.today, self.claimed.of[rows], texts(days)
        for at, row in enumerate(rows.tolist()):
            places = np.flatnonzero(has_come[at])
            yield from self._of_clock(
                row,
                _Reached(places.tolist(), iso[at, places].tolist(), claimed[at, places].tolist()),
                {
                    ROLES[place]: bool(self.claimed.foresaw[row, place])
                    for place in np.flatnonzero(waiting[row]).tolist()
                },
                repeats=bool(repeats[row]),
            )

    def _may_speak_again(self) -> tuple[Flags, Flags]:
        """True, by clock and role, where what kept the role's last word silent is over; and, by clock, where a hold is.

        A hold that is over says the clock's last word once more, though it was heard before the hold.
        """
        kept_by = self.claimed.kept_by
        free = ~self.is_held & ~self.open.is_excepted
        is_shadow = (kept_by == PASSING.index(SHADOW)) & self.is_shadow[:, None]
        return (kept_by >= 0) & ~is_shadow & free[:, None], self.after_hold & free

    def _of_clock(self, row: int, reached: _Reached, waiting: Mapping[str, bool], *, repeats: bool) -> Iterator[Claim]:
        """The claims of a clock.

        `waiting` are the roles that hear their last word now, and whether it foresaw something; `repeats` if the
        clock's last word is said once more.
        """
        new = [(place, day) for place, day, done in self._each(reached) if not done]
        if self.open.is_excepted[row] or self.is_held[row]:
            words = EXCEPTED if self.open.is_excepted[row] else self.holds.words(row)
            yield from (self._claim(row, place, day, silence=words) for place, day in new)
            return
        by_role: dict[str, list[tuple[int, str, bool]]] = {}
        for each in self._each(reached):
            by_role.setdefault(self._role(row, each[0]), []).append(each)
        latest = {role: self._latest(of_role, foresaw=waiting.get(role, False)) for role, of_role in by_role.items()}
        told: list[_Said] = []
        for role, of_role in by_role.items():
            day = latest[role]
            yield from self._passed(row, [x[:2] for x in of_role if not x[2] and x[1] != day], day)
            speaking = [_Said(place, day, is_again=False) for place, at, done in of_role if not done and at == day]
            if not speaking and (role in waiting or (repeats and day == max(latest.values()))):
                speaking = [_Said(place, day, is_again=True) for place, at, _ in of_role if at == day]
            told += speaking
        yield from self._spoken(row, told)

    def _latest(self, of_role: Sequence[tuple[int, str, bool]], /, *, foresaw: bool) -> str:
        """The day of the newest rung of a role; `foresaw` if what was kept silent is something foreseen."""
        # What was foreseen once is foreseen every night; its day says nothing of what came since.
        lasting = [day for place, day, done in of_role if foresaw or not done or self._counts_from(place) != LAST_SAFE]
        return max(lasting or [day for _, day, _ in of_role])

    @staticmethod
    def _each(reached: _Reached) -> Iterable[tuple[int, str, bool]]:
        return zip(reached.places, reached.days, reached.is_claimed, strict=True)

    def _counts_from(self, place: int) -> str:
        return self.coming[place].rung.counted_from

    def _passed(self, row: int, passed: Sequence[tuple[int, str]], latest: str) -> Iterator[Claim]:
        last_night = self.tonight.last_night
        for place, day in passed:
            if last_night is None:
                when = "passed before the first night of alerts"
            elif day > last_night.isoformat():
                when = f"passed since the night of {last_night}"
            else:
                when = "passed before it was known"
            yield self._claim(row, place, day, silence=f"{when}; what came on {latest} stands for it")

    def _spoken(self, row: int, said: Sequence[_Said]) -> Iterator[Claim]:
        """Each of these rungs is told to whoever holds its role, and nobody is told twice.

        What is said once more has a number of its own; while nobody holds its role it is not claimed again.
        """
        told = [(each, self._recipient(row, each.place)) for each in said]
        for each, recipient in told:
            urgency, rung = self._urgency(each.place, each.day), self.coming[each.place]
            if each.is_again and self.after_hold[row]:
                urgency = rung.rung.urgency
            if recipient is None and each.is_again:
                continue
            if recipient is None:
                title = self.tonight.practice.titles.of(self._role(row, each.place))
                words = f"{NOBODY} {title}, nor any above it"
            elif (first := self._first_for(recipient, told)) != each:
                words = f"{SAME_PERSON} {self.coming[first.place].name}"
            else:
                words = self._shadow(row)
            number = self.claimed.again.get((row, rung.name), REARMED - 1) + 1 if each.is_again else None
            yield self._claim(
                row, each.place, each.day, silence=words, recipient=recipient, urgency=urgency, repetition=number
            )

    def _first_for(self, recipient: Recipient, told: Sequence[tuple[_Said, Recipient | None]]) -> _Said:
        """Of the rungs that come to one person, of the newest day the one meant for their role, else the last."""
        mine = [each for each, other in told if other == recipient]
        newest = [each for each in mine if each.day == max(x.day for x in mine)]
        return next((x for x in newest if self.coming[x.place].rung.role == recipient.role), newest[-1])

    def _recipient(self, row: int, place: int) -> Recipient | None:
        return self.tonight.people.of_role(
            self.open.authority.at(row),
            self.open.team.at(row),
            self._role(row, place),
            self.open.word("officer", row),
            self.open.word("body", row),
        )

    def _role(self, row: int, place: int) -> str:
        key = place, self.open.kind.at(row)
        if key not in self.roles:
            self.roles[key] = self.tonight.practice.role_of(self.coming[place].rung, key[1])
        return self.roles[key]

    def _shadow(self, row: int) -> str:
        return SHADOW if self.is_shadow[row] else ""

    def _urgency(self, place: int, day: str) -> str:
        """A rung's own urgency; what came late to be known is no emergency any more and goes into the digest."""
        urgency, last_night = self.coming[place].rung.urgency, self.tonight.last_night
        is_late = last_night is None or day <= last_night.isoformat()
        return "digest" if is_late and urgency == "immediate" else urgency

    def _claim(
        self,
        row: int,
        place: int,
        day: str,
        *,
        silence: str,
        recipient: Recipient | None = None,
        urgency: str = "",
        repetition: int | None = None,
    ) -> Claim:
        coming, word = self.coming[place], self.open.word
        return Claim(
            duty=self.open.duty,
            record_id=int(self.open.record_id[row]),
            case_id=int(word("case_id", row)),
            origin_on=self.iso["origin_on"][row],
            due_on=self.iso["due_on"][row],
            rung=coming.name,
            repetition=coming.repetition if repetition is None else repetition,
            reached_on=day,
            role=self._role(row, place),
            urgency=urgency or coming.rung.urgency,
            template=coming.rung.template,
            authority_code=self.open.authority.at(row),
            team=self.open.team.at(row),
            case_ref=word("case_ref", row),
            record_key=word("key", row),
            recipient=recipient,
            silence=silence,
            act_by=self.iso["act_by"][row],
            why=self.open.why(row) if coming.rung.counted_from == LAST_SAFE else "",
        )
