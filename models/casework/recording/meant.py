"""Which case, milestone and record a person means who records a fact."""

from sqlalchemy import Connection

from models.casework.chronology.journal import Word
from models.casework.recording.holding import Found, records_of
from models.casework.recording.recordable import MILESTONES, PLANS
from models.casework.recording.recorded import near
from models.errors import NotFoundError
from models.queries.explain import find_case
from models.store import fetch


def case_meant(connection: Connection, case: str, faults: list[str]) -> tuple[str, str] | None:
    """The authority and reference of the case that is meant."""
    try:
        scope = find_case(connection, case.strip())
    except NotFoundError as error:
        ref = case.strip().rpartition("/")[2]
        alike = ""
        if "Near it" not in error.why:
            like = fetch(connection, "SELECT case_ref FROM cases WHERE case_ref LIKE :x", x=f"{ref[: len(ref) // 2]}%")
            alike = near(ref, [x for (x,) in like])
        faults.append(" ".join(filter(None, (error.what, error.why or error.remedy))) + alike)
        return None
    return str(scope.authority_code), str(scope.case_ref)


def milestone_meant(milestone: str, faults: list[str], *, of_order: bool) -> tuple[str, str]:
    """The kind of record and the column of a milestone, both "" where there is no such."""
    record, _, column = (word.strip() for word in milestone.rpartition(":"))
    records = [x for x in MILESTONES if column in MILESTONES[x] and record in ("", x)]
    if not records:
        offered = dict.fromkeys(name for names in MILESTONES.values() for name in names)
        faults.append(f"There is no milestone {milestone!r}.{near(column, offered)}")
        return "", ""
    # Cases and orders share three milestones; a number says that the order's is meant.
    return records[-1 if of_order else 0], column


def record_meant(
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
        # By its number: a row that was set aside at first has come in after those that follow it.
        return max(found, key=lambda x: int(x.values.get("number") or 0))
    names = [x.subject.record_key.replace(":", " ") for x in found or every]
    if not every:
        faults.append(f"The case has no {record}.")
    elif not found:
        faults.append(f"The case has no such {record}: there is {'; '.join(names)}.")
    else:
        say = ("the body" if kind else "the kind of advice") if record == "advice" else "the number"
        faults.append(f"The case has several of the kind {record}: {'; '.join(names)}. Say {say}.")
    return None
