"""What each list of the workbook holds: its columns, and a row for each case, clock, meeting or finding."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import isnan

import numpy as np

from deployments.tracker.rows import CaseLine, ClockLine, Rows
from deployments.tracker.sheets import Case, Cell, Column, day
from models.measures.quality.catalogue import rules
from models.queries.findings import Found
from models.statute.counting import week_since
from models.statute.records import DAY

Row = Sequence[Cell | Case]

CASES = (
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
CLOCKS = (
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
ADVICE = (
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
AGENDA = (
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
QUALITY = (
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


def of_cases(lines: Iterable[CaseLine], cases: Cases, as_of: date) -> Iterator[Row]:
    """Open cases with their stage's clock and next step."""
    lines = list(lines)
    requested = np.array([line.clock.case.requested_on or "NaT" for line in lines], dtype=DAY)
    weeks = week_since(requested, np.datetime64(as_of, "D")).tolist()
    for line, week in zip(lines, weeks, strict=True):
        clock, of = line.clock, line.clock.case
        yield (
            cases.name(of.authority_code, of.case_ref),
            clock.band,
            clock.days,
            day(clock.due_on),
            day(clock.act_by),
            _what(clock),
            of.officer,
            of.team,
            day(of.requested_on),
            None if isnan(week) else int(week),
            day(line.plan_due_on),
            line.owed,
            line.next_step,
            cases.explained(of.authority_code, of.case_ref),
        )


def _what(clock: ClockLine) -> str:
    """The duty in its few words; its title in full is among the definitions."""
    words = clock.duty.key.replace("_", " ")
    return f"{words} ({clock.of.replace('_', ' ')})" if clock.of else words


def of_clock(line: ClockLine, cases: Cases) -> Row:
    """An open clock."""
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


def of_advice(rows: Rows, cases: Cases) -> Iterator[Row]:
    """Each piece of advice that is owed, and by whom."""
    # Two pieces of one kind that one case is owed on one day differ in nothing but the body.
    told: Counter[tuple[str, ...]] = Counter()
    for line in rows.advice:
        of = line.case
        piece = (of.authority_code, of.case_ref, line.of, line.due_on)
        body = rows.bodies[piece][told[piece]]
        told[piece] += 1
        yield (
            line.of.replace("_", " "),
            body,
            cases.name(of.authority_code, of.case_ref),
            line.band,
            line.days,
            day(line.due_on),
            day(line.act_by),
            of.officer,
            of.team,
            cases.explained(of.authority_code, of.case_ref),
        )


def of_agenda(rows: Rows, cases: Cases) -> Iterator[Row]:
    """The cases for the coming panels, and those that are too late for any."""
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


def of_findings(findings: Iterable[Found], cases: Cases) -> Iterator[Row]:
    """What is wrong with the records, the worst first."""
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
