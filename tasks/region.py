"""Put together what the authorities' nights came to, each read from its own tables, and publish it."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from prefect import task
from prefect.events import emit_event

from models.authority import PATTERN
from models.errors import EhcError
from models.measures.catalogue import load_catalogue
from models.practice.here import practices_here
from models.practice.loader import Practices
from models.queries.kpi import KpiRow, kpi_rows
from models.queries.region import Part, Standings, Sums, authorities_held, part_of, visiting
from models.settings import settings
from models.statute.register import load_register
from models.store import reading
from tasks.measures import measures_page
from tasks.region_page import region_page
from tasks.telling import publish


@dataclass(frozen=True)
class Region:
    """What a night of many authorities came to; `missing` are those whose night is not whole."""

    as_of: str
    authorities: int
    missing: tuple[str, ...]
    records: int
    clocks: int
    open_cases: int
    overdue: int


@task(task_run_name="whose nights there are")
def expected_authorities() -> list[str]:
    """The authorities that have tables of their own, and those whose first extract has come."""
    extracts = settings().extract
    came = [path.name for path in extracts.iterdir() if path.is_dir()] if extracts and extracts.is_dir() else []
    return sorted({*authorities_held(), *(name for name in came if re.fullmatch(PATTERN, name))})


@task(task_run_name="put together the nights of {as_of}")
def roll_up(codes: Sequence[str], as_of: date, today: date, failed: Mapping[str, str]) -> Region:
    """What the nights came to, also put in the artifacts `region` and `region-measures`; a gap is an event.

    Args:
        codes: the authorities that must be there.
        as_of: the day of the night.
        today: the day that the age of extracts is counted to.
        failed: by authority, why its run did not end well.
    """
    parts, measurements = parts_of(codes, as_of, today, failed)
    total: Standings = sum((part.standings for part in parts), start=Counter())
    found = Region(
        as_of.isoformat(),
        len(parts),
        tuple(part.authority_code for part in parts if part.faults),
        sum(part.records for part in parts),
        sum(part.clocks for part in parts),
        total.total(),
        sum(number for (_, band), number in total.items() if band == "overdue"),
    )
    publish("region", region_page(parts, total, as_of), f"{len(parts)} authorities on {as_of}")
    publish("region-measures", measures_page(measurements, load_catalogue(), as_of), f"Their measures on {as_of}")
    if found.missing:
        emit_event(
            event="ehc.night.incomplete",
            resource={"prefect.resource.id": "ehc.region"},
            payload={"as_of": found.as_of, "authorities": list(found.missing)},
        )
    return found


def parts_of(
    codes: Sequence[str], as_of: date, today: date, failed: Mapping[str, str]
) -> tuple[list[Part], list[KpiRow]]:
    """Each authority's part, and the measurements of all together; arguments as of `roll_up`."""
    practices, sums = practices_here(), Sums()
    parts = [_part(code, as_of, today, practices, sums, failed.get(code)) for code in codes]
    return parts, sums.rows()


def _part(code: str, as_of: date, today: date, practices: Practices, sums: Sums, failed: str | None) -> Part:
    """An authority's part; whatever keeps it from being read is its fault and nobody else's."""
    try:
        with visiting(code), reading() as connection:
            found = part_of(connection, load_register(), code, as_of, today, practices)
            sums.add(kpi_rows(connection, as_of, dimension="all"))
    except EhcError as error:
        found = Part(code, (error.in_one_line,))
    return replace(found, faults=(failed, *found.faults)) if failed else found
