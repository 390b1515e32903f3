"""Annual reviews of the plans made here, and the few plans that moved between authorities."""

from dataclasses import dataclass

import numpy as np

from .children import Children, first_day_of_school_year, septembers_before
from .days import NEVER, Calendar, Days
from .draws import around, between, chosen, pick, stream
from .plans import Plans
from .profile import Profile

DECISIONS = ("A", "C", "M", "")
_DECISION_SHARES = (901, 17, 607, 400)  # LA 336, 2024: amend, cease, maintain, and no outcome; DfE release 2025
TRANSFER_KINDS = ("other", "secondary_to_post16", "post16_to_post16", "")
_TRANSFER_YEARS = {-1: 0, 2: 0, 6: 0, 11: 1, 13: 2}  # the school year before a transfer between phases, and its kind
_DECISION_LIMIT_DAYS = 28  # reg 20(10): only shapes the durations
_NOT_AMENDED = 0.04  # share of proposed amendments dropped; invented
_YEAR_DAYS, _AUTUMN_DAYS, _SETTLED_DAYS = 365, 40, 60  # when a review before a transfer is held; invented
_MOVED = 0.012  # share of plans that moved; invented


@dataclass(frozen=True)
class Reviews:
    """One element per review cycle, sorted by case and number; days or NEVER, decision and transfer kind as indices."""

    case: Days
    number: Days
    meeting: Days
    notice: Days
    papers: Days
    report: Days
    decision: Days
    decided: Days
    amendment: Days
    final: Days
    not_amended: Days
    concluded_before: Days
    transfer: Days
    transfer_kind: Days


def make_reviews(
    profile: Profile, calendar: Calendar, seed: int, plans: Plans, children: Children, received: Days
) -> Reviews:
    """Two cycles for every plan made: the first year's, and the next where the first is concluded."""
    case = np.flatnonzero(plans.final < NEVER)
    first = _cycle(profile, calendar, stream(seed, "first reviews"), case, 1, plans.final[case], children, received)
    again = first.decided < NEVER
    second = _cycle(
        profile, calendar, stream(seed, "second reviews"), case[again], 2, first.decided[again], children, received
    )
    joined = {
        name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in Reviews.__dataclass_fields__
    }
    order = np.lexsort((joined["number"], joined["case"]))
    return Reviews(**{name: column[order] for name, column in joined.items()})


def _cycle(
    profile: Profile,
    calendar: Calendar,
    rng: np.random.Generator,
    case: Days,
    cycle: int,
    since: Days,
    children: Children,
    received: Days,
) -> Reviews:
    size = len(case)
    never = np.full(size, NEVER)
    meeting = calendar.on_or_after(since + around(rng, size, 325, 0.09, floor=150, ceiling=480), "term")
    kind, transfer = _transfers(meeting, children.school_year[case] - septembers_before(received[case]))
    # A plan that ends with the phase is reviewed in the autumn before, unless it is too new for that.
    autumn = calendar.on_or_after(transfer - _YEAR_DAYS + _AUTUMN_DAYS + meeting % _AUTUMN_DAYS, "term")
    moved = (kind != TRANSFER_KINDS.index("")) & (autumn >= since + _SETTLED_DAYS)
    meeting = np.where(moved, np.minimum(meeting, autumn), meeting)
    notice = calendar.on_or_before(meeting - between(rng, size, 10, 32))
    papers = calendar.on_or_before(meeting - between(rng, size, 6, 21))
    report = calendar.on_or_after(meeting + around(rng, size, 12, 0.5, floor=1))
    prompt = chosen(rng, np.full(size, profile.review_decided_on_time))
    after = np.where(
        prompt,
        between(rng, size, 9, _DECISION_LIMIT_DAYS - 3),
        _DECISION_LIMIT_DAYS + around(rng, size, 45, 0.8, floor=1),
    )
    decision = pick(rng, size, _DECISION_SHARES)
    decided = np.where(DECISIONS.index("") == decision, never, calendar.on_or_before(meeting + after))
    amends = decision == DECISIONS.index("A")
    amendment = np.where(amends, calendar.on_or_after(decided + around(rng, size, 6, 0.9)), never)
    outcome = calendar.on_or_after(amendment + around(rng, size, 50, 0.35, floor=16))
    dropped = amends & (rng.random(size) < _NOT_AMENDED)

    return Reviews(
        case=case,
        number=np.full(size, cycle),
        meeting=meeting,
        notice=notice,
        papers=papers,
        report=report,
        decision=decision,
        decided=decided,
        amendment=amendment,
        final=np.where(amends & ~dropped, outcome, never),
        not_amended=np.where(dropped, outcome, never),
        concluded_before=since,
        transfer=np.where(kind == TRANSFER_KINDS.index(""), never, transfer),
        transfer_kind=kind,
    )


def _transfers(meeting: Days, year_born_into: Days) -> tuple[Days, Days]:
    """The kind of the transfer that follows the school year of each meeting, if any, and the September after it."""
    year_now = year_born_into + septembers_before(meeting)
    kind = np.full(len(meeting), TRANSFER_KINDS.index(""))
    for year, index in _TRANSFER_YEARS.items():
        kind[year_now == year] = index
    septembers = np.array([first_day_of_school_year(year) for year in range(1970, 2100)], dtype=np.int64)
    return kind, septembers[np.searchsorted(septembers, meeting, side="right")]


def make_transfers(calendar: Calendar, seed: int, plans: Plans) -> dict[str, Days]:
    """Plans that moved between authorities: columns case, moved, aware, transferred, informed, reviewed."""
    rng = stream(seed, "transfers")
    case = np.flatnonzero((plans.final < NEVER) & (rng.random(len(plans.final)) < _MOVED))
    size = len(case)
    moved = calendar.on_or_after(plans.final[case] + between(rng, size, 20, 400))
    aware = calendar.on_or_after(moved + between(rng, size, -30, 25))
    transferred = calendar.plus_working(np.maximum(moved, aware), between(rng, size, 1, 22))
    informed = calendar.on_or_after(transferred + around(rng, size, 30, 0.5, floor=3))
    reviewed = calendar.on_or_after(transferred + around(rng, size, 95, 0.6, floor=20))
    return {
        "case": case,
        "moved": moved,
        "aware": aware,
        "transferred": transferred,
        "informed": informed,
        "reviewed": reviewed,
    }
