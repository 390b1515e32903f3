"""The command line `ehc`: each command imports what it needs when it runs, so that help answers at once."""

import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deployments import record
from models.errors import EhcError

app = typer.Typer(
    name="ehc",
    help="Watches, explains and measures the statutory clocks of the EHC 20-week pathway.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
db = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(db, name="db")
app.add_typer(record.app, name="record")


class Format(StrEnum):
    """How a list is printed."""

    table = "table"
    csv = "csv"
    json = "json"


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as 2026-03-12.") from None


AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=_day, metavar="DATE", help="The day to ask about; today in England if not given."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Source = Annotated[
    str, typer.Option(help="How the extract's columns are mapped: canonical, sen2_xml, collect_csv, or a map file.")
]


@app.command()
def demo(as_of: AsOf = None) -> None:
    """Make an invented council, import its extract, run its night, and show the board."""
    from deployments.demo.run import run_demo

    run_demo(_as_of(as_of))


@app.command()
def up(
    host: Annotated[str, typer.Option(help="The address to listen on; another needs authentication.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port to listen on.")] = 4200,
) -> None:
    """Start Prefect's server, its pages and every schedule, until Ctrl-C."""
    from deployments.up import run_up

    run_up(host, port)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A folder of CSV files, a workbook, or a SEN2 XML file.")],
    source: Source = "canonical",
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Accept an extract that lacks half of the open cases.")
    ] = False,
    allow_older: Annotated[
        bool, typer.Option("--allow-older", help="Accept an extract older than the last one.")
    ] = False,
    json: Json = False,
) -> None:
    """Take in an extract; what cannot be read is set aside with the reason, and nothing is sent back."""
    from deployments import show
    from deployments.steps import import_extract

    taken, extract = import_extract(path, source, allow_missing=allow_missing, allow_older=allow_older)
    show.taken(taken, extract, as_json=json)


@app.command()
def nightly(
    as_of: AsOf = None,
    extract: Annotated[Path | None, typer.Option(help="An extract to take in first.")] = None,
    source: Source = "canonical",
    json: Json = False,
) -> None:
    """Run the night now, as a Prefect flow: take in, evaluate every clock, publish the board."""
    from deployments import show
    from deployments.steps import run_night

    show.night(run_night(_as_of(as_of), extract, source), as_json=json)


@app.command()
def clocks(
    as_of: AsOf = None,
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,  # noqa: A002
    case: Annotated[str | None, typer.Option(help="Only this case.")] = None,
    advisory: Annotated[bool, typer.Option("--advisory", help="Also other ways of counting, beside the law.")] = False,
) -> None:
    """Every statutory clock as it stood on a day."""
    from deployments import show
    from models.queries.clocks import clock_rows
    from models.queries.explain import find_case
    from models.queries.records import EVERYTHING
    from models.statute.register import load_register
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        scope = find_case(connection, case) if case else EVERYTHING
        show.clocks(clock_rows(connection, load_register(), _as_of(as_of), scope, advisory=advisory), format.value)


@app.command()
def explain(
    case: Annotated[str, typer.Argument(help="The case's reference, or AUTHORITY/REFERENCE.")],
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Why every clock of a case says what it says: the law, the origin, the arithmetic, the exceptions tried."""
    from deployments import show
    from models.queries.explain import explain_case, find_case
    from models.statute.register import load_register
    from models.store import reading, require_tables

    day = _as_of(as_of)
    with reading() as connection:
        require_tables(connection)
        scope = find_case(connection, case)
        found = explain_case(connection, load_register(), day, scope)
    show.explanations(scope, day, found, as_json=json)


@app.command()
def doctor(json: Json = False) -> None:
    """Check what the night needs: the database, the law, the calendar, the chronology, the last import."""
    from deployments import show
    from deployments.doctor import findings

    found = findings(_as_of(None))
    show.findings(found, as_json=json)
    if any(not finding.is_well for finding in found):
        raise typer.Exit(1)


@db.command()
def upgrade() -> None:
    """Make the tables, or bring those of an older release up to this one."""
    from deployments import show
    from models import migrations

    show.upgraded(migrations.upgrade())


def _as_of(day: date | None) -> date:
    from flows.today import night_of

    return night_of(day)


def main() -> None:
    """Run the command line; an error meant for a person is printed without a traceback."""
    try:
        app()
    except EhcError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
