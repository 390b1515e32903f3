"""The local practice of this installation."""

from models.practice.loader import Practices, practices
from models.settings import settings


def practices_here() -> Practices:
    """The practices that `EHC_PRACTICE` names, as its files are now; SettingsError where they cannot be accepted."""
    return practices(settings().practice)
