"""The six-week decision, what follows a refusal, and from which day an assessment really runs."""

from dataclasses import dataclass

import numpy as np

from .days import NEVER, Calendar, Days, Flags
from .draws import around, between, chosen, pick
from .profile import Profile
from .requests import Requests

# How a refusal may be turned, in the order of Profile.turned; STANDS is one more.
MEDIATION, NOTICE, ORDER, CHANGE_OF_MIND, STANDS = range(5)

# Days from the refusal to its turning, least and most, in that order. Invented, plausible: mediation within some three
# months, a concession before the authority's response is due, a tribunal hearing after the best part of a year.
_TURNING_DAYS = ((35, 100), (50, 140), (140, 290), (20, 120))


@dataclass(frozen=True)
class Decisions:
    """One element per case; NEVER for what does not happen.

    decided: the family is told; refused: the answer was no; turn: how a refusal was turned (STANDS if it was not);
    turned: the day of that; notified: the day an order's assessment was announced; assessed_from: the day the
    assessment runs from; withdrawn: before a decision.
    """

    decided: Days
    refused: Flags
    turn: Days
    turned: Days
    notified: Days
    assessed_from: Days
    withdrawn: Days


def make_decisions(profile: Profile, calendar: Calendar, rng: np.random.Generator, requests: Requests) -> Decisions:
    """The decision on every request, at a weekly panel, in time except for the published share."""
    received = requests.received
    size = len(received)
    limit = profile.decision_limit_days

    # Most go to a panel in weeks three to six; the family is told that day or within the week.
    aim = received + np.rint(rng.triangular(12, 33, limit - 1, size)).astype(np.int64)
    panel = np.maximum(calendar.on_or_before(aim, "panel"), calendar.on_or_after(received + 5, "panel"))
    told = np.array([0, 0, 0, 0, 0, 0, 1, 1, 2, 3])[between(rng, size, 0, 9)]
    in_time = calendar.on_or_before(np.minimum(panel + told, received + limit))
    overrun = around(rng, size, profile.late_decision_days, 0.8, floor=1)
    too_late = calendar.on_or_after(received + limit + overrun, "panel")
    decided = np.where(chosen(rng, np.full(size, profile.decided_on_time)), in_time, too_late)

    relative = np.array([rate for _, _, rate in profile.sources])
    shares = np.array([share for _, share, _ in profile.sources])
    rates = profile.refused * relative / (relative @ shares / shares.sum())
    refused = chosen(rng, rates[requests.source])

    withdraws = chosen(rng, np.full(size, profile.withdrawn_as_request))
    withdrawn = np.where(withdraws, received + between(rng, size, 4, 30), NEVER)
    withdrawn = np.where(withdrawn < decided, withdrawn, NEVER)
    decided = np.where(withdrawn < NEVER, NEVER, decided)
    refused &= decided < NEVER

    chances = [share for _, share in profile.turned]
    turn = np.where(refused, pick(rng, size, [*chances, 1 - sum(chances)]), STANDS)
    low, high = np.array([*_TURNING_DAYS, (0, 0)]).T[:, turn]
    turned = calendar.on_or_after(np.where(turn == STANDS, NEVER, decided + rng.integers(low, high + 1)))
    # Two weeks are allowed for the announcement; one in six takes longer. Invented, plausible.
    announcing = np.where(rng.random(size) < 5 / 6, between(rng, size, 3, 13), between(rng, size, 15, 30))
    notified = np.where(turn < CHANGE_OF_MIND, calendar.on_or_before(turned + announcing), NEVER)
    turned = np.where(turn == STANDS, NEVER, turned)
    after_refusal = np.where(turn == CHANGE_OF_MIND, turned, notified)
    return Decisions(
        decided=decided,
        refused=refused,
        turn=turn,
        turned=turned,
        notified=notified,
        assessed_from=np.where(refused, after_refusal, decided),
        withdrawn=withdrawn,
    )
