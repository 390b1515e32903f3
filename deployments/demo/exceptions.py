"""Claims of exceptions: lawful ones that hold, lawful codes that fail their test, and reasons the law does not know."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from .advice import Advice
from .children import EARLY_YEARS, NONE, POST_16, Children
from .days import NEVER, Calendar, Days, Flags
from .decisions import Decisions
from .draws import between, pick, stream
from .plans import Plans
from .profile import Profile
from .requests import Requests
from .settings import Settings

Texts = npt.NDArray[np.object_]

_WINDOW_DAYS = 7  # reg 10(4)(a): from a week before the closure to a week before it ends
_CIRCUMSTANCES_ENDED = 0.7  # share of exceptional circumstances that had an end; invented
_NO_PLACE_SAID = 0.7  # share of plans waiting for a place whose given reason is just that; invented
_LATE_DECISION_CLAIMED, _LATE_NO_PLAN_CLAIMED = 0.25, 0.15  # shares of late decisions with a claim; invented
_NO_APPROVER = 0.06  # share of claims nobody approved: a trap in the data; invented
_FAMILY_UNTOLD = 0.2  # share of which the family was not told (Code 9.43 says they should be); invented
_APPROVERS = ("Service manager", "Team leader North", "Team leader South", "Team leader Early years")

# The ways a claim on the 20 weeks fails, and the code each is made with: away for less than four weeks; after the limit
# had passed; the school asked in term; an excuse for the adviser only; no facts; nothing that made the limit
# impractical; no first day.
_TOO_SHORT, _AFTER_THE_LIMIT, _IN_TERM, _ADVISERS_OWN, _NO_FACTS, _NO_CONSEQUENCE, _NO_FIRST_DAY = range(7)
_FLAWED = (
    "absent_4w",
    "exceptional_personal",
    "school_closed_4w",
    "missed_appointment",
    "exceptional_personal",
    "absent_4w",
    "exceptional_personal",
)

_FACTS = {
    "school_closed_4w": "The advice was asked of the school around its summer closure.",
    "early_years_closed_4w": "The advice was asked of the nursery around its summer closure.",
    "exceptional_personal": "Serious illness in the family, confirmed by the setting.",
    "absent_4w": "The family was abroad; dates confirmed by the setting.",
    "missed_appointment": "The appointment offered was not kept; another was offered.",
    "ep_shortage": "No educational psychologist was free to take the case.",
    "annual_leave": "The officer was on annual leave and the case was not covered.",
    "no_placement": "No setting consulted had a place.",
}
_BECAUSE = {
    "school_closed_4w": "Nobody at the school could write the advice until term began.",
    "early_years_closed_4w": "Nobody at the nursery could write the advice until it reopened.",
    "exceptional_personal": "The child could not be seen during that time.",
    "absent_4w": "The child could not be seen while away.",
    "missed_appointment": "The advice depends on that examination.",
    "ep_shortage": "The plan cannot be drafted without psychological advice.",
    "annual_leave": "The draft was not finished before the leave began.",
    "no_placement": "No placement could be named in the plan.",
}


@dataclass(frozen=True)
class Claims:
    """One element per claim: case, duty, advice kind and code as text, days or NEVER, facts, reason and approver."""

    case: Days
    duty: Texts
    advice_kind: Texts
    code: Texts
    starts: Days
    ends: Days
    facts: Texts
    because: Texts
    claimed: Days
    family_told: Days
    approver: Texts


@dataclass(frozen=True)
class World:
    """What the claims are about: the steps made so far."""

    profile: Profile
    calendar: Calendar
    requests: Requests
    decisions: Decisions
    children: Children
    settings: Settings
    placed: Days
    advice: Advice
    plans: Plans


def make_claims(world: World, seed: int) -> tuple[Claims, Flags]:
    """Every claim, sorted by case and day claimed, and for each case whether a lawful claim on its plan was made."""
    lawful = _lawful(world, stream(seed, "lawful claims"))
    excepted = np.zeros(len(world.placed), dtype=np.bool_)
    excepted[lawful.case] = True
    parts = [
        lawful,
        _on_advice(world, stream(seed, "claims on advice")),
        _delay_reasons(world, stream(seed, "delay reasons"), excepted),
        _doubtful(world, stream(seed, "doubtful claims"), excepted),
    ]
    joined = [np.concatenate([getattr(part, name) for part in parts]) for name in Claims.__dataclass_fields__]
    order = np.lexsort((joined[8], joined[0]))
    return Claims(*(column[order] for column in joined)), excepted


def _words(values: Sequence[str], index: npt.NDArray[Any]) -> Texts:
    chosen: Texts = np.array(values, dtype=object)[index]
    return chosen


def _claims(
    world: World,
    rng: np.random.Generator,
    case: Days,
    code: Texts,
    starts: Days,
    ends: Days,
    claimed: Days,
    *,
    duty: str = "send_final_plan",
    advice_kind: Texts | None = None,
) -> Claims:
    size = len(case)
    claimed = world.calendar.on_or_before(claimed)
    told = world.calendar.on_or_after(claimed + between(rng, size, 0, 9))
    approver = _words(_APPROVERS, pick(rng, size, (4, 2, 2, 1)))
    approver[rng.random(size) < _NO_APPROVER] = ""
    return Claims(
        case=case,
        duty=np.full(size, duty, dtype=object),
        advice_kind=np.full(size, "", dtype=object) if advice_kind is None else advice_kind,
        code=code,
        starts=starts,
        ends=ends,
        facts=np.array([_FACTS[word] for word in code], dtype=object),
        because=np.array([_BECAUSE[word] for word in code], dtype=object),
        claimed=claimed,
        family_told=np.where(rng.random(size) < _FAMILY_UNTOLD, NEVER, told),
        approver=approver,
    )


def _asked_near_closure(world: World) -> tuple[Days, Days, Days]:
    """Cases whose setting was asked for advice in the window of its summer closure, with that closure's two days."""
    kinds = [body.kind for body in world.profile.bodies]
    asked = (world.advice.kind == kinds.index("education")) & (world.advice.requested < NEVER)
    case, day = world.advice.case[asked], world.advice.requested[asked]
    placed = world.placed[case]
    years = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    closed, reopens = world.settings.summer(np.maximum(placed, 0), years)
    near = (placed >= 0) & world.settings.closes_in_summer[placed]
    near &= (world.children.setting_type[case] != NONE) & (world.children.setting_type[case] <= POST_16)
    near &= (day >= closed - _WINDOW_DAYS) & (day <= reopens - _WINDOW_DAYS)
    return case[near], closed[near], reopens[near]


