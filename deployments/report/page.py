"""What a page of the report is made of: sections of cards, figures and tables, in words that are ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from deployments.report.drawing import Picture

SHORT_TABLE = 16
"""Rows: a table no longer than this is kept on one sheet."""

WIDE_TABLE = 5
"""Columns: a table wider than this is printed smaller, to keep it on the sheet."""

NARROW_TABLE = 2
"""Columns: a table wider than this scrolls by itself on a phone, so that the page does not."""


@dataclass(frozen=True)
class Table:
    """A table: the first column names the row."""

    caption: str
    headings: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]
    is_text: bool = False

    @property
    def is_short(self) -> bool:
        """Whether it fits on one sheet with what is around it."""
        return len(self.rows) <= SHORT_TABLE

    @property
    def is_wide(self) -> bool:
        """Whether a sheet is too narrow for it in letters of the usual size."""
        return len(self.headings) > WIDE_TABLE

    @property
    def scrolls(self) -> bool:
        """Whether a phone may be too narrow for it, so that whoever has no mouse must be able to get to it."""
        return len(self.headings) > NARROW_TABLE


@dataclass(frozen=True)
class Figure:
    """A chart with its title, what it shows in a sentence, and the numbers behind it.

    The table of numbers is folded away unless `is_open`.
    """

    key: str
    title: str
    words: str
    picture: Picture
    table: Table
    is_open: bool = False


@dataclass(frozen=True)
class Card:
    """One number large, with what it is, what it is made of, and how it stands to its target."""

    title: str
    value: str
    made_of: str
    lines: tuple[str, ...] = ()
    verdict: str = ""
    is_on_target: bool | None = None


@dataclass(frozen=True)
class Term:
    """A figure's definition."""

    title: str
    meaning: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A section of the report, in the order it is read: words, cards, figures, tables, notes."""

    key: str
    title: str
    words: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    terms: tuple[Term, ...] = ()
    points: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The whole report."""

    title: str
    authority: str
    as_of: str
    about: tuple[tuple[str, str], ...]
    alarm: str = ""
    is_published: bool = False
    sections: tuple[Section, ...] = field(default_factory=tuple)
