"""A form: a date or a decision that the records have is wrong."""

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.today import night_of, now
from tasks import recording
from tasks.recording import (
    UNKNOWN,
    AdviceKind,
    Answer,
    CaseRef,
    DocumentRef,
    Fact,
    Number,
    Reason,
    Short,
    Staff,
    Value,
    outcome_of,
)


def _run_name() -> str:
    said = flow_run.parameters
    return f"correction of {str(said['fact']).replace(': ', ' ').replace('_', ' ')}, {said['case']}"


@flow(name="correct a fact", flow_run_name=_run_name)
async def correct_fact(
    case: CaseRef,
    fact: Fact,
    value: Value,
    reason: Reason,
    document_reference: DocumentRef,
    recorded_by: Staff,
    advice_kind: AdviceKind | None = None,
    body: Short = "",
    number: Number | None = None,
) -> State[Answer]:
    """Correct a date or a decision here. It stands until the case system's extract says the same.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE: letters, digits, spaces and . _ / - only, with
            a digit in it. Never a name.
        fact: what is wrong, with the kind of record it belongs to.
        value: what is right: a date as 2026-03-12, a code as the case system has it, or the word unknown.
        reason: why it is corrected.
        document_reference: where the evidence is filed, as "EDRMS 2026/1234". No name and no account of what
            happened may be written here: letters, digits, spaces and - / . : only, 60 at most.
        recorded_by: your own name: nobody else will know who recorded this.
        advice_kind: for advice only: which advice.
        body: for advice only, and only if several bodies were asked for it: the body as the case system has it.
        number: for orders, reviews, transfers and claims, and only if the case has several: its number.
    """
    record, _, column = fact.value.partition(": ")
    said = {
        "case": case,
        "record": record,
        "column": column,
        "value": "" if value == UNKNOWN else value,
        "reason": f"{reason.value}; see {document_reference}",
        "by": recorded_by,
        "advice_kind": advice_kind.value if advice_kind else "",
        "body": body,
        "number": number,
    }
    return outcome_of(recording.correct_fact(now(), night_of(None, now()), said))
