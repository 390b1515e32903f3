"""Record a fact here: a milestone, a correction, a claim of an exception, a panel's date.

Each function looks at everything before it writes anything, and refuses with all faults in one message. What it
writes is in the chronology, in the record, and held against later extracts (`models.casework.holding`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import Connection

from models.casework.holding import HERE, Found, Subject, add, change, records_of
from models.casework.journal import Word
from models.casework.sheets import SheetPlan, plans
from models.casework.taking import FIRST_NUMBER_HERE, record_key
from models.errors import NotFoundError, RecordingRefusedError
from models.importers.contract import contract
from models.importers.values import ISO_FORMAT, Fault, checker
from models.queries.explain import find_case
from models.queries.records import Scope, load
from models.statute.explanation import Explanation, explain
from models.statute.register import load_register
from models.store import fetch

PLANS: Mapping[str, SheetPlan] = {plan.record: plan for plan in plans().values()}
"""How each kind of record is stored."""

CORRECTED = ("case", "advice", "exception", "order", "review", "transfer")
"""The kinds of record a fact of which can be corrected."""

CLAIMED = ("case", "advice", "order")
"""The kinds of record for whose clocks an exception can be claimed."""

MILESTONES: Mapping[str, tuple[str, ...]] = {
    record: tuple(x for x in PLANS[record].values if x in PLANS[record].dates and x != "birth_date")
    for record in ("case", "advice", "order")
}
"""The dated facts that can be recorded as they happen, by kind of record."""

OUTCOMES = {
    "reply_on": ("reply", ("advice", "not_known", "declined")),
    "assess_decided_on": ("assess_decision", ("Y", "N")),
}
"""The milestones that say little without their outcome: the column that holds it, and what it may be."""

ORIGINS = ("request_received_on", "brought_to_attention_on")

FOLLOWS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "case": {
        "assess_agreed_after_refusal_on": ("assess_decided_on",),
        "no_plan_notified_on": ("assess_decided_on",),
        "draft_served_on": ("assess_decided_on",),
        "consultation_replied_on": ("consultation_sent_on",),
        "representations_received_on": ("draft_served_on",),
        "final_plan_sent_on": ("assess_decided_on", "draft_served_on"),
    },
    "advice": {
        "received_by_body_on": ("requested_on",),
        "reply_on": ("requested_on", "received_by_body_on"),
        "returned_for_rework_on": ("requested_on", "received_by_body_on"),
        "accepted_on": ("requested_on", "received_by_body_on", "reply_on"),
    },
    "exception": {"to_on": ("from_on",)},
    "order": {
        "notified_on": ("dated_on",),
        "no_plan_notified_on": ("dated_on",),
        "draft_served_on": ("dated_on",),
        "final_plan_sent_on": ("dated_on", "draft_served_on"),
    },
    "review": {
        "meeting_on": ("notice_given_on",),
        "report_sent_on": ("meeting_on",),
        "decision_notified_on": ("meeting_on",),
        "amendment_notice_sent_on": ("meeting_on",),
        "final_plan_sent_on": ("amendment_notice_sent_on",),
        "not_amend_notified_on": ("amendment_notice_sent_on",),
    },
    "transfer": {"informed_on": ("transferred_on",), "reviewed_on": ("transferred_on",)},
}
"""The milestones that cannot come before others of the same record."""

PLANNED = ("meeting_on", "phase_transfer_on", "to_on")
"""Dates that may lie ahead: a meeting, a transfer between phases, the end of an absence."""

MOST_NAMED = 12

FOR_GOOD = ("duty", "advice_kind", "code")
"""What a claim is for: another one is another claim."""


@dataclass(frozen=True)
class Recorded:
    """What was recorded, in a sentence, and of which record."""

    said: str
    subject: Subject


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

    Args:
        connection: the open unit of work.
        case: "REF" or "AUTHORITY/REF".
        milestone: one of `MILESTONES`, as "final_plan_sent_on" or, with its record, "order: final_plan_sent_on".
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
    record, column = _milestone(milestone, faults, of_order=order_number is not None)
    after = {column: str(happened_on).strip()} if column else {}
    if not str(happened_on).strip():
        faults.append("It is not said when it happened.")
    found = _record(connection, _case(connection, case, faults), record, (advice_kind, body, order_number), faults)
    after |= _outcome(column, outcome, replied_by, found, faults)
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

    The arguments are as for `record_milestone`; `record` is one of `CORRECTED`, `number` tells orders, reviews,
    transfers, claims, or requests to the same body apart. The `reason` is kept in the chronology.

    Raises:
        RecordingRefusedError: it cannot be corrected; all faults are named and nothing was changed.
    """
    faults: list[str] = []
    if not reason.strip():
        faults.append("A correction needs its reason.")
    whose = _case(connection, case, faults)
    if record not in CORRECTED:
        faults.append(f"There is no kind of record {record!r}.{_near(record, CORRECTED)}")
        record = ""
    elif column not in PLANS[record].values:
        faults.append(f"A record of the kind {record} has no column {column!r}.{_near(column, PLANS[record].values)}")
        column = ""
    elif column in PLANS[record].identity or (record == "exception" and column in FOR_GOOD):
        faults.append(f"{column} says which {record} is meant and cannot be corrected: record another one instead.")
    found = _record(connection, whose, record, (advice_kind, body, number), faults)
    after = {column: value.strip()} if column and record else {}
    source = f"{HERE}, because {reason.strip()}"
    return _write(connection, found, after, faults, now=now, by=by, today=today, source=source)


