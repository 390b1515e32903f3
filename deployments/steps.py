"""The steps that several commands share, with their progress shown."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from deployments import logs
from deployments.server.embedded import embedded
from flows.today import now, refuse_day_to_come
from models.queries.nights import night_after, night_before
from models.settings import settings
from models.store import reading, require_tables, unit_of_work

if TYPE_CHECKING:
    from models.casework.extracts.intake import Taken
    from models.importers.reader import Extract

BY = "ehc"

_console = Console(stderr=True, markup=False, emoji=False)


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """Say at a terminal what is being done while it is done; the function yielded says the step it has come to."""
    if logs.is_json():
        logs.say(logging.INFO, doing)
        yield lambda _: None
    elif _console.is_terminal:
        with _console.status(doing) as status:
            yield lambda step: status.update(f"{doing}: {step}")
    else:
        yield lambda _: None


def import_extract(
    path: Path, source: str, *, allow_missing: bool = False, allow_older: bool = False
) -> "tuple[Taken, Extract]":
    """Take in the extract at a path; makes the tables first in an empty database."""
    from models import migrations  # noqa: PLC0415 - who only wants a progress line need not load pandas
    from models.casework.extracts.intake import take_in  # noqa: PLC0415
    from models.casework.extracts.mixture import refuse_mixture  # noqa: PLC0415
    from models.importers.reader import read_extract  # noqa: PLC0415

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
    """What the nightly flow did, run in this process or against the server that PREFECT_API_URL names.

    To its own counts come `night_before`, the day of the night that what is new is new since, None on the first, and
    `night_after`, that of the newest night for a later day, None if there is none.
    What `turned` is that of the whole night, also where an earlier run of it had seen some.
    """
    refuse_day_to_come(as_of)
    if extract is None and settings().extract is None:
        # A night of nothing at all would take half a minute to say so.
        with reading() as connection:
            require_tables(connection)
    # What goes wrong in a run of our own comes back to us; told by Prefect too, it would be told three times over.
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "INFO" if logs.is_json() else "CRITICAL")
    with progress("Running the night"), embedded() as ready:
        from flows.nightly import nightly  # noqa: PLC0415 - after Prefect is set up
        from models import migrations  # noqa: PLC0415 - while its server starts
        from models.queries.stage import turned_by_night  # noqa: PLC0415
        from models.statute.register import load_register  # noqa: PLC0415

        migrations.ensure()
        ready()
        found = nightly(as_of=as_of, extract=extract, source=source)
    with reading() as connection:
        since, later = night_before(connection, as_of) or None, night_after(connection, as_of) or None
        turned = turned_by_night(connection, load_register(), as_of)
    return {**found, "night_before": since, "night_after": later, "turned": turned}
