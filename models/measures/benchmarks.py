"""What the Department for Education published: England, the regions, the authorities and their neighbours.

Source: Department for Education, "Education, health and care plans", Open Government Licence v3.0; see
`data/ATTRIBUTION.md`. A value that was not published is None and says why; it is never 0.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from statistics import median

from models.errors import NotFoundError

ENGLAND = "E92000001"

CODES = {"x": "not available", "z": "not applicable: nothing to count", "c": "suppressed", "low": "too small to show"}
"""The signs in the DfE's files, in words."""

_SHARES = {"request_not_assess_pc": ("requests_decided_not_to_assess", "requests_received_in_year")}
"""Shares whose counts are in the data where the share itself is not: worked out, and said to be."""


@dataclass(frozen=True)
class Area:
    """England, a region or an authority; `region` is the code of what it lies in, "" for England."""

    code: str
    name: str
    level: str
    region: str


@dataclass(frozen=True)
class Published:
    """One value of one area for one calendar year; None with the reason where there is none.

    `is_verified` is False for what was typed by hand and not read from the published file.
    """

    area: Area
    year: int
    measure: str
    value: float | None
    why_not: str
    source: str
    is_verified: bool


@dataclass(frozen=True)
class Comparison:
    """An area beside England, its region and its statistical neighbours in one year.

    `median`, `lowest` and `highest` are of the neighbours that have a value; None where none has.
    """

    measure: str
    year: int
    own: Published
    region: Published
    england: Published
    neighbours: tuple[Published, ...]

    @property
    def known(self) -> list[float]:
        """The neighbours' values that were published."""
        return [x.value for x in self.neighbours if x.value is not None]

    @property
    def median(self) -> float | None:
        """The median of the neighbours that have a value."""
        return median(self.known) if self.known else None

    @property
    def lowest(self) -> float | None:
        """The lowest value of a neighbour."""
        return min(self.known, default=None)

    @property
    def highest(self) -> float | None:
        """The highest value of a neighbour."""
        return max(self.known, default=None)

    @property
    def is_verified(self) -> bool:
        """Whether every value was read from the published file."""
        return all(x.is_verified for x in (self.own, self.region, self.england, *self.neighbours))


def area(code: str) -> Area:
    """The area of a code: three digits for an authority.

    Raises:
        NotFoundError: the DfE publishes nothing for it.
    """
    found = areas().get(code)
    if found is None:
        raise NotFoundError(
            f"The DfE publishes no figures for authority {code!r}.",
            why=f"It is neither the number nor the name of an authority in England.{_near(code)}",
            remedy="Give the three-digit number, as 336. An authority of which nothing is published says in its local "
            'practice whose figures stand beside its own: [benchmarks] compare_with = "336".',
        )
    return found


def _near(name: str) -> str:
    """The authorities of whose names it may be a misspelling."""
    names = {x.name.casefold(): x for x in areas().values()}
    near = [names[x] for x in get_close_matches(name.casefold(), names)]
    return f" Near it: {', '.join(f'{x.name} ({x.code})' for x in near)}." if near else ""


@cache
def areas() -> Mapping[str, Area]:
    """Every area that figures were published for, by its code."""
    return {x["code"]: Area(x["code"], x["name"], x["level"], x["region_code"]) for x in _rows("areas.csv")}


@cache
def years() -> tuple[int, ...]:
    """The calendar years that anything was published for, oldest first."""
    return tuple(sorted({year for year, _ in _published()}))


def measures() -> tuple[str, ...]:
    """The names of the published columns, as the DfE has them."""
    first = next(iter(_published().values()))
    return tuple(name for name in first if name not in {"calendar_year", "code", "source", "verified"})


def neighbours(code: str) -> tuple[Area, ...]:
    """The statistical neighbours of an authority, nearest first; none for a region or England."""
    return _neighbours().get(code, ())


def published(code: str, year: int, measure: str) -> Published:
    """What was published of an area for a calendar year."""
    place, row = area(code), _published().get((year, code))
    if row is None:
        return Published(place, year, measure, None, "not in the figures held here", "", is_verified=True)
    text, source, is_verified = row[measure], row["source"], row["verified"] == "1"
    if not text and measure in _SHARES and all(row[name] not in {"", *CODES} for name in _SHARES[measure]):
        part, whole = (float(row[name]) for name in _SHARES[measure])
        value = round(100 * part / whole, 1) if whole else None
        return Published(place, year, measure, value, "", f"{source}, from its counts", is_verified)
    if not text or text in CODES:
        why = CODES.get(text, "not in the figures held here")
        return Published(place, year, measure, None, why, source, is_verified)
    return Published(place, year, measure, float(text), "", source, is_verified)


def series(code: str, measure: str, *, first_year: int = 2018) -> tuple[Published, ...]:
    """What was published of an area, year by year from the first year on, inclusive."""
    return tuple(published(code, year, measure) for year in years() if year >= first_year)


def comparison(code: str, measure: str, year: int) -> Comparison:
    """An authority beside England, its region and its statistical neighbours in a calendar year."""
    own = area(code)
    return Comparison(
        measure=measure,
        year=year,
        own=published(code, year, measure),
        region=published(own.region or ENGLAND, year, measure),
        england=published(ENGLAND, year, measure),
        neighbours=tuple(published(x.code, year, measure) for x in neighbours(code)),
    )


def newest_year(code: str, measure: str) -> int:
    """The newest year in which at least half of an authority's neighbours have a value; else the newest of all."""
    for year in reversed(years()):
        found = comparison(code, measure, year)
        if found.neighbours and len(found.known) * 2 >= len(found.neighbours):
            return year
    return years()[-1]


def comparisons(code: str, names: Sequence[str]) -> Iterator[Comparison]:
    """Each measure in its newest year with enough neighbours."""
    for name in names:
        yield comparison(code, name, newest_year(code, name))


@cache
def _published() -> dict[tuple[int, str], dict[str, str]]:
    return {(int(row["calendar_year"]), row["code"]): row for row in _rows("published.csv")}


@cache
def _neighbours() -> dict[str, tuple[Area, ...]]:
    found: dict[str, list[Area]] = {}
    for row in _rows("neighbours.csv"):
        found.setdefault(row["code"], []).append(areas()[row["neighbour"]])
    return {code: tuple(near) for code, near in found.items()}


def _rows(name: str) -> list[dict[str, str]]:
    text = files("models.measures").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