def claim_exception(
    connection: Connection,
    *,
    case: str,
    duty: str,
    code: str,
    from_on: date | str,
    to_on: date | str | None,
    facts: str,
    impractical_because: str,
    by: str,
    now: datetime,
    today: date,
    advice_kind: str = "",
    approved_by: str = "",
    family_told_on: date | str | None = None,
) -> Recorded:
    """Claim that an exception which the law allows there disapplies one limit of a case, from today on.

    The arguments are as for `record_milestone`, and otherwise as the columns of the contract. A claim that the
    law's own test would not let stand is refused; one about a closure is kept, as the closure may yet come in.

    Raises:
        RecordingRefusedError: it cannot be claimed; all faults are named and nothing was changed.
    """
    faults: list[str] = []
    whose = _case(connection, case, faults)
    given = {
        "duty": duty,
        "advice_kind": advice_kind,
        "code": code,
        "from_on": from_on,
        "to_on": to_on,
        "facts": facts,
        "impractical_because": impractical_because,
        "claimed_on": today,
        "family_told_on": family_told_on,
        "approved_by": approved_by,
    }
    said = {name: str(word or "").strip() for name, word in given.items()}
    needed = ("from_on", "facts", "impractical_because")
    faults += [f"{name} is not given: without it no exception holds." for name in needed if not said[name]]
    plan = PLANS["exception"]
    values = _canonical(plan, said, faults)
    _judge_code(connection, whose, duty, code, advice_kind, today, faults)
    owner = whose or ("", "")
    claims = records_of(connection, plan, *owner)
    number = max([FIRST_NUMBER_HERE - 1, *(int(x.values["number"] or 0) for x in claims)]) + 1
    new = Found(plan, Subject(*owner, plan.record, str(number)), 0, dict.fromkeys(plan.values))
    faults += _date_faults(connection, new, values, today)
    same = (*FOR_GOOD, "from_on")
    twins = [x for x in claims if all(x.values[name] == values.get(name) for name in same)]
    faults += [f"Nothing would change: claim {x.values['number']} of the case says so already." for x in twins]
    faults += _unsigned(by)
    if faults:
        raise _refusal(faults)
    (of_case,) = records_of(connection, PLANS["case"], *owner)
    with connection.begin_nested():
        # The law's own tests decide whether the claim may stay; if it may not, nothing of it does.
        add(connection, plan, new.subject, of_case.id, {"number": number} | values, now=now, by=by)
        doubt = _doubt(connection, owner, duty, code, number, today)
    of = f" for {advice_kind} advice" if advice_kind else ""
    return Recorded(f"{_of(new.subject)}: {code} is claimed for {duty}{of}.{doubt}", new.subject)