def _lawful(world: World, rng: np.random.Generator) -> Claims:
    """Claims on the 20 weeks that are written to hold; they are made while the case is open, late or not."""
    profile, received = world.profile, world.requests.received
    size = len(received)
    code = np.full(size, "", dtype=object)
    starts, ends = np.full(size, NEVER), np.full(size, NEVER)

    near, closed, reopens = _asked_near_closure(world)
    taken = rng.random(len(near)) < profile.closure_claimed
    near, closed, reopens = near[taken], closed[taken], reopens[taken]
    in_early_years = world.children.setting_type[near] == EARLY_YEARS
    code[near] = _words(("school_closed_4w", "early_years_closed_4w"), in_early_years.astype(np.int64))
    starts[near], ends[near] = closed, reopens - 1

    free = (code == "") & (world.plans.final < NEVER)
    drawn = rng.random(size)
    personal = free & (drawn < profile.personal_claimed)
    absent = free & ~personal & (drawn < profile.personal_claimed + profile.absence_claimed)
    begins = received + between(rng, size, 20, 95)
    lasts = between(rng, size, 28, 60)
    code[personal], code[absent] = "exceptional_personal", "absent_4w"
    starts = np.where(personal | absent, begins, starts)
    over = personal & (rng.random(size) < _CIRCUMSTANCES_ENDED)
    ends = np.where(absent | over, begins + lasts, ends)

    case = np.flatnonzero((code != "") & (world.plans.final < NEVER))
    early = received[case] + between(rng, len(case), 100, profile.plan_limit_days)
    claimed = np.minimum(np.maximum(early, starts[case] + 3), world.plans.final[case] - 1)
    return _claims(world, rng, case, code[case], starts[case], ends[case], claimed)


def _on_advice(world: World, rng: np.random.Generator) -> Claims:
    """Claims by bodies on their own limit: a missed appointment, an absence, exceptional circumstances."""
    profile, advice = world.profile, world.advice
    kinds = [body.kind for body in profile.bodies]
    limit = profile.advice_limit_days
    clock = np.where(advice.received < NEVER, advice.received, advice.requested)
    late = (advice.replied > clock + limit) & (advice.requested < NEVER)
    late &= np.isin(advice.kind, [kinds.index("health"), kinds.index("psychology")])
    row = np.flatnonzero(late & (rng.random(len(late)) < profile.advice_claim))
    row = row[np.unique(advice.case[row], return_index=True)[1]]
    which = pick(rng, len(row), (6, 2, 2))
    code = _words(("missed_appointment", "exceptional_personal", "absent_4w"), which)
    starts = clock[row] + between(rng, len(row), 3, 25)
    ends = starts + np.where(which == 0, 0, between(rng, len(row), 28, 45))
    claimed = clock[row] + between(rng, len(row), 30, limit + 10)
    return _claims(
        world,
        rng,
        advice.case[row],
        code,
        starts,
        ends,
        claimed,
        duty="give_advice",
        advice_kind=_words(kinds, advice.kind[row]),
    )


