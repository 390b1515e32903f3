"""The days that cases were held, late and lost: the measures and a loop over every day of the ledger agree."""

import os
from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.measures.catalogue import load_catalogue
from models.measures.periods import periods
from models.queries.holding.ledger import Ledger, ledger
from models.statute.register import load_register
from models.store import reading
from tests.measures_oracle.slow import Found
from tests.measures_oracle.test_agrees import AS_OF, CATALOGUE, LEDGER, differences, extract, measured, taken
from tests.store.build import stored

EXAMPLES = int(os.environ.get("EHC_ORACLE_SEEDS", "2"))
MEASURED = replace(
    CATALOGUE, measures=tuple(replace(x, dimensions=("holder", "team")) for x in CATALOGUE.measures if x.key in LEDGER)
)
LABELS = next(x for x in load_catalogue().dimensions.values() if x.key == "holder").labels


def day_by_day(found: Ledger, teams: dict[int, str], plans_due: dict[int, date]) -> Found:
    """Every day of every stretch, counted by itself in each period in which its stretch ended."""
    sums: dict[tuple[str, ...], float] = defaultdict(float)
    stretches = list(periods(AS_OF))
    for key in LEDGER:
        for period in stretches:
            sums[key, "passed_on", period.kind, str(period.first), "all", ""] = 0.0
    holders = found.holders()
    for row in range(found.size):
        case, holder = int(found.case_id[row]), str(holders[row])
        first, last, due = found.from_on[row].item(), found.until_on[row].item(), found.due_on[row].item()
        plan_due = {"authority_under_order": due, "appeal": None}.get(holder, plans_due.get(case))
        held = [first + timedelta(days=number) for number in range(1, (last - first).days + 1)]
        counted = {"days_held": len(held), "days_late": after(held, due), "days_lost": after(held, plan_due)}
        groups = {"all": "", "holder": LABELS.get(holder, holder), "team": teams[case] or "not known"}
        for period in stretches:
            if not period.first <= last <= min(period.last, AS_OF):
                continue
            shown = groups if period.is_recent else {"all": ""}
            for (dimension, group), (key, days) in product(shown.items(), counted.items()):
                sums[key, "passed_on", period.kind, str(period.first), dimension, group] += days
    return {key: (days, None) for key, days in sums.items()}


def after(held: list[date], due: date | None) -> int:
    """How many of these days are after a date."""
    return sum(due is not None and day > due for day in held)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_the_days_of_any_extract(sqlite_file: Path, seed: int) -> None:
    sheets = extract(seed)
    with taken(sqlite_file, sheets) as address:
        with reading(address) as connection:
            found = ledger(connection, load_register(), AS_OF)
        teams = {number: team or "" for number, team in stored(address, "cases", "id", "team")}
        plans_due = last_days_for_the_plan(address)
        said = differences(day_by_day(found, teams, plans_due), measured(address, MEASURED))
    assert found.size
    assert not said


def last_days_for_the_plan(address: str) -> dict[int, date]:
    """Per case, twenty weeks after the request, where no exception disapplies them."""
    from models.queries.clocks import clock_rows

    numbers = {ref: number for number, ref in stored(address, "cases", "id", "case_ref")}
    with reading(address) as connection:
        rows = list(clock_rows(connection, load_register(), AS_OF))
    return {
        numbers[x.case_ref]: date.fromisoformat(x.due_on)
        for x in rows
        if x.duty == "send_final_plan" and x.due_on and not x.exception
    }
