"""The wall clock, read only here and in `deployments`: everything below is handed the day."""

from datetime import date, datetime

import pendulum
from pendulum.tz.timezone import Timezone

from models.errors import SettingsError

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


def refuse_day_to_come(day: date) -> None:
    """Refuse to write what a day to come is thought to be: it would pass for the newest night until it had come.

    Raises:
        SettingsError: the day is after today, in England.
    """
    if day > now().date():
        raise SettingsError(
            f"{day} is still to come; nothing was changed.",
            why="What is written down for a day is what had happened by it, and every page shows the newest day.",
            remedy=f"Leave the day out for today; ehc clocks --as-of {day} shows what will be due then.",
        )
