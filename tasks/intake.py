"""Take in an extract."""

from datetime import date, datetime
from pathlib import Path

from prefect import task

from models.casework.extracts.intake import Taken, take_in
from models.casework.extracts.mixture import refuse_mixture
from models.casework.extracts.refusals import keep_refusal
from models.importers.reader import read_extract
from models.store import unit_of_work


@task(task_run_name="take in extract")
def take_in_extract(path: Path, source: str, now: datetime, by: str) -> dict[str, int]:
    """How many rows were read, added, changed, removed and quarantined."""
    return counts(take_in_path(path, source, now=now, by=by))


def take_in_path(
    path: Path,
    source: str,
    *,
    now: datetime,
    by: str,
    allow_missing: bool = False,
    allow_older: bool = False,
) -> Taken:
    """What the extract at a path changed; read before the unit of work opens, so that the lock is held briefly."""
    extract = read_extract(path, source=source)
    with unit_of_work() as connection:
        refuse_mixture(connection, extract.authorities)
        return take_in(connection, extract, now=now, by=by, allow_missing=allow_missing, allow_older=allow_older)


def remember_refusal(as_of: date, why: str, now: datetime) -> None:
    """The certificate of the night of this day says after this why its extract was refused; with "" that none was."""
    with unit_of_work() as connection:
        keep_refusal(connection, as_of, why, now)


def counts(taken: Taken) -> dict[str, int]:
    """The counts alone, which is all that Prefect may see."""
    total = taken.total
    return {
        "read": total.read,
        "added": total.added,
        "changed": total.changed,
        "removed": total.removed,
        "quarantined": len(taken.rejections),
    }
