"""`ehc tracker`: write the workbook and say what was written."""

from datetime import date
from pathlib import Path

from deployments.newest_night import refuse_day_before
from deployments.steps import progress
from deployments.tracker.explain_form import explain_form
from deployments.tracker.workbook import write_tracker
from flows.today import now
from models.errors import SettingsError
from models.practice.here import practices_here
from models.statute.register import load_register
from models.store import reading, require_tables
from models.words import counted


def run_tracker(as_of: date, out: Path | None) -> None:
    """Write the workbook of a day."""
    path = out or Path(f"send-tracker-{as_of}.xlsx")
    if path.suffix != ".xlsx" or not path.parent.is_dir():
        raise SettingsError(
            "The workbook cannot be written there.",
            where=str(path),
            why="Its name must end in .xlsx and its folder must exist.",
            remedy="Name a file such as tracker.xlsx in a folder that is there.",
        )
    with progress("Writing the tracker") as step, reading() as connection:
        require_tables(connection)
        refuse_day_before(connection, as_of)
        written = write_tracker(
            path,
            connection,
            load_register(),
            practices_here(),
            as_of,
            made_at=now(),
            address_of=explain_form(),
            progress=step,
        )
    cases = counted(written.open_cases, "open case")
    print(f"{written.path}: {cases} on {written.sheets:,} sheets. Only you can read it.")
    if more := written.officers_without_sheet:
        have = "has" if more == 1 else "have"
        print(f"{counted(more, 'officer')} {have} no sheet of their own: filter the stages by officer.")
