"""`ehc messages` and `ehc call-list`: read what is said to whom, and print what is needed at the telephone."""

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.commands.options import Json, day
from deployments.whole_file import write_whole

if TYPE_CHECKING:
    from models.queries.outbox.messages import Letter

MOST_LISTED = 50
NO_MESSAGE = (
    "There is no message. ehc nightly raises the alerts, and writes to the people whom the extract names in its sheet "
    "people; ehc doctor says who is missing there."
)
STATUSES = (
    *("waiting", "sending", "sent", "temporary_failure", "permanent_failure"),
    *("uncertain", "shadow", "withdrawn"),
)


def messages(
    show: Annotated[
        str | None, typer.Option("--show", metavar="ID", help="Print this one in full: its number or its reference.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="With --show: write it as a page to this file instead.")] = None,
    all_alerts: Annotated[
        bool, typer.Option("--all", help="With --show: also list every alert in it, those that it only counts too.")
    ] = False,
    status: Annotated[str | None, typer.Option(help="Only of this status, as waiting or sent.")] = None,
    role: Annotated[str | None, typer.Option(help="Only to this role, as officer or health_dco.")] = None,
    case: Annotated[
        str | None, typer.Option(help="Only about this case: its reference, or AUTHORITY/REFERENCE.")
    ] = None,
    most: Annotated[int, typer.Option(help="At most so many, the newest first.")] = MOST_LISTED,
    json: Json = False,
) -> None:
    """List the messages to staff and agencies, or print one. They wait, were sent, or are in shadow."""
    if show is None and (html is not None or all_alerts):
        raise typer.BadParameter("Say which message: --show ID.")
    from models.practice.ladders import ROLES
    from models.queries.outbox.messages import Of, headings, letter
    from models.store import reading, require_tables

    if status is not None and status not in STATUSES:
        raise typer.BadParameter(f"{status!r} is no status of a message. Write one of: {', '.join(STATUSES)}.")
    wanted = (role or "").strip().replace(" ", "_")
    if wanted and wanted not in ROLES:
        raise typer.BadParameter(f"{role!r} is no role. Write one of: {', '.join(ROLES)}.")
    of = Of(status or "", wanted, (case or "").strip())
    with reading() as connection:
        require_tables(connection)
        if show is None:
            listed = [asdict(x) for x in headings(connection, most=most, of=of)]
            _print_json(listed) if json else _list(listed, most, is_all=of == Of())
            return
        found = letter(connection, show)
    if html is not None:
        write_whole(html, found.html)
        print(f"{html}: message {found.heading.reference}.")
    elif json:
        _print_json(asdict(found))
    else:
        _print_letter(found, all_alerts=all_alerts)


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
    """Who to expect at the telephone, case by case. How it stands, what is next, what is new, who was told."""
    from deployments.newest_night import refuse_day_before
    from flows.today import night_of
    from models.errors import NotFoundError
    from models.queries.outbox.call_list import call_list as calls_of
    from models.statute.register import load_register
    from models.store import reading, require_tables
    from models.words import counted
    from notifications.compose.call_list import call_list_html, call_list_text, pages

    day = night_of(as_of)
    with reading() as connection:
        require_tables(connection)
        refuse_day_before(connection, day)
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
        write_whole(html, call_list_html(found, day))
        print(f"{html}: {counted(len(calls), 'case')} of {counted(len(found), 'officer')}.")
    else:
        print(call_list_text(found, day), end="")


def _print_letter(found: "Letter", *, all_alerts: bool) -> None:
    heading = found.heading
    print(f"To: {_to(heading.authority_code, heading.role, heading.team, heading.recipient)}")
    print(f"Subject: {heading.subject}\nStatus: {heading.status}{f', {heading.why}' if heading.why else ''}\n")
    print(found.text, end="")
    if all_alerts:
        print(f"\nIts alerts: {len(found.alerts):,}\n")
        for x in found.alerts:
            print("  ".join(filter(None, (x.due_on, x.case_ref, x.duty, x.template, x.silence))))


def _to(authority_code: str, role: str, team: str, name: str = "") -> str:
    """The recipient in words: "F. Clinical, designated clinical officer"."""
    from models.practice.here import practices_here
    from notifications.compose.words import person

    return ", ".join(filter(None, (person(name, practices_here().of(authority_code).titles.of(role)), team)))


def _list(found: list[dict[str, object]], most: int, *, is_all: bool) -> None:
    """Each message in two lines: when, how it stands and to whom; then its subject."""
    from rich.padding import Padding
    from rich.text import Text

    from deployments.commands.tables import CONSOLE
    from models.queries.instants import ENGLAND

    if not found:
        print(NO_MESSAGE if is_all else "No message is like that.")
        return
    wide = len(str(found[0]["id"]))
    status = max(len(str(x["status"])) for x in found)
    CONSOLE.print(f"{'no.':>{max(wide, 3)}}  {'not before':<16}  {'status':<{status}}  to", style="bold")
    for x in found:
        to = _to(str(x["authority_code"]), str(x["role"]), str(x["team"]))
        at = datetime.fromisoformat(f"{x['not_before']}+00:00").astimezone(ENGLAND)
        words = str(x["status"]).replace("_", " ")
        CONSOLE.print(Text(f"{x['id']!s:>{max(wide, 3)}}  {at:%a %d %b %H:%M}  {words:<{status}}  {to}"))
        CONSOLE.print(Padding(Text(str(x["subject"]), style="dim"), (0, 0, 0, max(wide, 3) + 2)))
    if len(found) == most:
        CONSOLE.print(f"The newest {most:,}; --most shows more, --show one in full.")


def _print_json(value: object) -> None:
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write("\n")
