"""Everything a report is made of, read once from one state of the database."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from deployments.report.values import Values
from models.errors import NotFoundError
from models.measures.benchmarks import area, areas
from models.measures.catalogue import Catalogue, load_catalogue
from models.measures.derived import STAGES
from models.measures.disclosure import publish
from models.measures.evaluator import COLUMNS, Evaluator
from models.measures.forecast.forecast import Forecast, forecast
from models.measures.frames import Frames, frames
from models.practice.here import practices_here
from models.practice.schema import Practice, PublicationPolicy, TargetsPolicy
from models.queries.authorities import authority_codes, names, require_authority
from models.queries.board import open_of_all, places_of
from models.queries.certificate import Certificate, certificate
from models.queries.findings import Found, open_findings
from models.queries.holding.ledger import Ledger, ledger
from models.queries.kpi import KpiRow
from models.queries.overdue import overdue
from models.queries.scope import Scope
from models.statute.register import Register, load_register
from models.store import fetch

INVENTED = {"998": "336", "999": "336"}
"""The authorities that do not exist, and the one that their figures were invented after."""

EVERY = 100
MONTHS_SHOWN, QUARTERS_SHOWN = 12, 8


@dataclass(frozen=True)
class Material:
    """What is known of one authority on one day.

    `compare_with` is "" where nobody publishes anything to compare; `overdue` is the board's own sentence, "" where
    small numbers are left out or no night was run; `ahead` is None where it is for publication.
    """

    authority_code: str
    authority: str
    as_of: date
    practice: Practice
    compare_with: str
    register: Register
    values: Values
    frames: Frames
    ledger: Ledger
    certificate: Certificate
    findings: Sequence[Found]
    catalogue_version: str
    is_published: bool
    overdue: str
    ahead: Forecast | None

    stages = STAGES
    every = EVERY

    @property
    def targets(self) -> TargetsPolicy:
        """What the authority means to reach."""
        return self.practice.targets

    def verdict(self, value: float, target: int) -> tuple[str, bool]:
        """How a share stands to its target, in words and as a flag; the law's own target is all of them."""
        is_met = EVERY * value >= target
        aim = "the law's aim" if target == EVERY else "the target"
        return f"{'Meets' if is_met else 'Below'} {aim} of {target}%", is_met

    @property
    def last_month(self) -> date:
        """The first day of the newest month that is over."""
        return (self.as_of.replace(day=1) - timedelta(days=1)).replace(day=1)

    @property
    def shown_periods(self) -> tuple[str, list[date]]:
        """What a course in time is shown by, and the first days: months; quarters where small numbers are left out."""
        if self.is_published:
            return "quarter", self.quarters(QUARTERS_SHOWN)
        return "month", self.months(MONTHS_SHOWN)

    @property
    def last_twelve_months(self) -> tuple[date, date]:
        """The first and the last day of the twelve months that ended with the newest month that is over."""
        return self.months(MONTHS_SHOWN)[0], self.as_of.replace(day=1) - timedelta(days=1)

    def months(self, number: int) -> list[date]:
        """The first days of the newest months that are over, oldest first."""
        found = [self.last_month]
        while len(found) < number:
            found.append((found[-1] - timedelta(days=1)).replace(day=1))
        return found[::-1]

    def quarters(self, number: int) -> list[date]:
        """The first days of the newest quarters of the calendar year that are over, oldest first."""
        starts = [x for x in self.months(3 * number + 3) if x.month % 3 == 1]
        return [x for x in starts if _months_on(x, 3) <= self.as_of.replace(day=1)][-number:]


def _months_on(first: date, number: int) -> date:
    """The first day of the month that many months on."""
    whole = first.year * 12 + first.month - 1 + number
    return date(whole // 12, whole % 12 + 1, 1)


def read_material(
    connection: Connection, as_of: date, *, today: date, authority: str = "", is_published: bool = False
) -> Material:
    """Everything for the report of one authority as of a day; without a code, of the only one there is."""
    if authority:
        require_authority(connection, authority)
    code = authority or only_authority(connection)
    register, catalogue = load_register(), load_catalogue()
    policies = practices_here()
    practice = policies.of(code)
    found = frames(connection, register, as_of, code)
    table = Evaluator(found, catalogue).table()
    # A number that no authority has is refused where somebody chose it.
    chosen = practice.benchmarks.compare_with
    wanted = area(chosen).code if chosen else INVENTED.get(code, code)
    return Material(
        authority_code=code,
        authority=names().get(code, f"Authority {code}"),
        as_of=as_of,
        practice=practice,
        compare_with=wanted if wanted in areas() else "",
        register=register,
        values=Values(publishable(table, catalogue, practice.publication) if is_published else table, catalogue),
        frames=found,
        ledger=ledger(connection, register, as_of, Scope(code)),
        certificate=certificate(connection, register, as_of, today=today, practices=policies, authority_code=code),
        findings=open_findings(connection, as_of, authority_code=code),
        catalogue_version=catalogue.version,
        is_published=is_published,
        overdue="" if is_published else _overdue(connection, register, as_of, set(found.case["case_id"])),
        ahead=None if is_published else forecast(connection, register, as_of, practice, code),
    )


def _overdue(connection: Connection, register: Register, as_of: date, cases: Container[int]) -> str:
    """The board's count of what is overdue, in its words; "" of a day for which no night was run."""
    if not fetch(connection, "SELECT 1 FROM nights WHERE as_of = :day LIMIT 1", day=as_of.isoformat()):
        return ""
    found = open_of_all(connection, register, as_of)
    places = {case: place for case, place in places_of(found).items() if case in cases}
    return overdue(found.values(), places).words


def publishable(table: pd.DataFrame, catalogue: Catalogue, policy: PublicationPolicy) -> pd.DataFrame:
    """The measurements with NaN in all three figures of what is kept back."""
    rows = [KpiRow(*row) for row in zip(*(_plain(table[name]) for name in COLUMNS), strict=True)]
    found = publish(rows, catalogue, policy)
    hidden = ("numerator", "denominator", "value")
    shown = pd.DataFrame([x.row for x in found], columns=list(COLUMNS))
    shown[list(hidden)] = shown[list(hidden)].astype(float)
    shown.loc[[x.is_suppressed for x in found], list(hidden)] = float("nan")
    return shown


def _plain(column: "pd.Series[Any]") -> list[Any]:
    return [None if value is None or value != value else value for value in column.tolist()]  # noqa: PLR0124 - NaN


def only_authority(connection: Connection) -> str:
    """The authority whose records these are.

    Raises:
        NotFoundError: there are none, or several.
    """
    codes = authority_codes(connection)
    if len(codes) == 1:
        return str(codes[0])
    raise NotFoundError(
        "A report is about one authority." if codes else "There are no cases to report on.",
        why=f"There are the records of {len(codes)}: {', '.join(codes)}." if codes else "",
        remedy="Name one: ehc report --authority CODE." if codes else "Take in an extract with ehc import.",
    )
