"""The open clocks of the open cases as columns, with what a ladder asks of each; and advice never asked for."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.practice.ladders import NEVER_ASKED
from models.practice.schema import Practice
from models.practice.sittings import working_days_after
from models.queries.advice import ASSESSED_SINCE, IS_TO_BE_ASKED
from models.queries.board import engaged
from models.queries.columns import Table, read_table
from models.queries.ladders.predictions import SafeDays
from models.queries.records import TABLES
from models.statute.calendar import Dates, england
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Rows
from models.statute.register import Duty, Register
from models.store import as_text, fetch

_KEY = {
    "advice": "r.kind",
    "order": "CAST(r.number AS TEXT)",
    "review": "CAST(r.review_number AS TEXT)",
    "transfer": "CAST(r.transfer_number AS TEXT)",
}
_NAMES = (
    *("record_id", "case_id", "authority_code", "team", "officer", "case_ref", "key", "body"),
    *("origin_on", "due_on", "act_by", "has_exception"),
)


@dataclass(frozen=True)
class Whose:
    """The authorities that a practice is for: one, or all but those that have their own."""

    only: str | None = None
    but: frozenset[str] = frozenset()

    def are(self, authority: Codes) -> Flags:
        """True for the rows of these authorities."""
        if self.only is not None:
            return authority.is_in([self.only])
        return ~authority.is_in(self.but)


@dataclass(frozen=True)
class OpenRows:
    """The open clocks of one duty with a known origin and due date, by record; `place` is the row in `table`.

    `is_excepted`: past its date, and an exception holds. `safe_on` and `is_lost` are as in `SafeDays`.
    """

    duty: str
    table: Table
    place: Rows
    record_id: Rows
    authority: Codes
    team: Codes
    kind: Codes
    origin_on: Dates
    due_on: Dates
    act_by: Dates
    is_excepted: Flags
    safe_on: Dates
    is_lost: Flags
    safe_days: SafeDays | None = None

    @property
    def size(self) -> int:
        """How many clocks there are."""
        return len(self.place)

    def word(self, name: str, row: int) -> str:
        """What the table says of a clock."""
        return str(self.table.words(name)[self.place[row]])

    def why(self, row: int) -> str:
        """Why the clock's limit is thought to be lost, in words."""
        if self.safe_days is None:
            return ""
        place = int(np.searchsorted(self.safe_days.case_ids, self.record_id[row]))
        return self.safe_days.why(place)


def open_case_ids(connection: Connection, register: Register) -> Rows:
    """The cases whose final plan, or what an order asks for, is still to come, in order; from the clock table."""
    duties = ["send_final_plan", *(duty.key for duty in register.of_record("order"))]
    names = {f"d{number}": key for number, key in enumerate(duties)}
    rows = fetch(
        connection,
        "SELECT DISTINCT case_id FROM clocks WHERE ended_on IS NULL AND duty IN "
        f"({', '.join(f':{name}' for name in names)}) ORDER BY case_id",
        **names,
    )
    return np.fromiter((case for (case,) in rows), dtype=np.int64, count=len(rows))


def open_rows(
    connection: Connection, duty: Duty, whose: Whose, as_of: date, open_cases: Rows, safe: SafeDays | None = None
) -> OpenRows:
    """The open clocks of one duty; of reviews and transfers whether or not an assessment is still open."""
    key = _KEY.get(duty.record, "''")
    body = "r.body" if duty.record == "advice" else "''"
    record = f"JOIN {TABLES[duty.record]} r ON r.id = k.record_id" if duty.record in _KEY else ""
    table = read_table(
        connection,
        _NAMES,
        "SELECT k.record_id, k.case_id, c.authority_code, COALESCE(c.team, ''), COALESCE(c.officer, ''), c.case_ref, "
        f"{key}, {body}, {as_text(connection, 'k.origin_on', 'k.due_on', 'k.act_by')}, "
        "CASE WHEN k.exception IS NULL THEN 0 ELSE 1 END "
        f"FROM clocks k JOIN cases c ON c.id = k.case_id {record} WHERE k.duty = :duty AND k.ended_on IS NULL "
        f"AND k.origin_on IS NOT NULL AND k.due_on IS NOT NULL {engaged(duty)} ORDER BY k.record_id",
        duty=duty.key,
    )
    wanted = whose.are(Codes.of(table.words("authority_code")))
    if duty.record in ("case", "advice"):
        wanted &= _among(table.numbers("case_id"), open_cases)
    kind = Codes.of(table.words("key")) if duty.record == "advice" else _no_kind(table.size)
    origin, due, act_by = table.days("origin_on"), table.days("due_on"), table.days("act_by")
    return _rows(duty.key, table, wanted, kind, origin, due, act_by, as_of, safe)


