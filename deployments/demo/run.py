"""`ehc demo`: an invented council, taken in and watched through one night, with everything the product really does."""

import os
from collections.abc import Container, Iterable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.text import Text

from deployments import steps
from deployments.commands import show
from deployments.commands.tables import CONSOLE
from deployments.demo.council import WOLVERHAMPTON_LIKE, make_council, write_extract
from flows.today import refuse_day_to_come
from models import migrations
from models.casework.extracts.mixture import DEMO, refuse_mixture
from models.errors import StoreError
from models.queries.clocks import ClockRow, clock_rows
from models.queries.nights import newest_night
from models.statute.register import load_register
from models.store import fetch, reading, shown_address

# `uv run` says so in the environment; without it there may be no `ehc` on the path.
RUN = "uv run " if "UV" in os.environ else ""


def run_demo(as_of: date) -> None:
    """Make the council as of a day, import its extract, run its night, print the board and what to try next."""
    refuse_day_to_come(as_of)
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
        newest = newest_night(connection)
    if newest > as_of.isoformat():
        raise StoreError(
            f"The demo council already stands at {newest}.",
            where=shown_address(),
            remedy=f"Ask about the earlier day with ehc clocks --as-of {as_of}, or point EHC_HOME at an empty folder.",
        )


def _what_next(as_of: date) -> None:
    with reading() as connection:
        claimed = {
            ref
            for (ref,) in fetch(
                connection,
                "SELECT c.case_ref FROM exceptions e JOIN cases c ON c.id = e.case_id WHERE e.duty = 'send_final_plan'",
            )
        }
        case = telling_case(clock_rows(connection, load_register(), as_of), claimed)
    CONSOLE.print("\nTry next", style="bold")
    day = f"--as-of {as_of}"
    for command, purpose in (
        (f"ehc explain {case} {day}", "why every date of one case is what it is"),
        (f"ehc clocks --as-of {as_of - timedelta(weeks=13)}", "every clock on any other day"),
        ("ehc messages", "who would be told what; nothing has been sent"),
        (f"ehc evidence {case} --out case.html {day}", "who held the case each day, in one file"),
        (f"ehc report --out report.html {day}", "the board report, for a browser"),
        (f"ehc tracker --out week.xlsx {day}", "the week's work, as a workbook"),
        ("ehc up", "the board, the stages and the forms as pages"),
        ("ehc doctor", "whether all is well, hash chain included"),
    ):
        CONSOLE.print(Text(f"  {RUN}{command}", style="cyan"))
        CONSOLE.print(f"      {purpose}")


def telling_case(rows: Iterable[ClockRow], claimed: Container[str]) -> str:
    """A case whose plan is late, whose one late adviser shows why, and whose claim of an exception does not hold.

    Of several the least late; where there is none, the case with most that is overdue.
    """
    of_case: dict[str, list[ClockRow]] = {}
    for row in rows:
        of_case.setdefault(row.case_ref, []).append(row)

    def tells(ref: str) -> tuple[bool, int]:
        mine = of_case[ref]
        plan = next((x for x in mine if x.duty == "send_final_plan" and x.state == "overdue"), None)
        late = [int(x.days) for x in mine if x.duty == "give_advice" and x.state == "met_late"]
        if plan is not None and ref in claimed and len(late) == 1 and late[0] < int(plan.days):
            return True, int(plan.days)
        return False, sum(x.state == "overdue" for x in mine)

    return max(of_case, key=lambda ref: (tells(ref), ref), default="")
