"""Answer an alert: say that a clock is in hand, or put it off until a day. Its ladder keeps silent so long.

An answer stands for one clock with one origin: if the advice is asked for again, the new clock speaks.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from models.casework.alerts.meant import ClockMeant, clock_meant
from models.casework.recording.meant import case_meant
from models.casework.recording.recorded import Recorded, of_subject, refusal, unsigned
from models.practice.loader import Practices
from models.queries.instants import as_instant
from models.store import as_text, fetch, insert_rows, next_id

ACKNOWLEDGED, SNOOZED = "acknowledged", "snoozed"

_COLUMNS = (
    *("id", "kind", "duty", "record_id", "case_id", "origin_on"),
    *("held_on", "until_on", "reason", "held_at", "held_by"),
)


def acknowledge(
    connection: Connection,
    practices: Practices,
    *,
    case: str,
    duty: str,
    by: str,
    now: datetime,
    today: date,
    advice_kind: str = "",
    body: str = "",
    number: int | None = None,
    reason: str = "",
) -> Recorded:
    """Record that somebody has a clock in hand; it keeps silent for as many days as local practice says.

    Args:
        connection: the open unit of work.
        practices: the local practice of each authority.
        case: "REF" or "AUTHORITY/REF".
        duty: its key or the beginning of it, as "send_final_plan", "give", or "ask_for_advice:health".
        by: who has it in hand.
        now: the present instant, aware.
        today: the present day in England.
        advice_kind: for advice, the kind.
        body: for advice, who was asked, if several bodies were asked for that kind.
        number: of the order, the review, the transfer or the request, if there are several.
        reason: what is being done, if anybody wants to say.

    Raises:
        RecordingRefusedError: all faults are named and nothing was changed.
    """
    faults: list[str] = []
    clock = _clock(connection, practices, case, duty, (advice_kind, body, number), today, faults)
    until = today
    if clock:
        until += timedelta(days=practices.of(clock.subject.authority_code).alerts.acknowledgement_days)
        faults += [f"It is {kind} already, until {until_on}." for kind, until_on in _standing(connection, clock, today)]
    return _hold(connection, ACKNOWLEDGED, clock, until, reason, faults, by=by, now=now, today=today)


def snooze(
    connection: Connection,
    practices: Practices,
    *,
    case: str,
    duty: str,
    until_on: date | str,
    reason: str,
    by: str,
    now: datetime,
    today: date,
    advice_kind: str = "",
    body: str = "",
    number: int | None = None,
) -> Recorded:
    """Put a clock off: it keeps silent up to and with `until_on`, for the reason given.

    The other arguments are as for `acknowledge`.

    Raises:
        RecordingRefusedError: all faults are named and nothing was changed.
    """
    faults: list[str] = [] if reason.strip() else ["Nothing is put off without a reason."]
    clock = _clock(connection, practices, case, duty, (advice_kind, body, number), today, faults)
    until = _day(until_on, faults)
    if until and until <= today:
        faults.append(f"{until} is not after today, which is {today}.")
    if clock and until:
        most = practices.of(clock.subject.authority_code).alerts.snooze_days_at_most
        if until > today + timedelta(days=most):
            faults.append(f"Nothing can be put off for more than {most} days: until {today + timedelta(days=most)}.")
        standing = [x for x in _standing(connection, clock, today) if x[1] >= until.isoformat()]
        faults += [f"It is {kind} already, until {last}." for kind, last in standing]
    return _hold(connection, SNOOZED, clock, until or today, reason, faults, by=by, now=now, today=today)


def _clock(
    connection: Connection,
    practices: Practices,
    case: str,
    duty: str,
    which: tuple[str, str, int | None],
    today: date,
    faults: list[str],
) -> ClockMeant | None:
    whose = case_meant(connection, case, faults)
    return clock_meant(connection, practices.of(whose[0]), whose, duty, which, today, faults) if whose else None


def _standing(connection: Connection, clock: ClockMeant, today: date) -> list[tuple[str, str]]:
    """The answers that keep the clock silent today, the one that lasts longest first."""
    rows = fetch(
        connection,
        f"SELECT kind, {as_text(connection, 'until_on')} FROM holds WHERE duty = :duty AND record_id = :record "
        "AND origin_on = :origin AND until_on >= :today ORDER BY until_on DESC LIMIT 1",
        duty=clock.duty,
        record=clock.record_id,
        origin=clock.origin_on,
        today=today.isoformat(),
    )
    return [(kind, until_on) for kind, until_on in rows]


def _hold(
    connection: Connection,
    kind: str,
    clock: ClockMeant | None,
    until: date,
    reason: str,
    faults: list[str],
    *,
    by: str,
    now: datetime,
    today: date,
) -> Recorded:
    faults += unsigned(by)
    if faults or clock is None:
        raise refusal(faults)
    of = (kind, clock.duty, clock.record_id, clock.case_id, clock.origin_on)
    row = (next_id(connection, "holds"), *of, today.isoformat(), until.isoformat(), reason.strip(), as_instant(now), by)
    insert_rows(connection, "holds", _COLUMNS, [row])
    said = f"{of_subject(clock.subject)}: {clock.duty}, due on {clock.due_on}, is {kind} until {until}, with that day"
    return Recorded(f"{said}. If it is still open then, it speaks again.", clock.subject)


def _day(text: date | str, faults: list[str]) -> date | None:
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError:
        faults.append(f"{str(text)!r} is not a date written as yyyy-mm-dd.")
        return None
