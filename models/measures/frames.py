"""What is measured, as pandas frames: cases, requests for advice, orders, reviews, claims, notices, chases and so on.

Only what was dated on or before `as_of` counts, as everywhere. Each frame of records has the clocks of its duties
beside its facts, as columns named `duty.field`: `send_final_plan.due_on`, `give_advice.state`. Words are categoricals,
dates `datetime64[s]`, NaT where unknown; an unknown word is "".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import Connection

from models.measures import derived, sent
from models.measures.columns import SECONDS, Words, coded, take, until, words_of
from models.queries.holding.ledger import Ledger, ledger_of
from models.queries.holding.pathway import HOLDERS
from models.queries.records import NO_MORE, Loaded, More, Scope, load
from models.statute.clocks import NO_EXCEPTION, STATES, Clocks, clocks
from models.statute.facts import Facts
from models.statute.register import Register

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


@dataclass(frozen=True)
class Frames:
    """Every frame as of one day. Columns that are not the extract's own are described where they are made."""

    as_of: date
    register_version: str
    case: pd.DataFrame
    advice: pd.DataFrame
    order: pd.DataFrame
    review: pd.DataFrame
    claim: pd.DataFrame
    notice: pd.DataFrame
    chase: pd.DataFrame
    fact: pd.DataFrame
    holding: pd.DataFrame

    def of(self, kind: str) -> pd.DataFrame:
        """The frame of one kind of row."""
        found: pd.DataFrame = getattr(self, kind)
        return found


def frames(connection: Connection, register: Register, as_of: date, authority: str | None = None) -> Frames:
    """Everything that is measured, as it stood on `as_of`, of all authorities or of one.

    Evaluated from the records and not read from the clock table, so that any day can be asked for.
    """
    scope = Scope(authority)
    loaded = {kind: load(connection, kind, scope, named=False, more=more) for kind, more in _WANTED.items()}
    case = _cases(loaded["case"], register, as_of)
    advice = _advice(loaded["advice"], register, as_of, case)
    order = _with_case(_records(loaded["order"], register, as_of), case)
    review = derived.of_reviews(_with_case(_records(loaded["review"], register, as_of), case))
    held = ledger_of(loaded["case"], loaded["advice"], loaded["order"], register, as_of)
    notice = _with_case(sent.notices(connection, as_of, scope), case)
    derived.of_cases(case, advice, order, notice, as_of)
    return Frames(
        as_of,
        register.version,
        case,
        advice,
        order,
        review,
        claim=_with_case(sent.claims(connection, register, as_of, scope), case),
        notice=notice,
        chase=_with_case(sent.chases(connection, as_of, scope), case),
        fact=_with_case(sent.facts(connection, as_of, scope), case),
        holding=_with_case(_holdings(held), case),
    )


_WANTED = {
    "case": More((*CASE_WORDS, "authority_code", "case_ref"), ("birth_date",)),
    "advice": More(("body",), ("returned_for_rework_on", "accepted_on")),
    "order": NO_MORE,
    "review": NO_MORE,
}
"""The kinds of records that are measured, and what is told of them beside what the engine reads."""


def _cases(loaded: Loaded, register: Register, as_of: date) -> pd.DataFrame:
    found = _records(loaded, register, as_of)
    added: dict[str, Any] = {name: words_of(loaded.more.codes(name)) for name in CASE_WORDS}
    for name, dates in _DECIDED.items():
        added[name] = _by_then(added[name], loaded, dates, as_of)
    added["birth_date"] = loaded.more.days("birth_date").astype(SECONDS)
    added["case_ref"] = np.array(loaded.more.codes("case_ref").words(), dtype=object)
    added["authority_code"] = words_of(loaded.more.codes("authority_code"))
    found = found.assign(**added)
    requested = found["request_received_on"].fillna(found["brought_to_attention_on"])
    found["requested_on"] = requested
    found["age_phase"] = derived.age_phase(found, as_of)
    return found


