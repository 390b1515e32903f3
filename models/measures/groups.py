"""How rows are told apart: by authority, and within it by the words of a column or the bands of a number."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.measures.columns import Columns
from models.measures.schema import Dimension

EVERYBODY = "all"
"""The dimension that tells nobody apart."""

NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Groups:
    """The group of each row by its place in `authority` and `name`."""

    index: NDArray[np.integer]
    authority: NDArray[np.object_]
    name: NDArray[np.object_]

    @property
    def size(self) -> int:
        """How many groups there are."""
        return len(self.name)


def everybody(columns: Columns, authorities: tuple[str, ...]) -> Groups:
    """One group for each authority, whether or not it has a row."""
    owner = columns.words("authority_code")
    place = np.array([authorities.index(x) if x in authorities else -1 for x in owner.values], dtype=np.int32)
    return Groups(place[owner.index], np.array(authorities, dtype=object), np.full(len(authorities), "", dtype=object))


def groups(columns: Columns, by: Dimension, owners: Groups) -> Groups:
    """The groups there are of the rows within those of the authorities."""
    of_word, words, names = _told_apart(columns, by)
    pairs = owners.index * np.int32(len(names)) + of_word[words]
    there = np.bincount(pairs, minlength=owners.size * len(names)) > 0
    found = np.flatnonzero(there)
    places = np.zeros(len(there), dtype=np.min_scalar_type(len(found)))
    places[found] = np.arange(len(found))
    return Groups(
        places[pairs],
        owners.authority[found // len(names)],
        np.array(names, dtype=object)[found % len(names)],
    )


def _told_apart(columns: Columns, by: Dimension) -> tuple[NDArray[np.int32], NDArray[np.integer], list[str]]:
    """The place of the name of each word, the word of each row, and the names; several words may have one name."""
    if by.bands:
        numbers = columns.numbers(by.column)
        place = np.searchsorted(by.bands, numbers)
        place[np.isnan(numbers)] = len(by.band_names)
        names = [*by.band_names, NOT_KNOWN]
        return np.arange(len(names), dtype=np.int32), place, names
    words = columns.words(by.column)
    labels = [by.labels.get(word, word) or NOT_KNOWN for word in words.values]
    names = sorted(set(labels))
    places = {name: place for place, name in enumerate(names)}
    return np.array([places[label] for label in labels], dtype=np.int32), words.index, names
