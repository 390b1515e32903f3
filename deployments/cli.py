"""The command line `ehc`: each command imports what it needs when it runs, so that help answers at once."""

import gc
import sys
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from deployments.commands import hold, messages, record, snapshots
from deployments.commands import measures as figures
from deployments.commands.options import Case, Json, KnownAt, day
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
app.add_typer(snapshots.app, name="snapshot")
app.add_typer(hold.sending, name="sending")


class Format(StrEnum):
    """How a list is printed."""

    table = "table"
    csv = "csv"
    json = "json"


AsOf = Annotated[
    date | None,
    typer.Option("--as-of", parser=day, metavar="DATE", help="The day to ask about; today in England if not given."),
]
Csv = Annotated[bool, typer.Option("--csv", help="Print CSV for a spreadsheet or a program.")]
Source = Annotated[
    str, typer.Option(help="How the extract's columns are mapped: canonical, sen2_xml, collect_csv, or a map file.")
]


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        print(version("ehc-pathway"))
        raise typer.Exit


@app.callback()
def _whole(
    _version: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Which release this is.")
    ] = False,
) -> None: ...


@app.command()
def demo(as_of: AsOf = None) -> None:
    """Make an invented council, run its night, show the board."""
    from deployments.demo.run import run_demo

    run_demo(_as_of(as_of))


@app.command()
def up(
    host: Annotated[str, typer.Option(help="The address to listen on; another needs authentication.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 4200,
) -> None:
    """Start Prefect's server, its pages and every schedule. They run until Ctrl-C."""
    from deployments.server.up import run_up

    run_up(host, port)


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="A folder of CSV files, a workbook, or a SEN2 XML file.")],
    source: Source = "canonical",
    allow_missing: Annotated[
        bool, typer.Option("--allow-missing", help="Accept an extract that lacks half of the open cases or of a sheet.")
    ] = False,
    allow_older: Annotated[
        bool, typer.Option("--allow-older", help="Accept an extract older than the last one.")
    ] = False,
    json: Json = False,
) -> None:
    """Take in an extract. What cannot be read is set aside with the reason, and nothing is sent back."""
    from deployments.commands import show
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
    """Run the night now, as a Prefect flow. It takes in, evaluates every clock, alerts, measures, publishes."""
    from deployments.commands import show
    from deployments.steps import run_night

    show.night(run_night(_as_of(as_of), extract, source), as_json=json)


@app.command()
def clocks(
    as_of: AsOf = None,
    known_at: KnownAt = None,
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,  # noqa: A002
    case: Annotated[str | None, typer.Option(help="Only this case.")] = None,
    advisory: Annotated[bool, typer.Option("--advisory", help="Also other ways of counting, beside the law.")] = False,
) -> None:
    """Every statutory clock as it stood on a day."""
    from deployments.commands.past import run_clocks

    run_clocks(_as_of(as_of), known_at, case, format.value, advisory=advisory)


@app.command()
def explain(
    case: Case,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    json: Json = False,
) -> None:
    """Why every clock of a case says what it says. The law, the origin, the arithmetic, the exceptions tried."""
    from deployments.commands.past import run_explain

    run_explain(case, _as_of(as_of), known_at, as_json=json)


@app.command()
def measures(
    as_of: AsOf = None,
    measure: Annotated[str | None, typer.Option(help="Only this one, by its key.")] = None,
    period: Annotated[str | None, typer.Option(help="month, quarter, year, year_to_date, rolling_year or day.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="DIM", help="Told apart by team, agency, need and so on.")
    ] = None,
    authority: Annotated[str | None, typer.Option(help="Only this authority.")] = None,
    published: Annotated[
        bool, typer.Option("--published", help="As it may be published: small numbers left out.")
    ] = False,
    define: Annotated[
        str | None, typer.Option("--define", metavar="MEASURE", help="Print what a measure counts.")
    ] = None,
    cases: Annotated[bool, typer.Option("--cases", help="With --measure: list the cases behind the figure.")] = False,
    dfe: Annotated[int | None, typer.Option("--dfe", metavar="YEAR", help="The columns of the DfE's files.")] = None,
    known_at: KnownAt = None,
    format: Annotated[Format, typer.Option("--format", help="table, csv or json.")] = Format.table,  # noqa: A002
) -> None:
    """Every measure as it stood on a day. What it counts, the cases behind it, what of it may be published."""
    if define:
        figures.run_define(define)
        return
    if (dfe or cases) and (by or published or known_at):
        raise typer.BadParameter("--by, --published and --known-at go with neither --cases nor --dfe.")
    day = _as_of(as_of)
    if dfe:
        figures.run_dfe(dfe, day, authority, format.value)
    elif cases:
        if not measure:
            raise typer.BadParameter("Say which figure: --measure KEY.")
        figures.run_cases(day, measure, period, authority, format.value)
    else:
        figures.run_measures(
            day,
            measure=measure,
            period=period,
            by=by,
            authority=authority,
            published=published,
            known_at=known_at,
            format_=format.value,
        )


@app.command()
def forecast(
    as_of: AsOf = None,
    authority: Annotated[str, typer.Option(help="Only this authority.")] = "",
    json: Json = False,
    csv: Csv = False,
) -> None:
    """What is coming, and how far to believe it. Weeks ahead, plans in time to expect, backlogs, targets."""
    from deployments.commands.forecast import run_forecast

    run_forecast(_as_of(as_of), authority, "json" if json else "csv" if csv else "table")


@app.command()
def rehearse(
    practice: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Local practice, a file or a folder; that of EHC_PRACTICE if not given."),
    ] = None,
    first: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="DATE", help="A year before the last if not given.")
    ] = None,
    last: Annotated[
        date | None, typer.Option("--to", parser=day, metavar="DATE", help="The last day; today if not given.")
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print the messages of each week by role and team.")] = False,
) -> None:
    """Try a ladder on the last year and on the first night. Nothing is written or sent.

    Messages a week, breaches seen coming, noise, and what there would be on the first night; with --practice beside
    the ladder that is in use.
    """
    from deployments.commands.rehearse import run_rehearsal

    run_rehearsal(practice, first, _as_of(last), "json" if json else "csv" if csv else "table")


