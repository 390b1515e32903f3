"""Who held the case: each day of the pathway given to exactly one holder, and which of those days were lost.

A day belongs to whoever held the case when it began: the day of an event is day 0 for the one it passes the case
to, as in the law (decision 0018 has the rules). So the days of a case add up to the days since its request.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from models.queries.evaluated import Evaluated
from models.queries.holding.holders import spans
from models.queries.holding.pathway import HOLDERS, Spans, in_order
from models.queries.records import load
from models.queries.scope import EVERYTHING, Scope
from models.statute.calendar import Dates
from models.statute.records import Rows
from models.statute.register import Register


@dataclass(frozen=True)
class Ledger:
    """Stretches of days with one holder, as columns, by case and then by day; together they leave no day out.

    `from_on` is the day the case came to the holder, which is its day 0, `until_on` the day it passed on (or the day
    asked about): the holder's days are those after `from_on` up to and with `until_on`. `holder` points into
    `HOLDERS`. `due_on` is the last lawful day of what the holder had to do, empty where no limit binds it or an
    exception disapplies it; `days_late` counts the holder's days after it. `days_over` counts its days after the
    last lawful day for the final plan, whatever the holder's own limit was.
    """

    case_id: Rows
    holder: NDArray[np.int8]
    record_id: Rows
    from_on: Dates
    until_on: Dates
    due_on: Dates
    days: Rows
    days_late: Rows
    days_over: Rows

    @property
    def size(self) -> int:
        """How many stretches there are."""
        return len(self.case_id)

    def holders(self) -> NDArray[np.str_]:
        """The key of each stretch's holder, one of `HOLDERS`."""
        return np.array(tuple(HOLDERS))[self.holder]

    def columns(self) -> Mapping[str, NDArray[np.generic]]:
        """The columns by name, with the holder's key in the place of its number, as a frame wants them."""
        return {**vars(self), "holder": self.holders()}


def ledger(connection: Connection, register: Register, as_of: date, scope: Scope = EVERYTHING) -> Ledger:
    """Who held each case of the scope from its request to its end, or to `as_of` while it is open.

    The end is a final plan, a decision that there will be none, a refusal that stands, or a withdrawal; an order of
    the Tribunal to assess or to make a plan opens the case again. A case without a date of request is left out.
    """
    kinds = ("case", "advice", "order")
    return ledger_of(*(Evaluated(load(connection, x, scope, named=False), register, as_of) for x in kinds))


def ledger_of(cases: Evaluated, advice: Evaluated, orders: Evaluated) -> Ledger:
    """The ledger of records that have been read already."""
    return of_spans(spans(cases, advice, orders), cases.loaded.ids)


def of_spans(found: Spans, case_ids: Rows) -> Ledger:
    """The ledger of these stretches; where a case stands in `case_ids` is its number in them."""
    found = found.take(in_order(found.case, found.from_on))
    return Ledger(
        case_id=case_ids[found.case],
        holder=found.holder,
        record_id=found.record_id,
        from_on=found.from_on,
        until_on=found.until_on,
        due_on=found.due_on,
        days=(found.until_on - found.from_on).astype(np.int64),
        days_late=_after(found.due_on, found),
        days_over=_after(found.plan_due_on, found),
    )


def _after(due_on: Dates, found: Spans) -> Rows:
    """How many days of each stretch lie after its date; none where there is no date."""
    late = (found.until_on - np.maximum(found.from_on, due_on)).astype(np.int64)
    late[np.isnat(due_on)] = 0
    return np.maximum(late, 0)
