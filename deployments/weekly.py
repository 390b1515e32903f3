"""The week: the board report, the tracker and what is to be mended in the data, as files in `EHC_HOME/reports`.

A flow of this package and not of `flows`, since what it writes is composed here (decision 0023).
"""

from datetime import date, datetime
from pathlib import Path

from prefect import flow, task

from deployments.report.report import write_report
from deployments.tracker.workbook import write_tracker
from deployments.whole_file import write_whole
from flows.stage import day_of_run, run_name
from flows.today import now
from models.measures.quality.digest import quality_digest
from models.practice.here import practices_here
from models.queries.authorities import authority_codes, names
from models.settings import settings
from models.statute.register import load_register
from models.store import reading
from tasks.forecast import publish_forecast
from tasks.telling import publish


@flow(name="weekly", flow_run_name=run_name)
def weekly(as_of: date | None = None) -> list[str]:
    """Write the week's files, name them in the artifact `weekly`, and say in `forecast` what is coming.

    Safe to run again: the files are replaced.

    Args:
        as_of: the day to report on; by default the day the run was scheduled for, in England.
    """
    day, moment = day_of_run(as_of), now()
    written = [*write_board_reports(day, moment), write_workbook(day, moment), write_quality_digest(day)]
    publish_files(day, written)
    publish_forecast(day)
    return written


@task(task_run_name="write the board reports of {as_of}")
def write_board_reports(as_of: date, now: datetime) -> list[str]:
    """The names of the reports, one for each authority."""
    with reading() as connection:
        codes = authority_codes(connection)
    return [write_report(folder(), as_of, now=now, authority=code).name for code in codes]


@task(task_run_name="write the tracker of {as_of}")
def write_workbook(as_of: date, now: datetime) -> str:
    """The name of the tracker workbook."""
    path = folder() / f"send-tracker-{as_of}.xlsx"
    with reading() as connection:
        found = practices_here()
        return write_tracker(path, connection, load_register(), found, as_of, made_at=now).path.name


@task(task_run_name="write what is to be mended on {as_of}")
def write_quality_digest(as_of: date) -> str:
    """The name of the list of what each role has to mend: case references and counts only."""
    path = folder() / f"data-quality-{as_of}.md"
    lines = [f"# Data quality, {as_of.day} {as_of:%B %Y}"]
    with reading() as connection:
        codes = authority_codes(connection)
        for code in codes:
            found = quality_digest(connection, as_of, authority_code=code)
            lines += ["", f"## {names().get(code, f'Authority {code}')}"]
            lines += [] if found else ["", "Nothing to mend."]
            for owner, said in found.items():
                lines += ["", f"### {owner.replace('_', ' ').capitalize()}", "", *(f"- {line}" for line in said)]
    return write_whole(path, "\n".join(lines) + "\n").name


@task(task_run_name="say which files were written on {as_of}")
def publish_files(as_of: date, names: list[str]) -> None:
    """Name the files in the artifact `weekly`; their contents stay where they are."""
    page = "\n".join(
        [f"# The week's files, {as_of.day} {as_of:%B %Y}", "", "In `EHC_HOME/reports`:", ""]
        + [f"- `{name}`" for name in names]
    )
    publish("weekly", page, f"The week's files of {as_of}")


def folder() -> Path:
    """The folder of the week's files, which only its owner can read."""
    found = settings().home / "reports"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found
