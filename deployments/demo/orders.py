"""Tribunal orders, concessions notified to the tribunal, and written mediation agreements."""

from dataclasses import dataclass

import numpy as np

from .days import NEVER, Calendar, Days
from .decisions import CHANGE_OF_MIND, Decisions
from .draws import around, between, pick, stream
from .plans import Plans
from .profile import Profile

KINDS = ("mediation_agreement", "reg45_notice", "tribunal_order")  # in the order of decisions.MEDIATION to ORDER
ASSESS, MAKE_PLAN, AMEND, NAME_SETTING, RECONSIDER = range(5)
REQUIRES = ("assess", "make_plan", "amend", "name_setting", "reconsider")
_KIND_SHARES = (0.45, 0.2, 0.35)  # invented: most disputes end before a hearing
_AFTER_DECISION_DAYS = ((40, 110), (60, 150), (150, 300))  # by kind, least and most; invented, plausible
# What a dispute over an issued plan asks for, and the median days it takes to do it. Invented, plausible: somewhat
# under the 5, 2 and 2 weeks of reg 44, with a tail beyond.
_PLAN_SHARES = (0.5, 0.35, 0.15)
_PLAN_DONE_DAYS = (29, 11, 11)


@dataclass(frozen=True)
class Orders:
    """One element per order, sorted by case and date: case, indices into KINDS and REQUIRES, and days or NEVER."""

    case: Days
    kind: Days
    requires: Days
    dated: Days
    notified: Days
    no_plan: Days
    draft: Days
    final: Days


def make_orders(profile: Profile, calendar: Calendar, seed: int, decisions: Decisions, plans: Plans) -> Orders:
    """Every order, concession and agreement: over refusals, over decisions to make no plan, and over issued plans."""
    parts = [
        _over_refusals(decisions, plans),
        _over_no_plan(profile, calendar, stream(seed, "orders over no plan"), plans),
        _over_plans(profile, calendar, stream(seed, "orders over plans"), plans),
    ]
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    order = np.lexsort((joined[3], joined[0]))
    return Orders(*(column[order] for column in joined))


def _over_refusals(decisions: Decisions, plans: Plans) -> list[Days]:
    case = np.flatnonzero(decisions.turn < CHANGE_OF_MIND)
    return [
        case,
        decisions.turn[case],
        np.full(len(case), ASSESS),
        decisions.turned[case],
        decisions.notified[case],
        plans.no_plan[case],
        plans.draft[case],
        plans.final[case],
    ]


def _appealed(calendar: Calendar, rng: np.random.Generator, decided: Days, share: float) -> tuple[Days, Days, Days]:
    case = np.flatnonzero((decided < NEVER) & (rng.random(len(decided)) < share))
    kind = pick(rng, len(case), _KIND_SHARES)
    low, high = np.array(_AFTER_DECISION_DAYS).T[:, kind]
    return case, kind, calendar.on_or_after(decided[case] + rng.integers(low, high + 1))


def _over_no_plan(profile: Profile, calendar: Calendar, rng: np.random.Generator, plans: Plans) -> list[Days]:
    case, kind, dated = _appealed(calendar, rng, plans.no_plan, profile.appealed_no_plan)
    size = len(case)
    draft = calendar.on_or_after(dated + around(rng, size, 30, 0.3, floor=7))
    final = calendar.on_or_after(draft + around(rng, size, 36, 0.3, floor=17))
    never = np.full(size, NEVER)
    return [case, kind, np.full(size, MAKE_PLAN), dated, never, never, draft, final]


def _over_plans(profile: Profile, calendar: Calendar, rng: np.random.Generator, plans: Plans) -> list[Days]:
    case, kind, dated = _appealed(calendar, rng, plans.final, profile.appealed_plan)
    size = len(case)
    requires = AMEND + pick(rng, size, _PLAN_SHARES)
    median = np.array(_PLAN_DONE_DAYS, dtype=np.float64)[requires - AMEND]
    done = calendar.on_or_after(dated + around(rng, size, median, 0.4, floor=2))
    reconsidered = requires == RECONSIDER
    told = calendar.on_or_after(dated + between(rng, size, 1, 8))
    never = np.full(size, NEVER)
    return [
        case,
        kind,
        requires,
        dated,
        np.where(reconsidered, done, told),
        never,
        never,
        np.where(reconsidered, NEVER, done),
    ]
