"""A night as a Prefect flow, against the same work as plain functions: what the orchestration adds, whatever the size.

The flow runs against a server of this benchmark's own, as it does under `ehc up`; both nights are unchanged ones.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from deployments.demo.council import make_cases, write_extract
from models import migrations
from models.casework.extracts.intake import take_in
from models.importers.reader import read_extract
from models.settings import settings
from models.statute.register import load_register
from models.store import engine, unit_of_work
from tests.benchmarks.timing import best_of, line

AS_OF = date(2026, 11, 22)
NOTHING = {"create_markdown_artifact": ("tasks.publish", "tasks.measures"), "emit_event": ("tasks.publish",)}
"""What the tasks tell Prefect and plain functions do not."""


def run(sizes: tuple[int, ...]) -> None:
    """Print a line for the night of each number of cases, with their advice, and what the orchestration adds to it."""
    os.environ |= {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "CRITICAL",
    }
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=180):
        for size in sizes:
            with TemporaryDirectory() as folder:
                _run(Path(folder), size)


def _run(folder: Path, size: int) -> None:
    from flows.nightly import nightly

    sheets = make_cases(size, seed=1, as_of=AS_OF)
    rows = sum(map(len, sheets.values()))
    write_extract(sheets, folder / "extract")
    os.environ["EHC_HOME"] = str(folder)
    settings.cache_clear()
    engine.cache_clear()
    migrations.ensure()
    with unit_of_work() as connection:
        take_in(connection, read_extract(folder / "extract"), now=datetime.now(UTC), by="benchmark")
    _plain_night()
    plain = best_of(2, _plain_night)
    flow = best_of(2, lambda: nightly(as_of=AS_OF, return_state=True))
    line("night, plain functions", rows, plain)
    line("night, a Prefect flow", rows, flow, ("plain functions", plain))
    print(f"{'':<26} the orchestration adds {flow - plain:.1f} s")


def _plain_night() -> None:
    """What the tasks of a night do, in their order, told to nobody."""
    from tasks import clocks, measures, publish

    now = datetime.now(UTC)
    stages = dict.fromkeys(duty.stage for duty in load_register().duties if duty.is_watched)
    with _nobody_told():
        for stage in stages:
            clocks.refresh_stages.fn([stage], AS_OF, now)
            publish.publish_stage.fn(stage, AS_OF)
        publish.publish_agenda.fn(AS_OF)
        publish.publish_advice_matrix.fn(AS_OF)
        measures.refresh_measures.fn(AS_OF)
        measures.publish_measures.fn(AS_OF)
        publish.publish_board.fn(AS_OF)
        publish.publish_certificate.fn(AS_OF, AS_OF)


@contextmanager
def _nobody_told() -> Iterator[None]:
    with ExitStack() as patched:
        for name, modules in NOTHING.items():
            for module in modules:
                patched.enter_context(patch(f"{module}.{name}"))
        patched.enter_context(patch("tasks.publish.explain_form", lambda _: lambda _: ""))
        yield
