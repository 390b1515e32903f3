"""`ehc snapshot`: the months as they were frozen, and restated."""

from datetime import date
from getpass import getuser
from typing import TYPE_CHECKING, Annotated

import typer

from deployments.commands.figures import FIELDS, print_changes, print_plain, print_rows
from deployments.commands.options import Json

if TYPE_CHECKING:
    from models.queries.kpi import KpiRow

app = typer.Typer(help="The months as they were frozen, and restated.", no_args_is_help=True, rich_markup_mode=None)


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01" if text.count("-") == 1 else text).replace(day=1)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a month. Write it as 2026-10.") from None


Month = Annotated[date, typer.Argument(parser=_month, metavar="MONTH", help="The month, as 2026-10.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """Every month that was frozen, with its versions."""
    from models.queries.kpi import snapshots
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        found = snapshots(connection)
    if not found and not json:
        print("No month was frozen yet. The monthly run freezes the last one, or: ehc snapshot freeze MONTH.")
        return
    if json:
        names = ("month", "version", "as_of", "frozen_at", "frozen_by", "changed", "reason", "digest")
        print_plain(names, [tuple(getattr(x, name) for name in names) for x in found], json)
        return
    # Frozen as of the month's last day; eighty columns have room for the reason, and not for the digest.
    rows = [(x.month[:7], x.version, x.frozen_at[:16], x.frozen_by, x.changed, x.reason) for x in found]
    print_plain(("month", "version", "frozen_at", "frozen_by", "changed", "reason"), rows, "table")


@app.command()
def freeze(
    month: Month,
    reason: Annotated[str, typer.Option(help="Why a month frozen before is restated.")] = "",
    by: Annotated[str, typer.Option("--by", help="Who freezes it; the user of this computer if not given.")] = "",
) -> None:
    """Freeze a month. If it was frozen and figures have changed since, restate it as a new version."""
    from flows.today import now
    from models.casework.measures import freeze_month
    from models.statute.register import load_register
    from models.store import require_tables, unit_of_work

    with unit_of_work() as connection:
        require_tables(connection)
        found = freeze_month(connection, load_register(), month, now=now(), by=by or getuser(), reason=reason)
    line = found.snapshot
    if not found.is_new:
        print(f"{month:%B %Y} is frozen as version {line.version}, and nothing has changed since.")
    elif line.version == 1:
        print(f"{month:%B %Y} is frozen: {found.measurements:,} figures as of {line.as_of}.")
    else:
        print(f"{month:%B %Y} is restated as version {line.version}: {line.changed:,} figures changed.")


@app.command()
def show(
    month: Month,
    version: Annotated[int | None, typer.Option(help="The version; the newest if not given.")] = None,
    json: Json = False,
) -> None:
    """The figures of a month as they were frozen, everybody together."""
    from models.measures.catalogue import load_catalogue
    from models.queries import kpi
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        line = kpi.snapshot(connection, month, version)
        rows = kpi.snapshot_rows(connection, line.id, dimension="all")
    if json:
        print_plain(FIELDS, rows, "json")
        return
    print(
        f"{month:%B %Y}, version {line.version}, as of {line.as_of}, frozen {line.frozen_at[:16]} by {line.frozen_by}."
    )
    print_rows(rows, load_catalogue(), date.fromisoformat(line.as_of), None)


@app.command()
def compare(
    month: Month,
    before: Annotated[int, typer.Argument(help="The older version.")],
    after: Annotated[int, typer.Argument(help="The newer version.")],
    json: Json = False,
) -> None:
    """What differs between two versions of a month."""
    from models.measures.catalogue import load_catalogue
    from models.measures.groups import EVERYBODY
    from models.queries import kpi
    from models.store import reading, require_tables

    with reading() as connection:
        require_tables(connection)
        lines = [kpi.snapshot(connection, month, version) for version in (before, after)]
        old, new = (kpi.snapshot_rows(connection, line.id) for line in lines)
    changes = kpi.differences(old, new)
    if json:
        names = ("authority_code", "measure", "basis", "period", "period_from", "dimension", "group_name", "was", "is")
        rows = [(*x.row[:5], *x.row[6:8], _ratio(x.before), _ratio(x.after)) for x in changes]
        print_plain(names, rows, "json")
        return
    reason = f"The reason given: {lines[1].reason.rstrip('.')}." if lines[1].reason else "No reason was given."
    print(f"{len(changes):,} figures differ. {reason}")
    held = {x.authority_code for x in old} & {x.authority_code for x in new}
    of_both = [x for x in changes if x.row.authority_code in held]
    others = sorted({x.row.authority_code for x in changes} - held)
    if others:
        number = len(changes) - len(of_both)
        print(f"{number:,} of them are of authority {', '.join(others)}, which one of the versions does not have.")
    shown = [x for x in of_both if x.row.dimension == EVERYBODY]
    if len(of_both) > len(shown):
        print(f"{len(of_both) - len(shown):,} of them tell cases apart, by team or need: --json prints them all.")
    print_changes(shown, load_catalogue())


def _ratio(row: "KpiRow | None") -> str:
    if row is None:
        return "-"
    return f"{row.numerator:g}" if row.denominator is None else f"{row.numerator:g} of {row.denominator:g}"
