"""How old the records are that a message speaks of, as it says so itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.practice.loader import Practices
from models.queries.instants import ENGLAND
from models.queries.outbox.extracts import Newest
from notifications.compose.words import long_day


@dataclass(frozen=True)
class Age:
    """The age of the records of every authority at one moment."""

    newest: Mapping[str, Newest]
    practices: Practices
    now: datetime

    def from_when(self, authority_code: str) -> str:
        """The sentence that says from when the records are."""
        newest = self.newest.get(authority_code)
        if newest is None:
            return "No extract has been taken in yet."
        at = newest.at.astimezone(ENGLAND)
        return f"From the extract of {long_day(at.date())}, {at:%H:%M}, England."

    def days_too_old(self, authority_code: str) -> int:
        """How many days old the records are where that is more than local practice bears, else 0."""
        newest = self.newest.get(authority_code)
        if newest is None or not newest.is_nightly:
            return 0
        days = (self.now - newest.at).days
        return days if days > self.practices.of(authority_code).sources.stale_after_days else 0
