"""`ehc demo`: an invented council, taken in and watched through one night, with everything the product really does."""

import os
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from deployments import show, steps
from deployments.demo.council import WOLVERHAMPTON_LIKE, make_council, write_extract
from models import migrations
from models.casework.extracts.mixture import DEMO, refuse_mixture
from models.errors import StoreError
from models.queries.clocks import ClockRow, clock_rows
from models.statute.register import load_register
from models.store import fetch, reading, shown_address

# `uv run` says so in the environment; without it there may be no `ehc` on the path.
RUN = "uv run " if "UV" in os.environ else ""

CONSOLE = Console(highlight=False)


def run_demo(as_of: date) -> None:
    """Make the council as of a day, import its extract, run its night, print the board and what to try next."""
    migrations.ensure()
    _refuse_real_records()
    _refuse_earlier_day(as_of)
    with TemporaryDirectory() as folder:
        extract = Path(folder) / "exampleshire"
        with steps.progress("Inventing a council"):
            write_extract(make_council(WOLVERHAMPTON_LIKE, as_of=as_of, authority_code=DEMO), extract)
        found = steps.run_night(as_of, extract, "canonical")
    CONSOLE.print(
        "\nExampleshire is invented: a council calibrated on the figures one English authority published for 2025.\n"
    )
    show.night(found, as_json=False)
    _what_next(as_of)


def _refuse_real_records() -> None:
    with reading() as connection:
        refuse_mixture(connection, [DEMO])


def _refuse_earlier_day(as_of: date) -> None:
    """A council cannot be taken back to a day before the one it already stands at."""
    with reading() as connection:
        newest = fetch(connection, "SELECT CAST(MAX(as_of) AS TEXT) FROM nights")[0][0]
    if newest and newest > as_of.isoformat():
        raise StoreError(
            f"The demo council already stands at {newest}.",
            where=shown_address(),
            remedy=f"Ask about the earlier day with ehc clocks --as-of {as_of}, or point EHC_HOME at an empty folder.",
        )


def _what_next(as_of: date) -> None:
    with reading() as connection:
        case = _telling_case(clock_rows(connection, load_register(), as_of))
    CONSOLE.print("\n[bold]Try next[/bold]")
    for command, purpose in (
        (f"ehc explain {case}", "why every date of one case is what it is"),
        ("ehc messages", "who would be told what; nothing has been sent"),
        (f"ehc evidence {case} --out case.html", "one file: who held the case each day"),
        ("ehc report --out report.html", "the board report, for a browser"),
        ("ehc tracker --out week.xlsx", "the week's work, as a workbook"),
        (f"ehc clocks --as-of {as_of - timedelta(weeks=13)}", "every clock on any other day"),
        ("ehc up", "the board, the stages and the forms as pages"),
        ("ehc doctor", "whether all is well, hash chain included"),
    ):
        CONSOLE.print(Text.assemble("  ", (f"{RUN}{command:<43}", "cyan"), purpose))


def _telling_case(rows: Iterable[ClockRow]) -> str:
    """An open case with an exception tried or an agency late: the explanation with most to show."""
    overdue: dict[str, int] = {}
    for row in rows:
        if row.state in ("overdue", "excepted"):
            overdue[row.case_ref] = overdue.get(row.case_ref, 0) + 1 + 5 * bool(row.exception)
    return max(overdue, key=lambda ref: (overdue[ref], ref), default="")
