"""What is measured: cases, requests for advice, orders, reviews, claims, notices, chases and so on, as frames.

Only what was dated on or before `as_of` counts, as everywhere. Each frame of records has the clocks of its duties
beside its facts, as columns named `duty.field`: `send_final_plan.due_on`, `give_advice.state`. In pandas words are
categoricals, dates `datetime64[s]`, NaT where unknown; an unknown word is "".
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.measures import derived, sent
from models.measures.columns import Columns, once, take
from models.queries.at_once import read_at_once
from models.queries.columns import places
from models.queries.evaluated import Evaluated
from models.queries.holding.ledger import ledger_of
from models.queries.holding.pathway import HOLDERS
from models.queries.records import DATES, NO_MORE, More, load
from models.queries.scope import Scope
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION, STATES
from models.statute.records import UNKNOWN, Codes, Rows
from models.statute.register import Duty, Register

CASE_WORDS = (
    "team",
    "officer",
    "primary_need",
    "in_care",
    "ncy",
    "setting_type",
    "request_source",
    "assess_decision",
    "plan_decision",
    "week20_exception",
)
"""What a case is told by, beside its dates; as it is recorded now, since no extract says since when."""

OF_THE_CASE = (
    "authority_code",
    "team",
    "officer",
    "primary_need",
    "age_phase",
    "ncy",
    "in_care",
    "setting_type",
    "request_source",
)
"""The columns of a case that every record that hangs on it carries too."""

KINDS = ("case", "advice", "order", "review", "claim", "notice", "chase", "fact", "holding")
"""The kinds of rows there are, one frame each."""

RECORDS: Mapping[str, More] = {
    "advice": More(("body",), ("returned_for_rework_on", "accepted_on")),
    "case": More((*CASE_WORDS, "authority_code"), ("birth_date",), ("case_ref",)),
    "order": NO_MORE,
    "review": NO_MORE,
}
"""The kinds of records that are measured, and what is told of them beside what the engine reads."""

_WORDS = {"advice": ("kind", "reply"), "order": ("kind", "requires"), "review": ("decision", "phase_transfer_kind")}
_FROM_SEVERAL_FACTS = {
    "case": ("refused_on",),
    "advice": ("withdrawn_on", "answered_on"),
    "order": ("withdrawn_on",),
    "review": ("settled_on",),
}
_DECIDED = {
    "assess_decision": ("assess_decided_on",),
    "plan_decision": ("no_plan_notified_on", "final_plan_sent_on"),
}
"""The decisions, and the dates on which they are told: a decision told after the day was not known on it."""


class Frames:
    """Every frame as of one day; of the columns only those are made that somebody asks for.

    Columns that are not the extract's own are described where they are made.
    """

    def __init__(self, as_of: date, register: Register, records: Mapping[str, Evaluated], others: sent.Others) -> None:
        self.as_of, self.register_version = as_of, register.version
        self._frames: dict[str, pd.DataFrame] = {}
        of = {kind: _records(kind, records, register) for kind in RECORDS}
        case, advice, order = (of[kind] for kind in ("case", "advice", "order"))
        _add_case(case, records, as_of)
        _add_advice(advice, records, as_of)
        of |= sent.columns(others, register, as_of) | {"holding": _holdings(records)}
        for kind, columns in of.items():
            if kind != "case":
                _add_what_is_told_of_the_case(columns, case)
        derived.of_reviews(of["review"])
        derived.of_cases(case, advice, order, of["notice"], as_of)
        derived.of_advice(advice, case, order)
        self.columns: Mapping[str, Columns] = of

    def of(self, kind: str) -> pd.DataFrame:
        """The frame of one kind of row."""
        if kind not in self._frames:
            self._frames[kind] = self.columns[kind].frame()
        return self._frames[kind]

    @property
    def case(self) -> pd.DataFrame:
        """The frame of the cases."""
        return self.of("case")

    @property
    def review(self) -> pd.DataFrame:
        """The frame of the reviews."""
        return self.of("review")

    @cached_property
    def authorities(self) -> tuple[str, ...]:
        """The codes of the authorities that have a case, in their order."""
        return tuple(sorted({*self.columns["case"].words("authority_code").values} - {""}))


def frames(connection: Connection, register: Register, as_of: date, authority: str | None = None) -> Frames:
    """Everything that is measured, as it stood on `as_of`, of all authorities or of one.

    Evaluated from the records and not read from the clock table, so that any day can be asked for. What is needed of
    the database is read at once, and the connection not used again.
    """
    scope = Scope(authority)
    others = sent.readers(as_of, scope)
    work: dict[str, Callable[[Connection], Any]] = {**others}
    for kind, more in RECORDS.items():
        work[kind] = partial(load, kind=kind, scope=scope, named=False, more=more, duties=register.of_record(kind))
    read = read_at_once(connection, work)
    records = {kind: Evaluated(read[kind], register, as_of) for kind in RECORDS}
    return Frames(as_of, register, records, sent.Others(**{name: read[name] for name in others}))


def _records(kind: str, records: Mapping[str, Evaluated], register: Register) -> Columns:
    """The facts known by the day of records of one kind, with the clocks of their duties beside them."""
    found = Columns(lambda: records[kind].loaded.records.size)
    found.add("number", {"id": lambda: records[kind].loaded.ids, "case_id": lambda: records[kind].loaded.case_ids})
    if kind in ("order", "review"):
        found.add("number", {"number": lambda: records[kind].loaded.more.numbers("number")})
    found.add_each("word", _WORDS.get(kind, ()), lambda name: records[kind].loaded.records.codes[name])

    def known(name: str) -> Dates:
        return records[kind].facts.known(name)

    found.add_each("date", (*DATES[kind], *_FROM_SEVERAL_FACTS[kind]), known)
    for duty in register.of_record(kind):
        _add_clocks(found, records, duty, tuple(register.exceptions))
    return found


def _add_clocks(found: Columns, records: Mapping[str, Evaluated], duty: Duty, exceptions: tuple[str, ...]) -> None:
    """A duty's clocks spread over all the records: NaT, NaN and "" where a record has no such clock."""
    key, kind = duty.key, duty.record

    def days(name: str) -> Dates:
        block = records[kind].clocks(key)
        return _spread(getattr(block, name.removeprefix(f"{key}.")), block.row, found.size, UNKNOWN)

    def codes(name: str, words: tuple[str, ...], first: int) -> Codes:
        block = records[kind].clocks(key)
        return Codes(words, _spread(getattr(block, name) - first, block.row, found.size, 0).astype(np.int8))

    def number() -> NDArray[np.float32]:
        block = records[kind].clocks(key)
        return _spread(block.days.astype(np.float32), block.row, found.size, np.nan)

    dates = ("origin_on", "due_on", "act_by", "done_on", "ended_on")
    found.add_each("date", [f"{key}.{name}" for name in dates], days)
    found.add("number", {f"{key}.days": number})
    states, excepted = ("", *STATES), ("", *exceptions)
    found.add("word", {f"{key}.state": lambda: codes("state", states, -1)}, states)
    found.add("word", {f"{key}.exception": lambda: codes("exception", excepted, NO_EXCEPTION)}, excepted)


