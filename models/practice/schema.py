"""What a file of local practice may say; every other key, word or number is refused."""

from typing import Literal, get_args

from pydantic import field_validator

from models.practice.fields import (
    AtLeastOne,
    AuthorityIfAny,
    DayIfAny,
    Days,
    Decimals,
    Flag,
    Percent,
    Policy,
    Times,
    Weekday,
    WorkingDays,
    Years,
)
from models.practice.ladders import (
    AGENCY,
    AdvicePolicy,
    AgenciesPolicy,
    AlertsPolicy,
    Ladder,
    Rung,
    SendingPolicy,
)
from models.practice.letters import LettersPolicy, TitlesPolicy

Decision = Literal["assess", "issue"]
"""What a panel decides: whether to assess (week 6), whether to issue a plan (week 16)."""

DECISIONS: tuple[Decision, ...] = get_args(Decision)

ANY_PANEL = "*"
"""Stands in a file for every panel that it does not name."""

Side = Literal["left", "right", "neither"]
ANY_FIELD = "*"
"""Stands in a file for every field that it does not name."""


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


class CalendarPolicy(Policy):
    """How far back the calendars of officers go."""

    days_back: Days


class RetentionPolicy(Policy):
    """How long what is closed is kept; a case with a plan by the young person's age, since the plan may be in force."""

    cases_without_plan_years: Years
    cases_with_plan_until_age: Years
    messages_years: Years
    quarantine_years: Years


class DataQualityPolicy(Policy):
    """What the data-quality rules let pass: days that are counted as they come, weekends included."""

    closed_looked_back_days: Days
    advice_asked_within_days: Days
    consultation_sent_within_days: Days
    late_recorded_after_days: Days
    late_recorded_shown_days: Days


class ReconcilePolicy(Policy):
    """Which of two sources is believed, by field; ANY_FIELD stands for every field not named."""

    prefer: dict[str, Side]

    def of(self, field: str) -> Side:
        """The side that is believed for a field: the left, the right, or neither."""
        return self.prefer.get(field, self.prefer[ANY_FIELD])


class BenchmarksPolicy(Policy):
    """Whose published figures stand beside the authority's own: an authority's number, "" for its own."""

    compare_with: AuthorityIfAny


class TargetsPolicy(Policy):
    """What the authority means to reach, in per cent."""

    plans_in_time: Percent
    advice_in_time: Percent
    assess_decisions_in_time: Percent


class TargetDatesPolicy(Policy):
    """By when each target is to be reached, None for no day: under the names of the targets."""

    plans_in_time: DayIfAny
    advice_in_time: DayIfAny
    assess_decisions_in_time: DayIfAny


class PublicationPolicy(Policy):
    """What of the measures may be read by anybody: the smallest number of children that is shown, and how exactly."""

    suppress_below: Times
    round_counts_to: Times
    percent_decimals: Decimals


class Practice(Policy):
    """The local practice of an authority, complete."""

    panels: dict[str, PanelPolicy]
    draft: DraftPolicy
    consultation: ConsultationPolicy
    final_plan: FinalPlanPolicy
    sources: SourcesPolicy
    week: WeekPolicy
    calendar: CalendarPolicy
    retention: RetentionPolicy
    data_quality: DataQualityPolicy
    reconcile: ReconcilePolicy
    agencies: AgenciesPolicy
    titles: TitlesPolicy
    letters: LettersPolicy
    advice: AdvicePolicy
    alerts: AlertsPolicy
    sending: SendingPolicy
    ladders: dict[str, Ladder]
    benchmarks: BenchmarksPolicy
    targets: TargetsPolicy
    target_dates: TargetDatesPolicy
    publication: PublicationPolicy

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

    def role_of(self, rung: Rung, kind: str = "") -> str:
        """The role that a rung tells; for a rung that tells the agency, whoever answers for that kind of advice."""
        return self.agencies.role_of(kind) if rung.role == AGENCY else rung.role

    def deciding(self, decision: Decision) -> list[PanelPolicy]:
        """The practice of every panel that makes this decision."""
        return [policy for policy in self.panels.values() if decision in policy.decides]


def known_as(name: str) -> str:
    """A panel's name without what people write differently: capitals and spaces."""
    return " ".join(name.split()).casefold()