@app.command()
def evidence(
    case: Case,
    out: Annotated[Path | None, typer.Option(help="The HTML file to write; evidence-CASE.html if not given.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="A CSV file to write.")] = None,
    names: Annotated[bool, typer.Option("--names", help="Name members of staff, and show what people wrote.")] = False,
    as_of: AsOf = None,
    json: Json = False,
) -> None:
    """Everything known of a case in one file. Facts, chases, answers, who held it each day, what is missing."""
    from deployments.commands.evidence import Wanted, run_evidence

    run_evidence(case, _as_of(as_of), _as_of(None), Wanted(out, csv, json, names))


@app.command()
def doctor(
    channels: Annotated[bool, typer.Option("--channels", help="Also whether messages can reach people.")] = False,
    send: Annotated[str, typer.Option("--send", metavar="ADDRESS", help="Send a test message to this address.")] = "",
    json: Json = False,
) -> None:
    """Whether all is well that the night needs. Ends with 0 if it is, 1 for a warning, 2 if something is ill.

    It looks at the law, the calendar, the database, the chronology, who is told, the last extract and the last night.
    """
    from deployments.commands import show
    from deployments.commands.doctor import LEVELS, findings, worst
    from flows.today import now

    found = findings(_as_of(None))
    if channels or send:
        from deployments.commands.channels import channel_findings

        found += channel_findings(_as_of(None), now(), send_to=send)
    show.findings(found, as_json=json)
    raise typer.Exit(LEVELS.index(worst(found)))


@app.command()
def deliver(json: Json = False) -> None:
    """Send the messages whose time has come. For a schedule of your own, every quarter of an hour."""
    from deployments.commands.channels import deliver_now, in_words

    done = deliver_now()
    if json:
        import json as as_json

        print(as_json.dumps(done))
    else:
        print(in_words(done))


@app.command()
def health(json: Json = False) -> None:
    """One line for a monitor. Ends with 0 if all is well, 1 for a warning, 2 if the nights have stopped."""
    from deployments.commands import show
    from flows.today import night_of, now
    from models.practice.here import practices_here
    from models.queries.health import LEVELS, unusable, worst
    from models.queries.health import health as signs_of_life
    from models.store import reading, require_tables

    moment = now()
    try:
        with reading() as connection:
            require_tables(connection)
            signs = signs_of_life(connection, night_of(None, moment), moment, practices_here())
    except EhcError as error:
        signs = [unusable(error)]
    show.health(signs, as_json=json)
    raise typer.Exit(LEVELS.index(worst(signs)))


@app.command("purge")
def purge_(
    as_of: AsOf = None,
    yes: Annotated[bool, typer.Option("--yes", help="Delete them; without it they are only shown.")] = False,
    reason: Annotated[str, typer.Option(help="Why, for the record.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who asks; the user of this computer if not given.")] = "",
) -> None:
    """Delete for good what has been held for long enough. Without --yes the closed cases are only shown."""
    from getpass import getuser

    from deployments.commands.privacy import run_purge
    from flows.today import now

    run_purge(_as_of(as_of), now(), by=by or getuser(), reason=reason, is_sure=yes)


@app.command("subject-access")
def subject_access(
    person_ref: Annotated[str, typer.Argument(help="The source system's pseudonymous reference of the person.")],
    reason: Annotated[str, typer.Option(help="Which request this answers, for the record.")],
    by: Annotated[str, typer.Option("--by", help="Who asks; the user of this computer if not given.")] = "",
    json: Json = False,
) -> None:
    """Everything held on one person. That it was shown is recorded."""
    from getpass import getuser

    from deployments.commands.privacy import run_subject_access
    from flows.today import now

    run_subject_access(person_ref, now(), by=by or getuser(), reason=reason, as_json=json)


@app.command()
def backup(to: Annotated[Path, typer.Argument(help="The file to make; it must not be there yet.")]) -> None:
    """Copy the database as it stands to one file. Everything may go on running meanwhile."""
    from deployments.commands.backup import backup as back_up
    from deployments.steps import progress

    with progress(f"Copying the database to {to.name}") as step:
        made = back_up(to, step)
    print(f"{made}: {made.stat().st_size:,} bytes. Only you can read it.")


@app.command()
def restore(
    copy: Annotated[Path, typer.Argument(help="A file that ehc backup made.")],
    replace: Annotated[bool, typer.Option("--replace", help="Put the database that is there aside.")] = False,
) -> None:
    """Put a backup in the place of the database. The former one is put aside."""
    from deployments.commands.backup import restore as put_back
    from deployments.steps import progress

    with progress(f"Putting {copy.name} back"):
        aside = put_back(copy, replace=replace)
    print(f"Restored.{f' The former database is {aside}.' if aside else ''}")
    print("What was sent after the copy was made is not in it: before the next night, ehc sending off, and look at it.")


@app.command()
def tracker(
    out: Annotated[
        Path | None, typer.Option(help="The workbook to write; send-tracker-DATE.xlsx here if not given.")
    ] = None,
    as_of: AsOf = None,
) -> None:
    """Write the week's workbook. A sheet for each stage and officer, overdue, advice owed, panels, data quality."""
    from deployments.tracker.run import run_tracker

    run_tracker(_as_of(as_of), out)


@app.command()
def report(
    out: Annotated[
        Path | None, typer.Option(help="The file to write, or a folder; board-report-CODE-DATE.html here if not given.")
    ] = None,
    as_of: AsOf = None,
    authority: Annotated[str, typer.Option(help="Whose report, where there are several authorities.")] = "",
    published: Annotated[
        bool, typer.Option("--published", help="As it may be published: small numbers left out.")
    ] = False,
) -> None:
    """Write the board report. One page that opens offline, prints to A4 and can be read aloud."""
    from deployments.report.run import run_report

    run_report(_as_of(as_of), out, authority=authority, is_published=published)


@app.command()
def benchmarks(
    authority: Annotated[str, typer.Argument(help="Number or name of an authority; England if not given.")] = "",
    json: Json = False,
    csv: Csv = False,
) -> None:
    """What the DfE published of an authority. --json and --csv add its neighbours, its region and England."""
    from deployments.commands.benchmarks import run_benchmarks

    run_benchmarks(authority, "json" if json else "csv" if csv else "table")


@app.command()
def calendar(
    officer: Annotated[
        str | None, typer.Argument(help="The officer, as the cases have it; all of them if not given.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The folder to write to.")] = Path("calendars"),
    as_of: AsOf = None,
) -> None:
    """Write each officer's deadlines and panels as iCalendar. The files are taken in or subscribed to."""
    from deployments.commands.calendars import run_calendars

    run_calendars(_as_of(as_of), out, officer)


@app.command()
def quality(
    owner: Annotated[str, typer.Option(help="Only what this role can mend: officer, team_leader, ...")] = "",
    as_of: AsOf = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Look for what is wrong in the records. Missing, contradictory or against the law, and whose to mend."""
    from deployments.commands.quality import run_quality

    run_quality(_as_of(as_of), owner=owner, format="json" if json else "csv" if csv else "table")


@app.command()
def quarantine(
    values: Annotated[bool, typer.Option("--values", help="Also show what the rows say: it may be personal.")] = False,
    json: Json = False,
) -> None:
    """List the rows that could not be read, and why. Those of the last import of each source, with what to do."""
    from deployments.commands.quarantine import run_quarantine

    run_quarantine(with_values=values, as_json=json)


@app.command()
def reconcile(
    left: Annotated[Path, typer.Argument(help="An extract of the one system.")],
    right: Annotated[Path, typer.Argument(help="An extract of the other.")],
    left_source: Annotated[str, typer.Option(help="How the left one is read, as for ehc import.")] = "canonical",
    right_source: Annotated[str, typer.Option(help="How the right one is read.")] = "canonical",
    as_of: AsOf = None,
    json: Json = False,
    csv: Csv = False,
) -> None:
    """Compare two systems' extracts. Ranked by the days that deadlines move; nothing is taken in."""
    from deployments.commands.reconcile import Extract, run_reconcile

    sides = Extract(left, left_source), Extract(right, right_source)
    run_reconcile(*sides, _as_of(as_of), format="json" if json else "csv" if csv else "table")


app.command()(hold.ack)
app.command()(hold.snooze)
app.command()(messages.messages)
app.command("call-list")(messages.call_list)


@db.command()
def upgrade() -> None:
    """Make the tables, or bring them up to this release."""
    from deployments.commands import show
    from models import migrations

    show.upgraded(migrations.upgrade())


def _as_of(day: date | None) -> date:
    from flows.today import night_of

    return night_of(day)


def _tell(error: EhcError) -> None:
    from deployments import logs

    try:
        is_json = logs.is_json()
    except EhcError as of_log:
        error, is_json = of_log, False
    if is_json:
        logs.say_refused(error)
    else:
        print(error, file=sys.stderr)


def main() -> None:
    """Run the command line; an error meant for a person is printed without a traceback."""
    try:
        app()
    except EhcError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    finally:
        # Else Python looks through all that a night has loaded once more before it ends, which takes half a second.
        gc.freeze()
