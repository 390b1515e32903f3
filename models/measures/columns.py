"""How a column of the frames is made: words as categoricals, dates that are known by the day."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.statute.calendar import Dates
from models.statute.records import UNKNOWN, Codes

SECONDS = "datetime64[s]"
"""What a date is in a frame: pandas knows no days of its own, and needs no finer grain."""


Words: TypeAlias = "pd.Categorical[Any]"
"""A column of words."""


def categories(words: Sequence[str | None]) -> Words:
    """Words as a categorical in alphabetical order, None and "" alike as ""."""
    different = sorted({word or "" for word in words} | {""})
    places: dict[str | None, int] = {word: place for place, word in enumerate(different)}
    places[None] = places[""]
    codes = np.fromiter(map(places.__getitem__, words), dtype=np.int32, count=len(words))
    return coded(codes, different)


def coded(codes: NDArray[Any], words: Sequence[str]) -> Words:
    """A categorical from the places of its words."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(words))


def words_of(codes: Codes) -> Words:
    """A column of words as a categorical in alphabetical order; "" may stand twice in it."""
    places = {word: place for place, word in enumerate(sorted({*codes.values, ""}))}
    table = np.array([places[word] for word in codes.values], dtype=np.int32)
    return coded(table[codes.index] if len(codes.index) else np.zeros(0, np.int32), list(places))


def take(words: Words, place: NDArray[np.int64]) -> Words:
    """The words at these places; "" where the place is -1."""
    if not len(words):
        return pd.Categorical([""] * len(place), categories=words.categories)
    empty = int(words.categories.get_indexer(pd.Index([""]))[0])
    return pd.Categorical.from_codes(np.where(place < 0, empty, words.codes[place]), dtype=words.dtype)


def until(days: Dates, as_of: date) -> NDArray[np.datetime64]:
    """A column of dates without those after the day."""
    return np.where(days <= np.datetime64(as_of, "D"), days, UNKNOWN).astype(SECONDS)


def weeks_between(since: "pd.Series[Any]", to: "pd.Series[Any]") -> NDArray[np.float64]:
    """Weeks from one date to another, NaN where either is unknown or they contradict each other."""
    days = (to.to_numpy().astype("datetime64[D]") - since.to_numpy().astype("datetime64[D]")).astype(np.float64)
    days[~(days >= 0)] = np.nan
    weeks: NDArray[np.float64] = days / _DAYS_OF_A_WEEK
    return weeks


_DAYS_OF_A_WEEK = 7
