"""When a message is of use to anybody: outside the quiet hours, on a working day. Until then it waits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from models.practice.ladders import SendingPolicy
from models.queries.instants import ENGLAND
from models.statute.calendar import england

LONGEST_STRETCH_OF_DAYS = 14
"""Longer than any stretch of days without a working day, Christmas and New Year included."""

A_DAY = timedelta(days=1)


def is_useful(moment: datetime, sending: SendingPolicy) -> bool:
    """True if a message may go out at that moment."""
    local = moment.astimezone(ENGLAND)
    return _is_workable(local.date(), sending) and not _is_quiet(local.time(), sending)


def next_useful(moment: datetime, sending: SendingPolicy) -> datetime:
    """The moment itself if a message may go out then, else the first one after it, in UTC."""
    if is_useful(moment, sending):
        return moment.astimezone(UTC)
    first = moment.astimezone(ENGLAND).date()
    for ahead in range(LONGEST_STRETCH_OF_DAYS):
        day = first + ahead * A_DAY
        if _is_workable(day, sending):
            for begins in _beginnings(day, sending):
                if begins >= moment and is_useful(begins, sending):
                    return begins
    return moment.astimezone(UTC) + A_DAY


def why_not(moment: datetime, sending: SendingPolicy) -> str:
    """What keeps a message that was due at that moment, in words."""
    local = moment.astimezone(ENGLAND)
    until = next_useful(moment, sending).astimezone(ENGLAND)
    reason = "quiet hours" if _is_workable(local.date(), sending) else "not a working day"
    return f"{reason}: waits until {until:%A} {until.day} {until:%B %H:%M}"


def _beginnings(day: date, sending: SendingPolicy) -> Iterator[datetime]:
    """The moments of a day at which it can begin to be useful, the first first."""
    for begins in (time(0), sending.quiet_to):
        # A time of day that the clocks skip is read as an hour later, one that comes twice as the first.
        yield datetime.combine(day, begins, tzinfo=ENGLAND).astimezone(UTC)


def _is_workable(day: date, sending: SendingPolicy) -> bool:
    return not sending.working_days_only or england().is_working_day(day)


def _is_quiet(at: time, sending: SendingPolicy) -> bool:
    """True from `quiet_from` until before `quiet_to`, across midnight where it must; never if the two are one."""
    begins, ends = sending.quiet_from, sending.quiet_to
    return begins <= at < ends if begins <= ends else at >= begins or at < ends