def add_panel_date(
    connection: Connection, *, authority_code: str, panel: str, held_on: date | str, by: str, now: datetime
) -> Recorded:
    """Add a day on which a panel meets, past or to come.

    Raises:
        RecordingRefusedError: it cannot be added; all faults are named and nothing was changed.
    """
    faults: list[str] = []
    authorities = [x for (x,) in fetch(connection, "SELECT DISTINCT authority_code FROM cases ORDER BY authority_code")]
    if authority_code not in authorities:
        faults.append(f"No case of an authority {authority_code!r} is held.{_near(authority_code, authorities)}")
    plan = PLANS["panel"]
    given = {"panel": panel.strip(), "held_on": str(held_on).strip()}
    faults += [f"{name} is not given." for name, word in given.items() if not word]
    values = _canonical(plan, given, faults)
    mine = "FROM panels WHERE authority_code = :a AND panel = :p"
    known = fetch(connection, f"SELECT CAST(held_on AS TEXT) {mine}", a=authority_code, p=given["panel"])
    if values.get("held_on") in [day for (day,) in known]:
        faults.append(f"Nothing would change: {given['panel']} on {given['held_on']} is known already.")
    faults += _unsigned(by)
    if faults:
        raise _refusal(faults)
    subject = Subject(authority_code, "", "panel", record_key(values.values()))
    add(connection, plan, subject, authority_code, values, now=now, by=by)
    news = "" if known else " It is the first date of a panel of this name."
    return Recorded(f"{given['panel']} of authority {authority_code} meets on {given['held_on']}.{news}", subject)


def lawful_claims() -> Mapping[str, tuple[str, ...]]:
    """The exceptions that the law allows, or once allowed, for each duty that has any and is watched every night."""
    duties = (duty for record in CLAIMED for duty in load_register().of_record(record))
    codes = {x.key: dict.fromkeys(y.code for limit in x.limits for y in limit.exceptions) for x in duties}
    return {duty: tuple(found) for duty, found in codes.items() if found}


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
    faults += _unsigned(by)
    after = _canonical(found.plan, given, faults) if found else {}
    changed = {name: word for name, word in after.items() if found and word != found.values[name]}
    if found:
        faults += _date_faults(connection, found, after, today)
    if not faults and not changed:
        faults.append("Nothing would change: the record says so already.")
    if found is None or faults:
        raise _refusal(faults)
    change(connection, found, changed, now=now, by=by, source=source)
    return Recorded(f"{_of(found.subject)}: {_in_words(found, changed)}.", found.subject)


def _case(connection: Connection, case: str, faults: list[str]) -> tuple[str, str] | None:
    """The authority and reference of the case that is meant."""
    try:
        scope = find_case(connection, case.strip())
    except NotFoundError as error:
        ref = case.strip().rpartition("/")[2]
        near = ""
        if "Near it" not in error.why:
            like = fetch(connection, "SELECT case_ref FROM cases WHERE case_ref LIKE :x", x=f"{ref[: len(ref) // 2]}%")
            near = _near(ref, [x for (x,) in like])
        faults.append(" ".join(filter(None, (error.what, error.why or error.remedy))) + near)
        return None
    return str(scope.authority_code), str(scope.case_ref)


def _milestone(milestone: str, faults: list[str], *, of_order: bool) -> tuple[str, str]:
    """The kind of record and the column of a milestone, both "" where there is no such."""
    record, _, column = (word.strip() for word in milestone.rpartition(":"))
    records = [x for x in MILESTONES if column in MILESTONES[x] and record in ("", x)]
    if not records:
        offered = dict.fromkeys(name for names in MILESTONES.values() for name in names)
        faults.append(f"There is no milestone {milestone!r}.{_near(column, offered)}")
        return "", ""
    # Cases and orders share three milestones; a number says that the order's is meant.
    return records[-1 if of_order else 0], column


