"""The evaluator and a slow loop over rows of text agree on every measurement of every extract Hypothesis thinks of."""

import os
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models.measures.catalogue import EXCLUDING, Catalogue, load_catalogue
from models.measures.evaluator import Evaluator
from models.measures.frames import frames
from models.measures.periods import periods
from models.queries.clocks import clock_rows
from models.statute.register import load_register
from models.store import engine, insert_rows, reading, unit_of_work
from tests.measures_oracle.slow import FOUR, ROWS, Found, World, recompute
from tests.store.build import a_case, a_review, an_advice, an_exception, an_order, take, write_extract

AS_OF = date(2026, 3, 2)
EXAMPLES = int(os.environ.get("EHC_ORACLE_SEEDS", "5"))
CASES = 60
LEDGER = ("days_held", "days_late", "days_lost")
"""Measured by the ledger of holders, which has tests of its own."""

CATALOGUE = load_catalogue()
COMPARED = replace(CATALOGUE, measures=tuple(x for x in CATALOGUE.measures if x.key not in LEDGER))


class Draws:
    """Days and words drawn by a seed: most days are a limit, the day before or the day after, seldom any other."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the same seed draws the same

    def one(self, *options: str) -> str:
        return self._random.choice(options)

    def number(self, *options: int) -> int:
        return self._random.choice(options)

    def day(self, start: date, *gaps: int) -> str:
        return str(start + timedelta(self.number(*gaps)))

    def maybe(self, start: date, *gaps: int) -> str:
        return self._random.choice(("", self.day(start, *gaps), self.day(start, *gaps)))

    def some(self, *options: str) -> list[str]:
        return [x for x in options if self._random.random() < 0.6]


def extract(seed: int) -> dict[str, list[dict[str, str]]]:
    """Some cases with everything that hangs on them."""
    draw = Draws(seed)
    names = ("cases", "advice", "exceptions", "orders", "reviews", "notices")
    sheets: dict[str, list[dict[str, str]]] = {x: [] for x in names}
    for number in range(CASES):
        ref = f"C-{number:03}"
        start = AS_OF - timedelta(draw.number(0, 7, 41, 42, 43, 112, 139, 140, 141, 200, 250, 370, 505))
        sheets["cases"].append({**a_case(ref), **a_pathway(draw, start)})
        for kind in draw.some(*FOUR, "parent"):
            sheets["advice"].append({**an_advice(ref, kind), **a_reply(draw, start)})
        for _ in draw.some("one", "two"):
            sheets["exceptions"].append({**an_exception(ref), **a_claim(draw, start)})
        if draw.one("", "", "yes"):
            order = {"dated_on": draw.day(start, -1, 70, 141), "notified_on": draw.maybe(start, 150)}
            sheets["orders"].append({**an_order(ref, draw.one("assess", "make_plan", "amend")), **order})
        for review in range(draw.number(0, 0, 1, 2)):
            met = AS_OF - timedelta(draw.number(0, 27, 28, 29, 90, 365, 400))
            sheets["reviews"].append({**a_review(ref, review + 1), **a_cycle(draw, met)})
        if draw.one("", "yes"):
            due = str(start + timedelta(140))
            notice = {"case_ref": ref, "duty": "send_final_plan", "due_on": due, "tell_by": due}
            told = draw.maybe(start, 130, 140, 141)
            sheets["notices"].append({**notice, "told_on": told, "predicted_on": str(start)})
    return sheets


def a_pathway(draw: Draws, start: date) -> dict[str, str]:
    return {
        "request_received_on": draw.one("", *[str(start)] * 6),
        "brought_to_attention_on": draw.one("", "", str(start)),
        "assess_decision": draw.one("", "Y", "Y", "Y", "N", "A", "W"),
        "assess_decided_on": draw.maybe(start, -1, 0, 41, 42, 43),
        "assess_agreed_after_refusal_on": draw.one("", "", str(start + timedelta(60))),
        "plan_decision": draw.one("", "Y", "Y", "N", "A", "W"),
        "no_plan_notified_on": draw.one("", "", draw.day(start, 111, 112, 113)),
        "draft_served_on": draw.maybe(start, 100, 112, 113),
        "final_plan_sent_on": draw.one("", draw.day(start, -1, 139, 140, 141, 141, 200, 364, 365)),
        "withdrawn_on": draw.one("", "", "", "", draw.day(start, 50, 141)),
        "week20_exception": draw.one("", "", "0", "1"),
        "team": draw.one("", "North", "South"),
        "officer": draw.one("", "A. Officer"),
        "primary_need": draw.one("", "ASD", "SLCN"),
        "ncy": draw.one("", "N1", "R", "6", "7", "11", "12", "?"),
        "birth_date": draw.one("", "2015-08-31", "2015-09-01", "2005-01-01", "2023-05-05"),
        "in_care": draw.one("", "0", "1"),
        "setting_type": draw.one("", "academy"),
        "request_source": draw.one("", "1", "2", "9"),
    }


def a_reply(draw: Draws, start: date) -> dict[str, str]:
    return {
        "requested_on": draw.one("", *[str(start + timedelta(42))] * 3),
        "received_by_body_on": draw.one("", "", str(start + timedelta(45))),
        "reply_on": draw.maybe(start, 83, 84, 85, 87, 88),
        "reply": draw.one("advice", "advice", "not_known", "declined", ""),
        "replied_by": draw.one("", "Somebody"),
        "returned_for_rework_on": draw.one("", "", str(start + timedelta(90))),
        "body": draw.one("", "Royal Hospital"),
    }


def a_claim(draw: Draws, start: date) -> dict[str, str]:
    return {
        "code": draw.one("absent_4w", "absent_4w", "leave", ""),
        "duty": draw.one("send_final_plan", "decide_whether_to_issue", "decide_whether_to_assess"),
        "from_on": str(start + timedelta(10)),
        "to_on": str(start + timedelta(60)),
        "claimed_on": draw.maybe(start, 60),
        "approved_by": draw.one("", "A. Manager"),
    }


def a_cycle(draw: Draws, met: date) -> dict[str, str]:
    return {
        "meeting_on": draw.one("", str(met), str(met)),
        "decision": draw.one("", "A", "C", "M"),
        "decision_notified_on": draw.maybe(met, -1, 28, 29),
        "last_review_concluded_on": draw.maybe(met, -365, -366, -30),
        "final_plan_sent_on": draw.maybe(met, 40),
        "phase_transfer_on": draw.one("", "2025-09-01", "2026-09-01"),
        "phase_transfer_kind": draw.one("", "secondary_to_post16", "other", "post16_to_post16"),
    }


def measured(address: str, catalogue: Catalogue, as_of: date = AS_OF) -> Found:
    """What the product measures, in the shape of the slow loop."""
    with reading(address) as connection:
        table = Evaluator(frames(connection, load_register(), as_of), catalogue).table()
    names = ("measure", "basis", "period", "period_from", "dimension", "group_name", "numerator", "denominator")
    rows = zip(*(table[name].tolist() for name in names), strict=True)
    return {row[:6]: (row[6], None if row[7] != row[7] else row[7]) for row in rows}


def slowly(address: str, sheets: Mapping[str, Any], as_of: date = AS_OF) -> Found:
    register = load_register()
    with reading(address) as connection:
        clocks = {(x.record, x.case_ref, x.record_key, x.duty): x for x in clock_rows(connection, register, as_of)}
    lawful = {(d.key, x.code) for d in register.duties for limit in d.limits for x in limit.exceptions}
    return recompute(World(as_of, sheets, clocks), COMPARED, periods(as_of), lawful)


def put_notices(address: str, notices: list[dict[str, str]]) -> None:
    """The tasks to tell families, which no extract carries."""
    columns = ("id", "case_id", "duty", "due_on", "predicted_on", "tell_by", "why", "told_on")
    with unit_of_work(address) as connection:
        rows = [
            (
                place,
                int(x["case_ref"][2:]) + 1,
                x["duty"],
                x["due_on"],
                x["predicted_on"],
                x["tell_by"],
                "",
                x["told_on"] or None,
            )
            for place, x in enumerate(notices, 1)
        ]
        insert_rows(connection, "family_notices", columns, rows)


def differences(one: Found, other: Found) -> dict[Any, Any]:
    def close(a: Any, b: Any) -> bool:
        return a is not None and b is not None and abs(a[0] - b[0]) < 1e-6 and a[1] == b[1]

    return {
        key: (one.get(key), other.get(key))
        for key in one.keys() | other.keys()
        if not close(one.get(key), other.get(key))
    }


@contextmanager
def taken(sqlite_file: Path, sheets: Mapping[str, list[dict[str, str]]]) -> Iterator[str]:
    """The address of a database of its own, which has taken the extract in, but for the notices."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "ehc.db").write_bytes(sqlite_file.read_bytes())
        address = f"sqlite:///{place / 'ehc.db'}"
        take(address, write_extract(place, **{name: rows for name, rows in sheets.items() if name != "notices"}))
        yield address
        engine(address).dispose()
        engine.cache_clear()


def test_every_measure_has_a_slow_twin() -> None:
    assert {x.key for x in COMPARED.measures} == set(ROWS)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_every_measurement_of_any_extract(sqlite_file: Path, seed: int) -> None:
    sheets = extract(seed)
    with taken(sqlite_file, sheets) as address:
        put_notices(address, sheets["notices"])
        said = differences(slowly(address, sheets), measured(address, COMPARED))
    assert not said


def test_exceptions_left_out_are_pairs() -> None:
    keys = {x.key for x in CATALOGUE.measures}
    assert all(key.removesuffix(EXCLUDING) in keys for key in keys)
