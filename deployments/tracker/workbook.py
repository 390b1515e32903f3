"""The tracker: which sheets there are and what stands on each."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from deployments.tracker import lists
from deployments.tracker.definitions import write_definitions
from deployments.tracker.lists import Cases
from deployments.tracker.names import SheetNames
from deployments.tracker.rows import CaseLine, Rows, read_rows
from deployments.tracker.sheets import Book
from deployments.tracker.summary import Link, write_summary
from deployments.whole_file import whole_file
from models.practice.loader import Practices
from models.queries.board import STAGES
from models.queries.findings import Found, open_findings
from models.statute.register import Register
from models.words import counted

MOST_OFFICERS = 60
"""More sheets than this nobody finds a name among; the others are found by the filter on the stages' sheets."""

STAGE_NAMES = {
    "request": "Request",
    "advice": "Advice",
    "draft": "Draft",
    "final_plan": "Final plan",
    "order": "Orders",
}
_OTHERS = ("Reviews and moves", "Overdue", "Advice owed", "Panel agenda", "Data quality", "Definitions")


@dataclass(frozen=True)
class Written:
    """What was written: where, how many sheets and open cases, and how many officers found no sheet of their own."""

    path: Path
    sheets: int
    open_cases: int
    officers_without_sheet: int


def write_tracker(
    path: Path,
    connection: Connection,
    register: Register,
    practices: Practices,
    as_of: date,
    *,
    made_at: datetime,
    address_of: Callable[[str], str] = lambda _: "",
    progress: Callable[[str], None] = lambda _: None,
) -> Written:
    """The workbook of a day, from clocks refreshed for that day; a file that was there is replaced at the end.

    Args:
        path: where it goes; only its owner can read it.
        connection: open for reading.
        register: the law.
        practices: what each authority has settled for itself, for the panels.
        as_of: the day it is of.
        made_at: the present instant, aware, which the document says.
        address_of: the address of the form that explains a case, "" where there is none.
        progress: is told each step.
    """
    progress("reading the records")
    rows = read_rows(connection, register, practices, as_of)
    cases = Cases(len(rows.authorities) > 1, address_of)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with whole_file(path) as part:
        workbook = Workbook(str(part), options)
        _describe(workbook, register, as_of, made_at)
        without_sheet = _fill(Book(workbook, as_of), connection, register, rows, cases, progress)
        sheets = len(workbook.worksheets())
        _close(workbook)
    return Written(path, sheets, len(rows.cases), without_sheet)


def _describe(workbook: Workbook, register: Register, as_of: date, made_at: datetime) -> None:
    workbook.set_properties(
        {
            "title": f"SEND tracker, {as_of:%d %B %Y}",
            "subject": "Statutory clocks of the EHC pathway",
            "author": "ehc-pathway",
            "keywords": f"EHC, SEND, register {register.version}",
            "comments": "Case references and staff only; no child is named.",
            "created": made_at.replace(tzinfo=None),
        }
    )


def _close(workbook: Workbook) -> None:
    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(*error.args) from None


def _fill(
    book: Book, connection: Connection, register: Register, rows: Rows, cases: Cases, progress: Callable[[str], None]
) -> int:
    """Write every sheet; answers how many officers found none of their own."""
    findings = open_findings(connection, book.as_of)
    names = SheetNames()
    names.free("Summary")
    officers = Counter(line.clock.case.officer for line in rows.cases if line.clock.case.officer)
    sheets = {name: names.free(name) for name in (*STAGE_NAMES.values(), *_OTHERS)}
    own = {officer: names.free(officer) for officer in sorted(dict(officers.most_common(MOST_OFFICERS)))}
    links = [
        *(Link(STAGE_NAMES[stage], sheets[STAGE_NAMES[stage]], stage=stage) for stage in STAGES),
        *(Link(name, sheets[name]) for name in _OTHERS),
    ]
    progress("writing the summary")
    write_summary(book, connection, register, rows, findings, links, own, officers)
    for stage, name in STAGE_NAMES.items():
        progress(f"writing {name}")
        chosen = [line for line in rows.cases if line.stage == stage]
        _write_cases(book, sheets[name], name, chosen, cases)
    progress("writing the other sheets")
    _write_others(book, sheets, rows, findings, cases)
    write_definitions(book, sheets["Definitions"], register)
    progress(f"writing the sheets of {len(own):,} officers")
    for officer, sheet in own.items():
        chosen = [line for line in rows.cases if line.clock.case.officer == officer]
        _write_cases(book, sheet, officer, chosen, cases)
    return len(officers) - len(own)


def _write_cases(book: Book, sheet: str, name: str, lines: Sequence[CaseLine], cases: Cases) -> None:
    day = f"{book.as_of.day} {book.as_of:%B %Y}"
    title = f"{name}: {counted(len(lines), 'open case')} on {day}"
    book.listing(sheet, title, lists.CASES, lists.of_cases(lines, cases, book.as_of))


def _write_others(book: Book, sheets: Mapping[str, str], rows: Rows, findings: Sequence[Found], cases: Cases) -> None:
    """The lists that are of no stage and no officer, but for the definitions."""
    late = [line for line in rows.clocks if line.band == "overdue"]
    for name, title, columns, found in (
        (
            "Reviews and moves",
            counted(len(rows.after_plan), "open clock"),
            lists.CLOCKS,
            (lists.of_clock(line, cases) for line in rows.after_plan),
        ),
        (
            "Overdue",
            f"{counted(len(late), 'clock')} of {counted(len({line.case for line in late}), 'case')}",
            lists.CLOCKS,
            (lists.of_clock(line, cases) for line in late),
        ),
        ("Advice owed", f"{counted(len(rows.advice), 'piece')}, by agency", lists.ADVICE, lists.of_advice(rows, cases)),
        (
            "Panel agenda",
            f"{counted(len(rows.agenda), 'decision')} whose last safe panel is the next, or has gone by",
            lists.AGENDA,
            lists.of_agenda(rows, cases),
        ),
        ("Data quality", counted(len(findings), "finding"), lists.QUALITY, lists.of_findings(findings, cases)),
    ):
        book.listing(sheets[name], f"{name}: {title}", columns, found)
