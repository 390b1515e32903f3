"""From the last advice to the draft, the consultation and the final plan; the decision to make none; withdrawals."""

from dataclasses import dataclass

import numpy as np

from .days import NEVER, Calendar, Days, Flags
from .decisions import STANDS, Decisions
from .draws import Numbers, around, between, chosen
from .profile import Profile
from .requests import Requests

_REPRESENTATIONS = 0.62  # share of families who comment on the draft; invented
_NO_CONSULTATION_REPLY = 0.08  # share of settings that never answer; invented
_NEARLY_DAYS = 12  # plans this little late can still be hurried
_LONGEST_WRITING_DAYS = 320  # somebody notices in the end; invented
_LEAST_REPRESENTATION_DAYS = 16  # a final plan cannot follow the draft sooner: reg 13(1)(a) gives the family 15 days


@dataclass(frozen=True)
class Fates:
    """How each assessment will end, drawn before its advice: no plan (told in time or not), or withdrawn on a day."""

    no_plan: Flags
    no_plan_early: Flags
    no_plan_limit: Days
    withdrawn: Days


@dataclass(frozen=True)
class Plans:
    """One element per case, days or NEVER; `waiting` marks the plans held up for want of a place."""

    draft: Days
    consulted: Days
    consultation_replied: Days
    representations: Days
    final: Days
    no_plan: Days
    waiting: Flags


def make_fates(profile: Profile, rng: np.random.Generator, requests: Requests, decisions: Decisions) -> Fates:
    """The end of each assessment in the published proportions."""
    size = len(requests.received)
    running = decisions.assessed_from < NEVER
    leaves = running & chosen(rng, np.full(size, profile.withdrawn_in_assessment))
    no_plan = running & ~leaves & chosen(rng, np.full(size, profile.no_plan))
    cohort = np.flatnonzero(no_plan)
    early = np.zeros(size, dtype=np.bool_)
    early[cohort] = chosen(rng, np.full(len(cohort), profile.no_plan_on_time))
    ordered = decisions.refused & (decisions.turn != STANDS)
    return Fates(
        no_plan=no_plan,
        no_plan_early=early,
        no_plan_limit=np.where(
            ordered, decisions.turned + profile.order_no_plan_days, requests.received + profile.no_plan_limit_days
        ),
        withdrawn=np.where(leaves, decisions.assessed_from + between(rng, size, 5, 130), NEVER),
    )


def make_plans(
    profile: Profile,
    calendar: Calendar,
    rng: np.random.Generator,
    fates: Fates,
    runs_from: Days,
    ready: Days,
    due: Days,
    pace: Numbers,
) -> Plans:
    """The drafts and plans that follow once the advice is in, or before it in the few that are rushed."""
    size = len(ready)
    running = runs_from < NEVER
    ready = np.where(ready == NEVER, runs_from + profile.advice_limit_days, ready)
    rushed = rng.random(size) < profile.rushed
    ready = np.where(rushed, np.minimum(ready, runs_from + profile.advice_limit_days), ready)

    # Writing waits for a writer: it slows with the council's pace, as psychology does.
    writing = around(
        rng, size, profile.drafting_days * pace, profile.drafting_spread, floor=2, ceiling=_LONGEST_WRITING_DAYS
    )
    draft = calendar.soon_after(ready + writing, rng)
    settling = around(rng, size, profile.finalising_days, profile.finalising_spread, floor=_LEAST_REPRESENTATION_DAYS)
    waiting = rng.random(size) < profile.awaiting_place
    settling += np.where(waiting, around(rng, size, profile.awaiting_place_days, 0.7, ceiling=365), 0)
    final = calendar.soon_after(draft + settling, rng)
    pulled = (final > due) & (final <= due + _NEARLY_DAYS) & (rng.random(size) < profile.pulled_in)
    in_time = calendar.on_or_before(due - between(rng, size, 0, 4))
    final = np.where(pulled & (in_time >= draft + _LEAST_REPRESENTATION_DAYS), in_time, final)

    consulted = calendar.plus_working(draft, np.array([0, 0, 0, 0, 0, 1, 2, 4])[between(rng, size, 0, 7)])
    answer = calendar.on_or_before(consulted + around(rng, size, 15, 0.35, floor=2, ceiling=70))
    answered = (rng.random(size) >= _NO_CONSULTATION_REPLY) & (answer < final)
    comment = calendar.on_or_before(draft + np.floor(15 * rng.beta(3.0, 1.2, size)).astype(np.int64))
    commented = rng.random(size) < _REPRESENTATIONS

    # "No plan" in time: at a panel between the last advice and the limit; late: after both.
    room = np.maximum(fates.no_plan_limit - ready, 1)
    aim = calendar.on_or_before(ready + np.floor(room * (0.3 + 0.7 * rng.random(size))).astype(np.int64), "panel")
    prompt = np.where(aim > ready, aim, calendar.on_or_after(ready))
    over = np.maximum(ready + 7, fates.no_plan_limit + 1) + around(rng, size, 20, 0.8)
    told = np.where(fates.no_plan_early, prompt, calendar.on_or_after(over, "panel"))

    goes_on = running & ~fates.no_plan

    def of_plans(days: Days, wanted: Flags) -> Days:
        happens = goes_on & wanted & (days < fates.withdrawn)
        return np.where(happens, days, NEVER)

    every = np.ones(size, dtype=np.bool_)
    return Plans(
        draft=of_plans(draft, every),
        consulted=of_plans(consulted, every),
        consultation_replied=of_plans(answer, answered),
        representations=of_plans(np.maximum(comment, draft), commented),
        final=of_plans(final, every),
        no_plan=np.where(running & fates.no_plan, told, NEVER),
        waiting=waiting & goes_on,
    )
