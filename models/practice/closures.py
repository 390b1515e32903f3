"""When settings are closed, for the time a consultation takes: a closed setting does not reply."""

import numpy as np

from models.statute.calendar import ONE_DAY, Dates
from models.statute.records import Flags, Rows


class Closures:
    """The days on which each setting is closed.

    One row a closure: `setting` is a number of the caller's, from 0, closed on `closed_from` and open again on
    `reopens_on`. Closures may overlap. One whose end is unknown counts for nothing: nobody can reckon with it.
    """

    def __init__(self, setting: Rows, closed_from: Dates, reopens_on: Dates) -> None:
        usable: Flags = reopens_on > closed_from
        setting, first, beyond = setting[usable], closed_from[usable], reopens_on[usable]
        self._begins = first.min() - ONE_DAY if len(first) else np.datetime64("1970-01-01", "D")
        self._span = int((beyond - self._begins).astype(np.int64).max(initial=0)) + 1
        opens, shuts = self._keys(setting, beyond), self._keys(setting, first)
        order = np.argsort(shuts)
        # Closures that overlap or touch become one: it begins where all before it have ended.
        shuts, opens = shuts[order], np.maximum.accumulate(opens[order])
        starts = np.flatnonzero(np.concatenate((np.ones(min(1, len(shuts)), np.bool_), shuts[1:] > opens[:-1])))
        self._shuts, self._opens = shuts[starts], opens[np.append(starts[1:], len(opens))[: len(starts)] - 1]
        lengths = self._opens - self._shuts
        self._before = np.cumsum(lengths) - lengths

    def days_between(self, setting: Rows, after: Dates, until: Dates) -> Rows:
        """How many days each setting is closed later than `after` and not later than `until`."""
        return self._closed_to(self._keys(setting, until)) - self._closed_to(self._keys(setting, after))

    def _closed_to(self, keys: Rows) -> Rows:
        """How many closed days, of all settings in their order, have a key up to each key, that one included."""
        if not len(self._shuts):
            return np.zeros(len(keys), dtype=np.int64)
        place = np.searchsorted(self._shuts, keys, side="right") - 1
        within = np.minimum(keys + 1, self._opens[place]) - self._shuts[place]
        found: Rows = np.where(place < 0, 0, self._before[place] + within)
        return found

    def _keys(self, setting: Rows, days: Dates) -> Rows:
        """One number per setting and day, so that one search serves all settings."""
        place = np.clip((days - self._begins).astype(np.int64), 0, self._span - 1)
        keys: Rows = setting * self._span + place
        return keys
