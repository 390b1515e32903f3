"""The records of one kind as the engine wants them: their facts, their neighbours' facts, and the claims."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from models.queries.claims import read_claims
from models.queries.columns import places, read_table
from models.queries.packed import NOTHING, Packed, read_packed
from models.queries.scope import EVERYTHING, Scope
from models.queries.sql import quoted, says
from models.statute.calendar import Dates
from models.statute.facts import SUPERSEDING_ORDERS
from models.statute.records import UNKNOWN, Flags, Records, Repeated, Rows
from models.statute.register import Duty
from models.store import as_text

KINDS = ("case", "advice", "order", "review", "transfer")

TABLES = {"case": "cases", "advice": "advice", "order": "orders", "review": "reviews", "transfer": "transfers"}
_KEY = {
    "case": "''",
    "advice": "r.kind",
    "order": "r.number",
    "review": "r.review_number",
    "transfer": "r.transfer_number",
}
_CHRONOLOGY_KEY = {"advice": "r.kind || ':' || r.body || ':' || r.number"}
DATES = {
    "case": (
        "request_received_on",
        "brought_to_attention_on",
        "assess_decided_on",
        "assess_agreed_after_refusal_on",
        "no_plan_notified_on",
        "draft_served_on",
        "consultation_sent_on",
        "consultation_replied_on",
        "representations_received_on",
        "final_plan_sent_on",
        "withdrawn_on",
    ),
    "advice": ("requested_on", "received_by_body_on", "reply_on"),
    "order": ("dated_on", "notified_on", "no_plan_notified_on", "draft_served_on", "final_plan_sent_on"),
    "review": (
        "meeting_on",
        "notice_given_on",
        "papers_circulated_on",
        "report_sent_on",
        "decision_notified_on",
        "amendment_notice_sent_on",
        "final_plan_sent_on",
        "not_amend_notified_on",
        "last_review_concluded_on",
        "phase_transfer_on",
    ),
    "transfer": ("moved_on", "aware_on", "transferred_on", "informed_on", "reviewed_on"),
}
MADE_OF = {
    "refused_on": ("assess_decided_on", "assess_agreed_after_refusal_on"),
    "answered_on": ("reply_on",),
    "settled_on": ("final_plan_sent_on", "not_amend_notified_on", "decision_notified_on"),
}
"""The milestones that a fact which follows from several is made of."""
_CODES = {
    "case": ("assess_decision",),
    "advice": ("kind", "reply"),
    "order": ("kind", "requires"),
    "review": ("decision", "phase_transfer_kind"),
    "transfer": (),
}


@dataclass(frozen=True)
class More:
    """Columns of a kind's own table that are wanted beside those the engine reads."""

    words: Sequence[str] = ()
    days: Sequence[str] = ()
    texts: Sequence[str] = ()


NO_MORE = More()


@dataclass(frozen=True)
class Loaded:
    """Records of one kind with what identifies them, in the order of their primary keys.

    `keys` tell the records of a case apart for a reader, `chronology_keys` in the chronology; all four columns of
    words are empty where names were not wanted. `more` holds the columns that were wanted beside, and the `number`
    of an order or a review.
    """

    records: Records
    ids: Rows
    case_ids: Rows
    authority_codes: Sequence[str]
    case_refs: Sequence[str]
    keys: Sequence[str]
    chronology_keys: Sequence[str]
    more: Packed = NOTHING