def _outcome(column: str, outcome: str, replied_by: str, found: Found | None, faults: list[str]) -> Mapping[str, str]:
    """The columns that are recorded together with a milestone."""
    if column not in OUTCOMES:
        if outcome or replied_by:
            faults.append(f"An outcome goes with {' or '.join(OUTCOMES)} only, and who replied with a reply.")
        return {}
    name, allowed = OUTCOMES[column]
    before = found.values if found else {}
    if outcome and outcome not in allowed:
        faults.append(f"{outcome!r} is no outcome of {column}: choose one of {', '.join(allowed)}.")
    elif found and not outcome and before[name] not in allowed:
        faults.append(f"With {column} say the outcome too: {', '.join(allowed)}.")
    if outcome == "not_known" and not (replied_by.strip() or before.get("replied_by")):
        faults.append("A reply not_known counts only with the name of the member of staff who gave it.")
    if replied_by and column != "reply_on":
        faults.append("Who replied goes with a reply only.")
        return {}
    return {x: word.strip() for x, word in ((name, outcome), ("replied_by", replied_by)) if word.strip()}


def _record(
    connection: Connection,
    case: tuple[str, str] | None,
    record: str,
    which: tuple[str, str, int | None],
    faults: list[str],
) -> Found | None:
    """The one record that is meant; of several requests to one body the latest."""
    kind, body, number = which
    if not case or not record:
        return None
    plan = PLANS[record]
    of_advice = {"kind": kind.strip(), "body": body.strip()}
    wanted: dict[str, Word] = {} if number is None or record == "case" else {plan.identity[-1]: number}
    if record == "advice":
        wanted |= {name: word for name, word in of_advice.items() if word}
    elif any(of_advice.values()) or (record == "case" and number is not None):
        faults.append(f"This is about a record of the kind {record}: leave out what tells others apart.")
    every = records_of(connection, plan, *case)
    found = [x for x in every if all(str(x.values[name]) == str(word) for name, word in wanted.items())]
    if len({x.values["body"] for x in found} if record == "advice" and kind else found) == 1:
        return found[-1]
    names = [x.subject.record_key.replace(":", " ") for x in found or every]
    if not every:
        faults.append(f"The case has no {record}.")
    elif not found:
        faults.append(f"The case has no such {record}: there is {'; '.join(names)}.")
    else:
        say = ("the body" if kind else "the kind of advice") if record == "advice" else "the number"
        faults.append(f"The case has several of the kind {record}: {'; '.join(names)}. Say {say}.")
    return None


def _canonical(plan: SheetPlan, given: Mapping[str, str], faults: list[str]) -> dict[str, Word]:
    """The values as the contract writes them, None for unknown, without those that cannot be read."""
    found: dict[str, Word] = {}
    for name, word in given.items():
        column = contract()[plan.sheet].column(name)
        read = checker(column, key=name in plan.identity, date_formats=(ISO_FORMAT,))(word) if word else ""
        if isinstance(read, Fault):
            faults.append(f"{name} {word!r}: {read.reason}. {read.remedy}")
        elif not word and column.required:
            faults.append(f"{name} must be known.")
        else:
            found[name] = read or None
    return found


def _date_faults(connection: Connection, found: Found, after: Mapping[str, Word], today: date) -> list[str]:
    """What contradicts these dates: the present day, the request, and what comes before and after them."""
    plan, record = found.plan, found.plan.record
    days = {name: str(word) for name, word in {**found.values, **after}.items() if name in plan.dates and word}
    of_request = {*MILESTONES.get(record, ())} - {*ORIGINS}
    case = days
    if of_request and record != "case":
        case = {name: str(word) for name, word in _case_of(connection, found).items() if word}
    request = next((case[name] for name in ORIGINS if name in case), "")
    new = {name for name in after if name in days}
    faults = [
        f"{name} {days[name]} is in the future: today is {today}."
        for name in sorted(new - {*PLANNED})
        if days[name] > today.isoformat()
    ]
    faults += [
        f"{name} {days[name]} is before the request, which came on {request}."
        for name in sorted(of_request & (days.keys() if new & {*ORIGINS} else new))
        if days[name] < request
    ]
    pairs = ((later, earlier) for later, names in FOLLOWS.get(record, {}).items() for earlier in names)
    faults += [
        f"{later} {days[later]} would be before {earlier} {days[earlier]}, which it must follow."
        for later, earlier in pairs
        if {later, earlier} <= days.keys() and {later, earlier} & new and days[later] < days[earlier]
    ]
    return faults


