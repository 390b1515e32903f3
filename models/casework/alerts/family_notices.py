"""Record that a family was told of a delay: by a person, never by the program."""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from models.casework.recording.holding import Subject
from models.casework.recording.meant import case_meant
from models.casework.recording.recorded import Recorded, near, of_subject, refusal, unsigned
from models.queries.evidence.sent import WITHOUT_A_TASK
from models.queries.instants import as_instant
from models.store import as_text, fetch, insert_rows, next_id, update_rows

HOW = ("letter", "e-mail", "phone", "text message", "meeting", "portal")
"""How a family can be told."""

_PLAN_DUTIES = ("send_final_plan", "send_final_plan_after_order", "send_final_plan_after_make_order")
_TOLD = ("told_on", "told_by", "told_how", "recorded_at", "said_before")
_COLUMNS = ("id", "case_id", "duty", "due_on", "predicted_on", "tell_by", "why", *_TOLD)


def tell_family(
    connection: Connection,
    *,
    case: str,
    told_on: date | str,
    how: str,
    by: str,
    now: datetime,
    today: date,
    duty: str = "",
    correct: str = "",
) -> Recorded:
    """Record that the family was told that a date will not be, or was not, kept.

    Args:
        connection: the open unit of work.
        case: "REF" or "AUTHORITY/REF".
        told_on: the day they were told, today at the latest.
        how: one of `HOW`.
        by: who told them.
        now: the present instant, aware.
        today: the present day in England.
        duty: which date it was about, if the case has several such tasks; that of the plan if it has none.
        correct: why what is recorded already is put right; it is kept beside what is recorded now.

    Raises:
        RecordingRefusedError: all faults are named and nothing was changed.
    """
    faults: list[str] = []
    whose = case_meant(connection, case, faults)
    day = _told_on(connection, told_on, whose, today, faults)
    if how.strip() not in HOW:
        faults.append(f"{how!r} is no way of telling a family.{near(how, HOW)}")
    faults += unsigned(by)
    tasks = _tasks(connection, whose, duty.strip(), faults, is_correction=bool(correct.strip())) if whose else []
    if faults or whose is None or day is None:
        raise refusal(faults)
    number, case_id, about, due_on, told_on = tasks[0]
    before = _said_before(connection, number, correct.strip(), as_instant(now), by.strip()) if told_on else None
    told = (day.isoformat(), by.strip(), how.strip(), as_instant(now), before)
    if number is None:
        because = (day.isoformat(), due_on, WITHOUT_A_TASK)
        row = (next_id(connection, "family_notices"), case_id, about, due_on, *because, *told)
        insert_rows(connection, "family_notices", _COLUMNS, [row])
    else:
        update_rows(connection, "family_notices", _TOLD, ("id",), [(*told, number)])
    when = "before" if day.isoformat() < due_on else "on" if day.isoformat() == due_on else "after"
    subject = Subject(*whose, "case", "")
    said = f"{of_subject(subject)}: the family was told on {day} by {how.strip()}, {when} the date of {about}, {due_on}"
    return Recorded(f"{said}.{f' Until now it was recorded as {told_on}.' if told_on else ''}", subject)


def _told_on(
    connection: Connection, said: date | str, whose: tuple[str, str] | None, today: date, faults: list[str]
) -> date | None:
    try:
        day = date.fromisoformat(str(said).strip())
    except ValueError:
        faults.append(f"{str(said)!r} is not a date written as yyyy-mm-dd.")
        return None
    if day > today:
        faults.append(f"{day} is in the future: today is {today}. Record it once they have been told.")
    if whose:
        begun = as_text(connection, "COALESCE(request_received_on, brought_to_attention_on)")
        sql = f"SELECT {begun} FROM cases WHERE authority_code = :a AND case_ref = :ref"
        rows = fetch(connection, sql, a=whose[0], ref=whose[1])
        if rows and rows[0][0] and day.isoformat() < rows[0][0]:
            faults.append(f"{day} is before the request, which came on {rows[0][0]}.")
    return day


