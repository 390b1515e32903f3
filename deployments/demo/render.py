"""The simulated council cut at `as_of`, with its few faults of recording, and written out as the canonical sheets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .advice import REPLIES
from .children import NONE, SETTING_TYPES
from .days import NEVER, Days, Flags, number
from .decisions import CHANGE_OF_MIND
from .draws import stream
from .orders import KINDS, REQUIRES
from .reviews import DECISIONS, TRANSFER_KINDS, make_reviews, make_transfers
from .settings import FIRST_URN, make_closures
from .sheets import Dates, Texts, frame, numbered, words
from .staff import TEAMS, assign, handover, make_staff

if TYPE_CHECKING:
    from .council import Council

_SETTING = "Setting "
_PANEL = "SAM"
_CLOSURES_BEFORE = timedelta(days=5 * 365)  # as long as any case in the sheets may have been open
_PANELS_BEFORE = timedelta(days=5 * 365)
_PANELS_AHEAD = timedelta(weeks=13)  # three months of the panel calendar are fixed in advance
_BROUGHT_TO_ATTENTION = 0.012  # share of children known to the authority some weeks before the request; invented
_HALF = 0.5  # of the lost request dates have the day of attention; of the mistyped years are in the final date
_MISTYPED_DAYS = 365  # the same day of the wrong year
_SCHOOL_YEARS = ("N1", "N2", "R", *(str(year) for year in range(1, 15)))


@dataclass(frozen=True)
class _Cases:
    """What every sheet needs of the cases: the texts of authority and reference, and which cases are kept."""

    code: Texts
    ref: Texts
    keep: Flags


def sheets(council: Council, *, keep: Flags) -> dict[str, pd.DataFrame]:
    """The nine canonical sheets of the kept cases, as known on the council's day."""
    dates = Dates(council.as_of, council.calendar.last)
    keep = keep & (council.requests.received <= dates.as_of)
    cases = _Cases(words(council.codes, council.authority), _references(council), keep)
    texts = {
        "cases": _cases(council, cases, dates),
        "advice": _advice(council, cases, dates),
        "exceptions": _exceptions(council, cases, dates),
        "orders": _orders(council, cases, dates),
        "closures": _closures(council, dates),
        "panels": _panels(council, dates),
        "people": _people(council, dates),
        "reviews": _reviews(council, cases, dates),
        "transfers": _transfers(council, cases, dates),
    }
    return {sheet: frame(sheet, columns, council.as_of) for sheet, columns in texts.items()}


def _references(council: Council) -> Texts:
    """C-2025-00123: the year of receipt and a number in order of receipt within the authority and year."""
    received = council.requests.received
    years = received.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    group = council.authority * 10_000 + years
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], group[order], side="left")
    place = np.empty(len(received), dtype=np.int64)
    place[order] = np.arange(len(received)) - starts + 1
    pairs = zip(years.tolist(), place.tolist(), strict=True)
    return np.array([f"C-{year}-{number:05d}" for year, number in pairs], dtype=object)


def _cases(council: Council, cases: _Cases, dates: Dates) -> dict[str, Texts]:
    keep, decisions, plans, children = cases.keep, council.decisions, council.plans, council.children
    rng = stream(council.seed, "faults of recording")
    size = len(keep)
    today = dates.as_of
    received, decided, final = council.requests.received, decisions.decided, plans.final

    withdrawn_early = decisions.withdrawn <= today
    decision = np.select([withdrawn_early, decided > today, decisions.refused], [3, 2, 1], 0)
    started = decisions.assessed_from <= today
    withdrawn_late = started & (council.withdrawn <= today)
    planned = np.minimum(plans.draft, final) <= today
    plan = np.select([~started, withdrawn_late, planned, plans.no_plan <= today], [4, 3, 0, 1], 2)
    issued = final <= today
    week20 = np.select([issued & council.excepted, issued], [0, 1], 2)

    # Faults: a lost request date (half of those have the day of attention instead), a year mistyped.
    lost = rng.random(size) < council.profile.missing_request_date
    attention = rng.random(size)
    brought = np.where(attention < _BROUGHT_TO_ATTENTION, received - (rng.random(size) * 35).astype(np.int64), NEVER)
    brought = np.where(lost & (rng.random(size) < _HALF), received, brought)
    wrong = rng.random(size) < council.profile.contradictory
    wrong_final = wrong & issued & (rng.random(size) < _HALF)
    final = np.where(wrong_final, final - _MISTYPED_DAYS, final)
    decided = np.where(wrong & ~wrong_final & (decided <= today), decided - _MISTYPED_DAYS, decided)
    received = np.where(lost, NEVER, received)

    staff = make_staff(council.profile, council.requests_per_year)
    left = handover(council.as_of)
    team, officer = assign(
        staff, council.seed, children, council.placed, council.requests.received, council.closed, left
    )
    agreed = np.where(decisions.turn == CHANGE_OF_MIND, decisions.turned, NEVER)
    placed = np.where(children.setting_type == NONE, -1, council.placed)
    urn = numbered("", FIRST_URN + placed, 6)
    urn[placed < 0] = ""
    columns = {
        "authority_code": cases.code,
        "case_ref": cases.ref,
        "person_ref": numbered("P-", children.person, 6),
        "birth_date": dates.known(children.born),
        "ncy": words(_SCHOOL_YEARS, children.school_year + 2),
        "primary_need": words([code for code, _ in council.profile.needs], children.need),
        "in_care": words(("0", "1"), children.in_care.astype(np.int64)),
        "setting_type": words(SETTING_TYPES, children.setting_type),
        "setting_urn": urn,
        "request_source": words([code for code, _, _ in council.profile.sources], council.requests.source),
        "team": words(TEAMS, team),
        "officer": words([staff.officer_name(number) for number in range(staff.successor + 1)], officer),
        "request_received_on": dates.known(received),
        "brought_to_attention_on": dates.known(brought),
        "assess_decision": words(("Y", "N", "A", "W"), decision),
        "assess_decided_on": dates.known(decided),
        "assess_agreed_after_refusal_on": dates.known(agreed),
        "plan_decision": words(("Y", "N", "A", "W", ""), plan),
        "no_plan_notified_on": dates.known(plans.no_plan),
        "draft_served_on": dates.known(plans.draft),
        "consultation_sent_on": dates.known(plans.consulted),
        "consultation_replied_on": dates.known(plans.consultation_replied),
        "representations_received_on": dates.known(plans.representations),
        "final_plan_sent_on": dates.known(final),
        "withdrawn_on": dates.known(council.withdrawn),
        "week20_exception": words(("1", "0", ""), week20),
    }
    return {name: texts[keep] for name, texts in columns.items()}


