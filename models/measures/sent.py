"""What was claimed, told, chased and recorded about the cases: the rows beside the records themselves."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from models.measures.columns import SECONDS, categories, until, words_of
from models.queries.columns import Table, read_table
from models.queries.packed import read_packed
from models.queries.records import Scope
from models.statute.register import Register
from models.store import as_text

SENT = "sent"
"""The status of a message that went out."""


def claims(connection: Connection, register: Register, as_of: date, scope: Scope) -> pd.DataFrame:
    """Claims of exceptions made by the day; `is_lawful`: the law allows that exception for that duty."""
    words, dates = ("duty", "advice_kind", "code", "approved_by"), ("claimed_on", "from_on", "to_on", "family_told_on")
    table = read_table(
        connection,
        ("case_id", *words, *dates),
        f"SELECT e.case_id, {', '.join(f'e.{x}' for x in words)}, {as_text(connection, *(f'e.{x}' for x in dates))} "
        f"FROM exceptions e JOIN cases c ON c.id = e.case_id WHERE {scope.sql} ORDER BY e.id",
        **scope.values,
    )
    found = _frame(table, words, dates, as_of)
    lawful = {(d.key, x.code) for d in register.duties for limit in d.limits for x in limit.exceptions}
    pairs = zip(table.words("duty"), table.words("code"), strict=True)
    found["is_lawful"] = np.fromiter((pair in lawful for pair in pairs), np.bool_, table.size)
    return found[found["claimed_on"].notna()].reset_index(drop=True)


def notices(connection: Connection, as_of: date, scope: Scope) -> pd.DataFrame:
    """The tasks to tell a family of a delay, and when the family was told."""
    dates = ("due_on", "predicted_on", "tell_by", "told_on")
    table = read_table(
        connection,
        ("case_id", "duty", *dates),
        f"SELECT n.case_id, n.duty, {as_text(connection, *(f'n.{x}' for x in dates))} "
        f"FROM family_notices n JOIN cases c ON c.id = n.case_id "
        f"WHERE n.predicted_on <= :as_of AND {scope.sql} ORDER BY n.id",
        as_of=as_of.isoformat(),
        **scope.values,
    )
    found = _frame(table, ("duty",), ("predicted_on", "told_on"), as_of)
    for name in ("due_on", "tell_by"):
        found[name] = table.days(name).astype(SECONDS)
    return found


def chases(connection: Connection, as_of: date, scope: Scope) -> pd.DataFrame:
    """Alerts about advice that spoke by the day: whether the message went out, and when advice answered it.

    `answered_on` is the reply that discharged the duty on or after the chase; `weeks_to_answer` how long that took.
    """
    words = ("duty", "rung", "role", "urgency", "status", "kind", "body")
    dates = ("claimed_on", "done_on")
    table = read_table(
        connection,
        ("case_id", *words, *dates),
        "SELECT a.case_id, a.duty, a.rung, a.role, a.urgency, m.status, r.kind, r.body, "
        f"{as_text(connection, 'a.as_of', 'k.done_on')} "
        "FROM alerts a JOIN messages m ON m.id = a.message_id JOIN cases c ON c.id = a.case_id "
        "JOIN advice r ON r.id = a.record_id LEFT JOIN clocks k ON k.duty = a.duty AND k.record_id = a.record_id "
        f"WHERE a.duty = 'give_advice' AND a.as_of <= :as_of AND a.silence IS NULL AND {scope.sql} ORDER BY a.id",
        as_of=as_of.isoformat(),
        **scope.values,
    )
    found = _frame(table, words, dates, as_of)
    found["is_sent"] = (found["status"] == SENT).to_numpy()
    answered = found["done_on"].where(found["done_on"] >= found["claimed_on"])
    found["answered_on"] = answered
    found["days_to_answer"] = (answered - found["claimed_on"]).dt.days
    return found


def facts(connection: Connection, as_of: date, scope: Scope) -> pd.DataFrame:
    """Entries of the chronology that say when something happened, without each authority's first extract.

    The first extract brings the past along; what came after tells how long facts take to be recorded: `lag_days`.
    """
    recorded = "SUBSTR(CAST(h.recorded_at AS TEXT), 1, 10)"
    table = read_packed(
        connection,
        "FROM chronology h JOIN cases c ON c.authority_code = h.authority_code AND c.case_ref = h.case_ref "
        "JOIN (SELECT authority_code, MIN(recorded_at) AS first_at FROM chronology GROUP BY authority_code) f "
        "ON f.authority_code = h.authority_code AND h.recorded_at > f.first_at "
        f"WHERE h.happened_on IS NOT NULL AND {recorded} <= :as_of AND {scope.sql}",
        key="h.id",
        numbers={"case_id": "c.id"},
        days={"happened_on": as_text(connection, "h.happened_on"), "recorded_on": recorded},
        words={"record": "h.record", "source": "h.source"},
        as_of=as_of.isoformat(),
        **scope.values,
    )
    found = pd.DataFrame(
        {
            "case_id": table.numbers("case_id"),
            "record": words_of(table.codes("record")),
            "source": words_of(table.codes("source")),
            "happened_on": until(table.days("happened_on"), as_of),
            "recorded_on": until(table.days("recorded_on"), as_of),
        }
    )
    lag = (found["recorded_on"] - found["happened_on"]).dt.days
    # A date that was still to come when it was recorded was not recorded late.
    found["lag_days"] = lag.clip(lower=0)
    return found


def _frame(table: Table, words: Sequence[str], dates: Sequence[str], as_of: date) -> pd.DataFrame:
    columns: dict[str, Any] = {"case_id": table.numbers("case_id")}
    columns |= {name: categories(table.words(name)) for name in words}
    columns |= {name: until(table.days(name), as_of) for name in dates}
    return pd.DataFrame(columns)
