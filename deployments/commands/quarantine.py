"""`ehc quarantine`: the rows that could not be read, and what to do; what they say is shown only if asked for."""

import json
import sys
from collections.abc import Sequence
from typing import Any

from deployments.commands.show import set_aside
from deployments.commands.tables import CONSOLE
from models.queries.findings import SetAside, rows_set_aside
from models.store import reading, require_tables
from models.words import counted

MOST_SHOWN = 200


def run_quarantine(*, with_values: bool, as_json: bool) -> None:
    """List the rows set aside by the newest import of each source."""
    with reading() as connection:
        require_tables(connection)
        found = rows_set_aside(connection)
    if as_json:
        json.dump([_plain(row, with_values=with_values) for row in found], sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        _show(found, with_values=with_values)


def _plain(row: SetAside, *, with_values: bool) -> dict[str, Any]:
    return {name: value for name, value in row._asdict().items() if with_values or name != "value"}


def _show(found: Sequence[SetAside], *, with_values: bool) -> None:
    if not found:
        CONSOLE.print("Every row of the last import of each source could be read.")
        return
    # What stands on no line is no row: a sheet that did not come.
    if rows := sum(bool(row.line) for row in found):
        of, are = counted(rows, "row"), "is" if rows == 1 else "are"
        CONSOLE.print(f"{of} of the last import of each source could not be read, and {are} known nowhere here.")
    for row in found[:MOST_SHOWN]:
        set_aside((row.file, row.line, row.column), row.value if with_values else "", row.reason, row.remedy)
    CONSOLE.print()
    if len(found) > MOST_SHOWN:
        CONSOLE.print(f"and {len(found) - MOST_SHOWN:,} more: --json lists them all.")
    if not with_values:
        CONSOLE.print("What the rows say is shown by --values: it may be personal.")