def _spread(values: NDArray[Any], row: Rows, size: int, nothing: object) -> NDArray[Any]:
    """The values of some rows for all of them, `nothing` where there is none."""
    if len(row) == size:
        return values
    found = np.full(size, nothing, dtype=values.dtype)
    found[row] = values
    return found


def _add_case(case: Columns, records: Mapping[str, Evaluated], as_of: date) -> None:
    def told(name: str) -> Codes:
        return records["case"].loaded.more.codes(name)

    case.add_each("word", (*CASE_WORDS, "authority_code"), told)
    case.add_each("word", _DECIDED, lambda name: _by_then(told(name), records["case"], _DECIDED[name]))
    case.add("text", {"case_ref": lambda: records["case"].loaded.more.texts("case_ref")})
    first, second = "request_received_on", "brought_to_attention_on"
    case.add(
        "date",
        {
            "birth_date": lambda: records["case"].loaded.more.days("birth_date"),
            "requested_on": lambda: records["case"].facts.first_present((first, second), case.dates),
        },
    )
    phase = {
        "age_phase": lambda: derived.age_phase(
            case.words("ncy"), case.dates("birth_date"), case.dates("requested_on"), as_of
        )
    }
    case.add("word", phase, ("", *derived.PHASES))


def _by_then(decision: Codes, cases: Evaluated, dates: tuple[str, ...]) -> Codes:
    today = np.datetime64(cases.as_of, "D")
    later = np.logical_or.reduce([cases.loaded.records.dates[name] > today for name in dates])
    return take(decision, np.where(later, -1, np.arange(len(later))))


def _add_advice(advice: Columns, records: Mapping[str, Evaluated], as_of: date) -> None:
    today = np.datetime64(as_of, "D")

    def until(name: str) -> Dates:
        days = records["advice"].loaded.more.days(name)
        return np.where(days <= today, days, UNKNOWN)

    advice.add("word", {"body": lambda: records["advice"].loaded.more.codes("body")})
    advice.add_each("date", RECORDS["advice"].days, until)


def _holdings(records: Mapping[str, Evaluated]) -> Columns:
    """Who held each case, stretch by stretch (decision 0018): `until_on` is the day it passed on, or the day asked."""
    held = once(lambda: ledger_of(*(records[kind] for kind in ("case", "advice", "order"))))
    found = Columns(lambda: held().size)
    holders = ("", *HOLDERS)
    found.add("number", {"case_id": lambda: held().case_id})
    found.add("word", {"holder": lambda: Codes(holders, held().holder + np.int8(1))}, holders)
    for kind, names in (("date", ("from_on", "until_on")), ("number", ("days", "days_late", "days_over"))):
        found.add_each(kind, names, lambda name: getattr(held(), name))
    return found


def _add_what_is_told_of_the_case(columns: Columns, case: Columns) -> None:
    """What is told of their cases; `case` is the place of the case in its frame, -1 for none."""
    columns.add("number", {"case": lambda: places(case.numbers("case_id"), columns.numbers("case_id"))})
    for name in OF_THE_CASE:
        closed = case.declared[name].words
        columns.add_each("word", (name,), lambda name: take(case.words(name), columns.numbers("case")), closed)
