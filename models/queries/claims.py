"""The claims that an exception applies, with the closures of settings that some of them rest on."""

from collections.abc import Sequence

import numpy as np
from sqlalchemy import Connection

from models.queries.packed import read_packed
from models.queries.scope import Scope
from models.queries.sql import quoted, says
from models.statute.calendar import Dates
from models.statute.records import DAY, UNKNOWN, Claims, Codes, Rows
from models.statute.register import Duty, load_register
from models.store import as_text

_WORDS = ("duty", "code")
_REASONS = ("facts", "impractical_because")
_DATES = ("claimed_on", "from_on", "to_on")
_JOIN = {
    "case": "JOIN cases r ON r.id = e.case_id",
    "advice": "JOIN advice r ON r.case_id = e.case_id AND r.kind = e.advice_kind",
    "order": "JOIN orders r ON r.case_id = e.case_id",
}
_SETTING = "{0}.authority_code || ' ' || {0}.setting_urn"


def read_claims(
    connection: Connection, kind: str, ids: Rows, scope: Scope, duties: Sequence[Duty] | None
) -> Claims | None:
    """The claims for records of a kind, one row per closure of the setting and request for advice of its head.

    None where nothing can be claimed for that kind, or no limit of the `duties` allows an exception, so that none of
    the claims could hold. `ids` are the keys of the records, in their order.
    """
    if kind not in _JOIN or (duties is not None and not any(x.exceptions for duty in duties for x in duty.limits)):
        return None
    is_closure = f"e.code IN ({quoted(_closure_codes())})"
    wanted = scope.sql if duties is None else f"e.duty IN ({quoted(x.key for x in duties)}) AND {scope.sql}"
    table = read_packed(
        connection,
        f"FROM exceptions e JOIN cases c ON c.id = e.case_id {_JOIN[kind]} "
        f"LEFT JOIN advice a ON a.case_id = c.id AND a.kind = 'education' AND {is_closure} WHERE {wanted}",
        key="e.id",
        numbers={"record_id": "r.id", "case_id": "e.case_id", "number": "e.number"},
        days={name: as_text(connection, f"e.{name}") for name in _DATES}
        | {"asked_on": as_text(connection, "a.requested_on")},
        words={name: f"e.{name}" for name in _WORDS}
        | {"closed": f"CASE WHEN {is_closure} THEN {_SETTING.format('c')} END"},
        flags={name: says(f"e.{name}") for name in _REASONS},
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
        **{name: table.days(name)[row] for name in _DATES},
    )


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
