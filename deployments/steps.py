"""The steps that several commands share, with their progress shown."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from rich.console import Console

from deployments import logs
from deployments.embedded import embedded
from flows.today import now, refuse_day_to_come
from models import migrations
from models.casework.extracts.intake import Taken, take_in
from models.casework.extracts.mixture import refuse_mixture
from models.importers.reader import Extract, read_extract
from models.settings import settings
from models.store import reading, require_tables, unit_of_work

BY = "ehc"

_console = Console(stderr=True)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """Say what is being done while it is done; the function yielded says the step it has come to."""
    if logs.is_json():
        logs.say(logging.INFO, doing)
        yield lambda _: None
    elif _console.is_terminal:
        with _console.status(doing) as status:
            yield lambda step: status.update(f"{doing}: {step}")
    else:
        _console.print(f"{doing} ...")
        yield lambda _: None


def import_extract(
    path: Path, source: str, *, allow_missing: bool = False, allow_older: bool = False
) -> tuple[Taken, Extract]:
    """Take in the extract at a path; makes the tables first in an empty database."""
    with progress(f"Reading {path.name}") as step:
        extract = read_extract(path, source=source, progress=step)
    migrations.ensure()
    with progress("Taking it in") as step, unit_of_work() as connection:
        refuse_mixture(connection, extract.authorities)
        taken = take_in(
            connection,
            extract,
            now=now(),
            by=BY,
            allow_missing=allow_missing,
            allow_older=allow_older,
            progress=step,
        )
    return taken, extract


def run_night(as_of: date, extract: Path | None, source: str) -> dict[str, Any]:
    """Run the nightly flow in this process, or against the server that PREFECT_API_URL names."""
    refuse_day_to_come(as_of)
    if extract is None and settings().extract is None:
        # A night of nothing at all would take half a minute to say so.
        with reading() as connection:
            require_tables(connection)
    # What goes wrong in a run of our own comes back to us; told by Prefect too, it would be told three times over.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if logs.is_json() else "CRITICAL")
    with progress("Running the night"), embedded() as ready:
        migrations.ensure()
        from flows.nightly import nightly  # noqa: PLC0415 - after Prefect is set up

        ready()
        return nightly(as_of=as_of, extract=extract, source=source)
