"""Record a fact here: a milestone, a correction, a panel's date; exceptions are claimed next door.

Each function looks at everything before it writes anything, and refuses with all faults in one message. What it
writes is in the chronology, in the record, and held against later extracts (`models.casework.recording.holding`).
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from models.casework.extracts.taking import record_key
from models.casework.recording.checks import canonical, date_faults, with_outcome
from models.casework.recording.holding import HERE, Found, Subject, add, change, is_held
from models.casework.recording.meant import case_meant, milestone_meant, record_meant
from models.casework.recording.recordable import CORRECTED, FOR_GOOD, PLANS
from models.casework.recording.recorded import Recorded, in_words, near, of_subject, refusal, unsigned
from models.queries.authorities import authority_codes
from models.store import fetch


def record_milestone(
    connection: Connection,
    *,
    case: str,
    milestone: str,
    happened_on: date | str,
    by: str,
    now: datetime,
    today: date,
    advice_kind: str = "",
    body: str = "",
    order_number: int | None = None,
    outcome: str = "",
    replied_by: str = "",
) -> Recorded:
    """Record that a milestone of a case, of a request for advice or of an order was reached.

    It replaces the day that was recorded here before. One that the extract has is corrected instead, with the reason.

    Args:
        connection: the open unit of work.
        case: "REF" or "AUTHORITY/REF".
        milestone: one of `recordable.MILESTONES`, as "final_plan_sent_on" or, with its record,
            "order: final_plan_sent_on".
        happened_on: the day, a date or as 2026-03-12.
        by: who records it.
        now: the present instant, aware.
        today: the present day in England.
        advice_kind: for advice, the kind.
        body: for advice, who was asked, if several bodies were asked for that kind.
        order_number: for an order, its number, if there are several.
        outcome: with `reply_on` the reply, with `assess_decided_on` the decision.
        replied_by: with `reply_on` the member of staff who replied; needed for the reply `not_known`.

    Raises:
        RecordingRefusedError: it cannot be recorded; all faults are named and nothing was changed.
    """
    faults: list[str] = []
    record, column = milestone_meant(milestone, faults, of_order=order_number is not None)
    after = {column: str(happened_on).strip()} if column else {}
    if not str(happened_on).strip():
        faults.append("It is not said when it happened.")
    found = record_meant(
        connection, case_meant(connection, case, faults), record, (advice_kind, body, order_number), faults
    )
    after |= with_outcome(column, outcome, replied_by, found, faults)
    known = found.values[column] if found else None
    if found and known not in (None, after[column]) and not is_held(connection, found.subject, column):
        faults.append(f"{column} is {known} already, by the extract: if that is wrong, correct the fact.")
    return _write(connection, found, after, faults, now=now, by=by, today=today)


def correct_fact(
    connection: Connection,
    *,
    case: str,
    record: str,
    column: str,
    value: str,
    reason: str,
    by: str,
    now: datetime,
    today: date,
    advice_kind: str = "",
    body: str = "",
    number: int | None = None,
) -> Recorded:
    """Correct one column of one record; "" says that it is not known.

    The arguments are as for `record_milestone`; `record` is one of `recordable.CORRECTED`,
    `number` tells orders, reviews, transfers, claims, or requests to the same body apart. The `reason` is kept in the
    chronology.

    Raises:
        RecordingRefusedError: it cannot be corrected; all faults are named and nothing was changed.
    """
    faults: list[str] = []
    if not reason.strip():
        faults.append("A correction needs its reason.")
    whose = case_meant(connection, case, faults)
    if record not in CORRECTED:
        faults.append(f"There is no kind of record {record!r}.{near(record, CORRECTED)}")
        record = ""
    elif column not in PLANS[record].values:
        faults.append(f"A record of the kind {record} has no column {column!r}.{near(column, PLANS[record].values)}")
        column = ""
    elif column in PLANS[record].identity or (record == "exception" and column in FOR_GOOD):
        faults.append(f"{column} says which {record} is meant and cannot be corrected: record another one instead.")
    found = record_meant(connection, whose, record, (advice_kind, body, number), faults)
    after = {column: value.strip()} if column and record else {}
    source = f"{HERE}, because {reason.strip()}"
    return _write(connection, found, after, faults, now=now, by=by, today=today, source=source)


def add_panel_date(
    connection: Connection, *, authority_code: str, panel: str, held_on: date | str, by: str, now: datetime
) -> Recorded:
    """Add a day on which a panel meets, past or to come.

    Raises:
        RecordingRefusedError: it cannot be added; all faults are named and nothing was changed.
    """
    faults: list[str] = []
    authorities = authority_codes(connection)
    if authority_code not in authorities:
        faults.append(f"No case of an authority {authority_code!r} is held.{near(authority_code, authorities)}")
    plan = PLANS["panel"]
    given = {"panel": panel.strip(), "held_on": str(held_on).strip()}
    faults += [f"{name} is not given." for name, word in given.items() if not word]
    values = canonical(plan, given, faults)
    mine = "FROM panels WHERE authority_code = :a AND panel = :p"
    known = fetch(connection, f"SELECT CAST(held_on AS TEXT) {mine}", a=authority_code, p=given["panel"])
    if values.get("held_on") in [day for (day,) in known]:
        faults.append(f"Nothing would change: {given['panel']} on {given['held_on']} is known already.")
    faults += unsigned(by)
    if faults:
        raise refusal(faults)
    subject = Subject(authority_code, "", "panel", record_key(values.values()))
    add(connection, plan, subject, authority_code, values, now=now, by=by)
    news = "" if known else " It is the first date of a panel of this name."
    return Recorded(f"{given['panel']} of authority {authority_code} meets on {given['held_on']}.{news}", subject)


def _write(
    connection: Connection,
    found: Found | None,
    given: Mapping[str, str],
    faults: list[str],
    *,
    now: datetime,
    by: str,
    today: date,
    source: str = HERE,
) -> Recorded:
    """Set columns of a record if nothing is wrong with them."""
    faults += unsigned(by)
    after = canonical(found.plan, given, faults) if found else {}
    changed = {name: word for name, word in after.items() if found and word != found.values[name]}
    if found:
        faults += date_faults(connection, found, after, today)
    if not faults and not changed:
        faults.append("Nothing would change: the record says so already.")
    if found is None or faults:
        raise refusal(faults)
    change(connection, found, changed, now=now, by=by, source=source)
    return Recorded(f"{of_subject(found.subject)}: {in_words(found, changed)}.", found.subject)
