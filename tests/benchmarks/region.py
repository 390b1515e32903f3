"""The night of 153 authorities on 1, 2 and 4 workers: a PostgreSQL, a Prefect server and workers of its own.

Every night is an unchanged one, its extract read and compared, so that every number of workers does the same work. It
ends with an error unless the region finds every authority whole, and each had one night and never two at once.
Prefect wants an extension that the PostgreSQL of the tests has not (pg_trgm): its own tables are in SQLite unless
EHC_BENCH_POSTGRESQL names a server with it, on this machine, where databases can be made.
"""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from statistics import NormalDist
from tempfile import TemporaryFile, mkdtemp
from typing import TypeVar

from deployments.demo.council import make_cases, write_extract
from models.queries.region import visiting
from models.settings import settings
from models.store import unit_of_work
from tests.benchmarks.databases import processor_of
from tests.benchmarks.services import PREFECT, ROOT, ask, postgresql, prefect, prefect_server, process
from tests.benchmarks.timing import line

AS_OF = datetime.now(UTC).date()
"""Today: where the extract is of long ago no night is whole."""

AUTHORITIES = 153
FIRST_CODE = 500
SPREAD = 0.75
"""How unlike in size they are, the standard deviation of the logarithm: the largest has four in a hundred of all cases,
about seven times those of the middle one. An assumption: of real authorities no such list is here."""

WORKERS = (1, 2, 4)
SAY_EVERY_SECONDS = 20

Each = TypeVar("Each")


def run(sizes: tuple[int, ...]) -> None:
    """Print a line for each number of cases, of all authorities with their advice, and each number of workers."""
    # Told to end it ends its servers and workers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Told to end."))
    for size in sizes:
        folder = Path(mkdtemp(prefix="ehc-region-"))
        try:
            with postgresql(folder) as database:
                _run(folder, database, size)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, database: int, size: int) -> None:
    os.environ |= {
        "EHC_HOME": str(folder),
        "EHC_EXTRACT": str(folder / "extracts"),
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED": "false",
        "PREFECT_LOGGING_TO_API_BATCH_INTERVAL": "5",
    }
    settings.cache_clear()
    authorities = _sizes(size)
    with prefect_server(folder) as server:
        prefect("work-pool", "create", "ehc", "--type", "process")
        prefect("work-pool", "create", "ehc-nights", "--type", "process")
        prefect("--no-prompt", "deploy", "--prefect-file", "deployments/scale-out/prefect.yaml", "--all")
        _say("all is deployed")
        rows = _first_nights(authorities)
        for workers in WORKERS:
            _region_night(folder, {"PostgreSQL": database, "Prefect": server}, workers, rows)


def _sizes(size: int) -> dict[str, int]:
    """How many of the cases each authority has, by its code."""
    weights = [exp(SPREAD * NormalDist().inv_cdf((place + 0.5) / AUTHORITIES)) for place in range(AUTHORITIES)]
    sizes = [max(1, round(size * weight / sum(weights))) for weight in weights]
    # Large and small ones are spread over the codes: 62 and 153 have no factor in common.
    return {str(FIRST_CODE + place): sizes[place * 62 % AUTHORITIES] for place in range(AUTHORITIES)}


