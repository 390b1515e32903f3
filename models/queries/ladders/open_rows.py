"""The open clocks of the open cases as columns, with what a ladder asks of each; and advice never asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.practice.ladders import NEVER_ASKED
from models.practice.schema import Practice
from models.practice.sittings import working_days_after
from models.practice.words import LastSafe
from models.queries.advice import ALWAYS_ASKED, ASSESSED_SINCE, IS_TO_BE_ASKED, has_been_asked
from models.queries.board import KEY, engaged
from models.queries.columns import places
from models.queries.ladders.predictions import SafeDays
from models.queries.packed import Packed, read_packed
from models.queries.records import KINDS, TABLES
from models.queries.sql import quoted
from models.statute.calendar import Dates, england
from models.statute.records import DAY, UNKNOWN, Codes, Flags, Rows
from models.statute.register import Duty, Register
from models.store import as_text

FINAL_PLAN = "send_final_plan"

_NO_WORD = "CAST('' AS TEXT)"
_OF_THE_CASE = ("authority_code", "team", "officer")


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

    `key` tells the records of a case apart: the kind of advice, the number of an order. `is_excepted`: past its date,
    and an exception holds. `safe_on` and `is_lost` are as in `SafeDays`.
    """

    duty: str
    table: Packed
    place: Rows
    record_id: Rows
    case_id: Rows
    authority_code: Codes
    team: Codes
    officer: Codes
    key: Codes
    body: Codes
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
        return len(self.record_id)

    @cached_property
    def case_ref(self) -> NDArray[np.object_]:
        """What the case of each clock is known by; taken apart once somebody asks."""
        return self.table.texts("case_ref")[self.place]

    def last_safe(self, row: int) -> LastSafe | None:
        """The last safe day of the step that the clock's case has next, None where none is reckoned."""
        if self.safe_days is None:
            return None
        return self.safe_days.at(int(np.searchsorted(self.safe_days.case_ids, self.record_id[row])))

    def foreseen(self, safe: SafeDays | None) -> "OpenRows":
        """The same with the last safe day of each case."""
        if safe is None:
            return self
        at = places(safe.case_ids, self.record_id)
        known = at >= 0
        safe_on, is_lost = self.safe_on.copy(), self.is_lost.copy()
        safe_on[known], is_lost[known] = safe.last_on[at[known]], safe.is_lost[at[known]]
        return replace(self, safe_on=safe_on, is_lost=is_lost, safe_days=safe)


class OpenClocks:
    """The open clocks of a night, and the cases in which somebody is still to be asked for advice: each read once."""

    def __init__(self, connection: Connection, register: Register, as_of: date) -> None:
        self._today = np.datetime64(as_of, "D")
        self._clocks = {kind: _open(connection, kind, register.of_record(kind)) for kind in KINDS}
        self._to_ask = _to_be_asked(connection, as_of)
        plans = self._clocks["case"].codes("duty").is_in([FINAL_PLAN])
        still_to_come = (self._clocks["case"].numbers("case_id")[plans], self._clocks["order"].numbers("case_id"))
        self._open_cases = np.unique(np.concatenate(still_to_come))

    def of(self, duty: Duty, whose: Whose) -> OpenRows:
        """The open clocks of one duty; of reviews and transfers whether or not an assessment is still open."""
        table = self._clocks[duty.record]
        origin_on, due_on, act_by = map(table.days, ("origin_on", "due_on", "act_by"))
        wanted = table.codes("duty").is_in([duty.key]) & ~np.isnat(origin_on) & ~np.isnat(due_on)
        if duty.record in ("case", "advice"):
            wanted &= self._is_open(table)
        place = np.flatnonzero(wanted & whose.are(table.codes("authority_code")))
        is_excepted = table.flags("has_exception") & (due_on < self._today)
        return _rows(duty.key, table, place, due_on[place], act_by[place], is_excepted[place])

    def never_asked(self, practice: Practice, kind: str, whose: Whose) -> OpenRows:
        """The open cases being assessed, without a draft, in which a body that must be asked was not; by case.

        Each is like a clock from the day it was settled to assess, whoever settled it, to the last day on which local
        practice has the body asked.
        """
        table = self._to_ask
        wanted = ~table.flags(kind) & self._is_open(table) & whose.are(table.codes("authority_code"))
        place, calendar = np.flatnonzero(wanted), england()
        due_on = working_days_after(table.days("origin_on")[place], practice.advice.ask_within_working_days, calendar)
        found = _rows(never_asked(kind), table, place, due_on, calendar.before(due_on), np.zeros(len(place), np.bool_))
        return replace(found, key=Codes((kind,), np.zeros(len(place), dtype=np.int32)))

    def _is_open(self, table: Packed) -> Flags:
        """True in the cases whose final plan, or what an order asks for, is still to come."""
        return places(self._open_cases, table.numbers("case_id")) >= 0


