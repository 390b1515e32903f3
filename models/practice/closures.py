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
        # How many closed days come before each closure, of all settings in their order; last, how many there are.
        self._closed_before = np.concatenate(([0], np.cumsum(self._opens - self._shuts)))
        self._open_before = self._shuts - self._closed_before[:-1]

    def put_off(self, setting: Rows, due: Dates, after: Dates) -> Dates:
        """The day to which each due date is put off: by a day for each on which the setting is closed.

        Days count that are later than `after` and not later than the day found: those put off may be closed too.
        """
        gone = self._closed_to(self._keys(setting, after))
        # So many open days come before it, and with them every closure that has no more of them before it.
        open_days = setting * self._span + (due - self._begins).astype(np.int64) - gone
        place = np.searchsorted(self._open_before, open_days, side="right")
        place = np.minimum(place, np.searchsorted(self._shuts, (setting + 1) * self._span))
        later: Dates = due + np.maximum(self._closed_before[place] - gone, 0).astype("timedelta64[D]")
        return later

    def _closed_to(self, keys: Rows) -> Rows:
        """How many closed days, of all settings in their order, have a key up to each key, that one included."""
        if not len(self._shuts):
            return np.zeros(len(keys), dtype=np.int64)
        place = np.searchsorted(self._shuts, keys, side="right") - 1
        within = np.minimum(keys + 1, self._opens[place]) - self._shuts[place]
        found: Rows = np.where(place < 0, 0, self._closed_before[place] + within)
        return found

    def _keys(self, setting: Rows, days: Dates) -> Rows:
        """One number per setting and day, so that one search serves all settings."""
        place = np.clip((days - self._begins).astype(np.int64), 0, self._span - 1)
        keys: Rows = setting * self._span + place
        return keys
