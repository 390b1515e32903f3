"""`ehc messages` and `ehc call-list`: read what is said to whom, and print what is needed at the telephone."""

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from deployments.options import day

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
MOST_LISTED = 50
STATUSES = (
    *("waiting", "sending", "sent", "temporary_failure", "permanent_failure"),
    *("uncertain", "shadow", "withdrawn"),
)


def messages(
    show: Annotated[
        str | None, typer.Option("--show", metavar="ID", help="Print this one in full: its number or its reference.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="With --show: write it as a page to this file instead.")] = None,
    status: Annotated[str | None, typer.Option(help="Only of this status, as waiting or sent.")] = None,
    most: Annotated[int, typer.Option(help="At most so many, the newest first.")] = MOST_LISTED,
    json: Json = False,
) -> None:
    """The outbox: every message to staff and agencies, waiting, sent or in shadow; or one of them in full."""
    from models.queries.outbox.messages import headings, letter
    from models.store import reading, require_tables

    if status is not None and status not in STATUSES:
        raise typer.BadParameter(f"{status!r} is no status of a message. Write one of: {', '.join(STATUSES)}.")
    with reading() as connection:
        require_tables(connection)
        if show is None:
            _list([asdict(x) for x in headings(connection, most=most, status=status)], as_json=json)
            return
        found = letter(connection, show)
    if html is not None:
        html.write_text(found.html, encoding="utf-8")
        print(f"{html}: message {found.heading.reference}.")
    elif json:
        _print_json(asdict(found))
    else:
        to = ", ".join(
            filter(None, (found.heading.recipient, found.heading.role.replace("_", " "), found.heading.team))
        )
        print(f"To: {to}\nSubject: {found.heading.subject}\nStatus: {found.heading.status}\n\n{found.text}", end="")


def call_list(
    officer: Annotated[
        str | None, typer.Argument(help="The officer's name as the cases have it; all if not given.")
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option("--as-of", parser=day, metavar="DATE", help="The day to ask about; today if not given."),
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page to print to this file.")] = None,
    json: Json = False,
) -> None:
    """Who to expect at the telephone: each open case in one sentence, what is next, what is new, who was told."""
    from flows.today import night_of
    from models.errors import NotFoundError
    from models.queries.outbox.call_list import call_list as calls_of
    from models.statute.register import load_register
    from models.store import reading, require_tables
    from notifications.compose.call_list import call_list_html, call_list_text, pages
    from notifications.compose.words import counted

    day = night_of(as_of)
    with reading() as connection:
        require_tables(connection)
        calls = calls_of(connection, load_register(), day, officer)
    if officer is not None and not calls:
        raise NotFoundError(
            f"{officer} has no open case.",
            why="No open case names this officer; capitals do not matter.",
            remedy="ehc call-list without a name lists every officer.",
        )
    if json:
        _print_json([asdict(x) for x in calls])
        return
    found = pages(calls, load_register(), day)
    if html is not None:
        html.write_text(call_list_html(found, day), encoding="utf-8")
        print(f"{html}: {counted(len(calls), 'case')} of {counted(len(found), 'officer')}.")
    else:
        print(call_list_text(found, day), end="")


def _list(found: list[dict[str, object]], *, as_json: bool) -> None:
    if as_json:
        _print_json(found)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from models.queries.instants import ENGLAND

    table = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("number", "not before", "status", "to", "subject"):
        table.add_column(heading, no_wrap=heading != "subject")
    for x in found:
        to = ", ".join(filter(None, (str(x["role"]).replace("_", " "), str(x["team"]))))
        at = datetime.fromisoformat(f"{x['not_before']}+00:00").astimezone(ENGLAND)
        table.add_row(str(x["id"]), f"{at:%a %d %b %H:%M}", str(x["status"]), Text(to), Text(str(x["subject"])))
    Console(highlight=False).print(table if found else "There is no message yet: ehc nightly raises the alerts.")


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write("\n")
