"""What a file of local practice may say; every other key, word or number is refused."""

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, field_validator

Decision = Literal["assess", "issue"]
"""What a panel decides: whether to assess (week 6), whether to issue a plan (week 16)."""

DECISIONS: tuple[Decision, ...] = get_args(Decision)

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

ANY_PANEL = "*"
"""Stands in a file for every panel that it does not name."""

A_YEAR_OF_WORKING_DAYS = 260
A_YEAR = 366

WorkingDays = Annotated[int, Field(strict=True, ge=0, le=A_YEAR_OF_WORKING_DAYS)]
AtLeastOne = Annotated[int, Field(strict=True, ge=1, le=A_YEAR_OF_WORKING_DAYS)]
Days = Annotated[int, Field(strict=True, ge=1, le=A_YEAR)]
Flag = Annotated[bool, Field(strict=True)]


class Policy(BaseModel):
    """A table of the file: knows its keys and no others, and does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PanelPolicy(Policy):
    """What a panel decides, and the time around it: papers before it, the letter after it, until it sits again."""

    decides: frozenset[Decision]
    papers_working_days: WorkingDays
    letter_working_days: WorkingDays
    sits_every_days: Days


class DraftPolicy(Policy):
    """How the draft plan comes about."""

    working_days_from_panel: WorkingDays


class ConsultationPolicy(Policy):
    """How settings are consulted; how long they have is in the register."""

    closed_settings_cannot_reply: Flag


class FinalPlanPolicy(Policy):
    """How the final plan comes about; at least one day, since the family may comment until the end of its last."""

    working_days_to_finalise: AtLeastOne


class SourcesPolicy(Policy):
    """When a source of extracts has been silent for too long."""

    stale_after_days: Days


class WeekPolicy(Policy):
    """Which day a week begins with."""

    starts_on: Weekday


class Practice(Policy):
    """The local practice of an authority, complete."""

    panels: dict[str, PanelPolicy]
    draft: DraftPolicy
    consultation: ConsultationPolicy
    final_plan: FinalPlanPolicy
    sources: SourcesPolicy
    week: WeekPolicy

    @field_validator("panels")
    @classmethod
    def _each_named_once(cls, panels: dict[str, PanelPolicy]) -> dict[str, PanelPolicy]:
        seen: dict[str, str] = {}
        for name in panels:
            if not name.strip():
                raise ValueError("a panel without a name is there")
            if known_as(name) in seen:
                raise ValueError(f"the panel {name!r} is named twice, the other time as {seen[known_as(name)]!r}")
            seen[known_as(name)] = name
        return panels

    def panel(self, name: str) -> PanelPolicy:
        """The practice of the panel of that name, whatever its capitals and spaces, else of any panel."""
        by_name = {known_as(known): policy for known, policy in self.panels.items()}
        return by_name.get(known_as(name), self.panels[ANY_PANEL])

    def deciding(self, decision: Decision) -> list[PanelPolicy]:
        """The practice of every panel that makes this decision."""
        return [policy for policy in self.panels.values() if decision in policy.decides]


def known_as(name: str) -> str:
    """A panel's name without what people write differently: capitals and spaces."""
    return " ".join(name.split()).casefold()
