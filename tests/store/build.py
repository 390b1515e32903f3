"""Builders that read as a sentence: small extracts, written and taken in, nights, and what is in the database then.

Dates are given as "2026-03-02"; moments as datetimes in UTC. A row names what it says, the rest is unknown.
"""

import csv
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from models.casework.chronology.journal import Entry, entries
from models.casework.clocks import Refreshed, refresh_clocks
from models.casework.extracts.intake import Taken, take_in
from models.casework.standings import store_standings
from models.importers.contract import contract
from models.importers.extract import Extract
from models.importers.reader import read_extract
from models.queries.clocks import ClockRow, clock_rows
from models.statute.register import load_register
from models.store import fetch, reading, unit_of_work
from models.tables.all import METADATA, SHEETS

Row = Mapping[str, str]

MONDAY = datetime(2026, 3, 2, 19, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 19, tzinfo=UTC)
WEDNESDAY = datetime(2026, 3, 4, 19, tzinfo=UTC)

RECORDS = tuple(SHEETS)
"""The tables of records, which are named as their sheets."""


def a_case(case_ref: str = "C-1", *, authority_code: str = "999", **facts: str) -> Row:
    """A request received at the beginning of the year, unless said otherwise."""
    return {"authority_code": authority_code, "case_ref": case_ref, "request_received_on": "2026-01-05", **facts}


def an_advice(case_ref: str = "C-1", kind: str = "health", *, authority_code: str = "999", **facts: str) -> Row:
    """A request for advice, made at the end of January."""
    of = {"authority_code": authority_code, "case_ref": case_ref, "kind": kind, "body": "Royal Hospital"}
    return {**of, "requested_on": "2026-01-30", **facts}


def an_order(case_ref: str = "C-1", requires: str = "assess", *, authority_code: str = "999", **facts: str) -> Row:
    """An order of the Tribunal."""
    of = {"authority_code": authority_code, "case_ref": case_ref, "kind": "tribunal_order", "requires": requires}
    return {**of, "dated_on": "2026-02-16", **facts}


def an_exception(case_ref: str = "C-1", *, authority_code: str = "999", **facts: str) -> Row:
    """A claim that the child was away for weeks, complete."""
    of = {"authority_code": authority_code, "case_ref": case_ref, "duty": "send_final_plan"}
    said = {"code": "absent_4w", "from_on": "2026-01-12", "to_on": "2026-02-20", "claimed_on": "2026-02-20"}
    return {**of, **said, "facts": "away", "impractical_because": "nobody to meet", **facts}


def a_review(case_ref: str = "C-1", number: int = 1, *, authority_code: str = "999", **facts: str) -> Row:
    """An annual review that has met."""
    of = {"authority_code": authority_code, "case_ref": case_ref, "review_number": str(number)}
    return {**of, "meeting_on": "2026-02-02", **facts}


def a_transfer(case_ref: str = "C-1", number: int = 1, *, authority_code: str = "999", **facts: str) -> Row:
    """A plan that came from another authority."""
    of = {"authority_code": authority_code, "case_ref": case_ref, "transfer_number": str(number)}
    return {**of, "moved_on": "2026-02-02", "aware_on": "2026-02-03", **facts}


def a_closure(setting_urn: str = "100001", *, authority_code: str = "999", **facts: str) -> Row:
    """A school closed for the summer."""
    of = {"authority_code": authority_code, "setting_urn": setting_urn, "closed_from": "2026-07-20"}
    return {**of, "reopens_on": "2026-09-01", **facts}


def a_panel(held_on: str = "2026-03-10", *, authority_code: str = "999", **facts: str) -> Row:
    """A sitting of the panel."""
    return {"authority_code": authority_code, "panel": "SEND panel", "held_on": held_on, **facts}


def a_person(name: str = "A. Officer", *, authority_code: str = "999", **facts: str) -> Row:
    """A member of staff."""
    return {"authority_code": authority_code, "team": "North", "role": "officer", "name": name, **facts}


