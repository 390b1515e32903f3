"""The measures of a night, read from the database, evaluated and stored, beside bare reads and writes of the rows."""

import time
from collections.abc import Callable

from models.casework.measures import refresh_measures
from models.measures.catalogue import load_catalogue
from models.measures.evaluator import Evaluator
from models.measures.frames import RECORDS, frames
from models.queries.records import DATES, TABLES
from models.statute.register import load_register
from models.store import fetch, insert_rows, reading, unit_of_work
from tests.benchmarks.multiplied import AS_OF, many_cases
from tests.benchmarks.timing import line, peak_mib

RUNS, ONCE_FROM = 3, 300_000
AT_A_TIME = 1 << 16
CODES = {
    "case": ("id",),
    "advice": ("id", "case_id", "kind", "reply", "replied_by"),
    "order": ("id", "case_id", "number", "kind", "requires"),
    "review": ("id", "case_id", "review_number", "decision", "phase_transfer_kind"),
}
READ = {
    **{TABLES[kind]: (*CODES[kind], *DATES[kind], *more.words, *more.days) for kind, more in RECORDS.items()},
    "exceptions": ("case_id", "number", "duty", "advice_kind", "code", "facts", "claimed_on", "from_on", "to_on"),
    "chronology": ("id", "authority_code", "case_ref", "record", "source", "happened_on", "recorded_at"),
}
"""The columns that measures need of each table, at the least."""
STORED = {
    "measurement_series": ("id", "as_of", "authority_code", "measure", "basis", "dimension", "group_name"),
    "measurement_periods": ("id", "as_of", "period", "period_from", "period_to"),
    "measurement_figures": ("series_id", "period_id", "numerator", "denominator"),
}
"""What measures write, by column."""
LATER = "happened_on IS NOT NULL AND recorded_at > (SELECT MIN(imported_at) FROM imports)"


def run(sizes: tuple[int, ...]) -> None:
    """Print the lines of the measures for each number of cases."""
    load_register()
    load_catalogue()
    for size in sizes:
        with many_cases(size):
            _run(1 if size >= ONCE_FROM else RUNS)


def _run(runs: int) -> None:
    stored = [measured() for _ in range(runs)]
    held = peak_mib()
    evaluated = min(processor(evaluate) for _ in range(runs))
    rows, read = bare_read()
    kept, wrote = bare_write()
    seconds, wall = min(stored)
    line("all measures, processor", rows, seconds, ("read and write bare", read + wrote))
    print(
        f"{'':<26} {kept:,} measurements; {wall:.1f} s by the clock; {evaluated:.1f} s without storing them, beside "
        f"{read:.1f} s to read and {wrote:.1f} s to write bare; at most {held:,.0f} MiB held by the process so far"
    )


def measured() -> tuple[float, float]:
    """How long the measures of a night take that was not measured yet: of the processor, and by the clock."""
    forget()
    with unit_of_work() as connection:
        began = time.perf_counter()
        seconds = processor(lambda: refresh_measures(connection, load_register(), AS_OF))
        return seconds, time.perf_counter() - began


def evaluate() -> None:
    """Read and evaluate as in a night, and keep nothing."""
    with unit_of_work() as connection:
        Evaluator(frames(connection, load_register(), AS_OF), load_catalogue()).columns()


def forget() -> None:
    """Nothing has been measured."""
    with unit_of_work() as connection:
        for table in STORED:
            connection.exec_driver_sql(f"DELETE FROM {table}")


def bare_read() -> tuple[int, float]:
    """How many rows measures read, and the seconds of the processor to read them with the driver and drop them."""
    found = 0
    began = time.process_time()
    with reading() as connection:
        for table, columns in READ.items():
            where = LATER if table == "chronology" else "1 = 1"
            cursor = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table} WHERE {where}").cursor
            while rows := cursor.fetchmany(AT_A_TIME):
                found += len(rows)
    return found, time.process_time() - began


def bare_write() -> tuple[int, float]:
    """How many measurements are stored, and the seconds of the processor to write them with the driver."""
    with reading() as connection:
        rows = {
            table: fetch(connection, f"SELECT {', '.join(columns)} FROM {table}") for table, columns in STORED.items()
        }
    forget()
    with unit_of_work() as connection:
        seconds = processor(lambda: [insert_rows(connection, x, columns, rows[x]) for x, columns in STORED.items()])
    return len(rows["measurement_figures"]), seconds


def processor(work: Callable[[], object]) -> float:
    """The seconds of the processor that a piece of work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began
