"""The wall clock, read only here and in `deployments`: everything below is handed the day."""

from datetime import date, datetime

import pendulum
from pendulum.tz.timezone import Timezone

LONDON: Timezone = pendulum.timezone("Europe/London")


def now() -> datetime:
    """The present instant, aware, in England's time."""
    return pendulum.now(LONDON)  # noqa: TID251 - this is the one place


def night_of(as_of: date | None, scheduled: datetime | None = None) -> date:
    """The day a run is for: the one asked for, else the day it was scheduled on, else today.

    A run that starts late, or that catches up a missed night, does the night it was meant for.
    """
    if as_of is not None:
        return as_of
    moment = scheduled or now()
    return pendulum.instance(moment).in_timezone(LONDON).date()
