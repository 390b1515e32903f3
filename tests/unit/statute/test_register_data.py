"""The house style of the law as data, as a test; and nothing of the law forgotten or dropped unseen.

`duties.txt` is every duty with its limits, reviewed by a person. After a change that is meant, write it again with
`python -m tests.unit.statute.test_register_data` and read its difference before committing it.
"""

import re
from datetime import date
from pathlib import Path

from models.statute import schema
from models.statute.register import Duty, Limit, Register, load_register

REGISTER = load_register()
REVIEWED = Path(__file__).parent / "duties.txt"

VERBS = frozenset(
    (
        *("allow", "amend", "appeal", "arrange", "ask", "cease", "circulate", "comply", "contact", "decide", "give"),
        *("issue", "maintain", "name", "notify", "reconsider", "reply", "respond", "review", "send", "serve", "tell"),
        "transfer",
    )
)
THE_LAW_BEGAN = date(2014, 9, 1)


def every_limit() -> list[tuple[Duty, Limit]]:
    return [(duty, limit) for duty in REGISTER.duties for limit in duty.limits]


def described(register: Register) -> str:
    """Every duty and its limits, a line each, to be read by a person."""
    lines: list[str] = []
    for duty in sorted(register.duties, key=lambda d: (schema.RECORDS.index(d.record), d.key)):
        lines.append(f"{duty.record}  {duty.key}  [{duty.standing}, {duty.stage}, {duty.owner}]")
        lines += [f"    only where {column} is {' or '.join(map(repr, v))}" for column, v in duty.where.items()]
        lines.append(f"    from {' or else '.join(duty.origin)}" + (", no clock before" if duty.starts_later else ""))
        lines.append(f"    done {' or else '.join(duty.done)}")
        lines += [f"    stopped by {', '.join(duty.stops)}"] if duty.stops else []
        lines += [f"    superseded by {', '.join(duty.superseded_by)}"] if duty.superseded_by else []
        for limit in duty.limits:
            period = limit.period
            lines.append(f"    {limit.begins} to {limit.ends or 'now'}: {period.in_words}, {period.counting}")
            lines += [f"        where {column} is {' or '.join(map(repr, v))}" for column, v in limit.where.items()]
            lines += [f"        or {p.in_words}, {p.counting}, from {o}, if later" for o, p in limit.later_of]
            lines += ["        rolls to a working day"] if period.rolls else []
            lines += (
                [f"        passing over {', '.join(' to '.join(s) for s in period.passing_over)}"]
                if period.passing_over
                else []
            )
            lines += (
                [f"        leaving out {', '.join(' to '.join(s) for s in period.leaving_out)}"]
                if period.leaving_out
                else []
            )
            lines += [f"        unless {limit.agreed}"] if limit.agreed else []
            lines.append(f"        {limit.source.cite} ({limit.source.verified})")
            lines += (
                [f"        except {', '.join(allowed.code for allowed in limit.exceptions)}"]
                if limit.exceptions
                else []
            )
        lines.append("")
    return "\n".join(lines)


def test_the_duties_are_those_that_were_reviewed() -> None:
    assert described(REGISTER) == REVIEWED.read_text(encoding="utf-8"), (
        "The law as data has changed. If it was meant, run `python -m tests.unit.statute.test_register_data` "
        "and read the difference in tests/unit/statute/duties.txt."
    )


# ------------------------------------------------------------------------------------------------ house style


def test_every_statement_of_law_is_cited_linked_and_says_how_far_it_was_checked() -> None:
    sources = [(duty.key, limit.source) for duty, limit in every_limit()]
    sources += [(f"{duty.key} {a.code}", a.source) for duty, limit in every_limit() for a in limit.exceptions]
    sources += [(code, rule.source) for code, rule in REGISTER.exceptions.items()]
    offenders = [
        f"{key}: {source.cite} {source.href} {source.verified}"
        for key, source in sources
        if not re.search(r"\d", source.cite)
        or " " in source.href
        or source.verified not in schema.VERIFIED
        or source.cite != source.cite.strip()
        or source.cite.endswith(".")
    ]
    assert not offenders, "\n".join(offenders)


