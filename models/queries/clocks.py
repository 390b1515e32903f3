"""The clocks of all records as rows that a person or a program can read."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from models.queries.records import KINDS, Loaded, load
from models.queries.scope import EVERYTHING, Scope
from models.statute.calendar import Dates
from models.statute.clocks import NO_EXCEPTION, NO_LIMIT, STATES, Clocks, clocks
from models.statute.register import Register

COLUMNS = (
    "authority_code",
    "case_ref",
    "record",
    "record_key",
    "duty",
    "stage",
    "statutory",
    "origin_on",
    "due_on",
    "act_by",
    "done_on",
    "state",
    "days",
    "exception",
    "citation",
)


class ClockRow(NamedTuple):
    """One clock in words: ISO dates, "" for unknown, `days` negative when late; columns as `COLUMNS`."""

    authority_code: str
    case_ref: str
    record: str
    record_key: str
    duty: str
    stage: str
    statutory: str
    origin_on: str
    due_on: str
    act_by: str
    done_on: str
    state: str
    days: str
    exception: str
    citation: str


def clock_rows(
    connection: Connection, register: Register, as_of: date, scope: Scope = EVERYTHING, *, advisory: bool = False
) -> Iterator[ClockRow]:
    """Every clock as it stood on `as_of`, by authority, case, record and duty in the order of the register.

    Evaluated now from the records, not read from the clock table, so any day can be asked for.
    """
    rows = [row for kind in KINDS for row in _rows_of(connection, kind, register, as_of, scope, advisory=advisory)]
    rows.sort(key=lambda row: row[:2])  # stable: within a case the order of kinds, keys and duties remains
    yield from rows


def _rows_of(
    connection: Connection, kind: str, register: Register, as_of: date, scope: Scope, *, advisory: bool
) -> list[ClockRow]:
    loaded = load(connection, kind, scope)
    duties = register.of_record(kind) + (register.advisory_for(kind) if advisory else ())
    found: list[tuple[int, int, ClockRow]] = []
    for place, block in enumerate(clocks(loaded.records, register, as_of, duties)):
        found += [
            (record, place, row)
            for record, row in zip(block.row.tolist(), _words(block, loaded, register), strict=True)
        ]
    found.sort(key=lambda x: (x[0], x[1]))
    return [row for _, _, row in found]


def _words(block: Clocks, loaded: Loaded, register: Register) -> Iterator[ClockRow]:
    duty = block.duty
    limits = [limit.source.cite for limit in duty.limits]
    cites = [limits[x] if x != NO_LIMIT else duty.standing_limit.source.cite for x in block.limit.tolist()]
    codes = tuple(register.exceptions)
    columns: Sequence[Sequence[str]] = (
        *(_texts(x) for x in (block.origin_on, block.due_on, block.act_by, block.done_on)),
        [STATES[x] for x in block.state.tolist()],
        ["" if np.isnan(x) else str(int(x)) for x in block.days.tolist()],
        ["" if x == NO_EXCEPTION else codes[x] for x in block.exception.tolist()],
        cites,
    )
    statutory = str(int(duty.is_statutory))
    for record, values in zip(block.row.tolist(), zip(*columns, strict=True), strict=True):
        yield ClockRow(
            loaded.authority_codes[record],
            loaded.case_refs[record],
            duty.record,
            loaded.keys[record],
            duty.key,
            duty.stage,
            statutory,
            *values,
        )


def _texts(days: Dates) -> list[str]:
    return ["" if text == "NaT" else text for text in np.datetime_as_string(days).tolist()]
