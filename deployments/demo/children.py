"""The children of the cases (invented, without names) and where they are taught."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from .days import Days, Flags, number
from .decisions import Decisions
from .draws import even, pick
from .profile import Profile
from .requests import Requests

# Age at request in whole years and its weight; invented, plausible: peaks before reception and before secondary.
_AGES = np.arange(2, 22)
_AGE_WEIGHTS = (5, 11, 13, 9, 8, 8, 7.5, 7, 7, 6.5, 5, 4, 3.5, 3, 2, 1, 0.6, 0.4, 0.3, 0.2)
EARLY_YEARS, PRIMARY, SECONDARY, SPECIAL, POST_16, NONE = range(6)
SETTING_TYPES = ("early_years", "primary", "secondary", "special", "post_16", "none")
_IN_SPECIAL, _IN_NONE = 0.05, 0.02  # shares already in a special school, and at home or in none; invented, plausible
_LAST_PRIMARY_YEAR, _LAST_SECONDARY_YEAR = 6, 11
_IN_CARE = 0.035  # invented, plausible
_ASKED_AGAIN = 0.4  # of refused children, those requested for again; invented, plausible
_AGAIN_AFTER_DAYS = 180


@dataclass(frozen=True)
class Children:
    """One element per case.

    A person number (shared when the same child is requested for again), birth day, school year at request (-2 to 14,
    reception 0), need index, whether in care, setting type index.
    """

    person: Days
    born: Days
    school_year: Days
    need: Days
    in_care: Flags
    setting_type: Days


def make_children(
    profile: Profile, rng: np.random.Generator, requests: Requests, decisions: Decisions, authority: Days
) -> Children:
    """Children of plausible ages; some of those refused are requested for again half a year later or more."""
    received = requests.received
    size = len(received)
    ages = _AGES[pick(rng, size, _AGE_WEIGHTS)]
    born = received - np.floor((ages + even(rng, size)) * 365.25).astype(np.int64)
    person = rng.permutation(size).astype(np.int64) + 1
    need = pick(rng, size, [share for _, share in profile.needs])

    again_of = np.flatnonzero(decisions.refused & (rng.random(size) < _ASKED_AGAIN))
    earliest = np.searchsorted(received, received[again_of] + _AGAIN_AFTER_DAYS)
    later = earliest + (rng.random(len(again_of)) * (size - earliest)).astype(np.int64)
    fits = (earliest < size) & (later < size)
    again_of, later = again_of[fits], later[fits]
    later, first_use = np.unique(later, return_index=True)
    again_of = again_of[first_use]
    same = (authority[later] == authority[again_of]) & ~decisions.refused[later]
    person[later[same]] = person[again_of[same]]
    born[later[same]] = born[again_of[same]]
    need[later[same]] = need[again_of[same]]

    school_year = _school_year(born, received)
    drawn = rng.random(size)
    setting_type = np.select(
        [
            drawn < _IN_SPECIAL,
            drawn < _IN_SPECIAL + _IN_NONE,
            school_year < 0,
            school_year <= _LAST_PRIMARY_YEAR,
            school_year <= _LAST_SECONDARY_YEAR,
        ],
        [SPECIAL, NONE, EARLY_YEARS, PRIMARY, SECONDARY],
        POST_16,
    ).astype(np.int64)
    return Children(person, born, school_year, need, rng.random(size) < _IN_CARE, setting_type)


def _school_year(born: Days, day: Days) -> Days:
    """The school year on a day: a child is in reception (0) from the September after the fourth birthday."""
    year: Days = np.clip(septembers_before(day) - septembers_before(born) - 5, -2, 14)
    return year


def septembers_before(days: Days) -> Days:
    """How many firsts of September lie between 1970 and each day, the day included."""
    months: Days = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months - 8) // 12


def first_day_of_school_year(year: int) -> int:
    """The first of September, as a day number: when children move between phases."""
    return number(date(year, 9, 1))
