"""The first sheet: the board, with a way to every other sheet, and how old what it rests on is."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection
from xlsxwriter.worksheet import Worksheet

from deployments.tracker.rows import CaseLine, Rows
from deployments.tracker.sheets import LINE_HEIGHT, Book
from models.queries.board import BANDS
from models.queries.findings import Found
from models.queries.instants import ENGLAND, from_instant
from models.queries.nights import newest_night
from models.statute.register import Register
from models.store import fetch
from models.words import counted

CHARACTERS = 125
"""As many stand on a line across the columns of this sheet."""


@dataclass(frozen=True)
class Link:
    """A sheet and what a reader calls it; `stage` is "" where it is not that of a stage."""

    words: str
    sheet: str
    stage: str = ""


def write_summary(
    book: Book,
    connection: Connection,
    register: Register,
    rows: Rows,
    findings: Sequence[Found],
    links: Sequence[Link],
    officers: Mapping[str, str],
    per_officer: Counter[str],
) -> None:
    """Write the first sheet; `officers` are those with a sheet of their own, by name."""
    as_of = book.as_of
    page = _Page(book, book.sheet("Summary", f"SEND tracker, as at {as_of.day} {as_of:%B %Y}"))
    page.sheet.set_column(0, 0, 34)
    page.sheet.set_column(1, 8, 13)
    page.line(
        f"{counted(len(rows.cases), 'open case')}. Law as of register {register.version}. "
        "Colour repeats what the word says: overdue, this week (today and seven days), four weeks, later."
    )
    page.line(rows.overdue.words)
    for warning in _warnings(connection, as_of.isoformat()):
        page.line(warning, is_warning=True)
    page.gap()
    page.heading("Open cases", "open", *BANDS)
    for link in links:
        if link.stage:
            page.counts(link, [line for line in rows.cases if line.stage == link.stage])
    page.total([line.clock.band for line in rows.cases])
    page.gap()
    page.heading("Lists", "rows")
    late = sum(line.band == "overdue" for line in rows.clocks)
    sizes = {
        "Reviews and moves": len(rows.after_plan),
        "Overdue": late,
        "Advice owed": len(rows.advice),
        "Panel agenda": len(rows.agenda),
        "Data quality": len(findings),
    }
    for link in links:
        if not link.stage:
            page.size(link, sizes.get(link.words))
    page.gap()
    _agencies(page, rows)
    _officers(page, rows, officers, per_officer)
    _sources(page, connection, as_of.isoformat())
    page.sheet.freeze_panes(1, 0)
    page.colour()


def _agencies(page: "_Page", rows: Rows) -> None:
    page.heading("Advice owed, by agency", "owed", *BANDS)
    for kind in sorted({line.of for line in rows.advice}):
        bands = Counter(line.band for line in rows.advice if line.of == kind)
        page.row(kind.replace("_", " "), [bands.total(), *(bands[band] for band in BANDS)])
    page.gap()


def _officers(page: "_Page", rows: Rows, officers: Mapping[str, str], per_officer: Counter[str]) -> None:
    page.heading("Officers", "open", *BANDS)
    by_officer: dict[str, list[CaseLine]] = {}
    for line in rows.cases:
        by_officer.setdefault(line.clock.case.officer, []).append(line)
    for officer, sheet in officers.items():
        page.counts(Link(officer, sheet), by_officer[officer])
    if nobody := by_officer.get("", []):
        bands = Counter(line.clock.band for line in nobody)
        page.row("no officer", [len(nobody), *(bands[band] for band in BANDS)])
    if more := len(per_officer) - len(officers):
        have = "has" if more == 1 else "have"
        page.line(
            f"{counted(more, 'officer')} with fewer cases {have} no sheet of their own: filter the sheets above by "
            "officer.",
            is_warning=True,
        )
    page.gap()


def _sources(page: "_Page", connection: Connection, as_of: str) -> None:
    page.heading("Sources", "extract made", "days ago", "rows set aside")
    rows = fetch(
        connection,
        "SELECT source, authorities, COALESCE(extracted_at, imported_at), quarantined FROM imports "
        "WHERE id IN (SELECT MAX(id) FROM imports GROUP BY source, authorities) ORDER BY authorities, source",
    )
    for source, authorities, at, quarantined in rows:
        made = from_instant(at).astimezone(ENGLAND).date()
        age = max(0, (date.fromisoformat(as_of) - made).days)
        page.row(f"{source}, authority {authorities}", [made, age, quarantined])


def _warnings(connection: Connection, as_of: str) -> Iterable[str]:
    newest = newest_night(connection)
    if not newest:
        yield "No night has been run yet, so there are no clocks: run ehc nightly."
    elif newest > as_of:
        yield f"The clocks stand at {newest}: what ended since this day is not here any more, and what began is."
    elif newest < as_of:
        yield f"The clocks were last evaluated for {newest}: what happened since is not here. Run ehc nightly."
    if not fetch(connection, "SELECT 1 FROM findings LIMIT 1"):
        yield "The data have not been looked at yet, or are without fault: run ehc quality."


class _Page:
    """The sheet with the row it has come to."""

    def __init__(self, book: Book, sheet: Worksheet) -> None:
        self.book, self.sheet, self.at = book, sheet, 1
        self.blocks: list[tuple[int, int]] = []

    def line(self, words: str, *, is_warning: bool = False) -> None:
        self.sheet.merge_range(self.at, 0, self.at, 8, "", self.book.sentence)
        self.sheet.write_string(self.at, 0, words, self.book.warning if is_warning else self.book.sentence)
        # Cells that are one do not grow with their text.
        self.sheet.set_row(self.at, LINE_HEIGHT * (1 + len(words) // CHARACTERS))
        self.at += 1

    def gap(self) -> None:
        if self.blocks:
            first, last = self.blocks[-1]
            self.blocks[-1] = (first, self.at - 1 if first == last else last)
        self.at += 1

    def heading(self, *words: str) -> None:
        if words[-len(BANDS) :] == BANDS:
            self.blocks.append((self.at + 1, self.at + 1))
        for place, word in enumerate(words):
            self.sheet.write_string(self.at, place, word, self.book.over_numbers if place else self.book.heading)
        self.at += 1

    def counts(self, link: Link, lines: Sequence[CaseLine]) -> None:
        bands = Counter(line.clock.band for line in lines)
        self.size(link, len(lines), *(bands[band] for band in BANDS))

    def size(self, link: Link, *numbers: int | None) -> None:
        quoted = link.sheet.replace("'", "''")
        self.sheet.write_url(self.at, 0, f"internal:'{quoted}'!A1", self.book.link, link.words)
        self._numbers(numbers)

    def total(self, bands: Sequence[str]) -> None:
        counts = Counter(bands)
        self.row("all", [len(bands), *(counts[band] for band in BANDS)])

    def row(self, words: str, values: Sequence[object]) -> None:
        self.sheet.write_string(self.at, 0, words, self.book.text)
        self._numbers(values)

    def colour(self) -> None:
        """Colour what is overdue or due this week, where there is any; the heading says the same."""
        for place, band in enumerate(BANDS, 2):
            if band in ("overdue", "this week"):
                rule = {"type": "cell", "criteria": ">", "value": 0, "format": self.book.bands[band]}
                for first, last in self.blocks:
                    self.sheet.conditional_format(first, place, last, place, rule)

    def _numbers(self, values: Sequence[object]) -> None:
        for place, value in enumerate(values, 1):
            if isinstance(value, int):
                self.sheet.write_number(self.at, place, value, self.book.number)
            elif value is not None:
                self.sheet.write_datetime(self.at, place, value, self.book.date)
        self.at += 1