def test_every_regulation_is_cited_in_the_same_manner() -> None:
    """ "SEND Regs 2014, reg 5(1)": one way to write it, so that a search finds it."""
    cites = [limit.source.cite for _, limit in every_limit()]
    cites += [a.source.cite for _, limit in every_limit() for a in limit.exceptions]
    offenders = [
        c
        for c in cites
        if re.search(r"\bregs?\b|[Rr]egulation", c) and not c.startswith(("SEND Regs 2014", "CFA 2014"))
    ]
    offenders += [c for c in cites if "Children and Families" in c or "regulation " in c]
    offenders += [c for c in cites if "SEND Regs 2014" in c and not re.search(r"\bregs? \d+", c)]
    assert not offenders, "\n".join(offenders)


def test_what_was_not_read_says_so_in_its_note() -> None:
    offenders = [d.key for d, limit in every_limit() if limit.source.verified == "unverified" and not limit.note]
    assert not offenders, offenders


def test_a_key_is_english_verb_first_and_no_citation() -> None:
    offenders = [d.key for d in REGISTER.duties if d.key.split("_")[0] not in VERBS or "reg_" in d.key]
    assert not offenders, offenders


def test_titles_read_as_an_order_and_notes_as_sentences() -> None:
    offenders = [d.key for d in REGISTER.duties if not d.title[0].isupper() or d.title.endswith(".")]
    offenders += [f"{d.key}: {limit.note}" for d, limit in every_limit() if limit.note and not limit.note.endswith(".")]
    assert not offenders, "\n".join(offenders)


def test_milestones_are_named_as_dates() -> None:
    names = {n for d in REGISTER.duties for n in (*d.origin, *d.done, *d.stops, *d.superseded_by)}
    names |= {origin for _, limit in every_limit() for origin, _ in limit.later_of}
    names |= {limit.agreed for _, limit in every_limit() if limit.agreed}
    offenders = sorted(name for name in names if not name.endswith("_on"))
    assert not offenders, offenders


def test_every_duty_can_be_done() -> None:
    assert not [d.key for d in REGISTER.duties if not d.done]


def test_no_limit_is_older_than_the_law_and_one_is_in_force_today() -> None:
    assert min(limit.begins for _, limit in every_limit()) == THE_LAW_BEGAN
    assert not [d.key for d in REGISTER.duties if all(limit.ends is not None for limit in d.limits)]


def test_only_the_tribunals_clocks_roll_or_leave_days_out() -> None:
    rolling = {d.key for d, limit in every_limit() if limit.period.rolls or limit.period.leaving_out}
    assert rolling == {"appeal_to_tribunal", "respond_to_appeal"}


def test_a_duty_looks_ahead_with_all_its_limits_or_with_none() -> None:
    ahead = {"before_date", "ahead_of"}
    mixed = [d.key for d in REGISTER.duties if len({limit.period.counting in ahead for limit in d.limits}) > 1]
    assert not mixed, "the engine asks the first limit only: " + ", ".join(mixed)


def test_every_exception_is_allowed_somewhere_and_has_the_days_its_test_needs() -> None:
    allowed = {a.code for _, limit in every_limit() for a in limit.exceptions}
    assert allowed == set(REGISTER.exceptions)
    for code, rule in REGISTER.exceptions.items():
        assert (rule.days > 0) == (rule.test in ("absence", "closure")), code
        assert (rule.window_days > 0) == (rule.test == "closure"), code
        # The engine applies a span of validity only where both ends are given.
        assert (rule.begins is None) == (rule.ends is None), code


# ------------------------------------------------------------------------------------------- nothing forgotten

WATCHED = {
    "case": [
        "decide_whether_to_assess",
        "decide_whether_to_issue",
        "serve_draft",
        "send_final_plan",
        "reply_to_consultation",
    ],
    "advice": ["give_advice"],
    "order": [
        "notify_assessment_after_order",
        "notify_no_plan_after_order",
        "send_final_plan_after_order",
        "serve_draft_after_order",
        "send_final_plan_after_make_order",
        "amend_plan_after_order",
        "name_setting_after_order",
        "reconsider_after_order",
    ],
}
"""Other programs compare these row by row, so no other may be watched for these records."""


def test_cases_advice_and_orders_are_watched_for_these_duties_and_no_others() -> None:
    for record, keys in WATCHED.items():
        assert [duty.key for duty in REGISTER.of_record(record)] == keys


