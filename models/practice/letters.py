"""How people are spoken of and written to: what a role is called, who signs the letters to agencies."""

from typing import Literal

from models.practice.fields import Days, Policy, Words

SIGNATORY = "signatory"
"""Stands for the e-mail address that the sheet `people` has of whoever signs."""


class LettersPolicy(Policy):
    """The letters to agencies: who signs them, by role, where answers go, and how far ahead they look."""

    signed_by: Literal["service_manager", "head_of_service", "director"]
    answer_to: Words
    due_within_days: Days


class TitlesPolicy(Policy):
    """What each role is called, as in the middle of a sentence."""

    officer: Words
    team_leader: Words
    service_manager: Words
    head_of_service: Words
    director: Words
    health_dco: Words
    social_care_dsco: Words
    psychology_lead: Words
    setting: Words

    def of(self, role: str) -> str:
        """The title of a role."""
        titles: dict[str, str] = dict(self)
        return titles.get(role, role.replace("_", " "))
