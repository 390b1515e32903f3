"""Which of the rungs that a clock has reached speaks tonight, and why each of the others stays silent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from models.casework.alerts.claim import Claim
from models.casework.alerts.claimed import EXCEPTED, NOBODY, PASSING, SHADOW, Claimed, Holds
from models.practice.comings import REARMED, ClockDays, Coming, day_of
from models.practice.schema import Practice
from models.queries.ladders.open_rows import OpenRows
from models.queries.ladders.recipients import Recipient, Recipients
from models.statute.records import Flags

LAST_SAFE = "last_safe_on"


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

    def claims(self) -> Iterator[Claim]:
        """The claims of tonight: nothing is claimed that is claimed already."""
        is_new, reached = np.zeros(self.open.size, np.bool_), np.zeros(self.open.size, np.bool_)
        for place, coming in enumerate(self.coming):
            has_come = day_of(coming, self.days, self.tonight.as_of) <= self.today
            reached |= has_come
            is_new |= has_come & ~self.claimed.of[:, place]
        waits = reached & self._may_speak_again()
        rows = np.flatnonzero(is_new | waits)
        if not len(rows):
            return
        some = self.days.take(rows)
        days = np.stack([day_of(coming, some, self.tonight.as_of) for coming in self.coming], axis=1)
        has_come, claimed, texts = days <= self.today, self.claimed.of[rows], np.datetime_as_string(days)
        for at, row in enumerate(rows.tolist()):
            places = np.flatnonzero(has_come[at])
            yield from self._of_clock(
                row,
                _Reached(places.tolist(), texts[at, places].tolist(), claimed[at, places].tolist()),
                waits=bool(waits[row]),
            )

    def _may_speak_again(self) -> Flags:
        """True where what kept a clock silent is over: somebody's word, an exception, a shadow, a role unfilled."""
        kept_by = self.claimed.kept_by
        over = (kept_by >= 0) & ~((kept_by == PASSING.index(SHADOW)) & self.is_shadow)
        found: Flags = (self.after_hold | over) & ~self.is_held & ~self.open.is_excepted
        return found

    def _of_clock(self, row: int, reached: _Reached, *, waits: bool) -> Iterator[Claim]:
        new = [(place, day) for place, day, done in self._each(reached) if not done]
        if self.open.is_excepted[row] or self.is_held[row]:
            words = EXCEPTED if self.open.is_excepted[row] else self.holds.words(row)
            yield from (self._claim(row, place, day, silence=words) for place, day in new)
            return
        # What was foreseen once is foreseen every night; its day says nothing of what came since.
        lasting = [day for place, day, done in self._each(reached) if not done or self._counts_from(place) != LAST_SAFE]
        latest = max(lasting or reached.days)
        speaking = [place for place, day in new if day == latest]
        yield from self._passed(row, [x for x in new if x[1] != latest], latest)
        if speaking:
            yield from self._spoken(row, speaking, latest)
        elif waits:
            again = [place for place, day, _ in self._each(reached) if day == latest]
            yield from self._spoken_again(row, again, latest)

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

    def _spoken(self, row: int, places: Sequence[int], day: str) -> Iterator[Claim]:
        """Each of the rungs of one day is told to whoever holds its role, and nobody is told twice."""
        told = {place: self._recipient(row, place) for place in places}
        for place, recipient in told.items():
            urgency = self._urgency(place, day)
            if recipient is None:
                words = f"{NOBODY} {self._role(row, place)}, nor any above it"
                yield self._claim(row, place, day, silence=words, urgency=urgency)
            elif (first := self._first_for(recipient, told)) != place:
                words = f"the same person is told by {self.coming[first].name}"
                yield self._claim(row, place, day, silence=words, recipient=recipient, urgency=urgency)
            else:
                yield self._claim(row, place, day, silence=self._shadow(row), recipient=recipient, urgency=urgency)

    def _spoken_again(self, row: int, places: Sequence[int], day: str) -> Iterator[Claim]:
        """What was said or kept silent last is said once more, under a number of its own."""
        told = {place: self._recipient(row, place) for place in places}
        for place, recipient in told.items():
            if recipient is None or self._first_for(recipient, told) != place:
                continue
            rung = self.coming[place]
            number = self.claimed.again.get((row, rung.name), REARMED - 1) + 1
            urgency = rung.rung.urgency if self.after_hold[row] else self._urgency(place, day)
            yield self._claim(
                row,
                place,
                day,
                silence=self._shadow(row),
                recipient=recipient,
                urgency=urgency,
                repetition=number,
            )

    def _first_for(self, recipient: Recipient, told: dict[int, Recipient | None]) -> int:
        """Of the rungs that come to one person, the one that is meant for their role, else the last."""
        places = [place for place, other in told.items() if other == recipient]
        return next((x for x in places if self.coming[x].rung.role == recipient.role), places[-1])

    def _recipient(self, row: int, place: int) -> Recipient | None:
        return self.tonight.people.of_role(
            self.open.authority.at(row),
            self.open.team.at(row),
            self._role(row, place),
            self.open.word("officer", row),
        )

    def _role(self, row: int, place: int) -> str:
        return self.tonight.practice.role_of(self.coming[place].rung, self.open.kind.at(row))

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
            origin_on=str(self.open.origin_on[row]),
            due_on=str(self.open.due_on[row]),
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
            act_by=str(self.open.act_by[row]),
            why=self.open.why(row) if coming.rung.counted_from == LAST_SAFE else "",
        )