def load(
    connection: Connection,
    kind: str,
    scope: Scope = EVERYTHING,
    *,
    named: bool = True,
    more: More = NO_MORE,
    duties: Sequence[Duty] | None = None,
) -> Loaded:
    """All records of a kind within the scope, with their claims; without names where many need none.

    Of the milestones and claims only those are read that the `duties` given need, which are to be evaluated.
    """
    dates = DATES[kind] if duties is None else _milestones(kind, duties)
    codes = _CODES[kind]
    case_of = "r.id" if kind == "case" else "r.case_id"
    # Its case is looked up for each record only where it says which records are meant, or what they are called.
    cases = f"JOIN cases c ON c.id = {case_of} " if named or scope.values else ""
    table = read_packed(
        connection,
        f"FROM {TABLES[kind]} r {cases}WHERE {scope.sql}",
        numbers=({} if kind == "case" else {"case_id": case_of})
        | ({"number": _KEY[kind]} if kind in ("order", "review") else {}),
        days={name: as_text(connection, f"r.{name}") for name in (*dates, *more.days)},
        words={name: f"r.{name}" for name in (*codes, *more.words)} | (_names(kind) if named else {}),
        flags={"has_replied_by": says("r.replied_by")} if kind == "advice" else {},
        texts={name: f"r.{name}" for name in more.texts},
        key="r.id",
        spread="" if scope.case_ref else f"FROM {TABLES[kind]} r WHERE 1 = 1",
        **scope.values,
    )
    case_ids = table.ids if kind == "case" else table.numbers("case_id")
    columns: dict[str, Dates] = {name: table.days(name) for name in dates}
    flags: dict[str, Flags] = {}
    repeated: dict[str, Repeated] = {}
    if kind == "case":
        repeated["order_dated_on"] = _order_dates(connection, table.ids, scope)
    elif kind in ("advice", "order"):
        columns["withdrawn_on"] = _withdrawn_on(connection, case_ids, scope)
    if kind == "advice":
        flags["has_replied_by"] = table.flags("has_replied_by")
    records = Records(
        kind,
        table.size,
        columns,
        {name: table.codes(name) for name in codes},
        flags,
        repeated,
        read_claims(connection, kind, table.ids, scope, duties),
    )
    names = [table.codes(name).words() if named else [] for name in _names(kind)]
    authority_codes, case_refs, keys, chronology_keys = names
    return Loaded(records, table.ids, case_ids, authority_codes, case_refs, keys, chronology_keys, table)


def _milestones(kind: str, duties: Sequence[Duty]) -> tuple[str, ...]:
    """The milestones of a kind of record that these duties turn on."""
    named = {name for duty in duties for name in (*duty.origin, *duty.done, *duty.stops)}
    limits = [limit for duty in duties for limit in duty.limits]
    named |= {name for limit in limits for name in (limit.agreed, *(other for other, _ in limit.later_of))}
    named |= {part for name in named for part in MADE_OF.get(name, ())}
    return tuple(name for name in DATES[kind] if name in named)


def _names(kind: str) -> dict[str, str]:
    """What identifies a record in words: columns of a query, in the order of `Loaded`."""
    key = _KEY[kind]
    texts = {"key": key, "chronology_key": _CHRONOLOGY_KEY.get(kind, key)}
    return {"authority_code": "c.authority_code", "case_ref": "c.case_ref"} | {
        name: f"CAST({sql} AS TEXT)" for name, sql in texts.items()
    }


def _withdrawn_on(connection: Connection, case_ids: Rows, scope: Scope) -> Dates:
    """The withdrawal of each of these cases; few are withdrawn, so that it is not read along with every record."""
    table = read_packed(
        connection,
        f"FROM cases c WHERE c.withdrawn_on IS NOT NULL AND {scope.sql}",
        key="c.id",
        days={"withdrawn_on": as_text(connection, "c.withdrawn_on")},
        **scope.values,
    )
    return np.append(table.days("withdrawn_on"), UNKNOWN)[places(table.ids, case_ids)]


def _order_dates(connection: Connection, case_ids: Rows, scope: Scope) -> Repeated:
    """The date of every order to assess or to make a plan."""
    table = read_table(
        connection,
        ("case_id", "dated_on"),
        f"SELECT o.case_id, {as_text(connection, 'o.dated_on')} FROM orders o JOIN cases c ON c.id = o.case_id "
        f"WHERE o.requires IN ({quoted(SUPERSEDING_ORDERS)}) AND o.dated_on IS NOT NULL AND {scope.sql}",
        **scope.values,
    )
    return Repeated(np.searchsorted(case_ids, table.numbers("case_id")), table.days("dated_on"))