def _case_of(connection: Connection, found: Found) -> Mapping[str, Word]:
    (case,) = records_of(connection, PLANS["case"], *found.subject[:2])
    return case.values


def _judge_code(
    connection: Connection,
    case: tuple[str, str] | None,
    duty: str,
    code: str,
    kind: str,
    today: date,
    faults: list[str],
) -> None:
    """Add a fault unless the law allows the code for a clock of this duty that the case has."""
    lawful = lawful_claims()
    if duty not in lawful:
        faults.append(f"No exception can be claimed for a duty {duty!r}.{_near(duty, lawful)}")
        return
    of_advice = load_register().duty(duty).record == "advice"
    if of_advice != bool(kind):
        faults.append(f"For {duty} {'say the' if of_advice else 'leave out any'} kind of advice.")
    allowed = lawful[duty]
    if case:
        clocks = [x for x in _clocks(connection, case, duty, today) if not kind or x.record_key == kind]
        if not clocks:
            faults.append(f"The case has no clock of {duty}{f' for {kind} advice' if kind else ''}.")
            return
        allowed = tuple(dict.fromkeys(code for clock in clocks for code in clock.exceptions_allowed))
    if not allowed:
        faults.append(f"The clock of {duty} cannot be computed: record first when it began.")
    elif code not in allowed:
        faults.append(
            f"{code!r} is no exception for {duty} here: the law allows {', '.join(allowed)}. Reasons such as a "
            "shortage of educational psychologists are kept as reasons for a delay where the extract has them, but "
            "are no exceptions."
        )


def _doubt(connection: Connection, case: tuple[str, str], duty: str, code: str, number: int, today: date) -> str:
    """Words of doubt about a claim that does not hold yet, "" for one that holds; refuses one that cannot hold."""
    tried = [
        x for clock in _clocks(connection, case, duty, today) for x in clock.exceptions_tried if x.number == number
    ]
    if any(x.holds for x in tried):
        return ""
    verdict = tried[0].verdict.removeprefix("refused: ")
    if load_register().exceptions[code].test == "closure":
        return f" It does not hold yet: {verdict}. It will once the extract carries the closure."
    raise _refusal([f"The claim would not hold: {verdict}."])


def _clocks(connection: Connection, case: tuple[str, str], duty: str, today: date) -> list[Explanation]:
    register = load_register()
    found = register.duty(duty)
    loaded = load(connection, found.record, Scope(*case))
    return explain(loaded.records, register, today, (found,), loaded.keys, {})


def _near(word: str, words: Iterable[str]) -> str:
    names = list(words)
    near = get_close_matches(word, names, n=3) or [x for x in names if word and word in x][:3]
    if near:
        return f" Did you mean {' or '.join(near)}?"
    return f" Choose one of: {', '.join(names)}." if 0 < len(names) <= MOST_NAMED else ""


def _of(subject: Subject) -> str:
    of = f", {subject.record} {subject.record_key.replace(':', ' ')}" if subject.record_key else ""
    return f"Case {subject.case_ref} of authority {subject.authority_code}{of}"


def _in_words(found: Found, changed: Mapping[str, Word]) -> str:
    """The change for a person; a text is named and not repeated, as it may be about somebody."""
    types = {column.name: column.type for column in contract()[found.plan.sheet].columns}
    return ", ".join(
        name if types[name] == "text" else f"{name} {word or 'not known'} (was {found.values[name] or 'not known'})"
        for name, word in changed.items()
    )


def _unsigned(by: str) -> list[str]:
    return [] if by.strip() else ["It is not said who records it."]


def _refusal(faults: Iterable[str]) -> RecordingRefusedError:
    return RecordingRefusedError(
        "Nothing was recorded.", why="\n          ".join(faults), remedy="Correct what is wrong and record again."
    )