AS_READ: dict[str, list[tuple[str, int | str, str]]] = {
    # what was read in the law, by a name of its own -> the duties, number (or fixed date) and unit that it gives
    "request_no_provision_6w": [("notify_no_provision_needed", 6, "weeks")],
    "decide_to_assess_6w": [("decide_whether_to_assess", 6, "weeks")],
    "advice_6w": [("give_advice", 6, "weeks"), ("give_advice_counted_from_request", 6, "weeks")],
    "no_plan_decision_16w": [("decide_whether_to_issue", 16, "weeks")],
    "draft_plan_target": [("serve_draft", 16, "weeks"), ("serve_draft_by_week_14", 14, "weeks")],
    "draft_representations_15d": [("allow_representations", 15, "days")],
    "school_consult_15d": [("reply_to_consultation", 15, "days")],
    "final_plan_20w": [("send_final_plan", 20, "weeks")],
    "reassess_decision_15d": [("notify_reassessment_decision", 15, "days")],
    "reassess_advice_6w": [("give_reassessment_advice", 6, "weeks")],
    "reassess_final_14w": [("send_final_plan_after_reassessment", 14, "weeks")],
    "annual_review_12m": [("review_plan", 12, "months")],
    "under5_review": [("review_plan_of_under_five", 6, "months")],
    "review_notice_2w": [("give_notice_of_review_meeting", 2, "weeks")],
    "review_papers_2w": [("circulate_review_papers", 2, "weeks")],
    "review_report_2w": [("send_review_report", 2, "weeks")],
    "review_decision_4w": [("decide_after_review", 4, "weeks")],
    "amendment_notice_4w": [("send_amendment_notice", 4, "weeks")],
    "amend_representations_15d": [("allow_representations_on_amendments", 15, "days")],
    "amended_final_8w": [("send_amended_plan", 8, "weeks")],
    "not_amend_8w": [("notify_no_amendment", 8, "weeks")],
    "amended_final_12w_cap": [("send_amended_plan_after_review", 12, "weeks")],
    "phase_transfer_15feb": [("amend_plan_before_phase_transfer", "before 15 February", "")],
    "phase_transfer_31mar": [("amend_plan_before_phase_transfer", "before 31 March", "")],
    "post16_to_post16_5m": [("amend_plan_before_post16_transfer", 5, "months")],
    "move_transfer_plan": [("transfer_plan", 15, "working_days")],
    "move_inform_6w": [("tell_family_of_transfer", 6, "weeks")],
    "move_first_review": [("review_transferred_plan", 3, "months"), ("review_transferred_plan", 12, "months")],
    "icb_change_15wd": [
        ("notify_new_commissioner_of_move", 15, "working_days"),
        ("notify_new_commissioner_of_change", 15, "working_days"),
        ("ask_authority_to_reassess_or_review", 15, "working_days"),
    ],
    "contact_mediation_2m": [("contact_mediation_adviser", 2, "months")],
    "cert_no_mediation_3wd": [("issue_certificate_without_mediation", 3, "working_days")],
    "health_issue_notify_3wd": [("notify_commissioner_of_health_issues", 3, "working_days")],
    "arrange_mediation_30d": [("arrange_mediation", 30, "days")],
    "deemed_cert_3wd": [("issue_certificate_when_not_arranged", 3, "working_days")],
    "cert_after_mediation_3wd": [("issue_certificate_after_mediation", 3, "working_days")],
    "mediation_date_notice_5wd": [("give_notice_of_mediation", 5, "working_days")],
    "mediation_appealable": [("send_final_plan_after_order", 14, "weeks")],
    "mediation_other_2w": [("comply_with_mediation_agreement", 2, "weeks")],
    "mediation_tell_LA_1w": [("tell_authority_of_health_agreement", 1, "weeks")],
    "appeal_window": [("appeal_to_tribunal", 2, "months"), ("appeal_to_tribunal", 1, "months")],
    "la_appeal_response_30wd": [("respond_to_appeal", 30, "working_days")],
    "ord_assess_notify_2w": [("notify_assessment_after_order", 2, "weeks")],
    "ord_assess_no_plan_10w": [("notify_no_plan_after_order", 10, "weeks")],
    "ord_assess_final_14w": [("send_final_plan_after_order", 14, "weeks")],
    "ord_make_draft_5w": [("serve_draft_after_order", 5, "weeks")],
    "ord_make_final_11w": [("send_final_plan_after_make_order", 11, "weeks")],
    "ord_reconsider_2w": [("reconsider_after_order", 2, "weeks")],
    "ord_amend_5w": [("amend_plan_after_order", 5, "weeks")],
    "ord_school_2w": [("name_setting_after_order", 2, "weeks")],
    "ord_cease_dismissed": [("cease_plan_after_dismissal", 1, "days")],
    "ord_continue_amend_5w": [
        ("maintain_plan_after_order", 1, "days"),
        ("amend_maintained_plan_after_order", 5, "weeks"),
    ],
    # No limit of its own: the original twenty weeks run on, and the Ombudsman's count stands beside them.
    "concession_without_order": [
        ("send_final_plan", 20, "weeks"),
        ("notify_no_plan_after_agreement", 10, "weeks"),
        ("send_final_plan_after_agreement", 14, "weeks"),
    ],
}

