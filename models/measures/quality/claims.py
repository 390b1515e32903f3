"""The rules on claims that an exception applies: each must be of the law, dated, and say why."""

from collections.abc import Iterator

from models.measures.quality.conditions import IN_VIEW
from models.measures.quality.hits import Hit, Looked
from models.store import fetch

_EVIDENCE = {"facts": "what happened", "impractical_because": "why keeping the limit was impractical"}
_APPROVER = "who approved it"


def claim_hits(looked: Looked) -> Iterator[Hit]:
    """What is wrong with the claims of exceptions of cases in view.

    Law:
        SEND Regulations 2014, regs 5(4), 8(2), 10(4), 13(3).
    """
    given = ", ".join(
        f"CASE WHEN {empty} THEN 0 ELSE 1 END"
        for empty in (
            "TRIM(COALESCE(r.facts, '')) = ''",
            "TRIM(COALESCE(r.impractical_because, '')) = ''",
            "TRIM(COALESCE(r.approved_by, '')) = ''",
            "r.claimed_on IS NULL",
            "r.from_on IS NULL",
            "r.to_on < r.from_on",
        )
    )
    duties = {duty.key: duty for duty in looked.register.duties}
    for case_ref, number, duty_key, code, facts, reason, approver, claimed, begun, in_order in fetch(
        looked.connection,
        f"SELECT c.case_ref, r.number, r.duty, COALESCE(r.code, ''), {given} FROM exceptions r "
        f"JOIN cases c ON c.id = r.case_id WHERE c.authority_code = :a AND {IN_VIEW} ORDER BY c.case_ref, r.number",
        a=looked.authority_code,
        since=looked.since,
    ):
        duty = duties.get(duty_key)
        if duty is None:
            words = "The duty that it is claimed from is not one of the law's."
            yield looked.hit("exception_of_unknown_duty", case_ref, words, "exception", str(number))
            continue
        of = f"Claim {number}, from the duty: {duty.title[0].lower()}{duty.title[1:]}."
        rule = looked.register.exceptions.get(code)
        if rule is None or not any(limit.allows(code) for limit in duty.limits):
            what = "Its code is not an exception that the law allows there." if code else "It has no code."
            yield looked.hit("exception_not_allowed", case_ref, f"{of} {what}", "exception", str(number))
            continue
        missing = [words for words, said in zip(_EVIDENCE.values(), (facts, reason), strict=True) if not said]
        missing += [] if approver else [_APPROVER]
        if missing:
            words = f"{of} Not said: {', '.join(missing)}."
            yield looked.hit("exception_without_evidence", case_ref, words, "exception", str(number))
        # A closure is known by the setting's own dates.
        undated = [] if claimed else ["when it was claimed"]
        undated += [] if begun or rule.test == "closure" else ["from when it applied"]
        undated += [] if in_order else ["an end after its beginning"]
        if undated:
            words = f"{of} Not said: {', '.join(undated)}."
            yield looked.hit("exception_undated", case_ref, words, "exception", str(number))
