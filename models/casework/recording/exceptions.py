"""Claim an exception to one limit of a case: refused unless the law allows it there and its own test may hold."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection

from models.casework.extracts.taking import FIRST_NUMBER_HERE
from models.casework.recording.checks import canonical, date_faults
from models.casework.recording.holding import Found, Subject, add, records_of
from models.casework.recording.meant import case_meant
from models.casework.recording.recordable import CLAIMED, FOR_GOOD, PLANS
from models.casework.recording.recorded import Recorded, near, of_subject, refusal, unsigned
from models.queries.records import load
from models.queries.scope import Scope
from models.statute.explanation import Explanation, explain
from models.statute.register import load_register


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

    The arguments are as for `models.casework.recording.facts.record_milestone`, and otherwise as the columns of the
    contract. A claim that the law's own test would not let stand is refused; one about a closure is kept, as the
    closure may yet come in.

    Raises:
        RecordingRefusedError: it cannot be claimed; all faults are named and nothing was changed.
    """
    faults: list[str] = []
    whose = case_meant(connection, case, faults)
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
    values = canonical(plan, said, faults)
    _judge_code(connection, whose, duty, code, advice_kind, today, faults)
    owner = whose or ("", "")
    claims = records_of(connection, plan, *owner)
    number = max([FIRST_NUMBER_HERE - 1, *(int(x.values["number"] or 0) for x in claims)]) + 1
    new = Found(plan, Subject(*owner, plan.record, str(number)), 0, dict.fromkeys(plan.values))
    faults += date_faults(connection, new, values, today)
    same = (*FOR_GOOD, "from_on")
    twins = [x for x in claims if all(x.values[name] == values.get(name) for name in same)]
    faults += [
        f"Nothing would change: claim {x.values['number']} of the case says so already, from {x.values['from_on']} to "
        f"{x.values['to_on'] or 'a day not known'}. For another last day correct the fact to_on of that exception."
        for x in twins
    ]
    faults += unsigned(by)
    if faults:
        raise refusal(faults)
    (of_case,) = records_of(connection, PLANS["case"], *owner)
    with connection.begin_nested():
        # The law's own tests decide whether the claim may stay; if it may not, nothing of it does.
        add(connection, plan, new.subject, of_case.id, {"number": number} | values, now=now, by=by)
        doubt = _doubt(connection, owner, duty, code, number, today)
    of = f" for {advice_kind} advice" if advice_kind else ""
    return Recorded(f"{of_subject(new.subject)}: {code} is claimed for {duty}{of}.{doubt}", new.subject)


def lawful_claims() -> Mapping[str, tuple[str, ...]]:
    """The exceptions that the law allows, or once allowed, for each duty that has any and is watched every night."""
    duties = (duty for record in CLAIMED for duty in load_register().of_record(record))
    codes = {x.key: dict.fromkeys(y.code for limit in x.limits for y in limit.exceptions) for x in duties}
    return {duty: tuple(found) for duty, found in codes.items() if found}


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
        faults.append(f"No exception can be claimed for a duty {duty!r}.{near(duty, lawful)}")
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
    raise refusal([f"The claim would not hold: {verdict}."])


def _clocks(connection: Connection, case: tuple[str, str], duty: str, today: date) -> list[Explanation]:
    register = load_register()
    found = register.duty(duty)
    loaded = load(connection, found.record, Scope(*case))
    return explain(loaded.records, register, today, (found,), loaded.keys, {})
