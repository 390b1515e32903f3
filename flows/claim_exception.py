"""A form: an exception that the law allows disapplies one limit of a case."""

from datetime import date

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.today import night_of, now
from tasks import recording
from tasks.recording import AdviceKind, Answer, CaseRef, Claim, DocumentRef, Short, Staff, outcome_of


def _run_name() -> str:
    said = flow_run.parameters
    duty, _, code = str(said["claim"]).partition(": ")
    return f"exception {code} claimed for {duty.replace('_', ' ')}, {said['case']}"


@flow(name="claim an exception", flow_run_name=_run_name)
async def claim_exception(
    case: CaseRef,
    claim: Claim,
    from_on: date,
    document_reference: DocumentRef,
    recorded_by: Staff,
    to_on: date | None = None,
    advice_kind: AdviceKind | None = None,
    approved_by: Short = "",
    family_told_on: date | None = None,
) -> State[Answer]:
    """Claim an exception. It counts only if the law's own test holds, and moves no date and no other limit.

    Args:
        case: the case's reference, or AUTHORITY/REFERENCE: letters, digits, spaces and . _ / - only, with
            a digit in it. Never a name.
        claim: the duty whose limit could not be kept, and the exception: only those the law allows there. A
            shortage of educational psychologists, leave or a full setting is no exception.
        from_on: the first day on which it applied.
        document_reference: where the document is filed that says what happened and why it made keeping the limit
            impractical, as "EDRMS 2026/1234". No name and no account of what happened may be written here: letters,
            digits, spaces and - / . : only, 60 at most.
        recorded_by: your own name: nobody else will know who recorded this.
        to_on: the last day on which it applied; empty while it still does.
        advice_kind: for the duty give_advice only: which advice.
        approved_by: the member of staff who approved the claim.
        family_told_on: the day the family was told of the delay and its reason.
    """
    duty, _, code = claim.value.partition(": ")
    said = {
        "case": case,
        "duty": duty,
        "code": code,
        "from_on": from_on,
        "to_on": to_on,
        "facts": f"see {document_reference}",
        "impractical_because": f"see {document_reference}",
        "by": recorded_by,
        "advice_kind": advice_kind.value if advice_kind else "",
        "approved_by": approved_by,
        "family_told_on": family_told_on,
    }
    return outcome_of(recording.claim_exception(now(), night_of(None, now()), said))
