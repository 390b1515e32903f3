"""The settings children attend, and when each is closed."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from . import days as calendar_days
from .children import EARLY_YEARS, NONE, SETTING_TYPES, Children
from .days import Days, number
from .draws import between, pick, stream
from .profile import Profile

FIRST_URN = 900_001  # real settings are numbered below 160000, so none of these is anybody's
_MOST_SETTINGS = 25_000  # England has some 24,000 schools: a bigger benchmark shares them
_TYPE_SHARES = (0.16, 0.56, 0.16, 0.06, 0.06)  # early years to post-16, in the order of SETTING_TYPES; invented
_OPEN_ALL_YEAR = 0.5  # of early-years settings: private nurseries that do not close in summer; invented


@dataclass(frozen=True)
class Settings:
    """One element per setting: type index, authority index, and how many days its summer starts and ends off the usual.

    `closes_in_summer` is false for nurseries open all year.
    """

    type: Days
    authority: Days
    starts: Days
    ends: Days
    closes_in_summer: calendar_days.Flags

    def summer(self, setting: Days, years: Days) -> tuple[Days, Days]:
        """First closed day and reopening day of settings in calendar years, one element for each pair."""
        span = np.arange(years.min(initial=2000), years.max(initial=2000) + 1)
        usual = np.array([[number(day) for day in calendar_days.summer(int(year))] for year in span])
        closed, reopens = usual[years - span[0]].T
        return closed + self.starts[setting], reopens + self.ends[setting]


def make_settings(profile: Profile, seed: int, *, requests_per_year: float, authorities: int) -> Settings:
    """Invented settings in number with the demand, at least five of a type, shared out over the authorities."""
    rng = stream(seed, "settings")
    wanted = min(int(requests_per_year / profile.requests_per_setting), _MOST_SETTINGS)
    counts = [max(int(share * wanted), 5 * authorities) for share in _TYPE_SHARES]
    types = np.repeat(np.arange(len(counts)), counts)
    size = len(types)
    open_all_year = (types == EARLY_YEARS) & (rng.random(size) < _OPEN_ALL_YEAR)
    return Settings(
        type=types,
        authority=np.arange(size, dtype=np.int64) % authorities,
        starts=pick(rng, size, (1, 2, 10, 2, 1)) - 2,
        ends=pick(rng, size, (1, 3, 8, 3, 1)) - 2,
        closes_in_summer=~open_all_year,
    )


def place(children: Children, settings: Settings, seed: int, authority: Days) -> Days:
    """The setting of each case, by type and authority; -1 for those in none."""
    rng = stream(seed, "placing")
    placed = np.full(len(authority), -1, dtype=np.int64)
    authorities = int(settings.authority.max()) + 1
    draw = rng.random(len(authority))
    for kind in range(len(SETTING_TYPES)):
        if kind == NONE:
            continue
        first, last = np.searchsorted(settings.type, [kind, kind + 1])
        wanted = np.flatnonzero(children.setting_type == kind)
        # Settings go round the authorities in turn: pick a round, then the authority's own place in it.
        rounds = (last - first) // authorities
        start = (authority[wanted] - settings.authority[first]) % authorities
        placed[wanted] = first + (draw[wanted] * rounds).astype(np.int64) * authorities + start
    return placed


def make_closures(settings: Settings, seed: int, *, first: date, last: date) -> dict[str, Days]:
    """Summer, Christmas and Easter closures from the calendar year of `first` to that of `last`.

    Columns setting, closed, reopens, sorted by setting and date.
    """
    rng = stream(seed, "closures")
    columns: list[tuple[Days, Days, Days]] = []
    every = np.arange(len(settings.type))
    for year in range(first.year, last.year + 1):
        in_summer = every[settings.closes_in_summer]
        columns.append((in_summer, *settings.summer(in_summer, np.full(len(in_summer), year))))
        for closed, reopens in (calendar_days.christmas(year), calendar_days.spring(year)):
            shift = between(rng, len(in_summer), 0, 1)
            columns.append((in_summer, number(closed) - shift, number(reopens) + np.zeros_like(shift)))
        nurseries = every[~settings.closes_in_summer]
        eve = np.full(len(nurseries), number(date(year, 12, 24)))  # a nursery closes for the bank holidays only
        columns.append((nurseries, eve, eve + 10))
    setting, starts, ends = (np.concatenate(parts) for parts in zip(*columns, strict=True))
    order = np.lexsort((starts, setting))
    return {"setting": setting[order], "closed": starts[order], "reopens": ends[order]}
