"""All measures of many cases and five times as many requests for advice, against a bare pass over their columns."""

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy import create_engine

from models.measures import derived
from models.measures import frames as building
from models.measures.catalogue import load_catalogue
from models.measures.columns import categories
from models.measures.evaluator import Evaluator
from models.measures.frames import OF_THE_CASE, Frames, frames
from models.queries.records import Loaded
from models.statute.records import DAY, UNKNOWN, Codes, Records
from models.statute.register import load_register
from models.tables.all import METADATA
from tests.benchmarks.engine import AS_OF, many_cases
from tests.benchmarks.timing import best_of, line, peak_mib

ADVICE_PER_CASE = 5
KINDS = ("education", "health", "psychology", "social_care", "parent")
WORDS = {
    "team": 8,
    "officer": 60,
    "primary_need": 13,
    "in_care": 2,
    "ncy": 14,
    "setting_type": 9,
    "request_source": 5,
    "plan_decision": 0,
    "week20_exception": 0,
}


def run(sizes: tuple[int, ...]) -> None:
    """Print the line of the measures for each number of cases."""
    load_catalogue()
    for size in sizes:
        found = many_frames(size)
        rows = len(found.case) + len(found.advice)
        seconds = best_of(2, lambda found=found: Evaluator(found, load_catalogue()).table())
        floor = best_of(2, lambda found=found: bare_pass(found))
        line(f"all {len(load_catalogue().measures)} measures", rows, seconds, ("one bare pass", floor))
        print(f"{'':<26} {size:,} cases; at most {peak_mib():,.0f} MiB held by the process so far")


def bare_pass(found: Frames) -> int:
    """The least that measuring could cost: each column of dates and words read once."""
    return sum(int(frame[name].isna().sum()) for frame in (found.case, found.advice) for name in frame)


def many_frames(size: int, seed: int = 1) -> Frames:
    """Frames of cases and advice drawn at random, and nothing of all else."""
    draw = np.random.default_rng(seed)
    register = load_register()
    case = building._records(_loaded(many_cases(size)), register, AS_OF)
    codes = {"plan_decision": ["", "Y", "N", "A"], "week20_exception": ["", "0", "1"], "in_care": ["", "0", "1"]}
    for name, number in WORDS.items():
        words = codes.get(name) or ["", *(str(x) for x in range(1, number + 1))]
        case[name] = pd.Categorical.from_codes(draw.integers(0, len(words), size).astype(np.int8), categories=words)
    case["birth_date"] = (np.datetime64("2010-01-01") + draw.integers(0, 4000, size)).astype("datetime64[s]")
    case["authority_code"] = categories(["999"]).take(np.zeros(size, dtype=np.int64))
    case["case_ref"] = "C"
    case["requested_on"] = case["request_received_on"]
    case["age_phase"] = derived.age_phase(case, AS_OF)
    advice = building._with_case(_many_advice(case, draw), case)
    empty = _nothing(AS_OF)
    derived.of_cases(case, advice, empty.order, empty.notice, AS_OF)
    return replace(empty, case=case, advice=advice)


def _many_advice(case: pd.DataFrame, draw: np.random.Generator) -> pd.DataFrame:
    size = len(case) * ADVICE_PER_CASE
    of = np.repeat(np.arange(len(case)), ADVICE_PER_CASE)
    asked = case["requested_on"].to_numpy().astype(DAY)[of] + 42
    replied = np.where(draw.random(size) < 0.8, asked + draw.integers(10, 70, size), UNKNOWN)
    dates: dict[str, Any] = {"requested_on": asked, "received_by_body_on": asked, "reply_on": replied}
    dates["withdrawn_on"] = case["withdrawn_on"].to_numpy().astype(DAY)[of]
    kinds = Codes(KINDS, np.tile(np.arange(ADVICE_PER_CASE, dtype=np.int32), len(case)))
    replies = Codes(("advice", "not_known", "declined"), draw.choice(3, size, p=(0.9, 0.07, 0.03)).astype(np.int32))
    flags = {"has_replied_by": draw.random(size) < 0.5}
    records = Records("advice", size, dates, {"kind": kinds, "reply": replies}, flags)
    found = building._records(_loaded(records, of), load_register(), AS_OF)
    bodies = ["", *(f"Body {x}" for x in range(40))]
    found["body"] = pd.Categorical.from_codes(draw.integers(0, len(bodies), size).astype(np.int8), categories=bodies)
    for name in ("returned_for_rework_on", "accepted_on"):
        found[name] = np.full(size, np.datetime64("NaT", "s"))
    return found


def _loaded(records: Records, of: np.ndarray | None = None) -> Loaded:
    ids = np.arange(records.size)
    return Loaded(records, ids, ids if of is None else of, (), (), (), ())


def _nothing(as_of: date) -> Frames:
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as connection:
        return frames(connection, load_register(), as_of)


assert set(OF_THE_CASE) <= {*WORDS, "authority_code", "age_phase"}
