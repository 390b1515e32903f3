"""Seeded random draws that keep a small sample close to its calibration."""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
import numpy.typing as npt

from .days import Days, Flags

Numbers = npt.NDArray[np.float64]

_BLOCK = 50  # consecutive cases that share out the unit interval evenly


def stream(seed: int, name: str) -> np.random.Generator:
    """A generator of its own for each named step, so that a change in one step leaves the others as they were."""
    return np.random.default_rng([seed, crc32(name.encode())])


def even(rng: np.random.Generator, size: int) -> Numbers:
    """Uniform numbers in [0, 1), each block of fifty neighbours covering the interval evenly.

    A share drawn from these comes out right to the nearest case or two in any year, as in a council's own return.
    """
    blocks = -(-size // _BLOCK)
    ranks = rng.permuted(np.tile(np.arange(_BLOCK), (blocks, 1)), axis=1).ravel()[:size]
    return (ranks + rng.random(size)) / _BLOCK


def chosen(rng: np.random.Generator, chances: Numbers) -> Flags:
    """Which cases are drawn, each by its chance, so that any stretch of neighbours has its share to the nearest one.

    A plain draw would be as fair but would leave a city of 647 requests far from the refusals it is calibrated on.
    """
    order = np.argsort(np.arange(len(chances)) // _BLOCK + even(rng, len(chances)), kind="stable")
    sums = np.cumsum(chances[order]) + rng.random()
    drawn = np.zeros(len(chances), dtype=np.bool_)
    drawn[order] = np.floor(sums) > np.floor(sums - chances[order])
    return drawn


def pick(rng: np.random.Generator, size: int, weights: Sequence[float]) -> Days:
    """Indices 0 to len(weights) - 1 in the given proportions."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], rng.random(size), side="right").astype(np.int64)


def around(
    rng: np.random.Generator, size: int, median: float | Numbers, spread: float, *, floor: int = 0, ceiling: int = 900
) -> Days:
    """Whole days, lognormal about a median (one, or one per case), held between floor and ceiling."""
    days = np.exp(rng.standard_normal(size) * spread) * median
    return np.clip(days, floor, ceiling).astype(np.int64)


def between(rng: np.random.Generator, size: int, low: int, high: int) -> Days:
    """Whole days from low to high, both ends included."""
    return rng.integers(low, high + 1, size, dtype=np.int64)
