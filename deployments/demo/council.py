"""A whole invented council's canonical extract, for a demo of one city or a benchmark of a million cases."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from . import render
from .advice import Advice, Assessments, make_advice, recorded_acceptances
from .children import Children, make_children
from .days import NEVER, Calendar, Days, Flags, number
from .decisions import STANDS, Decisions, make_decisions
from .draws import between, stream
from .exceptions import Claims, World, make_claims
from .orders import Orders, make_orders
from .plans import Plans, make_fates, make_plans
from .profile import WOLVERHAMPTON_LIKE, Profile
from .requests import Requests, make_requests
from .settings import Settings, make_settings, place
from .sheets import write_extract

__all__ = ["WOLVERHAMPTON_LIKE", "Profile", "make_cases", "make_council", "write_extract"]

_YEAR_DAYS = 365.25
_WORLD = (2019, 2030)  # the years a council lives through; a later as_of shows the same council on a later day
_WARM_UP_YEARS = 5  # requests made before the history begins: those still open then are part of it
_FIRST_OF_MANY = 500  # authority codes 500 to 652 belong to nobody in England (Wales begins at 660)
_MOST_AUTHORITIES = 153  # England's own number; DfE, 2026


@dataclass(frozen=True)
class Council:
    """Everything simulated, before it is cut at `as_of` and written as text; one element per case where not said."""

    profile: Profile
    as_of: date
    seed: int
    codes: tuple[str, ...]
    authority: Days
    requests: Requests
    decisions: Decisions
    withdrawn: Days
    children: Children
    settings: Settings
    placed: Days
    advice: Advice
    plans: Plans
    orders: Orders
    claims: Claims
    excepted: Flags
    closed: Days
    requests_per_year: float
    calendar: Calendar


def make_council(
    profile: Profile,
    *,
    as_of: date,
    seed: int = 2025,
    requests_per_year: int | None = None,
    years: float = 2.5,
    authority_code: str = "999",
) -> dict[str, pd.DataFrame]:
    """The nine canonical sheets of one council as known on `as_of`, all text, dates ISO, empty for unknown.

    The cases are those open on some day of the last `years` years, counted from the first of a month.
    `requests_per_year` replaces the profile's published number for its last published year and scales the other years
    with it. Two calls that differ in `as_of` only (2024 to 2029) show the same council on two days.
    """
    published = profile.requests_by_year[-1][1]
    scale = 1.0 if requests_per_year is None else requests_per_year / published
    begins = (as_of - timedelta(days=round(years * _YEAR_DAYS))).replace(day=1)
    council = _simulate(
        profile,
        as_of=as_of,
        seed=seed,
        first=date(min(_WORLD[0], as_of.year - _WARM_UP_YEARS), 1, 1),
        last=date(max(_WORLD[1], as_of.year + 1), 12, 31),
        scale=scale,
        total=None,
        codes=(authority_code,),
        requests_per_year=published * scale,
    )
    return render.sheets(council, keep=council.closed >= number(begins))


def make_cases(
    n: int, *, seed: int, as_of: date, authorities: int = 1, seen_on: date | None = None
) -> dict[str, pd.DataFrame]:
    """The same sheets with exactly `n` cases requested in the two and a half years to `as_of`, over `authorities`.

    `seen_on`, an earlier day, shows the same cases as they stood then: the night before, for a benchmark of one night.
    """
    if not 1 <= authorities <= _MOST_AUTHORITIES:
        raise ValueError(f"authorities is {authorities}: give 1 to {_MOST_AUTHORITIES}, as many as England has")
    years = 2.5
    codes = ("999",) if authorities == 1 else tuple(str(_FIRST_OF_MANY + place) for place in range(authorities))
    council = _simulate(
        WOLVERHAMPTON_LIKE,
        as_of=as_of,
        seed=seed,
        first=as_of - timedelta(days=round(years * _YEAR_DAYS)),
        last=as_of,
        scale=1.0,
        total=n,
        codes=codes,
        requests_per_year=n / years,
    )
    return render.sheets(replace(council, as_of=seen_on or as_of), keep=np.ones(n, dtype=np.bool_))


def _simulate(
    profile: Profile,
    *,
    as_of: date,
    seed: int,
    first: date,
    last: date,
    scale: float,
    total: int | None,
    codes: tuple[str, ...],
    requests_per_year: float,
) -> Council:
    calendar = Calendar(first.year - 1, last.year + 2)
    requests = make_requests(
        profile, calendar, stream(seed, "requests"), first=first, last=last, scale=scale, total=total
    )
    received = requests.received
    size = len(received)
    authority = between(stream(seed, "authorities"), size, 0, len(codes) - 1)
    pace = np.interp(received, [number(day) for day, _ in profile.pace], [value for _, value in profile.pace])

    decisions = make_decisions(profile, calendar, stream(seed, "decisions"), requests)
    children = make_children(profile, stream(seed, "children"), requests, decisions, authority)
    settings = make_settings(profile, seed, requests_per_year=requests_per_year, authorities=len(codes))
    placed = place(children, settings, seed, authority)

    fates = make_fates(profile, stream(seed, "fates"), requests, decisions)
    runs_from = decisions.assessed_from
    hurry = np.where(fates.no_plan_early, fates.no_plan_limit - 12, NEVER)
    advice, ready = make_advice(profile, calendar, seed, Assessments(runs_from, hurry, pace, children.school_year))
    due = received + profile.plan_limit_days
    plans = make_plans(profile, calendar, stream(seed, "plans"), fates, runs_from, ready, due, pace)
    advice = _until(advice, fates.withdrawn)
    advice = replace(advice, accepted=recorded_acceptances(stream(seed, "acceptances"), advice.accepted))

    orders = make_orders(profile, calendar, seed, decisions, plans)
    claims, excepted = make_claims(
        World(profile, calendar, requests, decisions, children, settings, placed, advice, plans), seed
    )
    withdrawn = np.minimum(decisions.withdrawn, fates.withdrawn)
    # Whoever has a plan, or knows that there will be none, has no request left to withdraw.
    withdrawn = np.where(np.minimum(plans.final, plans.no_plan) < withdrawn, NEVER, withdrawn)
    closed = np.minimum(np.minimum(plans.final, plans.no_plan), withdrawn)
    stands = decisions.refused & (decisions.turn == STANDS)
    return Council(
        profile=profile,
        as_of=as_of,
        seed=seed,
        codes=codes,
        authority=authority,
        requests=requests,
        decisions=decisions,
        withdrawn=withdrawn,
        children=children,
        settings=settings,
        placed=placed,
        advice=advice,
        plans=plans,
        orders=orders,
        claims=claims,
        excepted=excepted,
        closed=np.where(stands, decisions.decided, closed),
        requests_per_year=requests_per_year / len(codes),
        calendar=calendar,
    )


def _until(advice: Advice, withdrawn: Days) -> Advice:
    """The advice without what would have come after its case was withdrawn."""
    ends = withdrawn[advice.case]
    cut = advice.replied >= ends
    trimmed = replace(
        advice,
        received=np.where(advice.received >= ends, NEVER, advice.received),
        replied=np.where(cut, NEVER, advice.replied),
        reply=np.where(cut, 0, advice.reply),
        replier=np.where(cut, -1, advice.replier),
        returned=np.where(advice.returned >= ends, NEVER, advice.returned),
        accepted=np.where(advice.accepted >= ends, NEVER, advice.accepted),
    )
    return trimmed.rows((trimmed.requested < ends) | (trimmed.requested == NEVER))
