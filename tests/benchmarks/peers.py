"""The same work as others would do it: which of three duties of each case are overdue, and some measures by month.

A loop over the cases with a date library; a Prefect flow run for each case; a workflow engine with a timer for each
duty of each case; SQL in DuckDB for the measures. What they answer is held to ours. The seconds are the processor's, of
this process; what Prefect's server takes is not among them. `uv sync --group bench` brings the engine and DuckDB.
"""

import io
import os
import time
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
import pendulum

from deployments.demo.council import make_cases, write_extract
from models import migrations
from models.casework.extracts.intake import take_in
from models.importers.reader import read_extract
from models.measures.catalogue import load_catalogue
from models.measures.evaluator import Evaluator
from models.measures.frames import frames
from models.statute.clocks import STATES, clocks
from models.statute.records import DAY, Codes, Records, Repeated
from models.statute.register import load_register
from models.store import engine, reading, unit_of_work
from tests.benchmarks.timing import best_of, line

TODAY = datetime.now(UTC).date()
"""The workflow engine's timers read the clock themselves, so everybody is asked about today."""

MOST = {"loop": 100_000, "engine": 3_000, "prefect": 200}
"""Above so many cases the rest of a peer's time is worked out and not waited for."""

DUTIES = {
    "decide_whether_to_assess": (6, "assess_decided_on", ("withdrawn_on",)),
    "serve_draft": (16, "draft_served_on", ("no_plan_notified_on", "withdrawn_on", "refused_on")),
    "send_final_plan": (20, "final_plan_sent_on", ("no_plan_notified_on", "withdrawn_on", "refused_on")),
}
"""By duty its weeks, what does it and what ends it: as somebody who writes a loop would write them down."""

Overdue = set[tuple[str, str]]
"""Cases, by their reference, with the duty that is overdue."""

BY_MONTH = """
    WITH cases AS (SELECT * FROM read_csv('{folder}/cases.csv', header = true, nullstr = '',
        types = {{'request_received_on': DATE, 'assess_decided_on': DATE, 'final_plan_sent_on': DATE,
                 'withdrawn_on': DATE, 'assess_decision': VARCHAR, 'plan_decision': VARCHAR}})),
    asked AS (SELECT kind, requested_on FROM read_csv('{folder}/advice.csv', header = true, nullstr = '',
        types = {{'requested_on': DATE}})),
    counted AS (
        SELECT 'requests_received' AS measure, request_received_on AS day, 1 AS top FROM cases
        UNION ALL
        SELECT 'assess_decided_within_6_weeks', assess_decided_on,
            COALESCE(assess_decided_on - request_received_on BETWEEN 0 AND 42, false)::INT
            FROM cases WHERE assess_decision IN ('Y', 'N')
        UNION ALL
        SELECT 'plans_issued', final_plan_sent_on, 1 FROM cases WHERE COALESCE(plan_decision, 'Y') = 'Y'
        UNION ALL
        SELECT 'plans_within_20_weeks', final_plan_sent_on,
            COALESCE(final_plan_sent_on - request_received_on BETWEEN 0 AND 140, false)::INT
            FROM cases WHERE COALESCE(plan_decision, 'Y') = 'Y'
        UNION ALL
        SELECT 'withdrawn', withdrawn_on, 1 FROM cases WHERE final_plan_sent_on IS NULL
        UNION ALL
        SELECT 'advice_requested', requested_on, 1 FROM asked WHERE kind <> 'parent'
    )
    SELECT measure, strftime(date_trunc('month', day), '%Y-%m-%d'), SUM(top), COUNT(*)
    FROM counted WHERE day IS NOT NULL GROUP BY ALL
"""
MEASURED = (
    *("requests_received", "assess_decided_within_6_weeks", "plans_issued", "plans_within_20_weeks"),
    *("withdrawn", "advice_requested"),
)


def run(sizes: tuple[int, ...]) -> None:
    """Print a line for each peer at each number of cases."""
    for size in sizes:
        sheets = make_cases(size, seed=1, as_of=TODAY)
        cases = _plain_cases(sheets)
        print(f"{len(cases):,} cases without an order, an exception or a change of mind; three duties each")
        ours = best_of(3, lambda cases=cases: by_the_engine(cases), time.process_time)
        wanted = by_the_engine(cases)
        line("overdue, ours", len(cases), ours)
        _peer("a loop per case", "loop", cases, wanted, ours, by_a_loop)
        _workflow_engine(cases, wanted, ours)
        _prefect(cases, wanted, ours)
        _measures(sheets)


def _plain_cases(sheets: dict[str, pd.DataFrame]) -> pd.DataFrame:
    cases = sheets["cases"]
    special = {*sheets["orders"]["case_ref"], *sheets["exceptions"]["case_ref"]}
    changed = cases["assess_agreed_after_refusal_on"] != ""
    return cases[~cases["case_ref"].isin(special) & ~changed & (cases["request_received_on"] != "")]


def _peer(
    name: str,
    key: str,
    cases: pd.DataFrame,
    wanted: Overdue,
    ours: float,
    work: Callable[[pd.DataFrame], Overdue],
) -> None:
    """Print a line for a peer at as many cases as it can, beside what ours takes for as many."""
    some = cases[: MOST[key]]
    found: list[Overdue] = []
    seconds = best_of(1, lambda: found.append(work(some)), time.process_time)
    _same(name, found[0], _of(some, wanted))
    _line(name, len(some), seconds, ours, len(cases))


def _line(name: str, size: int, seconds: float, ours: float, of: int) -> None:
    share = ours * size / of
    line(name, size, seconds, ("ours, for as many", share))


def _of(cases: pd.DataFrame, found: Overdue) -> Overdue:
    refs = set(cases["case_ref"])
    return {(ref, duty) for ref, duty in found if ref in refs}


