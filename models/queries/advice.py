"""Who owes advice: per agency, what is outstanding, what is late, what was never asked for."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
from sqlalchemy import Connection

from models.queries.board import open_cases, open_clocks
from models.statute.records import Flags
from models.statute.register import Register
from models.store import fetch

ALWAYS_ASKED = ("education", "health", "psychology", "social_care")
"""The bodies that must be asked in every assessment (reg 6(1)(b) to (e)); the others are asked where they apply."""

_ORDER_TO_ASSESS = "FROM orders o WHERE o.case_id = c.id AND o.requires = 'assess'"
ASSESSED_SINCE = (
    "(CASE WHEN c.assess_decision = 'Y' THEN c.assess_decided_on ELSE COALESCE(c.assess_agreed_after_refusal_on, "
    f"(SELECT MIN(o.dated_on) {_ORDER_TO_ASSESS})) END)"
)
"""In SQL, the day from which the case `c` is assessed: decided, agreed after a refusal, or ordered."""
DRAFTED_ON = f"COALESCE(c.draft_served_on, (SELECT MIN(o.draft_served_on) {_ORDER_TO_ASSESS}))"
"""In SQL, the day on which the draft of the case `c` was served, by itself or after an order to assess."""
IS_TO_BE_ASKED = (
    f"{ASSESSED_SINCE} <= :as_of AND ({DRAFTED_ON} IS NULL OR {DRAFTED_ON} > :as_of) "
    "AND (c.final_plan_sent_on IS NULL OR c.final_plan_sent_on > :as_of)"
)
"""In SQL, true of a case `c` that is assessed on the day `:as_of` and has no draft or plan yet."""


def has_been_asked(kind: str) -> str:
    """In SQL, true of a case `c` in which advice of a kind was asked for by the day `:as_of`, that day included."""
    return (
        f"EXISTS (SELECT 1 FROM advice a WHERE a.case_id = c.id AND a.kind = '{kind}' "
        "AND (a.requested_on <= :as_of OR a.received_by_body_on <= :as_of))"
    )


@dataclass(frozen=True)
class AgencyLine:
    """What one agency owes in the open cases.

    `not_asked` counts cases being assessed in which it was never asked; `unnamed` replies "not known" that nobody
    put a name to, which is no answer. `worst_days` is how late the oldest overdue advice is.
    """

    kind: str
    outstanding: int
    overdue: int
    due_this_week: int
    worst_days: int
    not_asked: int
    declined: int
    unnamed: int


def advice_matrix(connection: Connection, register: Register, as_of: date) -> tuple[AgencyLine, ...]:
    """A line for each kind of advice, from clocks refreshed for that day."""
    still_open = open_cases(connection, register)
    block = open_clocks(connection, register.duty("give_advice"), register, as_of)
    kind_of = block.table.words("key")

    def counted(wanted: Flags) -> Counter[str]:
        return Counter(kind_of[row] for row in block.rows(wanted, still_open))

    owed, late, soon = (
        counted(np.ones_like(block.is_overdue)),
        counted(block.is_overdue),
        counted(block.is_due_this_week),
    )
    worst: dict[str, int] = {}
    for row in block.rows(block.is_overdue, still_open):
        worst[kind_of[row]] = max(int(-block.days[row]), worst.get(kind_of[row], 0))
    not_asked = _not_asked(connection, as_of, still_open)
    replies = _replies(connection, as_of, still_open)
    return tuple(
        AgencyLine(
            kind=kind,
            outstanding=owed[kind],
            overdue=late[kind],
            due_this_week=soon[kind],
            worst_days=worst.get(kind, 0),
            not_asked=not_asked.get(kind, 0),
            declined=replies.get((kind, "declined"), 0),
            unnamed=replies.get((kind, "not_known"), 0),
        )
        for kind in (*ALWAYS_ASKED, *sorted(owed.keys() - set(ALWAYS_ASKED)))
    )


def _not_asked(connection: Connection, as_of: date, still_open: frozenset[int]) -> dict[str, int]:
    """Per kind, the open cases agreed for assessment in which that body was never asked."""
    was_asked = ", ".join(f"CASE WHEN {has_been_asked(kind)} THEN 1 ELSE 0 END" for kind in ALWAYS_ASKED)
    rows = fetch(connection, f"SELECT c.id, {was_asked} FROM cases c WHERE {IS_TO_BE_ASKED}", as_of=as_of.isoformat())
    by_case = [flags for case, *flags in rows if case in still_open]
    return {kind: sum(not flags[place] for flags in by_case) for place, kind in enumerate(ALWAYS_ASKED)}


def _replies(connection: Connection, as_of: date, still_open: frozenset[int]) -> dict[tuple[str, str], int]:
    """How many replies by kind leave the duty open: declined, or not known with no name to it."""
    rows = fetch(
        connection,
        "SELECT case_id, kind, reply FROM advice WHERE reply IN ('declined', 'not_known') AND reply_on <= :as_of "
        "AND (reply = 'declined' OR COALESCE(replied_by, '') = '')",
        as_of=as_of.isoformat(),
    )
    found: dict[tuple[str, str], int] = {}
    for case, kind, reply in rows:
        if case in still_open:
            found[kind, reply] = found.get((kind, reply), 0) + 1
    return found
