"""The product, from the extract to the clocks, says what the oracle says: every clock, every column.

More extracts than the gate reads: `EHC_ORACLE_SEEDS=500 just test tests/oracle`.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.oracle import evaluator, product
from tests.oracle.evaluator import COLUMNS, Row
from tests.oracle.extracts import SHEETS, write_random_extract

SEEDS = range(int(os.environ.get("EHC_ORACLE_SEEDS", "25")))
KEY = COLUMNS[:5]
SHOWN = 8


class Evaluated(NamedTuple):
    """A random extract, and what the oracle says of it on each of some days."""

    folder: Path
    wanted: dict[date, list[Row]]


@pytest.fixture(scope="module")
def extract_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Evaluated]:
    """The extract of a seed; the oracle is slow and asked once."""

    @cache
    def of(seed: int) -> Evaluated:
        folder = tmp_path_factory.mktemp("seed") / "extract"
        days = write_random_extract(folder, seed)
        cases = evaluator.read(folder)
        return Evaluated(folder, {as_of: evaluator.evaluate(cases, as_of) for as_of in days})

    return of


@pytest.mark.parametrize("seed", SEEDS)
def test_every_clock_of_a_random_extract(seed: int, extract_of: Callable[[int], Evaluated], tmp_path: Path) -> None:
    """The rule: "One engine, columnar [...] the tests hold a slow, obvious loop over days as its oracle"."""
    folder, of_days = extract_of(seed)
    with product.taken_in(folder, tmp_path / "ehc.db") as connection:
        for as_of, wanted in of_days.items():
            found = product.evaluate(connection, as_of)
            assert wanted, "an extract without a clock shows nothing"
            if said := differences(wanted, found):
                pytest.fail(f"seed {seed}, as of {as_of}, {folder}\n" + said_in_words(said), pytrace=False)


def differences(wanted: list[Row], found: list[Row]) -> dict[tuple[str, ...], tuple[list[Row], list[Row]]]:
    """By clock, the rows that only the oracle has and those that only the product has."""
    said: defaultdict[tuple[str, ...], tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    oracle, ours = (Counter(tuple(row[column] for column in COLUMNS) for row in rows) for rows in (wanted, found))
    for side, rows in enumerate((oracle - ours, ours - oracle)):
        for values in rows.elements():
            said[values[: len(KEY)]][side].append(dict(zip(COLUMNS, values, strict=True)))
    return dict(said)


def said_in_words(said: dict[tuple[str, ...], tuple[list[Row], list[Row]]]) -> str:
    """The first differences, column by column where each side has one row."""
    lines = [f"{len(said)} clocks differ; the first of them:"]
    for key, (wanted, found) in sorted(said.items())[:SHOWN]:
        lines.append(" ".join(filter(None, key)))
        if len(wanted) == len(found) == 1:
            lines += [
                f"    {column}: oracle {wanted[0][column] or 'empty'}, product {found[0][column] or 'empty'}"
                for column in COLUMNS
                if wanted[0][column] != found[0][column]
            ]
        else:
            lines += [
                f"    {side} has {row}" for side, rows in (("oracle", wanted), ("product", found)) for row in rows
            ]
    return "\n".join(lines)


# ---------------------------------------------------------------- that agreeing means something
ALWAYS_POSSIBLE = {"running", "met", "met_late", "overdue", "unknown"}
IMPOSSIBLE = {
    "excepted": {"serve_draft", "reply_to_consultation", "notify_assessment_after_order", "reconsider_after_order"},
    "stopped": {
        "serve_draft_after_order",
        "send_final_plan_after_make_order",
        "amend_plan_after_order",
        "name_setting_after_order",
        "reconsider_after_order",
    },
    "superseded": {*evaluator.ADVICE, *(duty for duties in evaluator.ORDER.values() for duty in duties)},
}


def test_the_extracts_reach_every_state_of_every_duty(extract_of: Callable[[int], Evaluated]) -> None:
    """Every state, and for each duty those of being stopped, superseded or excepted that it can come to."""
    duties = {*evaluator.CASE, *evaluator.ADVICE, *(duty for duties in evaluator.ORDER.values() for duty in duties)}
    possible = {(duty, state) for duty in duties for state in ALWAYS_POSSIBLE}
    possible |= {(duty, state) for state, never in IMPOSSIBLE.items() for duty in duties - never}
    reached: set[tuple[str, str]] = set()
    codes: Counter[str] = Counter()
    on_the_last_day: set[str] = set()
    for seed in range(25):
        rows = [row for of_day in extract_of(seed).wanted.values() for row in of_day]
        reached |= {(row["duty"], row["state"]) for row in rows}
        codes.update(row["exception"] for row in rows)
        on_the_last_day |= {row["duty"] for row in rows if row["days"] == "0" and row["state"] in ("running", "met")}
    assert reached == possible
    assert set(codes) == {"", *evaluator.REG_44_3, *evaluator.REG_8_2}
    assert on_the_last_day == duties


def test_the_same_seed_writes_the_same_extract(tmp_path: Path) -> None:
    days = [write_random_extract(tmp_path / name, 7) for name in ("one", "other")]
    assert days[0] == days[1]
    for sheet in SHEETS:
        one, other = ((tmp_path / name / f"{sheet}.csv").read_bytes() for name in ("one", "other"))
        assert one == other


def test_a_difference_is_said_in_words() -> None:
    case = evaluator.Case(a_row("cases", request_received_on="2025-09-01"), [], [], [], [])
    wanted = evaluator.evaluate([case], date(2026, 1, 20))
    found = [row | {"state": "running"} if row["duty"] == "send_final_plan" else row for row in wanted[:-1]]
    said = said_in_words(differences(wanted, found))
    assert said.splitlines() == [
        "2 clocks differ; the first of them:",
        "1 A case reply_to_consultation",
        f"    oracle has {wanted[-1]}",
        "1 A case send_final_plan",
        "    state: oracle overdue, product running",
    ]
    assert not differences(wanted, list(reversed(wanted)))


def a_row(sheet: str, **values: str) -> Row:
    return dict.fromkeys(SHEETS[sheet], "") | {"authority_code": "1", "case_ref": "A"} | values