def _advice(council: Council, cases: _Cases, dates: Dates) -> dict[str, Texts]:
    asked = (council.advice.requested <= dates.as_of) | (council.advice.requested == NEVER)
    started = council.decisions.assessed_from[council.advice.case] <= dates.as_of
    advice = council.advice.rows(asked & started & cases.keep[council.advice.case])
    bodies = council.profile.bodies
    most_names = max(len(body.names) for body in bodies)
    most_roles = max(len(body.repliers) for body in bodies) + 1
    names = [(*body.names, *[""] * (most_names - len(body.names))) for body in bodies]
    roles = [(*body.repliers, *[""] * (most_roles - len(body.repliers))) for body in bodies]  # -1 is the last: ""
    body = np.array(names, dtype=object)[advice.kind, advice.body]
    at_setting = (advice.kind == [body.kind for body in bodies].index("education")) & (council.placed[advice.case] >= 0)
    body[at_setting] = numbered(_SETTING, FIRST_URN + council.placed[advice.case[at_setting]], 6)
    replied = advice.replied <= dates.as_of
    return {
        "authority_code": cases.code[advice.case],
        "case_ref": cases.ref[advice.case],
        "kind": words([body.kind for body in bodies], advice.kind),
        "body": body,
        "requested_on": dates.known(advice.requested),
        "received_by_body_on": dates.known(advice.received),
        "reply_on": dates.known(advice.replied),
        "reply": words(REPLIES, np.where(replied, advice.reply, 0)),
        "replied_by": np.array(roles, dtype=object)[advice.kind, np.where(replied, advice.replier, -1)],
        "returned_for_rework_on": dates.known(advice.returned),
        "accepted_on": dates.known(advice.accepted),
    }


def _exceptions(council: Council, cases: _Cases, dates: Dates) -> dict[str, Texts]:
    claims = council.claims
    made = (claims.claimed <= dates.as_of) & cases.keep[claims.case]
    columns = {
        "authority_code": cases.code[claims.case],
        "case_ref": cases.ref[claims.case],
        "duty": claims.duty,
        "advice_kind": claims.advice_kind,
        "code": claims.code,
        "from_on": dates.known(claims.starts),
        "to_on": dates.known(claims.ends),
        "facts": claims.facts,
        "impractical_because": claims.because,
        "claimed_on": dates.known(claims.claimed),
        "family_told_on": dates.known(claims.family_told),
        "approved_by": claims.approver,
    }
    return {name: texts[made] for name, texts in columns.items()}


def _orders(council: Council, cases: _Cases, dates: Dates) -> dict[str, Texts]:
    orders = council.orders
    made = (orders.dated <= dates.as_of) & cases.keep[orders.case]
    columns = {
        "authority_code": cases.code[orders.case],
        "case_ref": cases.ref[orders.case],
        "kind": words(KINDS, orders.kind),
        "requires": words(REQUIRES, orders.requires),
        "dated_on": dates.known(orders.dated),
        "notified_on": dates.known(orders.notified),
        "no_plan_notified_on": dates.known(orders.no_plan),
        "draft_served_on": dates.known(orders.draft),
        "final_plan_sent_on": dates.known(orders.final),
    }
    return {name: texts[made] for name, texts in columns.items()}