def _same(name: str, found: object, wanted: object) -> None:
    if found != wanted:
        raise AssertionError(f"{name} answers otherwise than ours")


def by_the_engine(cases: pd.DataFrame) -> Overdue:
    """Ours: the columns, all duties at once."""
    register = load_register()
    names = [name for name in cases if name.endswith("_on")]
    dates = {name: np.where(cases[name] == "", "NaT", cases[name]).astype(DAY) for name in names}
    codes = {name: Codes.of(cases[name].tolist()) for name in ("assess_decision", "plan_decision")}
    nothing = np.zeros(0, dtype=np.int64)
    orders = {"order_dated_on": Repeated(nothing, nothing.astype(DAY))}
    records = Records("case", len(cases), dates, codes, repeated=orders)
    refs = cases["case_ref"].to_numpy()
    late: Overdue = set()
    for block in clocks(records, register, TODAY, [register.duty(key) for key in DUTIES]):
        rows = block.row[block.state == STATES.index("overdue")]
        late |= {(ref, block.duty.key) for ref in refs[rows].tolist()}
    return late


def by_a_loop(cases: pd.DataFrame) -> Overdue:
    """What a person would write first."""
    return {(row["case_ref"], duty) for _, row in cases.iterrows() for duty in late_duties(row)}


def late_duties(row: "pd.Series[str] | dict[str, str]") -> list[str]:
    """The duties of one case that are open and past their date."""
    today = pendulum.date(TODAY.year, TODAY.month, TODAY.day)
    return [duty for duty, due in open_duties(row).items() if due < today]


def open_duties(row: "pd.Series[str] | dict[str, str]") -> dict[str, pendulum.Date]:
    """When each duty that nothing has done or ended is due."""
    received = pendulum.Date.fromisoformat(row["request_received_on"])
    refused = row["assess_decision"] == "N"
    ended = {**row, "refused_on": row["assess_decided_on"] if refused else ""}
    return {
        duty: received.add(weeks=weeks)
        for duty, (weeks, done, ends) in DUTIES.items()
        if not any(ended[name] for name in (done, *ends))
    }


def _prefect(cases: pd.DataFrame, wanted: Overdue, ours: float) -> None:
    """A flow run for each case, in one process, against a server that runs already; no heartbeats and no logs."""
    os.environ |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    os.environ["PREFECT_LOGGING_LEVEL"] = "CRITICAL"
    from prefect import flow
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    @flow(name="case")
    def of_a_case(row: dict[str, str]) -> list[str]:
        return late_duties(row)

    def by_a_run_for_each(cases: pd.DataFrame) -> Overdue:
        return {(row["case_ref"], duty) for row in cases.to_dict("records") for duty in of_a_case(row)}

    quick = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_LOGGING_TO_API_ENABLED: False}
    with prefect_test_harness(server_startup_timeout=180), temporary_settings(quick):
        of_a_case(cases.iloc[0].to_dict())
        _peer("a Prefect run per case", "prefect", cases, wanted, ours, by_a_run_for_each)


def _workflow_engine(cases: pd.DataFrame, wanted: Overdue, ours: float) -> None:
    from tests.benchmarks.workflow_engine import Instances

    some = cases[: MOST["engine"]]
    open_ = [(row["case_ref"], open_duties(row)) for row in some.to_dict("records")]
    instances = Instances(tuple(DUTIES))
    begun = best_of(1, lambda: [instances.begin(ref, due) for ref, due in open_], time.process_time)
    _line("a workflow begun per case", len(some), begun, ours, len(cases))
    found: list[Overdue] = []
    night = best_of(1, lambda: found.append(instances.night()), time.process_time)
    _same("the workflow engine", found[0], _of(some, wanted))
    _line("its night", len(some), night, ours, len(cases))


def _measures(sheets: dict[str, pd.DataFrame]) -> None:
    import duckdb

    catalogue, register = load_catalogue(), load_register()
    chosen = [catalogue.measure(key) for key in MEASURED]
    with TemporaryDirectory() as folder:
        write_extract(sheets, Path(folder) / "extract")
        address = f"sqlite:///{folder}/ehc.db"
        migrations.ensure(address)
        with unit_of_work(address) as connection, redirect_stdout(io.StringIO()):
            take_in(connection, read_extract(Path(folder) / "extract"), now=datetime.now(UTC), by="benchmark")

        def measured(measures: Any) -> pd.DataFrame:
            with reading(address) as connection:
                return Evaluator(frames(connection, register, TODAY), catalogue).table(measures)

        sql = BY_MONTH.format(folder=f"{folder}/extract")
        theirs = best_of(3, lambda: duckdb.connect().sql(sql).fetchall(), time.process_time)
        found = {(row[0], row[1]): (row[2], row[3]) for row in duckdb.connect().sql(sql).fetchall()}
        rows = sum(map(len, sheets.values()))
        for name, measures in ((f"ours, {len(chosen)} measures", chosen), ("ours, all measures", None)):
            seconds = best_of(2, partial(measured, measures), time.process_time)
            line(name, rows, seconds, (f"DuckDB, {len(chosen)} measures by month", theirs))
        wanted = _by_month(measured(chosen))
        first = min(month for _, month in wanted)  # older months are no longer measured
        _same("DuckDB", {key: value for key, value in found.items() if key[1] >= first}, wanted)
        engine(address).dispose()


def _by_month(table: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    months = table[(table["period"] == "month") & (table["dimension"] == "all") & (table["basis"] != "due")]
    return {
        (row.measure, row.period_from): (row.numerator, row.numerator if np.isnan(row.denominator) else row.denominator)
        for row in months.itertuples()
        if row.numerator or row.denominator > 0
    }