def never_asked_rows(
    connection: Connection, practice: Practice, kind: str, whose: Whose, as_of: date, open_cases: Rows
) -> OpenRows:
    """The open cases being assessed, without a draft, in which a body that must be asked was not; by case.

    Each is like a clock from the day it was settled to assess, whoever settled it, to the last day on which local
    practice has the body asked.
    """
    table = read_table(
        connection,
        (*_NAMES[:9], "has_exception"),
        "SELECT c.id, c.id, c.authority_code, COALESCE(c.team, ''), COALESCE(c.officer, ''), c.case_ref, "
        f"CAST(:kind AS TEXT), '', {as_text(connection, ASSESSED_SINCE)}, 0 FROM cases c "
        f"WHERE {IS_TO_BE_ASKED} "
        "AND NOT EXISTS (SELECT 1 FROM advice a WHERE a.case_id = c.id AND a.kind = :kind "
        "AND (a.requested_on <= :as_of OR a.received_by_body_on <= :as_of)) ORDER BY c.id",
        kind=kind,
        as_of=as_of.isoformat(),
    )
    calendar, origin = england(), table.days("origin_on")
    due = working_days_after(origin, practice.advice.ask_within_working_days, calendar)
    wanted = _among(table.numbers("case_id"), open_cases) & whose.are(Codes.of(table.words("authority_code")))
    kinds = Codes((kind,), np.zeros(table.size, dtype=np.int32))
    return _rows(never_asked(kind), table, wanted, kinds, origin, due, calendar.before(due), as_of, None)


def never_asked(kind: str) -> str:
    """The key under which advice of a kind that was never asked for is claimed."""
    return f"{NEVER_ASKED}:{kind}"


def _rows(
    duty: str,
    table: Table,
    wanted: Flags,
    kind: Codes,
    origin: Dates,
    due: Dates,
    act_by: Dates,
    as_of: date,
    safe: SafeDays | None,
) -> OpenRows:
    place = np.flatnonzero(wanted)
    record = table.numbers("record_id")[place]
    due_on = due[place]
    safe_on, is_lost = np.full(len(place), UNKNOWN, dtype=DAY), np.zeros(len(place), dtype=np.bool_)
    if safe is not None and len(safe.case_ids):
        at = np.searchsorted(safe.case_ids, record)
        at[at == len(safe.case_ids)] = 0
        known = safe.case_ids[at] == record
        safe_on[known], is_lost[known] = safe.last_on[at[known]], safe.is_lost[at[known]]
    return OpenRows(
        duty=duty,
        table=table,
        place=place,
        record_id=record,
        authority=Codes.of(table.words("authority_code")).take(place),
        team=Codes.of(table.words("team")).take(place),
        kind=kind.take(place),
        origin_on=origin[place],
        due_on=due_on,
        act_by=act_by[place],
        is_excepted=table.numbers("has_exception")[place].astype(np.bool_) & (due_on < np.datetime64(as_of, "D")),
        safe_on=safe_on,
        is_lost=is_lost,
        safe_days=safe,
    )


def _among(ids: Rows, wanted: Rows) -> Flags:
    """True for the ids that are among those wanted, which are in order."""
    if not len(wanted):
        return np.zeros(len(ids), dtype=np.bool_)
    at = np.searchsorted(wanted, ids)
    at[at == len(wanted)] = 0
    found: Flags = wanted[at] == ids
    return found


def _no_kind(size: int) -> Codes:
    return Codes(("",), np.zeros(size, dtype=np.int32))
