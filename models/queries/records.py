"""The records of one kind as the engine wants them: their facts, their neighbours' facts, and the claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from models.queries.columns import Table, read_table
from models.statute.calendar import Dates
from models.statute.facts import SUPERSEDING_ORDERS
from models.statute.records import Claims, Codes, Flags, Records, Repeated, Rows
from models.statute.register import load_register
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
_DATES = {
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
_CODES = {
    "case": ("assess_decision",),
    "advice": ("kind", "reply"),
    "order": ("kind", "requires"),
    "review": ("decision", "phase_transfer_kind"),
    "transfer": (),
}
_CLAIM_WORDS = ("duty", "code", "facts", "impractical_because")
_CLAIM_DATES = ("claimed_on", "from_on", "to_on")
_CLAIM_JOIN = {
    "case": "JOIN cases r ON r.id = e.case_id",
    "advice": "JOIN advice r ON r.case_id = e.case_id AND r.kind = e.advice_kind",
    "order": "JOIN orders r ON r.case_id = e.case_id",
}


@dataclass(frozen=True)
class Scope:
    """Which cases are meant: all of them, an authority's, or one."""

    authority_code: str | None = None
    case_ref: str | None = None

    @property
    def sql(self) -> str:
        """The condition on the table `c` of cases."""
        wanted = [f"c.{name} = :{name}" for name, value in self.values.items() if value]
        return " AND ".join(wanted) or "1 = 1"

    @property
    def values(self) -> dict[str, str]:
        """The values the condition needs."""
        given = {"authority_code": self.authority_code, "case_ref": self.case_ref}
        return {name: value for name, value in given.items() if value}


EVERYTHING = Scope()


@dataclass(frozen=True)
class Loaded:
    """Records of one kind with what identifies them, in the order of their primary keys.

    `keys` tell the records of a case apart for a reader, `chronology_keys` in the chronology.
    """

    records: Records
    ids: Rows
    case_ids: Rows
    authority_codes: Sequence[str]
    case_refs: Sequence[str]
    keys: Sequence[str]
    chronology_keys: Sequence[str]


def load(connection: Connection, kind: str, scope: Scope = EVERYTHING) -> Loaded:
    """All records of a kind within the scope, with their claims."""
    dates, codes = _DATES[kind], _CODES[kind]
    extra = ("replied_by",) if kind == "advice" else ()
    own = ", ".join((as_text(connection, *(f"r.{x}" for x in dates)), *(f"r.{x}" for x in (*codes, *extra))))
    case_of = "r.id" if kind == "case" else "r.case_id"
    table = read_table(
        connection,
        ("id", "case_id", "authority_code", "case_ref", "key", "chronology_key", "withdrawn", *dates, *codes, *extra),
        f"SELECT r.id, {case_of}, c.authority_code, c.case_ref, {_KEY[kind]}, {_CHRONOLOGY_KEY.get(kind, _KEY[kind])}, "
        f"{as_text(connection, 'c.withdrawn_on')}, {own} "
        f"FROM {TABLES[kind]} r JOIN cases c ON c.id = {case_of} WHERE {scope.sql} ORDER BY r.id",
        **scope.values,
    )
    ids = table.numbers("id")
    columns: dict[str, Dates] = {name: table.days(name) for name in dates}
    flags: dict[str, Flags] = {}
    repeated: dict[str, Repeated] = {}
    if kind == "case":
        repeated["order_dated_on"] = _order_dates(connection, ids, scope)
    elif kind in ("advice", "order"):
        columns["withdrawn_on"] = table.days("withdrawn")
    if kind == "advice":
        flags["has_replied_by"] = table.given("replied_by")
    records = Records(
        kind,
        table.size,
        columns,
        {name: Codes.of(table.words(name)) for name in codes},
        flags,
        repeated,
        _claims(connection, kind, ids, scope) if kind in _CLAIM_JOIN else None,
    )
    return Loaded(
        records,
        ids,
        table.numbers("case_id"),
        table.words("authority_code"),
        table.words("case_ref"),
        [str(key) for key in table.words("key")],
        [str(key) for key in table.words("chronology_key")],
    )


def _order_dates(connection: Connection, case_ids: Rows, scope: Scope) -> Repeated:
    """The date of every order to assess or to make a plan."""
    table = read_table(
        connection,
        ("case_id", "dated_on"),
        f"SELECT o.case_id, {as_text(connection, 'o.dated_on')} FROM orders o JOIN cases c ON c.id = o.case_id "
        f"WHERE o.requires IN ({_quoted(SUPERSEDING_ORDERS)}) AND o.dated_on IS NOT NULL AND {scope.sql}",
        **scope.values,
    )
    return Repeated(np.searchsorted(case_ids, table.numbers("case_id")), table.days("dated_on"))


def _claims(connection: Connection, kind: str, ids: Rows, scope: Scope) -> Claims:
    """The claims for records of a kind, one row per closure of the setting and request for advice of its head."""
    own = ", ".join((*(f"e.{x}" for x in _CLAIM_WORDS), as_text(connection, *(f"e.{x}" for x in _CLAIM_DATES))))
    table: Table = read_table(
        connection,
        ("record_id", "number", *_CLAIM_WORDS, *_CLAIM_DATES, "closed_from", "reopens_on", "asked_on"),
        f"SELECT r.id, e.number, {own}, {as_text(connection, 'k.closed_from', 'k.reopens_on', 'a.requested_on')} "
        f"FROM exceptions e JOIN cases c ON c.id = e.case_id {_CLAIM_JOIN[kind]} "
        "LEFT JOIN closures k ON k.authority_code = c.authority_code AND k.setting_urn = c.setting_urn "
        f"AND e.code IN ({_quoted(_closure_codes())}) "
        "LEFT JOIN advice a ON a.case_id = c.id AND a.kind = 'education' AND k.id IS NOT NULL "
        f"WHERE {scope.sql} ORDER BY e.case_id, e.number",
        **scope.values,
    )
    return Claims(
        row=np.searchsorted(ids, table.numbers("record_id")),
        number=table.numbers("number"),
        duty=Codes.of(table.words("duty")),
        code=Codes.of(table.words("code")),
        claimed_on=table.days("claimed_on"),
        from_on=table.days("from_on"),
        to_on=table.days("to_on"),
        has_facts=table.given("facts"),
        has_reason=table.given("impractical_because"),
        closed_from=table.days("closed_from"),
        reopens_on=table.days("reopens_on"),
        asked_on=table.days("asked_on"),
    )


def _closure_codes() -> list[str]:
    return [rule.code for rule in load_register().exceptions.values() if rule.test == "closure"]


def _quoted(words: Iterable[str]) -> str:
    """Words of the product's own data, never of an extract, as a list for SQL."""
    return ", ".join(f"'{word}'" for word in words)
