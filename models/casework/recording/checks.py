"""What is wrong with the values that somebody wants to record: as the contract reads them, and in time."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import Connection

from models.casework.chronology.journal import Word
from models.casework.extracts.sheets import SheetPlan
from models.casework.recording.holding import Found, records_of
from models.casework.recording.recordable import FOLLOWS, MILESTONES, ORIGINS, OUTCOMES, PLANNED, PLANS
from models.importers.contract import contract
from models.importers.values import ISO_FORMAT, Fault, checker


def canonical(plan: SheetPlan, given: Mapping[str, str], faults: list[str]) -> dict[str, Word]:
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


def with_outcome(
    column: str, outcome: str, replied_by: str, found: Found | None, faults: list[str]
) -> Mapping[str, str]:
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


def date_faults(connection: Connection, found: Found, after: Mapping[str, Word], today: date) -> list[str]:
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
