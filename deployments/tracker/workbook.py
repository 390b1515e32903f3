"""The tracker: which sheets there are and what stands on each."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

from deployments.tracker.definitions import write_definitions
from deployments.tracker.names import SheetNames
from deployments.tracker.rows import CaseLine, ClockLine, Rows, read_rows
from deployments.tracker.sheets import Book, Case, Cell, Column, day
from deployments.tracker.summary import Link, write_summary
from deployments.whole_file import whole_file
from models.measures.quality.catalogue import rules
from models.practice.loader import Practices
from models.queries.board import STAGES
from models.queries.findings import Found, open_findings
from models.statute.register import Register

MOST_OFFICERS = 60
"""More sheets than this nobody finds a name among; the others are found by the filter on the stages' sheets."""

STAGE_NAMES = {
    "request": "Request",
    "advice": "Advice",
    "draft": "Draft",
    "final_plan": "Final plan",
    "order": "Orders",
}

_CASES = (
    Column("Case", "case"),
    Column("Band", "band"),
    Column("Days left", "number"),
    Column("Due", "date"),
    Column("Act by", "date"),
    Column("What is due"),
    Column("Officer"),
    Column("Team"),
    Column("Requested", "date"),
    Column("Week", "number"),
    Column("Plan due", "date"),
    Column("Advice owed", "text"),
    Column("Next", "wide"),
    Column("Explain", "explain"),
)
_CLOCKS = (
    Column("Case", "case"),
    Column("Band", "band"),
    Column("Days left", "number"),
    Column("Due", "date"),
    Column("Act by", "date"),
    Column("What is due", "wide"),
    Column("Of"),
    Column("Law", "wide"),
    Column("Officer"),
    Column("Team"),
    Column("Explain", "explain"),
)
_ADVICE = (
    Column("Agency"),
    Column("Body", "wide"),
    Column("Case", "case"),
    Column("Band", "band"),
    Column("Days left", "number"),
    Column("Due", "date"),
    Column("Chase by", "date"),
    Column("Officer"),
    Column("Team"),
    Column("Explain", "explain"),
)
_AGENDA = (
    Column("Panel", "case"),
    Column("Held on", "date"),
    Column("Papers by", "date"),
    Column("Case", "case"),
    Column("To decide"),
    Column("Due", "date"),
    Column("Too late"),
    Column("Team"),
    Column("Why", "wide"),
    Column("Explain", "explain"),
)
_QUALITY = (
    Column("Case", "case"),
    Column("Severity"),
    Column("What is wrong", "wide"),
    Column("In this record", "wide"),
    Column("Owner"),
    Column("First seen", "date"),
    Column("Days", "number"),
    Column("What to do", "wide"),
    Column("Explain", "explain"),
)


@dataclass(frozen=True)
class Written:
    """What was written: where, how many sheets and open cases, and how many officers found no sheet of their own."""

    path: Path
    sheets: int
    open_cases: int
    officers_without_sheet: int


@dataclass(frozen=True)
class Cases:
    """How a case is called and explained: with its authority where there are several."""

    with_authority: bool
    address_of: Callable[[str], str]

    def name(self, authority_code: str, case_ref: str) -> str:
        """The case as a reader, or a command, is given it."""
        return f"{authority_code}/{case_ref}" if self.with_authority and case_ref else case_ref

    def explained(self, authority_code: str, case_ref: str) -> Case | None:
        """How to have the case explained."""
        if not case_ref:
            return None
        name = self.name(authority_code, case_ref)
        return Case(f"ehc explain {name}", self.address_of(name))


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
    findings = open_findings(connection, as_of)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "dd/mm/yyyy",
    }
    with whole_file(path) as part:
        workbook = Workbook(str(part), options)
        written = _fill(workbook, path, connection, register, as_of, made_at, rows, findings, address_of, progress)
        _close(workbook)
    return written


def _close(workbook: Workbook) -> None:
    try:
        workbook.close()
    except FileCreateError as error:
        raise OSError(*error.args) from None


