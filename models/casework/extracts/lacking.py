"""What an extract should have and has not: sheets that came before, most of a sheet that came."""

from collections.abc import Iterator

from sqlalchemy import Connection

from models.casework.extracts.sheets import SheetPlan, plans
from models.casework.extracts.taking import Counts
from models.errors import ExtractRefusedError
from models.importers.extract import Extract, Rejection
from models.queries.records import TABLES
from models.queries.sql import bound, quoted
from models.statute.register import load_register
from models.store import fetch

CORRECTIONS = 9
"""So many rows may go from a sheet in one night, whatever it holds; of a small council that may be half of it."""


def absent_sheets(connection: Connection, extract: Extract) -> Iterator[Rejection]:
    """For each sheet that did not come and on which clocks rest that run, how many of its records have one.

    They stand as they were, and would seem to be up to date.
    """
    for plan in plans().values():
        if plan.sheet in extract.sheets or plan.record not in TABLES:
            continue
        codes, values = bound(extract.authorities)
        duties = quoted(duty.key for duty in load_register().of_record(plan.record))
        running = fetch(
            connection,
            f"SELECT COUNT(DISTINCT k.record_id) FROM clocks k JOIN cases c ON c.id = k.case_id "
            f"WHERE k.duty IN ({duties}) AND k.ended_on IS NULL AND c.authority_code IN ({codes})",
            **values,
        )[0][0]
        if running:
            yield Rejection(
                plan.sheet,
                0,
                "",
                "",
                f"the sheet is not in the extract, and {running:,} records of it that are held have a clock that runs",
                "Look at the export: until the sheet comes again they stand as they were, and no answer is seen.",
            )


def refuse_half_gone(plan: SheetPlan, counts: Counts) -> None:
    """Refuse a sheet that lacks at least half of the rows that are held of its cases.

    Raises:
        ExtractRefusedError: it does, and by more rows than are corrected in a night.
    """
    held = counts.read - counts.added + counts.removed
    if counts.removed > CORRECTIONS and 2 * counts.removed >= held:
        raise ExtractRefusedError(
            f"The extract lacks {counts.removed:,} of the {held:,} rows of {plan.sheet} that are held of its cases; "
            "nothing was changed.",
            why="A sheet without half of its rows is more likely cut short than true.",
            remedy="Look at how it was made. If the rows are really gone: ehc import --allow-missing.",
        )
