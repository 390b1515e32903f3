"""One line of a message: a clock that somebody is told of, and how each part of it is put into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from models.practice.ladders import NEVER_ASKED
from models.queries.board import DAYS_OF_FOUR_WEEKS, PATHWAY
from models.statute.register import Duty, Limit
from notifications.compose import words
from notifications.compose.render import Asking, wanted
from notifications.forms import filled_in

_PRACTICE = "local practice for the date; SEND Regs 2014, reg 6(1) for the duty to seek advice"


@dataclass(frozen=True, slots=True)
class Tried:
    """An earlier alert of the same clock: when, to whom by title, by which template, and whether it went out."""

    on: date
    title: str
    template: str
    status: str

    @property
    def in_words(self) -> str:
        """As a manager reads it: "Mon 2 November 2026, reminder to the officer"."""
        what = self.template.replace("_", " ")
        ends = {"sent": "", "shadow": " (shadow mode: not sent)"}.get(self.status, " (not delivered yet)")
        return f"{words.long_day(self.on)}: {what} to the {self.title}{ends}"


@dataclass(frozen=True, slots=True)
class Forms:
    """Where the forms are: the address of Prefect's pages, and the deployments' ids where they are known.

    `board` is the key of the page that has the board.
    """

    address: str = ""
    acknowledge: str = ""
    family_told: str = ""
    board: str = "board"

    def acknowledge_link(self, said: Mapping[str, str | int]) -> str:
        """The address of the acknowledge form with this filled in; "" where it is not known."""
        return self._link(self.acknowledge, said)

    def family_told_link(self, said: Mapping[str, str | int]) -> str:
        """The address of the form that records that a family was told; "" where it is not known."""
        return self._link(self.family_told, said)

    @property
    def board_link(self) -> str:
        """The address of the board; "" where it is not known."""
        return f"{self.address.rstrip('/')}/v2/artifacts/key/{self.board}" if self.address else ""

    def _link(self, form: str, said: Mapping[str, str | int]) -> str:
        return filled_in(self.address, form, said) if self.address and form else ""


@dataclass(frozen=True)
class Line:
    """One clock in a message. Holds a reference, kinds, roles, teams and dates: nothing about a child.

    `ladder` is the key it is acknowledged by: the duty's, or that of advice nobody has asked for, which is not law.
    `is_foreseen` if it is told of since the last safe day of a step before its date is near or past; `why` says which
    step and day.
    `body` and `number` are those of its record where the case has several open clocks like it, else "".
    `authority` is the code of the authority where the records are of several, else "".
    `no_answer` says of advice why a reply that is on record is none, in a sentence to whoever owes it.
    """

    duty: Duty
    ladder: str
    case_ref: str
    record: str
    template: str
    team: str
    origin_on: date
    due_on: date
    as_of: date
    key: str = ""
    body: str = ""
    number: str = ""
    asked_on: date | None = None
    received_on: date | None = None
    no_answer: str = ""
    tried: tuple[Tried, ...] = ()
    tell_by: date | None = None
    why: str = ""
    is_foreseen: bool = False
    forms: Forms = field(default_factory=Forms)
    is_settled: bool = False
    authority: str = ""

    @property
    def is_advice(self) -> bool:
        """True if it is about a request for advice."""
        return self.duty.record == "advice"

    @property
    def never_asked(self) -> bool:
        """True if the advice was not even asked for yet."""
        return self.ladder.startswith(NEVER_ASKED)

    @property
    def is_on_the_board(self) -> bool:
        """True if its clock is one of those that the board counts: open, of the pathway, due in four weeks or past."""
        is_of_pathway = self.duty.record in PATHWAY and not self.never_asked
        return is_of_pathway and not self.is_settled and self.days <= DAYS_OF_FOUR_WEEKS

    @property
    def team_in_words(self) -> str:
        """The team that holds the case: "North team"."""
        return words.whose(self.team, "")

    @property
    def days(self) -> int:
        """Days to spare, negative when late."""
        return (self.due_on - self.as_of).days

    @cached_property
    def section(self) -> str:
        """Which of the sections of a message it stands in."""
        found = words.section_of(self.duty, self.days)
        return "target" if self.never_asked and self.days < 0 else found

    @cached_property
    def lateness(self) -> str:
        """How far away its date is; only what the law wanted done is late."""
        return words.lateness_in(self.section, self.days)

    @property
    def and_before(self) -> str:
        """What follows the date of what is not late yet, where nobody works on it: a limit does not move for that."""
        day = words.working_day_before(self.due_on) if self.days >= 0 else ""
        return f" (the last working day before it is {day})" if day else ""

    @property
    def to_do(self) -> str:
        """The heading it stands under."""
        return words.to_do(self.duty, "never_asked" if self.never_asked else self.template)

    @property
    def in_short(self) -> str:
        """The duty in a few words, for a subject: "send the final plan to the family"."""
        first = self.duty.title.split(",")[0]
        return first[0].lower() + first[1:]

    @property
    def cite(self) -> str:
        """What sets its date: the provision of the limit in force for this clock, or local practice."""
        return _PRACTICE if self.never_asked else self.limit_cite

    @cached_property
    def limit_cite(self) -> str:
        """The provision that sets the limit in force for this clock."""
        return self._limit.source.cite

    @property
    def limit(self) -> str:
        """How long the limit is: "6 weeks"."""
        return self._limit.period.in_words

    @cached_property
    def wanted(self) -> str:
        """What is wanted of whoever reads it, in a sentence."""
        sign = (self.days > 0) - (self.days < 0)
        asking = Asking(
            self.section, self.is_advice, self.limit, sign, bool(self.tried), self.is_foreseen, bool(self.why)
        )
        return wanted(self.template, asking)

    @property
    def due_words(self) -> str:
        """What stands before its date."""
        return "To be asked for by (local practice)" if self.never_asked else "Due"

    @property
    def tried_in_short(self) -> str:
        """How often it was told before, and when last."""
        often = "once" if len(self.tried) == 1 else f"{len(self.tried)} times, last"
        return f"told {often} on {words.short_day(self.tried[-1].on)}"

    @property
    def case_meant(self) -> str:
        """The case as a command or a form takes it: no other case is meant by it."""
        return f"{self.authority}/{self.case_ref}" if self.authority else self.case_ref

    @property
    def link(self) -> str:
        """The address of the acknowledge form, filled in as far as it can be; "" where it is not known."""
        return self.forms.acknowledge_link({"case": self.case_meant, "duty": self.ladder, **self._which})

    @property
    def link_of_duty(self) -> str:
        """The same with the case left open, and what tells its records apart."""
        return self.forms.acknowledge_link({} if self.never_asked else {"duty": self.ladder})

    @property
    def told_link(self) -> str:
        """The address of the form that records that the family was told, filled in; "" where it is not known."""
        return self.forms.family_told_link({"case": self.case_meant, "duty": self.duty.key})

    @property
    def _which(self) -> dict[str, str | int]:
        """What tells the clock from others of its case and duty."""
        if self.never_asked:
            return {}
        kind = self.key if self.is_advice else ""
        found: dict[str, str | int] = {name: x for name, x in (("advice_kind", kind), ("body", self.body)) if x}
        return found | ({"number": int(self.number)} if self.number else {})

    @cached_property
    def _limit(self) -> Limit:
        day = self.origin_on
        in_force = [x for x in self.duty.limits if x.begins <= day and (x.ends is None or day <= x.ends)]
        # Of limits that end before different days of the year, the one whose month it is.
        mine = (x for x in in_force if not x.period.month_day[0] or x.period.month_day[0] == self.due_on.month)
        return next(mine, self.duty.standing_limit)