def one_of_each(case_ref: str = "C-1", *, authority_code: str = "999") -> dict[str, list[Row]]:
    """A row in every sheet, all about one case."""
    of = {"authority_code": authority_code}
    return {
        "cases": [a_case(case_ref, **of)],
        "advice": [an_advice(case_ref, **of)],
        "exceptions": [an_exception(case_ref, **of)],
        "orders": [an_order(case_ref, **of)],
        "reviews": [a_review(case_ref, **of)],
        "transfers": [a_transfer(case_ref, **of)],
        "closures": [a_closure(**of)],
        "panels": [a_panel(**of)],
        "people": [a_person(**of)],
    }


def write_extract(
    tmp_path: Path,
    *,
    extracted_at: datetime = MONDAY,
    unknown_columns: Mapping[str, Row] | None = None,
    **sheets: Sequence[Row],
) -> Path:
    """A canonical folder of its own below `tmp_path`: the rows of each sheet named, made at a moment.

    Without `cases` there is one. `unknown_columns` are written after those of the contract: by sheet, heading
    to the value of every row.
    """
    folder = Path(mkdtemp(prefix="extract-", dir=tmp_path))
    for sheet, rows in {"cases": [a_case()], **sheets}.items():
        extra = (unknown_columns or {}).get(sheet, {})
        with (folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as file:
            names = [*contract()[sheet].names, *extra]
            writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows({**row, **extra} for row in rows)
    (folder / "manifest.json").write_text(json.dumps({"extracted_at": extracted_at.isoformat()}), encoding="utf-8")
    return folder


def take(
    address: str,
    extract: Path | Extract,
    *,
    now: datetime = MONDAY,
    allow_missing: bool = False,
    allow_older: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Taken:
    """Read the extract and take it in as the nightly run does."""
    found = read_extract(extract) if isinstance(extract, Path) else extract
    with unit_of_work(address) as connection:
        return take_in(
            connection,
            found,
            now=now,
            by="the test",
            allow_missing=allow_missing,
            allow_older=allow_older,
            progress=progress,
        )


def night(address: str, as_of: str, *, now: datetime = MONDAY) -> Refreshed:
    """Refresh the clocks for a day."""
    with unit_of_work(address) as connection:
        return refresh_clocks(connection, load_register(), date.fromisoformat(as_of), now=now)


def whole_night(address: str, as_of: str, *, now: datetime = MONDAY) -> None:
    """A night that came to its end, which is the board."""
    night(address, as_of, now=now)
    with unit_of_work(address) as connection:
        store_standings(connection, load_register(), date.fromisoformat(as_of))


def clocks_on(address: str, as_of: str) -> list[ClockRow]:
    """Every clock as evaluated from the records for a day."""
    with reading(address) as connection:
        return list(clock_rows(connection, load_register(), date.fromisoformat(as_of)))


def stored(address: str, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Rows of a table in the order of their keys, all columns or those named, dates as text on every database."""
    chosen = columns or tuple(column.name for column in METADATA.tables[table].columns)
    order = ", ".join(f'"{column.name}"' for column in METADATA.tables[table].primary_key)
    names = ", ".join(f'"{name}"' for name in chosen)
    with reading(address) as connection:
        return [tuple(map(_plain, row)) for row in fetch(connection, f"SELECT {names} FROM {table} ORDER BY {order}")]


def everything(address: str, *, but: Sequence[str] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """All tables with all their rows, without those named in `but`."""
    return {name: stored(address, name) for name in METADATA.tables if name not in but}


def counted(address: str, *tables: str) -> dict[str, int]:
    """How many rows each table has."""
    return {table: len(stored(address, table)) for table in tables or METADATA.tables}


def chronology(address: str, **of: str) -> list[Entry]:
    """The entries of the chronology, oldest first."""
    with reading(address) as connection:
        return list(entries(connection, **of))


def execute(address: str, *statements: str) -> None:
    """Run statements as somebody would who can write to the database."""
    with unit_of_work(address) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _plain(value: object) -> object:
    if isinstance(value, memoryview):
        return bytes(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f+00:00")
    return value.isoformat() if isinstance(value, date) else value