def _closures(council: Council, dates: Dates) -> dict[str, Texts]:
    next_year = date(council.as_of.year + 1, 12, 31)  # term dates are published a year ahead and more
    closures = make_closures(council.settings, council.seed, first=council.as_of - _CLOSURES_BEFORE, last=next_year)
    setting = closures["setting"]
    return {
        "authority_code": words(council.codes, council.settings.authority[setting]),
        "setting_urn": numbered("", FIRST_URN + setting, 6),
        "closed_from": dates.planned(closures["closed"]),
        "reopens_on": dates.planned(closures["reopens"]),
    }


def _panels(council: Council, dates: Dates) -> dict[str, Texts]:
    panels = council.calendar.panels
    panels = panels[
        (panels >= number(council.as_of - _PANELS_BEFORE)) & (panels <= number(council.as_of + _PANELS_AHEAD))
    ]
    authority = np.repeat(np.arange(len(council.codes)), len(panels))
    days = np.tile(panels, len(council.codes))
    return {
        "authority_code": words(council.codes, authority),
        "panel": np.full(len(days), _PANEL, dtype=object),
        "held_on": dates.planned(days),
    }


def _people(council: Council, dates: Dates) -> dict[str, Texts]:
    rows = make_staff(council.profile, council.requests_per_year).rows
    authority = np.repeat(np.arange(len(council.codes)), len(rows))
    left = handover(council.as_of)

    def day(offset: int | None) -> Days:
        return np.array([NEVER if offset is None else left + offset], dtype=np.int64)

    lines = [(*row[:4], dates.known(day(row[4]))[0], dates.known(day(row[5]))[0]) for row in rows]
    table = np.array(lines, dtype=object)[np.tile(np.arange(len(rows)), len(council.codes))]
    names = ("team", "role", "name", "address", "from_on", "to_on")
    columns = {name: table[:, place] for place, name in enumerate(names)}
    contacts = _settings(council)
    columns = {"authority_code": words(council.codes, authority), **columns}
    return {name: np.concatenate([column, contacts[name]]) for name, column in columns.items()}


def _settings(council: Council) -> dict[str, Texts]:
    """A contact for each setting, under the name that the advice has."""
    of = council.settings.authority
    urns = FIRST_URN + np.arange(len(of))
    nothing = np.full(len(of), "", dtype=object)
    mailbox = np.array([f"setting.{urn}@schools.example" for urn in urns.tolist()], dtype=object)
    return {
        "authority_code": words(council.codes, of),
        "team": nothing,
        "role": np.full(len(of), "setting", dtype=object),
        "name": numbered(_SETTING, urns, 6),
        "address": mailbox,
        "from_on": nothing,
        "to_on": nothing,
    }


def _reviews(council: Council, cases: _Cases, dates: Dates) -> dict[str, Texts]:
    every = make_reviews(
        council.profile,
        council.calendar,
        council.seed,
        council.plans,
        council.children,
        council.requests.received,
    )
    keep = cases.keep[every.case] & (every.concluded_before <= dates.as_of)
    columns = {
        "authority_code": cases.code[every.case],
        "case_ref": cases.ref[every.case],
        "review_number": numbered("", every.number, 1),
        "meeting_on": dates.known(every.meeting),
        "notice_given_on": dates.known(every.notice),
        "papers_circulated_on": dates.known(every.papers),
        "report_sent_on": dates.known(every.report),
        "decision": words(DECISIONS, np.where(every.decided <= dates.as_of, every.decision, -1)),
        "decision_notified_on": dates.known(every.decided),
        "amendment_notice_sent_on": dates.known(every.amendment),
        "final_plan_sent_on": dates.known(every.final),
        "not_amend_notified_on": dates.known(every.not_amended),
        "last_review_concluded_on": dates.known(every.concluded_before),
        "phase_transfer_on": dates.planned(every.transfer),
        "phase_transfer_kind": words(TRANSFER_KINDS, every.transfer_kind),
    }
    return {name: texts[keep] for name, texts in columns.items()}


def _transfers(council: Council, cases: _Cases, dates: Dates) -> dict[str, Texts]:
    moves = make_transfers(council.calendar, council.seed, council.plans)
    case = moves["case"]
    made = (np.minimum(moves["moved"], moves["aware"]) <= dates.as_of) & cases.keep[case]
    columns = {
        "authority_code": cases.code[case],
        "case_ref": cases.ref[case],
        "transfer_number": numbered("", np.ones_like(case), 1),
        "moved_on": dates.known(moves["moved"]),
        "aware_on": dates.known(moves["aware"]),
        "transferred_on": dates.known(moves["transferred"]),
        "informed_on": dates.known(moves["informed"]),
        "reviewed_on": dates.known(moves["reviewed"]),
    }
    return {name: texts[made] for name, texts in columns.items()}
