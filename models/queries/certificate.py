"""The certificate of completeness: every record by every duty, evaluated and counted; silence is an alarm."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from models.practice.loader import Practices
from models.queries.authorities import authority_codes
from models.queries.nights import night_after
from models.queries.outbox.extracts import newest_extracts
from models.queries.records import TABLES
from models.queries.sql import quoted
from models.statute.register import Duty, Register
from models.store import fetch


@dataclass(frozen=True)
class DutyCount:
    """One duty on one night: records counted now, and what the night says it did with how many of them."""

    duty: str
    stage: str
    records: int
    evaluated: int
    clocks: int
    not_begun: int
    stored: int

    @property
    def is_complete(self) -> bool:
        """True if every record was evaluated and every clock of it is in the table."""
        return self.records == self.evaluated == self.clocks + self.not_begun and self.clocks == self.stored


@dataclass(frozen=True)
class SourceAge:
    """When an authority's newest extract was made, in UTC; `days` counts to today, None if none ever came.

    When it was made, and not when it was taken in: until then its dates are true. Only where it does not say when it
    was made does the moment it was taken in stand for it.
    """

    authority_code: str
    made_at: str
    days: int | None
    quarantined: int
    missing_open_cases: int
    is_stale: bool


@dataclass(frozen=True)
class Certificate:
    """What one night can be relied on for; `faults` say in words why it is not complete."""

    as_of: str
    register_version: str
    duties: tuple[DutyCount, ...]
    sources: tuple[SourceAge, ...]
    faults: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """True if nothing is missing."""
        return not self.faults


def certificate(
    connection: Connection,
    register: Register,
    as_of: date,
    *,
    today: date,
    practices: Practices,
    authority_code: str = "",
) -> Certificate:
    """The certificate of the night for `as_of`, counted against the records; sources are aged to `today`.

    Each authority's own practice says when its extract is too old; with `authority_code` only that one is a source.
    A night is of all authorities, and so are its counts, and so is an extract that it refused.
    """
    duties = tuple(_counts(connection, [x for x in register.duties if x.is_watched and x.record in TABLES], as_of))
    sources = tuple(x for x in _sources(connection, today, practices) if authority_code in ("", x.authority_code))
    faults = (*_refused(connection, as_of), *_clock_behind(connection, today), *_faults(as_of, duties, sources))
    return Certificate(as_of.isoformat(), register.version, duties, sources, faults)


def _counts(connection: Connection, duties: Iterable[Duty], as_of: date) -> Iterable[DutyCount]:
    """The counts of each duty; many duties are of all records of one table, which are counted once."""
    stored = dict(map(tuple, fetch(connection, "SELECT duty, COUNT(*) FROM clocks GROUP BY duty")))
    nights = {
        duty: counts
        for duty, *counts in fetch(
            connection,
            "SELECT duty, records, clocks, not_begun FROM nights WHERE as_of = :as_of",
            as_of=as_of.isoformat(),
        )
    }
    records: dict[tuple[str, str], int] = {}
    for duty in duties:
        of = TABLES[duty.record], _where(duty)
        if of not in records:
            records[of] = fetch(connection, "SELECT COUNT(*) FROM {} WHERE {}".format(*of))[0][0]
        evaluated, clocks, not_begun = nights.get(duty.key, (0, 0, 0))
        known = stored.get(duty.key, 0)
        yield DutyCount(duty.key, duty.stage, records[of], evaluated, clocks, not_begun, known)


def _where(duty: Duty) -> str:
    """In SQL, true of the records that a duty is for."""
    conditions = [f"COALESCE({column}, '') IN ({quoted(words)})" for column, words in duty.where.items()]
    return " AND ".join(conditions) or "1 = 1"


def _sources(connection: Connection, today: date, practices: Practices) -> Iterable[SourceAge]:
    newest = newest_extracts(connection)
    for authority in authority_codes(connection):
        if authority not in newest:
            yield SourceAge(authority, "", None, 0, 0, is_stale=True)
            continue
        found = newest[authority]
        days = found.days_old(today)
        yield SourceAge(
            authority,
            f"{found.at:%Y-%m-%d %H:%M}",
            days,
            found.quarantined,
            found.missing_open_cases,
            is_stale=found.is_nightly and days > practices.of(authority).sources.stale_after_days,
        )


def _refused(connection: Connection, as_of: date) -> Iterable[str]:
    rows = fetch(connection, "SELECT why FROM refused_extracts WHERE as_of = :as_of", as_of=as_of.isoformat())
    return (why for (why,) in rows)


def _clock_behind(connection: Connection, today: date) -> Iterable[str]:
    if later := night_after(connection, today):
        yield (
            f"A night was run for {later}, and by this computer's clock it is {today}: see whether the clock is right. "
            f"No alert is raised for a day before {later}."
        )


def _faults(as_of: date, duties: Sequence[DutyCount], sources: Iterable[SourceAge]) -> Iterable[str]:
    if not any(x.records for x in duties):
        yield "There are no records at all."
    elif not any(x.evaluated for x in duties):
        yield f"No night evaluated any record for {as_of}."
        duties = ()
    for x in duties:
        if x.records and not x.evaluated:
            yield f"{x.duty} was not evaluated for any of its {x.records:,} records."
        elif not x.is_complete:
            yield (
                f"{x.duty}: {x.records:,} records, of which {x.evaluated:,} were evaluated; "
                f"{x.clocks:,} clocks, of which {x.stored:,} are stored."
            )
    for source in sources:
        if source.is_stale:
            age = f"was made {source.days} days ago" if source.days is not None else "is not there"
            yield f"The extract of authority {source.authority_code} {age}."