def _said_before(connection: Connection, number: int, why: str, at: str, by: str) -> str:
    """What was recorded of a task until now, a row for each time it was put right, as JSON."""
    told_on, recorded_at = as_text(connection, "told_on"), "CAST(recorded_at AS TEXT)"
    sql = f"SELECT {told_on}, told_how, told_by, {recorded_at}, said_before FROM family_notices WHERE id = :number"
    ((on, how, who, recorded, earlier),) = fetch(connection, sql, number=number)
    rows = [*json.loads(earlier or "[]"), [on, how, who, recorded[:16], by, at[:16], why]]
    return json.dumps(rows, ensure_ascii=False)


_OF_THE_TASK = "SELECT 1 FROM clocks k WHERE k.case_id = n.case_id AND k.duty = n.duty"
_IS_STALE = f"EXISTS ({_OF_THE_TASK} AND k.due_on <> n.due_on) AND NOT EXISTS ({_OF_THE_TASK} AND k.due_on = n.due_on)"
"""In SQL, true of a task `n` of a date that has moved since: the record was put right, and its clock has another."""


def _tasks(
    connection: Connection, whose: tuple[str, str], duty: str, faults: list[str], *, is_correction: bool
) -> list[Sequence[Any]]:
    """The task that is meant, as its key, case, duty, due date and day of telling; its key None if none was set."""
    dates = as_text(connection, "n.due_on", "n.told_on")
    of_case = (
        f"SELECT n.id, n.case_id, n.duty, {dates} FROM family_notices n "
        "JOIN cases c ON c.id = n.case_id WHERE c.authority_code = :a AND c.case_ref = :ref"
    )
    if is_correction:
        tasks = fetch(connection, f"{of_case} ORDER BY {_IS_STALE}, n.due_on DESC", a=whose[0], ref=whose[1])
        return _recorded(_of_duty(tasks, duty), faults)
    tasks = fetch(connection, f"{of_case} AND NOT ({_IS_STALE}) ORDER BY n.due_on DESC", a=whose[0], ref=whose[1])
    wanted = _of_duty(tasks, duty)
    waiting = [x for x in wanted if not x[4]]
    if len({x[2] for x in waiting}) > 1:
        listed = "; ".join(f"{about}, due on {due_on}" for _, _, about, due_on, _ in waiting)
        faults.append(f"There are several tasks of telling the family: {listed}. Say which duty.")
    elif wanted and not waiting:
        of = "It is recorded already that they were told of"
        faults += [f"{of} {about}, due on {due_on}: on {told_on}." for _, _, about, due_on, told_on in wanted]
        faults.append("If that is wrong, put it right with a reason.")
    if wanted:
        return waiting
    return _without_task(connection, whose, duty, faults)


def _recorded(tasks: Sequence[Sequence[Any]], faults: list[str]) -> list[Sequence[Any]]:
    """The one task of these that is done, the newest of its duty."""
    done = [x for x in tasks if x[4]]
    if not done:
        faults.append("It is not recorded yet that the family was told, so there is nothing to put right.")
    elif len({x[2] for x in done}) > 1:
        listed = "; ".join(f"{about}, on {told_on}" for _, _, about, _, told_on in done)
        faults.append(f"It is recorded of several dates that they were told: {listed}. Say which duty.")
    return done


def _without_task(connection: Connection, whose: tuple[str, str], duty: str, faults: list[str]) -> list[Sequence[Any]]:
    """As if the task had been set: for the clock of the duty, by default that of the plan."""
    due = as_text(connection, "k.due_on")
    clocks = fetch(
        connection,
        f"SELECT NULL, k.case_id, k.duty, {due}, NULL FROM clocks k JOIN cases c ON c.id = k.case_id "
        "WHERE c.authority_code = :a AND c.case_ref = :ref AND k.due_on IS NOT NULL ORDER BY k.due_on DESC",
        a=whose[0],
        ref=whose[1],
    )
    found = _of_duty(clocks, duty) if duty else [x for x in clocks if x[2] in _PLAN_DUTIES]
    if not found:
        faults.append(f"The case has no clock of {duty or _PLAN_DUTIES[0]} in the last night's table.")
    elif len({x[2] for x in found}) > 1 and duty:
        faults.append(f"Several duties begin with {duty!r}: {', '.join(sorted({x[2] for x in found}))}.")
    return found


def _of_duty(rows: Sequence[Sequence[Any]], duty: str) -> list[Sequence[Any]]:
    """Those of the duty of that key, else those whose duty begins so."""
    return [x for x in rows if x[2] == duty] or [x for x in rows if x[2].startswith(duty)]
