"""How much is overdue, counted in each of the ways in which a page may mean it, and said in one sentence."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from models.statute.register import Duty
from models.words import counted


class Open(Protocol):
    """The open clocks of one duty, as columns."""

    @property
    def duty(self) -> Duty:
        """The duty."""

    @property
    def cases(self) -> Sequence[int]:
        """The case of each clock."""

    @property
    def states(self) -> Sequence[str]:
        """The state of each clock."""


@dataclass(frozen=True)
class Overdue:
    """What is overdue in the open cases of a day.

    `cases` by the clock of the stage each is in, `plans` past the twenty weeks, `excepted` of these with an exception
    that holds, `statutory` clocks, and all `clocks`, those of targets included.
    """

    cases: int
    plans: int
    excepted: int
    statutory: int
    clocks: int

    @property
    def words(self) -> str:
        """What each page's number counts, in one sentence."""
        return (
            f"Overdue: {counted(self.cases, 'open case')} by the clock of the stage each is in; "
            f"{self.plans:,} past their twenty weeks, {self.excepted:,} of them with an exception that holds; "
            f"{counted(self.statutory, 'statutory clock')}, since a case may have several; "
            f"{self.clocks:,} with the targets of practice."
        )


def overdue(blocks: Iterable[Open], places: Mapping[int, tuple[str, str]]) -> Overdue:
    """What is overdue among these open clocks of the open cases, of which `places` has the stage and the band."""
    plans = excepted = statutory = clocks = 0
    for block in blocks:
        states = [state for case, state in zip(block.cases, block.states, strict=True) if case in places]
        late = states.count("overdue")
        clocks += late
        statutory += late * block.duty.is_statutory
        if block.duty.key == "send_final_plan":
            excepted = states.count("excepted")
            plans = late + excepted
    cases = sum(band == "overdue" for _, band in places.values())
    return Overdue(cases, plans, excepted, statutory, clocks)
