"""`ehc report`: write the board report and say where it is."""

from datetime import date
from pathlib import Path

from deployments.report.report import write_report
from deployments.steps import progress
from flows.today import now, refuse_day_to_come
from models.errors import SettingsError


def run_report(as_of: date, out: Path | None, *, authority: str, is_published: bool) -> None:
    """Write the report of a day that has come."""
    path = out or Path()
    if not path.is_dir() and (path.suffix != ".html" or not path.parent.is_dir()):
        raise SettingsError(
            "The report cannot be written there.",
            where=str(path),
            why="Its name must end in .html and its folder must exist.",
            remedy="Name a file such as report.html in a folder that is there, or a folder.",
        )
    refuse_day_to_come(as_of)
    with progress("Writing the board report") as step:
        written = write_report(path, as_of, now=now(), authority=authority, is_published=is_published, progress=step)
    whose = "Small numbers are left out; read it before you publish it." if is_published else "Only you can read it."
    print(f"{written}: {written.stat().st_size // 1024:,} KB, opens offline in any browser. {whose}")
