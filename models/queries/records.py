"""The records of one kind as the engine wants them: their facts, their neighbours' facts, and the claims."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import Connection

from models.queries.columns import places, read_table
from models.queries.packed import NOTHING, Packed, read_packed
from models.statute.calendar import Dates
from models.statute.facts import SUPERSEDING_ORDERS
from models.statute.records import DAY, UNKNOWN, Claims, Codes, Flags, Records, Repeated, Rows
from models.statute.register import Duty, load_register
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
_CODES = {
    "case": ("assess_decision",),
    "advice": ("kind", "reply"),
    "order": ("kind", "requires"),
    "review": ("decision", "phase_transfer_kind"),
    "transfer": (),
}
_CLAIM_WORDS = ("duty", "code")
_CLAIM_REASONS = ("facts", "impractical_because")
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
    def values(self) -> dict[str, Any]:
        """The values the condition needs."""
        given = {"authority_code": self.authority_code, "case_ref": self.case_ref}
        return {name: value for name, value in given.items() if value}


EVERYTHING = Scope()


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
    duties: Iterable[Duty] | None = None,
) -> Loaded:
    """All records of a kind within the scope, with their claims; without names where many need none.

    Of the claims only those of the `duties` given are read, which are the duties that are to be evaluated.
    """
    dates, codes = DATES[kind], _CODES[kind]
    case_of = "r.id" if kind == "case" else "r.case_id"
    # Its case is looked up for each record only where it says which records are meant, or what they are called.
    cases = f"JOIN cases c ON c.id = {case_of} " if named or scope.values else ""
    table = read_packed(
        connection,
        f"FROM {TABLES[kind]} r {cases}WHERE {scope.sql}",
        numbers={"case_id": case_of} | ({"number": _KEY[kind]} if kind in ("order", "review") else {}),
        days={name: as_text(connection, f"r.{name}") for name in (*dates, *more.days)},
        words={name: f"r.{name}" for name in (*codes, *more.words)} | (_names(kind) if named else {}),
        flags={"has_replied_by": _says("r.replied_by")} if kind == "advice" else {},
        texts={name: f"r.{name}" for name in more.texts},
        key="r.id",
        spread="" if scope.case_ref else f"FROM {TABLES[kind]} r WHERE 1 = 1",
        **scope.values,
    )
    columns: dict[str, Dates] = {name: table.days(name) for name in dates}
    flags: dict[str, Flags] = {}
    repeated: dict[str, Repeated] = {}
    if kind == "case":
        repeated["order_dated_on"] = _order_dates(connection, table.ids, scope)
    elif kind in ("advice", "order"):
        columns["withdrawn_on"] = _withdrawn_on(connection, table.numbers("case_id"), scope)
    if kind == "advice":
        flags["has_replied_by"] = table.flags("has_replied_by")
    records = Records(
        kind,
        table.size,
        columns,
        {name: table.codes(name) for name in codes},
        flags,
        repeated,
        _claims(connection, kind, table.ids, scope, duties) if kind in _CLAIM_JOIN else None,
    )
    names = [table.codes(name).words() if named else [] for name in _names(kind)]
    authority_codes, case_refs, keys, chronology_keys = names
    return Loaded(
        records, table.ids, table.numbers("case_id"), authority_codes, case_refs, keys, chronology_keys, table
    )


def _names(kind: str) -> dict[str, str]:
    """What identifies a record in words: columns of a query, in the order of `Loaded`."""
    key = _KEY[kind]
    texts = {"key": key, "chronology_key": _CHRONOLOGY_KEY.get(kind, key)}
    return {"authority_code": "c.authority_code", "case_ref": "c.case_ref"} | {
        name: f"CAST({sql} AS TEXT)" for name, sql in texts.items()
    }


def _says(column: str) -> str:
    """In SQL, that a text says something; what is stored has no other white space at its ends than blanks."""
    return f"TRIM({column}) <> ''"


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
        f"WHERE o.requires IN ({_quoted(SUPERSEDING_ORDERS)}) AND o.dated_on IS NOT NULL AND {scope.sql}",
        **scope.values,
    )
    return Repeated(np.searchsorted(case_ids, table.numbers("case_id")), table.days("dated_on"))


def _claims(connection: Connection, kind: str, ids: Rows, scope: Scope, duties: Iterable[Duty] | None) -> Claims:
    """The claims for records of a kind, one row per closure of the setting and request for advice of its head."""
    is_closure = f"e.code IN ({_quoted(_closure_codes())})"
    wanted = scope.sql if duties is None else f"e.duty IN ({_quoted(x.key for x in duties)}) AND {scope.sql}"
    table = read_packed(
        connection,
        f"FROM exceptions e JOIN cases c ON c.id = e.case_id {_CLAIM_JOIN[kind]} "
        f"LEFT JOIN advice a ON a.case_id = c.id AND a.kind = 'education' AND {is_closure} WHERE {wanted}",
        key="e.id",
        numbers={"record_id": "r.id", "case_id": "e.case_id", "number": "e.number"},
        days={name: as_text(connection, f"e.{name}") for name in _CLAIM_DATES}
        | {"asked_on": as_text(connection, "a.requested_on")},
        words={name: f"e.{name}" for name in _CLAIM_WORDS}
        | {"closed": f"CASE WHEN {is_closure} THEN {_SETTING.format('c')} END"},
        flags={name: _says(f"e.{name}") for name in _CLAIM_REASONS},
        spread="" if scope.case_ref else "FROM exceptions e WHERE 1 = 1",
        **scope.values,
    )
    order = np.lexsort((table.numbers("number"), table.numbers("case_id")))
    closed = f"SELECT c.setting_urn FROM exceptions e JOIN cases c ON c.id = e.case_id WHERE {is_closure} AND {wanted}"
    of_claim, closed_from, reopens_on = _closures(connection, table.codes("closed").take(order), closed, scope)
    row = order[of_claim]
    return Claims(
        row=np.searchsorted(ids, table.numbers("record_id")[row]),
        number=table.numbers("number")[row],
        duty=table.codes("duty").take(row),
        code=table.codes("code").take(row),
        has_facts=table.flags("facts")[row],
        has_reason=table.flags("impractical_because")[row],
        closed_from=closed_from,
        reopens_on=reopens_on,
        asked_on=np.where(np.isnat(closed_from), UNKNOWN, table.days("asked_on")[row]),
        **{name: table.days(name)[row] for name in _CLAIM_DATES},
    )


_SETTING = "{0}.authority_code || ' ' || {0}.setting_urn"


def _closures(connection: Connection, settings: Codes, among: str, scope: Scope) -> tuple[Rows, Dates, Dates]:
    """Each row again for each closure of its setting, once where there is none: its place, and the closure's dates.

    `among` is a query of the numbers of these settings, so that the closures of all others are not read.
    """
    if not any(settings.values):
        unknown = np.full(len(settings.index), UNKNOWN, dtype=DAY)
        return np.arange(len(settings.index)), unknown, unknown
    closed = ("closed_from", "reopens_on")
    table = read_packed(
        connection,
        f"FROM closures k WHERE k.setting_urn IN ({among})",
        key="k.id",
        spread="FROM closures k WHERE 1 = 1",
        days={name: as_text(connection, f"k.{name}") for name in closed},
        words={"setting": _SETTING.format("k")},
        **scope.values,
    )
    wanted = {setting: place for place, setting in enumerate(settings.values) if setting}
    named = table.codes("setting")
    of_setting = np.array([wanted.get(x, -1) for x in named.values], dtype=np.int64)[named.index]
    by_setting = np.argsort(of_setting, kind="stable")
    by_setting = by_setting[of_setting[by_setting] >= 0]
    ends = np.searchsorted(of_setting[by_setting], np.arange(len(settings.values) + 1))
    found = np.diff(ends)[settings.index] if len(settings.index) else np.zeros(0, dtype=np.int64)
    row = np.repeat(np.arange(len(found)), np.maximum(found, 1))
    begins = np.cumsum(np.maximum(found, 1)) - np.maximum(found, 1)
    turn = np.arange(len(row)) - begins[row]
    closure = (ends[:-1][settings.index][row] + turn)[found[row] > 0]
    dates = []
    for name in closed:
        days = np.full(len(row), UNKNOWN, dtype=DAY)
        days[found[row] > 0] = table.days(name)[by_setting[closure]]
        dates.append(days)
    return row, dates[0], dates[1]


def _closure_codes() -> list[str]:
    return [rule.code for rule in load_register().exceptions.values() if rule.test == "closure"]


def _quoted(words: Iterable[str]) -> str:
    """Words of the product's own data, never of an extract, as a list for SQL."""
    return ", ".join(f"'{word}'" for word in words)