def _holdings(found: Ledger) -> pd.DataFrame:
    """Who held each case, stretch by stretch (decision 0018): `until_on` is the day it passed on, or the day asked."""
    return pd.DataFrame(
        {
            "case_id": found.case_id,
            "holder": coded(found.holder.astype(np.int8) + 1, ["", *HOLDERS]),
            "from_on": found.from_on.astype(SECONDS),
            "until_on": found.until_on.astype(SECONDS),
            "days": found.days,
            "days_late": found.days_late,
            "days_over": found.days_over,
        }
    )


_DECIDED = {
    "assess_decision": ("assess_decided_on",),
    "plan_decision": ("no_plan_notified_on", "final_plan_sent_on"),
}
"""The decisions, and the dates on which they are told: a decision told after the day was not known on it."""


def _by_then(decision: Words, loaded: Loaded, dates: tuple[str, ...], as_of: date) -> Words:
    later = np.logical_or.reduce([loaded.records.dates[name] > np.datetime64(as_of, "D") for name in dates])
    return take(decision, np.where(later, -1, np.arange(len(decision))))


def _advice(loaded: Loaded, register: Register, as_of: date, case: pd.DataFrame) -> pd.DataFrame:
    found = _records(loaded, register, as_of)
    found["body"] = words_of(loaded.more.codes("body"))
    for name in _WANTED["advice"].days:
        found[name] = until(loaded.more.days(name), as_of)
    return _with_case(found, case)


def _records(loaded: Loaded, register: Register, as_of: date) -> pd.DataFrame:
    """The facts known by `as_of` of records of one kind, with the clocks of their duties beside them."""
    records = loaded.records
    facts = Facts(records, as_of)
    columns: dict[str, Any] = {"id": loaded.ids, "case_id": loaded.case_ids}
    if records.kind in ("order", "review"):
        columns["number"] = loaded.more.numbers("number").astype(np.int32)
    for name, codes in records.codes.items():
        columns[name] = words_of(codes)
    for name in (*records.dates, *_DERIVED.get(records.kind, ())):
        columns[name] = facts.known(name).astype(SECONDS)
    for block in clocks(records, register, as_of):
        columns |= _clock_columns(block, records.size, register)
    return pd.DataFrame(columns, copy=False)


_DERIVED = {"case": ("refused_on",), "advice": ("answered_on",), "review": ("settled_on",)}


def _clock_columns(block: Clocks, size: int, register: Register) -> Mapping[str, Any]:
    """A duty's clocks spread over all the records: NaT, NaN and "" where a record has no such clock."""
    key = block.duty.key
    everyone = len(block.row) == size
    found: dict[str, Any] = {}
    for name in ("origin_on", "due_on", "act_by", "done_on", "ended_on"):
        days = getattr(block, name).astype(SECONDS)
        if not everyone:
            spread = np.full(size, np.datetime64("NaT", "s"))
            spread[block.row] = days
            days = spread
        found[f"{key}.{name}"] = days
    number = np.full(size, np.nan, dtype=np.float32)
    number[block.row] = block.days
    found[f"{key}.days"] = number
    state = np.zeros(size, dtype=np.int8)
    state[block.row] = block.state + 1
    found[f"{key}.state"] = coded(state, ["", *STATES])
    exception = np.zeros(size, dtype=np.int8)
    exception[block.row] = block.exception - NO_EXCEPTION
    found[f"{key}.exception"] = coded(exception, ["", *register.exceptions])
    return found


def _with_case(found: pd.DataFrame, case: pd.DataFrame) -> pd.DataFrame:
    """The rows with what is told of their cases; `case` is the place of the case in its frame, -1 for none."""
    ids = case["case_id"].to_numpy()
    wanted = found["case_id"].to_numpy()
    place = np.searchsorted(ids, wanted)
    place[place == len(ids)] = 0
    place = np.where(ids[place] == wanted, place, -1) if len(ids) else np.full(len(wanted), -1)
    columns: dict[str, Any] = {"case": place.astype(np.int64)}
    for name in OF_THE_CASE:
        if name not in found:
            columns[name] = take(case[name].array, place)
    return pd.concat([found, pd.DataFrame(columns, index=found.index)], axis="columns")