def _first_nights(authorities: dict[str, int]) -> int:
    """How many rows the extracts have that were made and taken in, each with a night whose messages have gone out."""
    began = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        done = list(_told("first nights", pool.map(_first_night, authorities, authorities.values())))
        line("first nights, 2 processes", sum(rows for rows, _ in done), time.perf_counter() - began)
        sample = [*authorities][:: len(authorities) // 4][:4]
        plain = sum(pool.map(_night, sample)) / len(sample)
    print(f"{'':<26} {len(done)} authorities, of the processor {sum(seconds for _, seconds in done):.0f} s")
    print(
        f"{'':<26} another night as plain functions {plain:.1f} s of the processor, mean of {len(sample)}", flush=True
    )
    return sum(rows for rows, _ in done)


def _first_night(code: str, size: int) -> tuple[int, float]:
    """The rows of an authority's extract, and seconds of the processor for it, its tables and a night."""
    from models import migrations
    from tests.benchmarks.night import _plain_night

    began = time.process_time()
    sheets = make_cases(size, seed=int(code), as_of=AS_OF)
    for sheet in sheets.values():
        sheet["authority_code"] = code
    write_extract(sheets, Path(os.environ["EHC_EXTRACT"]) / code, extracted_at=datetime.now(UTC))
    with visiting(code):
        migrations.ensure()
        _plain_night(AS_OF)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE messages SET status = 'sent', attempts = 1")
    return sum(map(len, sheets.values())), time.process_time() - began


def _night(code: str) -> float:
    """Seconds of the processor for an authority's next night, its extract read, as plain functions."""
    from tests.benchmarks.night import _plain_night

    began = time.process_time()
    with visiting(code):
        _plain_night(AS_OF)
    return time.process_time() - began


def _region_night(folder: Path, servers: dict[str, int], workers: int, rows: int) -> None:
    moment = datetime.now(UTC).isoformat()
    ours, theirs = _processor_of_children(), {name: processor_of(server) for name, server in servers.items()}
    with ExitStack() as stack, TemporaryFile("w+") as said:
        for number in range(workers):
            stack.enter_context(process(folder / f"worker-{number}.log", [*PREFECT, *_worker(number)]))
        began = time.perf_counter()
        words = f"from flows.region import *; print(region(as_of=date({AS_OF:%Y, %-m, %-d})))"
        with subprocess.Popen([sys.executable, "-c", words], stdout=said, stderr=said, cwd=ROOT) as region:
            _wait(region, workers, moment)
        seconds = time.perf_counter() - began
        said.seek(0)
        lines = said.read().strip().splitlines()
    each = (_processor_of_children() - ours) / AUTHORITIES
    shares = (f"{name} {(processor_of(pid) - theirs[name]) / AUTHORITIES:.1f} s" for name, pid in servers.items())
    line(f"region, {workers} workers", rows, seconds)
    print(f"{'':<26} of the processor, for each night: {each:.1f} s, {', '.join(shares)}")
    print(f"{'':<26} {lines[-1] if lines else 'It said nothing.'}\n{'':<26} {_checked(moment)}", flush=True)
    if region.returncode:
        raise RuntimeError("\n".join(lines[-30:]))


def _wait(region: subprocess.Popen[bytes], workers: int, moment: str) -> None:
    """Say how far it is until it is done."""
    while True:
        try:
            region.wait(SAY_EVERY_SECONDS)
        except subprocess.TimeoutExpired:
            done = ask(
                "flow_runs/count", **_nights(moment, state={"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}})
            )
            _say(f"{workers} workers: {done} of {AUTHORITIES} nights")
        else:
            return


def _checked(moment: str) -> str:
    """That each authority had one night since a moment which ended well, and never two at the same time.

    Raises:
        RuntimeError: it is not so.
    """
    runs = ask("flow_runs/filter", **_nights(moment), limit=200)
    codes = {run["parameters"]["authority_code"] for run in runs if run["state_type"] == "COMPLETED"}
    if not len(runs) == len(codes) == AUTHORITIES:
        raise RuntimeError(f"{len(runs)} nights, {len(codes)} authorities of them ended well: expected {AUTHORITIES}.")
    moments = [(run["start_time"], 1) for run in runs] + [(run["end_time"], -1) for run in runs]
    at_once = most = 0
    for _, change in sorted(moments):
        at_once += change
        most = max(most, at_once)
    return f"{len(runs)} nights ended well, one for each of {len(codes)} authorities; at most {most} at once"


def _nights(moment: str, **wanted: object) -> dict[str, object]:
    """What Prefect is asked for the runs of nights that began after a moment."""
    return {
        "flows": {"name": {"any_": ["nightly"]}},
        "flow_runs": {"start_time": {"after_": moment}, **wanted},
    }


def _processor_of_children() -> float:
    """Seconds that processes took which have ended: the region, the workers and their runs, not the servers."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _worker(number: int) -> list[str]:
    return ["worker", "start", "--pool", "ehc-nights", "--type", "process", "--limit", "1", "--name", f"w{number}"]


def _told(what: str, results: Iterable[Each]) -> Iterator[Each]:
    """The results as they come, and now and then how many there are."""
    said = time.perf_counter()
    for number, result in enumerate(results, 1):
        if time.perf_counter() - said > SAY_EVERY_SECONDS:
            said = time.perf_counter()
            _say(f"{what}: {number} of {AUTHORITIES}")
        yield result


def _say(words: str) -> None:
    print(f"{datetime.now(UTC):%H:%M:%S} {words}", flush=True)
