"""Which of the rungs that a clock has reached speaks tonight, and why each of the others stays silent."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from models.statute.records import Flags, Rows


@dataclass(frozen=True)
class Tonight:
    """What a night knows of itself: `last_night` is the one before it that claimed anything, None if none did.

    `joined` are the authorities that had no records then.
    """

    practice: Practice
    people: Recipients
    as_of: date
    last_night: date | None
    joined: Collection[str] = ()

    def night_before(self, authority_code: str) -> date | None:
        """The last night that could have told of an authority's clocks, None on its first."""
        return None if authority_code in self.joined else self.last_night


class _Clock(NamedTuple):
    """One clock, of which something is to be claimed; `row` is its place among the open ones, its days are in ISO."""

    row: int
    record_id: int
    case_id: int
    case_ref: str
    authority_code: str
    team: str
    officer: str
    key: str
    body: str
    origin_on: str
    due_on: str
    act_by: str
    is_excepted: bool
    is_held: bool
    is_shadow: bool
    after_hold: bool


class _Reached(NamedTuple):
    """A coming that a clock has reached: its place, its day in ISO, and whether it is claimed."""

    place: int
    day: str
    is_claimed: bool


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
        self.days = ClockDays(open_.origin_on, open_.act_by, open_.due_on, open_.safe_on, open_.is_lost, open_.key)
        self.today = np.datetime64(tonight.as_of, "D")
        self.is_held: Flags = holds.until >= self.today
        self.after_hold: Flags = (holds.until < self.today) & ~(claimed.last_on > holds.until)
        shadow_teams = [team for team in open_.team.values if tonight.practice.alerts.is_shadow(team)]
        self.is_shadow = open_.team.is_in(shadow_teams)
        self.roles: dict[tuple[int, str], str] = {}
        is_new, reached = np.zeros(open_.size, np.bool_), np.zeros(open_.size, np.bool_)
        for place, each in enumerate(coming):
            has_come = day_of(each, self.days, tonight.as_of) <= self.today
            reached |= has_come
            is_new |= has_come & ~claimed.of[:, place]
        self.waiting, self.repeats = self._may_speak_again()
        self.rows = np.flatnonzero(is_new | (reached & (self.waiting.any(axis=1) | self.repeats)))
        """The clocks of which something is to be claimed tonight."""

    def authorities(self) -> Counter[str]:
        """Of how many clocks something is to be claimed, by authority."""
        code = self.open.authority_code
        counts = np.bincount(code.index[self.rows], minlength=len(code.values)).tolist()
        return +Counter(dict(zip(code.values, counts, strict=True)))

    def claims(self, authority_codes: Collection[str]) -> Iterator[Claim]:
        """The claims of tonight for these authorities: nothing is claimed that is claimed already."""
        rows = self.rows[self.open.authority_code.take(self.rows).is_in(authority_codes)]
        if not len(rows):
            return
        some = self.days.take(rows)
        days = np.stack([day_of(coming, some, self.tonight.as_of) for coming in self.coming], axis=1)
        # Of all clocks at once: on a first night nearly every one has something to claim.
        at, place = np.nonzero(days <= self.today)
        is_claimed = self.claimed.of[rows[at], place]
        reached = list(map(_Reached, place.tolist(), texts(days[at, place]).tolist(), is_claimed.tolist()))
        ends = np.cumsum(np.bincount(at, minlength=len(rows))).tolist()
        waits: Flags = np.asarray(self.waiting[rows].any(axis=1))
        for number, clock in enumerate(self._clocks(rows)):
            mine = reached[ends[number - 1] if number else 0 : ends[number]]
            foresaw = self._foresaw(clock.row) if waits[number] else {}
            yield from self._of_clock(clock, mine, foresaw, repeats=bool(self.repeats[clock.row]))

    def _foresaw(self, row: int) -> dict[str, bool]:
        """The roles that hear their last word of a clock now, and whether that foresaw something."""
        roles = np.flatnonzero(self.waiting[row]).tolist()
        return {ROLES[role]: bool(self.claimed.foresaw[row, role]) for role in roles}

    def _clocks(self, rows: Rows) -> Iterator[_Clock]:
        open_ = self.open
        words = (open_.authority_code, open_.team, open_.officer, open_.key, open_.body)
        # Many clocks share few days: on a first night a text of its own for each is most of the memory.
        days = (open_.origin_on, open_.due_on, open_.act_by)
        columns = (
            *(column[rows] for column in (open_.record_id, open_.case_id, open_.case_ref)),
            *(codes.take(rows).words() for codes in words),
            *(texts(column[rows]) for column in days),
            *(flags[rows] for flags in (open_.is_excepted, self.is_held, self.is_shadow, self.after_hold)),
        )
        return map(_Clock, rows.tolist(), *(x if isinstance(x, list) else x.tolist() for x in columns))

    def _may_speak_again(self) -> tuple[Flags, Flags]:
        """True, by clock and role, where what kept the role's last word silent is over; and, by clock, where a hold is.

        A hold that is over says the clock's last word once more, though it was heard before the hold.
        """
        kept_by = self.claimed.kept_by
        free = ~self.is_held & ~self.open.is_excepted
        is_shadow = (kept_by == PASSING.index(SHADOW)) & self.is_shadow[:, None]
        return (kept_by >= 0) & ~is_shadow & free[:, None], self.after_hold & free

    def _of_clock(
        self, clock: _Clock, reached: Sequence[_Reached], waiting: Mapping[str, bool], *, repeats: bool
    ) -> Iterator[Claim]:
        """The claims of a clock.

        `waiting` are the roles that hear their last word now, and whether it foresaw something; `repeats` if the
        clock's last word is said once more.
        """
        if clock.is_excepted or clock.is_held:
            words = EXCEPTED if clock.is_excepted else self.holds.words(clock.row)
            yield from (self._claim(clock, x.place, x.day, silence=words) for x in reached if not x.is_claimed)
            return
        by_role: dict[str, list[_Reached]] = {}
        for each in reached:
            by_role.setdefault(self._role(clock, each.place), []).append(each)
        latest = {role: self._latest(of_role, foresaw=waiting.get(role, False)) for role, of_role in by_role.items()}
        told: list[_Said] = []
        for role, of_role in by_role.items():
            day = latest[role]
            yield from self._passed(clock, [x for x in of_role if not x.is_claimed and x.day != day], day)
            newest = [x for x in of_role if x.day == day]
            speaking = [_Said(x.place, day, is_again=False) for x in newest if not x.is_claimed]
            if not speaking and (role in waiting or (repeats and day == max(latest.values()))):
                speaking = [_Said(x.place, day, is_again=True) for x in newest]
            told += speaking
        yield from self._spoken(clock, told)

    def _latest(self, of_role: Sequence[_Reached], /, *, foresaw: bool) -> str:
        """The day of the newest rung of a role; `foresaw` if what was kept silent is something foreseen."""
        # What was foreseen once is foreseen every night; its day says nothing of what came since.
        lasting = [x.day for x in of_role if foresaw or not x.is_claimed or self._counts_from(x.place) != LAST_SAFE]
        return max(lasting or [x.day for x in of_role])

    def _counts_from(self, place: int) -> str:
        return self.coming[place].rung.counted_from

    def _passed(self, clock: _Clock, passed: Sequence[_Reached], latest: str) -> Iterator[Claim]:
        last_night = self.tonight.night_before(clock.authority_code)
        for place, day, _ in passed:
            if last_night is None:
                when = "passed before the first night of alerts"
            elif day > last_night.isoformat():
                when = f"passed since the night of {last_night}"
            else:
                when = "passed before it was known"
            yield self._claim(clock, place, day, silence=f"{when}; what came on {latest} stands for it")

    def _spoken(self, clock: _Clock, said: Sequence[_Said]) -> Iterator[Claim]:
        """Each of these rungs is told to whoever holds its role, and nobody is told twice.

        What is said once more has a number of its own; while nobody holds its role it is not claimed again.
        """
        told = [(each, self._recipient(clock, each.place)) for each in said]
        for each, recipient in told:
            urgency, rung = self._urgency(clock, each.place, each.day), self.coming[each.place]
            if each.is_again and clock.after_hold:
                urgency = rung.rung.urgency
            if recipient is None and each.is_again:
                continue
            if recipient is None:
                title = self.tonight.practice.titles.of(self._role(clock, each.place))
                words = f"{NOBODY} {title}, nor any above it"
            elif (first := self._first_for(recipient, told)) != each:
                words = f"{SAME_PERSON} {self.coming[first.place].name}"
            else:
                words = SHADOW if clock.is_shadow else ""
            number = self.claimed.again.get((clock.row, rung.name), REARMED - 1) + 1 if each.is_again else None
            yield self._claim(
                clock, each.place, each.day, silence=words, recipient=recipient, urgency=urgency, repetition=number
            )

    def _first_for(self, recipient: Recipient, told: Sequence[tuple[_Said, Recipient | None]]) -> _Said:
        """Of the rungs that come to one person, of the newest day the one meant for their role, else the last."""
        # `Recipients` has one object for each row of people, whichever of its roles led there.
        mine = [each for each, other in told if other is recipient]
        if len(mine) == 1:
            return mine[0]
        newest = [each for each in mine if each.day == max(x.day for x in mine)]
        return next((x for x in newest if self.coming[x.place].rung.role == recipient.role), newest[-1])

    def _recipient(self, clock: _Clock, place: int) -> Recipient | None:
        role = self._role(clock, place)
        return self.tonight.people.of_role(clock.authority_code, clock.team, role, clock.officer, clock.body)

    def _role(self, clock: _Clock, place: int) -> str:
        key = place, clock.key
        if key not in self.roles:
            self.roles[key] = self.tonight.practice.role_of(self.coming[place].rung, clock.key)
        return self.roles[key]

    def _urgency(self, clock: _Clock, place: int, day: str) -> str:
        """A rung's own urgency; what came late to be known is no emergency any more and goes into the digest."""
        urgency, last_night = self.coming[place].rung.urgency, self.tonight.night_before(clock.authority_code)
        is_late = last_night is None or day <= last_night.isoformat()
        return "digest" if is_late and urgency == "immediate" else urgency

    def _claim(
        self,
        clock: _Clock,
        place: int,
        day: str,
        *,
        silence: str,
        recipient: Recipient | None = None,
        urgency: str = "",
        repetition: int | None = None,
    ) -> Claim:
        coming = self.coming[place]
        return Claim(
            duty=self.open.duty,
            record_id=clock.record_id,
            case_id=clock.case_id,
            origin_on=clock.origin_on,
            due_on=clock.due_on,
            rung=coming.name,
            repetition=coming.repetition if repetition is None else repetition,
            reached_on=day,
            role=self._role(clock, place),
            urgency=urgency or coming.rung.urgency,
            template=coming.rung.template,
            authority_code=clock.authority_code,
            team=clock.team,
            case_ref=clock.case_ref,
            record_key=clock.key,
            recipient=recipient,
            silence=silence,
            act_by=clock.act_by,
            last_safe=self.open.last_safe(clock.row) if coming.rung.counted_from == LAST_SAFE else None,
        )