L_NUMBERS = {
    "L01": "notify_no_provision_needed",
    "L02": "decide_whether_to_assess",
    "L03": "give_advice",
    "L04": "decide_whether_to_issue",
    "L05": "serve_draft",
    "L06": "allow_representations",
    "L07": "reply_to_consultation",
    "L08": "send_final_plan",
    "L09": "notify_reassessment_decision",
    "L10": "give_reassessment_advice",
    "L11": "send_final_plan_after_reassessment",
    "L12": "review_plan",
    "L13": "review_plan_of_under_five",
    "L14": "give_notice_of_review_meeting",
    "L15": "circulate_review_papers",
    "L16": "send_review_report",
    "L17": "decide_after_review",
    "L18": "send_amendment_notice",
    "L19": "allow_representations_on_amendments",
    "L20": "send_amended_plan",
    "L21": "notify_no_amendment",
    "L22": "send_amended_plan_after_review",
    "L23": "amend_plan_before_phase_transfer",
    "L24": "amend_plan_before_post16_transfer",
    "L25": "send_amended_plan",
    "L26": "transfer_plan",
    "L27": "tell_family_of_transfer",
    "L28": "review_transferred_plan",
    "L29": "notify_new_commissioner_of_move",
    "L30": "contact_mediation_adviser",
    "L31": "issue_certificate_without_mediation",
    "L32": "notify_commissioner_of_health_issues",
    "L33": "arrange_mediation",
    "L34": "issue_certificate_when_not_arranged",
    "L35": "issue_certificate_after_mediation",
    "L36": "give_notice_of_mediation",
    "L37": "comply_with_mediation_agreement",
    "L38": "appeal_to_tribunal",
    "L39": "respond_to_appeal",
    "L40": "send_final_plan_after_order",
    "L41": "send_final_plan_after_order",
}


def periods_of(duty: Duty) -> set[tuple[int | str, str]]:
    """The lengths of a duty's limits, of their alternatives too, as the note writes them."""
    periods = [limit.period for limit in duty.limits] + [p for limit in duty.limits for _, p in limit.later_of]
    return {(p.number, p.unit) if p.unit else (p.in_words, "") for p in periods}


def test_every_row_of_the_note_is_a_duty_with_its_number() -> None:
    for row, expected in AS_READ.items():
        for key, number, unit in expected:
            assert (number, unit) in periods_of(REGISTER.duty(key)), f"{row}: {key}"


def test_every_numbered_limit_of_the_note_is_a_duty() -> None:
    for key in L_NUMBERS.values():
        REGISTER.duty(key)


def test_every_duty_stands_for_something_in_the_note() -> None:
    known = {key for expected in AS_READ.values() for key, _, _ in expected} | set(L_NUMBERS.values())
    # In the note as prose: reg 13(1) applied by reg 27, and the Tribunal's recommendations.
    known |= {"allow_representations_on_reassessment", "respond_to_recommendation"}
    assert {duty.key for duty in REGISTER.duties} == known


def test_what_has_no_time_limit_in_law_has_none_here() -> None:
    """Sending the draft, deciding to issue, asking for advice, ceasing, a personal budget, telling of an exception."""
    statutory = {d.key for d in REGISTER.duties if d.is_statutory}
    assert "serve_draft" not in statutory
    invented = {
        key for key in statutory if re.search(r"budget|cease_plan$|ask_for_advice|decide_to_issue|exception", key)
    }
    assert not invented


if __name__ == "__main__":
    REVIEWED.write_text(described(REGISTER), encoding="utf-8")