def _delay_reasons(world: World, rng: np.random.Generator, excepted: Flags) -> Claims:
    """Reasons given for late plans that are no exceptions in law: they stay as reasons and excuse nothing."""
    profile, received = world.profile, world.requests.received
    overdue = received + profile.plan_limit_days
    late = (world.plans.final > overdue) & (world.plans.final < NEVER) & ~excepted
    case = np.flatnonzero(late & (rng.random(len(late)) < profile.delay_reason))
    which = pick(rng, len(case), (6, 1.2, 1.5))
    which[world.plans.waiting[case] & (rng.random(len(case)) < _NO_PLACE_SAID)] = 2
    code = _words(("ep_shortage", "annual_leave", "no_placement"), which)
    starts = np.where(which == 0, received[case] + 40, overdue[case] - between(rng, len(case), 5, 25))
    ends = np.where(which == 1, starts + 14, NEVER)
    claimed = np.minimum(overdue[case] + between(rng, len(case), -20, 20), world.plans.final[case] - 1)
    return _claims(world, rng, case, code, starts, ends, claimed)


def _doubtful(world: World, rng: np.random.Generator, excepted: Flags) -> Claims:
    """Claims with a lawful code that fail: too short, outside the time, wrong duty, or without the facts.

    Also the few on the six-week decision and on a late decision to make no plan, which may hold.
    """
    profile, received, plans = world.profile, world.requests.received, world.plans
    over = plans.final > received + profile.plan_limit_days
    case = np.flatnonzero(over & (plans.final < NEVER) & ~excepted & (rng.random(len(over)) < profile.doubtful_claim))
    size = len(case)
    flaw = np.arange(size) % len(_FLAWED)  # each flaw in turn, so that even a small council has them all
    code = _words(_FLAWED, flaw)
    due = received[case] + profile.plan_limit_days
    begins = received[case] + between(rng, size, 30, 80)
    starts = np.select(
        [flaw == _AFTER_THE_LIMIT, flaw == _NO_FIRST_DAY], [due + between(rng, size, 5, 20), NEVER], begins
    )
    ends = np.select(
        [flaw == _TOO_SHORT, flaw == _NO_FIRST_DAY], [begins + between(rng, size, 9, 20), NEVER], starts + 35
    )
    claimed = np.minimum(due + between(rng, size, -10, 30), plans.final[case] - 1)
    on_plan = _claims(
        world, rng, case, code, starts, np.where(flaw == _ADVISERS_OWN, starts, ends), np.maximum(claimed, begins)
    )
    on_plan.facts[flaw == _NO_FACTS] = ""
    on_plan.because[flaw == _NO_CONSEQUENCE] = ""

    decided = world.decisions.decided
    late = (decided > received + profile.decision_limit_days) & (decided < NEVER)
    slow = np.flatnonzero(late & (rng.random(len(late)) < _LATE_DECISION_CLAIMED))
    begins = received[slow] + between(rng, len(slow), 5, 25)
    code = _words(("exceptional_personal", "school_closed_4w"), pick(rng, len(slow), (2, 1)))
    on_decision = _claims(
        world, rng, slow, code, begins, begins + 28, received[slow] + 40, duty="decide_whether_to_assess"
    )
    none_made = (plans.no_plan > received + profile.no_plan_limit_days) & (plans.no_plan < NEVER)
    slow = np.flatnonzero(none_made & (rng.random(len(none_made)) < _LATE_NO_PLAN_CLAIMED))
    begins = received[slow] + between(rng, len(slow), 50, 90)
    code = np.full(len(slow), "exceptional_personal", dtype=object)
    on_no_plan = _claims(
        world, rng, slow, code, begins, begins + 20, received[slow] + 108, duty="decide_whether_to_issue"
    )
    parts = (on_plan, on_decision, on_no_plan)
    return Claims(*(np.concatenate([getattr(part, name) for part in parts]) for name in Claims.__dataclass_fields__))
