"""What a file of measures may say: conditions on declared columns, and nothing that runs.

A condition is a column, one test and a value: `{ column = "weeks_to_plan", at_most = 20 }`. The columns are those of
the frames, so that a definition cannot count what is not there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

UNITS = {
    "share": "the part of the cohort that is counted, between 0 and 1",
    "count": "how many are counted",
    "mean": "the sum of a column over the cohort, by the number of its rows",
}

BASES = {
    "requested": "by the day of the request",
    "due": "by the last lawful day",
    "issued": "by the day the final plan was sent",
    "decided": "by the day of the decision",
    "withdrawn": "by the day of the withdrawal",
    "held": "by the day of the meeting",
    "claimed": "by the day of the claim",
    "sent": "by the day of the message",
    "answered": "by the day of the reply",
    "recorded": "by the day it was recorded",
    "passed_on": "by the day the case passed on to the next holder, or the day asked about",
    "open": "as things stand on the day asked about",
}
"""What puts a row into a period."""

BETTER = ("higher", "lower", "neither")

TESTS: Mapping[str, tuple[str, ...]] = {
    "is": ("word", "flag"),
    "is_not": ("word",),
    "is_in": ("word",),
    "is_not_in": ("word",),
    "known": ("word", "date", "number"),
    "passed": ("date",),
    "not_after": ("date",),
    "at_most": ("number",),
    "more_than": ("number",),
}
"""The tests and the kinds of column each is for; `not_after` takes another column of dates, the others a value."""

Value = str | bool | float | tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """One thing that must be so of a row."""

    column: str
    test: str
    value: Value


@dataclass(frozen=True)
class Dimension:
    """A way of telling rows apart: by the words of a column, or by bands of a whole number, upper ends inclusive.

    Where the groups are too small for a month to say anything of one, it is not told apart `by_month`.
    """

    key: str
    title: str
    column: str
    labels: Mapping[str, str]
    bands: tuple[int, ...]
    by_month: bool

    @property
    def band_names(self) -> tuple[str, ...]:
        """The name of each band, and of what lies above the last; none where words tell the rows apart."""
        if not self.bands:
            return ()
        lowest = [1, *(end + 1 for end in self.bands[:-1])]
        names = [str(end) if low == end else f"{low} to {end}" for low, end in zip(lowest, self.bands, strict=True)]
        return (*names, f"over {self.bands[-1]}")


@dataclass(frozen=True)
class Measure:
    """One definition. Of the rows of `record` in the `cohort`, those that are `counted`, or the `total` of a column.

    `basis` says which column puts a row into a period, once for each basis. `title` and `meaning` are for a person;
    `better` says which way is up, `target` names the target of the local practice, `dfe` the DfE's file and column
    where the figure is the DfE's own.
    """

    key: str
    title: str
    meaning: str
    family: str
    record: str
    unit: str
    cohort: tuple[Condition, ...]
    counted: tuple[Condition, ...]
    total: str
    basis: Mapping[str, str]
    dimensions: tuple[str, ...]
    better: str
    target: str
    dfe: str
    citation: str
    owner: str
    changed_on: date


@dataclass(frozen=True)
class NotMeasured:
    """An indicator that was asked for and is not here, and why."""

    key: str
    title: str
    why: str
