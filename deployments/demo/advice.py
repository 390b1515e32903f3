"""Who is asked for advice, when it comes, and when the last of it is in."""

from dataclasses import dataclass

import numpy as np

from .days import NEVER, Calendar, Days, Flags
from .draws import Numbers, around, between, chosen, pick, stream
from .profile import Body, Profile

NO_REPLY, ADVICE, NOT_KNOWN, DECLINED = range(4)
REPLIES = ("", "advice", "not_known", "declined")
_ADULTHOOD_YEAR = 9  # reg 6(1)(g): in or beyond year 9
_ASKED_LATE = 0.015  # requests sent weeks after the decision (week 19 in one Ombudsman case, users.md 3.4); invented
_RECEIPT_KNOWN = 0.8  # share whose arrival at the body was recorded; invented
_UNSIGNED = 0.03  # share of other replies recorded without a name; invented
_REWORKED = 0.04  # share of advice sent back once; invented
_BEFORE_HOLIDAY = 0.75  # share of those who can that answer before a holiday and not after; invented
_ACCEPTED = 0.85  # share whose acceptance was recorded; invented


@dataclass(frozen=True)
class Advice:
    """One element per request for advice, sorted by case.

    case and kind are indices, body and replier indices into the profile's names (replier -1: no name), reply an index
    into REPLIES; the rest are days or NEVER.
    """

    case: Days
    kind: Days
    body: Days
    requested: Days
    received: Days
    replied: Days
    reply: Days
    replier: Days
    returned: Days
    accepted: Days

    def rows(self, wanted: Flags) -> "Advice":
        """The same with the wanted rows only."""
        return Advice(*(getattr(self, name)[wanted] for name in self.__dataclass_fields__))


@dataclass(frozen=True)
class Assessments:
    """What the advice step needs, one element per case.

    The day the assessment runs from (NEVER if it does not), the last day by which everybody answers (NEVER: no such
    haste), the council's pace, and the school year.
    """

    runs_from: Days
    answer_by: Days
    pace: Numbers
    school_year: Days


def make_advice(profile: Profile, calendar: Calendar, seed: int, assessments: Assessments) -> tuple[Advice, Days]:
    """Every request for advice of every assessment, and per case the day the last advice was in (NEVER if none)."""
    running = assessments.runs_from < NEVER
    parts = []
    for kind, body in enumerate(profile.bodies):
        eligible = running & (assessments.school_year >= _ADULTHOOD_YEAR) if "adulthood" in body.kind else running
        for name in ("first", "second") if body.second else ("first",):
            rng = stream(seed, f"advice {body.kind} {name}")
            share = body.asked if name == "first" else body.second
            cases = np.flatnonzero(eligible & (rng.random(len(eligible)) < share))
            parts.append(_ask(body, kind, name, calendar, rng, cases, assessments, profile))
    ready = np.full(len(running), -1, dtype=np.int64)
    for part in parts:  # a case occurs once at most in each part, so plain indexing serves
        counts = part.accepted < NEVER
        ready[part.case[counts]] = np.maximum(ready[part.case[counts]], part.accepted[counts])
    order = np.argsort(np.concatenate([part.case for part in parts]), kind="stable")
    advice = Advice(
        *(np.concatenate([getattr(part, name) for part in parts])[order] for name in Advice.__dataclass_fields__)
    )
    return advice, np.where(ready < 0, NEVER, ready)


def _ask(
    body: Body,
    kind: int,
    order: str,
    calendar: Calendar,
    rng: np.random.Generator,
    cases: Days,
    assessments: Assessments,
    profile: Profile,
) -> Advice:
    size = len(cases)
    limit = profile.advice_limit_days
    pace = assessments.pace[cases] if body.feels_pace else np.ones(size)

    wait = np.array([0, 0, 0, 0, 0, 1, 1, 1, 2, 4])[between(rng, size, 0, 9)]
    requested = calendar.plus_working(assessments.runs_from[cases], wait)
    late_asked = rng.random(size) < _ASKED_LATE
    requested = np.where(late_asked, calendar.on_or_after(requested + between(rng, size, 14, 85)), requested)
    arrival = calendar.plus_working(requested, np.array([0, 0, 0, 1, 1, 3])[between(rng, size, 0, 5)])
    recorded = rng.random(size) < _RECEIPT_KNOWN
    clock = np.where(recorded, arrival, requested)

    # Replies that never count (declined, "not known" without a name) come out of the same total as the late ones.
    valid = 1 - body.not_known * body.nameless - body.declined
    on_time = chosen(rng, np.clip(body.on_time / valid / pace, 0.03, 0.97))
    # Within the limit most answers come near its end; afterwards lateness has a long tail.
    prompt = calendar.on_or_before(clock + np.floor(limit * rng.beta(4.0, 1.5, size)).astype(np.int64))
    lateness = around(rng, size, body.late_days * pace, 0.85, floor=1, ceiling=420)
    late = calendar.soon_after(clock + limit + lateness, rng)
    replied = np.where(on_time, np.maximum(prompt, clock), late)
    if body.term_time:
        # Asked well before a holiday, most answer before it; else after it, when the first days are full.
        before, back = calendar.on_or_before(replied, "term"), calendar.on_or_after(replied, "term")
        hastened = (before >= clock + 6) & (rng.random(size) < _BEFORE_HOLIDAY)
        after = calendar.plus_working(back, between(rng, size, 1, 7))
        replied = np.where(back <= replied + 3, replied, np.where(hastened, before, after))
    hurried = np.maximum(assessments.answer_by[cases] - between(rng, size, 0, 9), clock + 5)
    replied = np.where(replied > hurried, calendar.on_or_before(hurried), replied)

    what = rng.random(size)
    reply = np.full(size, ADVICE)
    reply[what < body.not_known] = NOT_KNOWN
    reply[what > 1 - body.declined] = DECLINED
    nobody = ~on_time & (rng.random(size) < body.unanswered)
    unsent = rng.random(size) < body.never_sent
    silent = nobody | unsent
    reply[silent] = NO_REPLY
    replied = np.where(silent, NEVER, replied)

    replier = pick(rng, size, [1 / (place + 1) for place in range(len(body.repliers))])
    nameless = np.where(reply == NOT_KNOWN, rng.random(size) < body.nameless, rng.random(size) < _UNSIGNED)
    replier[nameless | silent] = -1
    returned = (reply == ADVICE) & (rng.random(size) < _REWORKED)
    returned_on = np.where(returned, calendar.on_or_after(replied + between(rng, size, 2, 10)), NEVER)
    checked = calendar.plus_working(replied, between(rng, size, 0, 4))
    checked = np.where(returned, calendar.on_or_after(returned_on + between(rng, size, 6, 24)), checked)
    accepted = np.where((reply == ADVICE) | ((reply == NOT_KNOWN) & (replier >= 0)), checked, NEVER)
    others = len(body.names) - 1
    which = pick(rng, size, [1.0] * others) + 1 if order == "second" else np.zeros(size, dtype=np.int64)
    return Advice(
        case=cases,
        kind=np.full(size, kind),
        body=which,
        requested=np.where(unsent, NEVER, requested),
        received=np.where(recorded & ~unsent, arrival, NEVER),
        replied=replied,
        reply=reply,
        replier=replier,
        returned=returned_on,
        accepted=accepted,
    )


def recorded_acceptances(rng: np.random.Generator, accepted: Days) -> Days:
    """The acceptance days as the council wrote them down: some were not."""
    return np.where(rng.random(len(accepted)) < _ACCEPTED, accepted, NEVER)