def never_asked(kind: str) -> str:
    """The key under which advice of a kind that was never asked for is claimed."""
    return f"{NEVER_ASKED}:{kind}"


def _open(connection: Connection, kind: str, duties: Sequence[Duty]) -> Packed:
    """Every open clock of the records of a kind, by record."""
    record = f"JOIN {TABLES[kind]} r ON r.id = k.record_id" if kind in KEY else ""
    conditions = " ".join(f"AND (k.duty <> '{duty.key}' OR (1 = 1 {x}))" for duty in duties if (x := engaged(duty)))
    return read_packed(
        connection,
        f"FROM clocks k JOIN cases c ON c.id = k.case_id {record} "
        f"WHERE k.duty IN ({quoted(x.key for x in duties)}) AND k.ended_on IS NULL {conditions}",
        key="k.record_id",
        spread=f"FROM (SELECT id AS record_id FROM {TABLES[kind]}) k WHERE 1 = 1",
        alike=("r.id",) if record else (),
        numbers={"case_id": "k.case_id"},
        days={name: as_text(connection, f"k.{name}") for name in ("origin_on", "due_on", "act_by")},
        words={
            **{name: f"c.{name}" for name in _OF_THE_CASE},
            "duty": "k.duty",
            "key": KEY.get(kind, _NO_WORD),
            "body": "r.body" if kind == "advice" else _NO_WORD,
        },
        flags={"has_exception": "k.exception IS NOT NULL"},
        texts={"case_ref": "c.case_ref"},
    )


def _to_be_asked(connection: Connection, as_of: date) -> Packed:
    """The cases being assessed that have no draft: since when, and which of the bodies that must be asked were."""
    return read_packed(
        connection,
        f"FROM cases c WHERE {IS_TO_BE_ASKED}",
        key="c.id",
        spread="FROM cases c WHERE 1 = 1",
        numbers={"case_id": "c.id"},
        days={"origin_on": as_text(connection, ASSESSED_SINCE)},
        words={**{name: f"c.{name}" for name in _OF_THE_CASE}, "key": _NO_WORD, "body": _NO_WORD},
        flags={kind: has_been_asked(kind) for kind in ALWAYS_ASKED},
        texts={"case_ref": "c.case_ref"},
        as_of=as_of.isoformat(),
    )


def _rows(duty: str, table: Packed, place: Rows, due_on: Dates, act_by: Dates, is_excepted: Flags) -> OpenRows:
    def word(name: str) -> Codes:
        return table.codes(name).take(place)

    return OpenRows(
        duty=duty,
        table=table,
        place=place,
        record_id=table.ids[place],
        case_id=table.numbers("case_id")[place],
        authority_code=word("authority_code"),
        team=word("team"),
        officer=word("officer"),
        key=word("key"),
        body=word("body"),
        origin_on=table.days("origin_on")[place],
        due_on=due_on,
        act_by=act_by,
        is_excepted=is_excepted,
        safe_on=np.full(len(place), UNKNOWN, dtype=DAY),
        is_lost=np.zeros(len(place), dtype=np.bool_),
    )
