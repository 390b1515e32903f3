"""How rows are told apart: by authority, and within it by the words of a column or the bands of a number."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from models.measures.columns import Words
from models.measures.schema import Dimension

EVERYBODY = "all"
"""The dimension that tells nobody apart."""

NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Groups:
    """The group of each row by its place in `authority` and `name`."""

    index: NDArray[np.int32]
    authority: NDArray[np.object_]
    name: NDArray[np.object_]

    @property
    def size(self) -> int:
        """How many groups there are."""
        return len(self.name)


def groups(frame: pd.DataFrame, by: Dimension | None, authorities: tuple[str, ...]) -> Groups:
    """The groups there are in a frame; of everybody one for each authority, whether or not it has a row."""
    owner = frame["authority_code"].array
    place = np.array([authorities.index(x) if x in authorities else -1 for x in owner.categories], dtype=np.int64)
    of_row = place[owner.codes] if len(owner) else np.zeros(0, np.int64)
    if by is None:
        return Groups(
            of_row.astype(np.int32), np.array(authorities, dtype=object), np.array([""] * len(authorities), object)
        )
    codes, names = _told_apart(frame[by.column], by)
    pairs = of_row * len(names) + codes
    there = np.flatnonzero(np.bincount(pairs, minlength=len(authorities) * len(names)))
    compact = np.zeros(len(authorities) * len(names), dtype=np.int32)
    compact[there] = np.arange(len(there), dtype=np.int32)
    return Groups(
        compact[pairs],
        np.array(authorities, dtype=object)[there // len(names)],
        np.array(names, dtype=object)[there % len(names)],
    )


def _told_apart(column: "pd.Series[Any]", by: Dimension) -> tuple[NDArray[np.int64], list[str]]:
    """The place of each row's name, and the names; several words may have one label."""
    if by.bands:
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        place = np.searchsorted(by.bands, numbers).astype(np.int64)
        place[np.isnan(numbers)] = len(by.band_names)
        return place, [*by.band_names, NOT_KNOWN]
    words: Words = column.array
    labels = [by.labels.get(str(word), str(word)) or NOT_KNOWN for word in words.categories]
    names = sorted(set(labels))
    places = np.array([names.index(label) for label in labels], dtype=np.int64)
    return (places[words.codes] if len(words) else np.zeros(0, np.int64)), names
