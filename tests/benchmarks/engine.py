"""The engine alone: every case duty of many cases, against a bare pass over the columns and a loop per case."""

from datetime import date
from functools import partial

import numpy as np
import pendulum

from models.statute.clocks import clocks
from models.statute.records import DAY, UNKNOWN, Codes, Records, Repeated
from models.statute.register import load_register
from tests.benchmarks.timing import best_of, line

AS_OF = date(2026, 11, 22)
MILESTONES = {
    "assess_decided_on": (0.9, 20, 60),
    "assess_agreed_after_refusal_on": (0.02, 60, 200),
    "no_plan_notified_on": (0.05, 80, 130),
    "draft_served_on": (0.6, 80, 200),
    "consultation_sent_on": (0.6, 80, 200),
    "consultation_replied_on": (0.5, 100, 220),
    "final_plan_sent_on": (0.5, 100, 260),
    "withdrawn_on": (0.05, 1, 100),
}
LOOPED = 2_000


def run(sizes: tuple[int, ...]) -> None:
    """Print the engine's line for each number of cases."""
    register = load_register()
    duties = len(register.of_record("case"))
    looped = best_of(1, lambda: loop_per_case(LOOPED)) / LOOPED
    for size in sizes:
        records = many_cases(size)
        seconds = best_of(3, partial(clocks, records, register, AS_OF))
        floor = best_of(3, partial(bare_pass, records, duties))
        line(f"engine, {duties} duties", size, seconds, ("one bare pass", floor), ("a pendulum loop", looped * size))


def many_cases(size: int, seed: int = 1) -> Records:
    """Cases with every milestone drawn at random, about a tenth of them refused and one in fifty with an order."""
    draw = np.random.default_rng(seed)
    received = np.datetime64("2024-01-01") + draw.integers(0, 1000, size).astype("timedelta64[D]")

    def later(share: float, least: int, most: int) -> np.ndarray:
        days = received + draw.integers(least, most, size).astype("timedelta64[D]")
        return np.where(draw.random(size) < share, days, UNKNOWN)

    dates = {"request_received_on": received, "brought_to_attention_on": np.full(size, UNKNOWN, DAY)}
    dates |= {name: later(*shape) for name, shape in MILESTONES.items()}
    decision = Codes(("", "Y", "N"), draw.choice(3, size, p=(0.1, 0.8, 0.1)).astype(np.int32))
    ordered = np.flatnonzero(draw.random(size) < 0.02)
    orders = Repeated(ordered, received[ordered] + np.timedelta64(150, "D"))
    return Records("case", size, dates, {"assess_decision": decision}, repeated={"order_dated_on": orders})


def bare_pass(records: Records, duties: int) -> list[np.ndarray]:
    """The least the work could cost: per duty, one sum and one comparison over one column."""
    today = np.datetime64(AS_OF, "D")
    received = records.dates["request_received_on"]
    return [received + np.timedelta64(number, "W") < today for number in range(duties)]


def loop_per_case(size: int) -> int:
    """What a person would write first: the 6, 16 and 20 weeks of each case by a date library, one at a time."""
    today = pendulum.date(AS_OF.year, AS_OF.month, AS_OF.day)
    first = pendulum.date(2024, 1, 1)
    late = 0
    for number in range(size):
        received = first.add(days=number % 1000)
        for weeks in (6, 16, 16, 20):
            due = received.add(weeks=weeks)
            act_by = due.subtract(days=1)
            while act_by.day_of_week in (pendulum.SATURDAY, pendulum.SUNDAY):
                act_by = act_by.subtract(days=1)
            late += due < today
    return late