def _fill(
    workbook: Workbook,
    path: Path,
    connection: Connection,
    register: Register,
    as_of: date,
    made_at: datetime,
    rows: Rows,
    findings: Sequence[Found],
    address_of: Callable[[str], str],
    progress: Callable[[str], None],
) -> Written:
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
    book = Book(workbook, as_of)
    names = SheetNames()
    names.free("Summary")
    cases = Cases(len(rows.authorities) > 1, address_of)
    officers = Counter(line.clock.case.officer for line in rows.cases if line.clock.case.officer)
    own = {officer: "" for officer, _ in sorted(officers.most_common(MOST_OFFICERS))}
    sheets = {name: names.free(name) for name in (*STAGE_NAMES.values(), *_OTHERS)}
    for officer in own:
        own[officer] = names.free(officer)
    links = [
        *(Link(STAGE_NAMES[stage], sheets[STAGE_NAMES[stage]], stage=stage) for stage in STAGES),
        *(Link(name, sheets[name]) for name in _OTHERS),
    ]
    progress("writing the summary")
    write_summary(book, connection, register, rows, findings, links, own, officers)
    for stage, name in STAGE_NAMES.items():
        progress(f"writing {name}")
        chosen = [line for line in rows.cases if line.stage == stage]
        book.listing(sheets[name], _title(name, chosen, as_of), _CASES, _cases(chosen, cases, as_of))
    progress("writing the other sheets")
    later = [_clock(line, cases) for line in rows.after_plan]
    book.listing(sheets["Reviews and moves"], f"Reviews and moves: {len(later):,} open clocks", _CLOCKS, later)
    late = [line for line in rows.clocks if line.band == "overdue"]
    title = f"Overdue: {len(late):,} clocks of {len({line.case for line in late}):,} cases"
    book.listing(sheets["Overdue"], title, _CLOCKS, (_clock(line, cases) for line in late))
    title = f"Advice owed: {len(rows.advice):,} pieces, by agency"
    book.listing(sheets["Advice owed"], title, _ADVICE, _advice(rows, cases))
    title = f"Panel agenda: {len(rows.agenda):,} cases whose last safe panel is the next, or has gone by"
    book.listing(sheets["Panel agenda"], title, _AGENDA, _agenda(rows, cases))
    book.listing(
        sheets["Data quality"], f"Data quality: {len(findings):,} findings", _QUALITY, _quality(findings, cases)
    )
    write_definitions(book, sheets["Definitions"], register)
    for officer, name in own.items():
        progress(f"writing the sheets of {len(own):,} officers")
        chosen = [line for line in rows.cases if line.clock.case.officer == officer]
        book.listing(name, _title(officer, chosen, as_of), _CASES, _cases(chosen, cases, as_of))
    return Written(path, len(workbook.worksheets()), len(rows.cases), len(officers) - len(own))


_OTHERS = ("Reviews and moves", "Overdue", "Advice owed", "Panel agenda", "Data quality", "Definitions")


def _title(name: str, lines: Sequence[CaseLine], as_of: date) -> str:
    return f"{name}: {len(lines):,} open {'case' if len(lines) == 1 else 'cases'} on {as_of.day} {as_of:%B %Y}"


def _cases(lines: Iterable[CaseLine], cases: Cases, as_of: date) -> Iterator[Sequence[Cell | Case]]:
    for line in lines:
        clock, of = line.clock, line.clock.case
        requested = day(of.requested_on)
        yield (
            cases.name(of.authority_code, of.case_ref),
            clock.band,
            clock.days,
            day(clock.due_on),
            day(clock.act_by),
            _what(clock),
            of.officer,
            of.team,
            requested,
            (as_of - requested).days // 7 + 1 if isinstance(requested, date) and requested <= as_of else None,
            day(line.plan_due_on),
            line.owed,
            line.next_step,
            cases.explained(of.authority_code, of.case_ref),
        )


def _what(clock: ClockLine) -> str:
    """The duty in its few words; its title in full is among the definitions."""
    words = clock.duty.key.replace("_", " ")
    return f"{words} ({clock.of.replace('_', ' ')})" if clock.of else words


def _clock(line: ClockLine, cases: Cases) -> Sequence[Cell | Case]:
    of = line.case
    return (
        cases.name(of.authority_code, of.case_ref),
        line.band,
        line.days,
        day(line.due_on),
        day(line.act_by),
        line.duty.title,
        line.of.replace("_", " "),
        line.duty.standing_limit.source.cite,
        of.officer,
        of.team,
        cases.explained(of.authority_code, of.case_ref),
    )


def _advice(rows: Rows, cases: Cases) -> Iterator[Sequence[Cell | Case]]:
    for line in rows.advice:
        of = line.case
        yield (
            line.of.replace("_", " "),
            rows.bodies.get((of.authority_code, of.case_ref, line.of, line.due_on), ""),
            cases.name(of.authority_code, of.case_ref),
            line.band,
            line.days,
            day(line.due_on),
            day(line.act_by),
            of.officer,
            of.team,
            cases.explained(of.authority_code, of.case_ref),
        )


def _agenda(rows: Rows, cases: Cases) -> Iterator[Sequence[Cell | Case]]:
    for item in rows.agenda:
        yield (
            item.panel or "no panel is known",
            day(item.panel_on),
            day(item.papers_by),
            cases.name(item.authority_code, item.case_ref),
            {"assess": "whether to assess", "issue": "whether to issue"}.get(item.decision, item.decision),
            day(item.due_on),
            "yes" if item.is_lost else "no",
            item.team,
            item.words,
            cases.explained(item.authority_code, item.case_ref),
        )


def _quality(findings: Iterable[Found], cases: Cases) -> Iterator[Sequence[Cell | Case]]:
    known = rules()
    for found in sorted(findings, key=lambda x: (known[x.rule].rank, x.rule, x.first_seen_on, x.case_ref)):
        rule = known[found.rule]
        yield (
            cases.name(found.authority_code, found.case_ref) or f"authority {found.authority_code}",
            rule.severity,
            rule.title,
            found.words,
            rule.owner.replace("_", " "),
            day(found.first_seen_on),
            found.days,
            rule.remedy,
            cases.explained(found.authority_code, found.case_ref),
        )
