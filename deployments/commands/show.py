"""What the commands print, for a person by Rich and for a program as JSON or CSV."""

import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from deployments.commands.csv_out import write_csv
from deployments.commands.tables import CONSOLE, print_table
from models.queries.board import BANDS
from models.queries.clocks import COLUMNS, ClockRow
from models.queries.health import LEVELS, Sign
from models.queries.nights import news
from models.queries.overdue import Overdue
from models.queries.scope import Scope
from models.statute.clocks import OPEN_STATES
from models.statute.explanation import Explanation
from models.words import counted

if TYPE_CHECKING:
    # Loading pandas for a type would cost every reading command half a second.
    from deployments.commands.doctor import Finding
    from models.casework.extracts.intake import Taken
    from models.importers.extract import Extract

MOST_SHOWN = 20
MOST_ROWS = 200
STYLES = {"overdue": "bold red", "met_late": "red", "excepted": "yellow", "unknown": "magenta", "met": "green"}


def _json(value: object) -> None:
    """Print a value as JSON."""
    json.dump(value, sys.stdout, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def taken(found: "Taken", extract: "Extract", *, as_json: bool) -> None:
    """What an import changed, and what it set aside."""
    if as_json:
        _json(
            {
                "import": found.import_id,
                "authorities": extract.authorities,
                "sheets": {name: asdict(counts) for name, counts in found.sheets.items()},
                "missing_open_cases": found.missing_open_cases,
                "ignored_columns": extract.ignored_columns,
                "notes": extract.notes,
                "quarantined": [asdict(rejection) for rejection in found.rejections],
            }
        )
        return
    CONSOLE.print(f"Import {found.import_id}")
    print_table(
        ("sheet", "rows", "new", "changed", "gone", "the same"),
        [
            (name, *_numbers(x.read, x.added, x.changed, x.removed, x.read - x.added - x.changed))
            for name, x in found.sheets.items()
        ],
    )
    if found.missing_open_cases:
        CONSOLE.print(f"{found.missing_open_cases:,} open cases are not in this extract; they stand as they were.")
    for sheet, headings in extract.ignored_columns.items():
        CONSOLE.print(f"{sheet}: columns not in the contract were dropped: {', '.join(headings)}.")
    for note in extract.notes:
        CONSOLE.print(f"Note: {note}")
    if found.rejections:
        _quarantine(found)


def _quarantine(found: "Taken") -> None:
    number = len(found.rejections)
    # What stands on no line is no row: a sheet that did not come.
    if rows := sum(bool(x.line) for x in found.rejections):
        were = f"could not be read and {'was' if rows == 1 else 'were'} set aside"
        CONSOLE.print(f"\n{counted(rows, 'row')} {were}; the others went in.")
    for x in found.rejections[:MOST_SHOWN]:
        set_aside((x.file, x.line, x.column), x.value, x.reason, x.remedy)
    if number > MOST_SHOWN:
        CONSOLE.print(f"\nand {number - MOST_SHOWN:,} more: ehc quarantine lists them.")


def set_aside(place: tuple[str, int, str], value: str, reason: str, remedy: str) -> None:
    """A row that could not be read: file, line and column, what stands there, why it cannot be, what to do."""
    file, line, column = place
    where = ", ".join(filter(None, (file, f"line {line}" if line else "", column)))
    CONSOLE.print(Text(f"\n{where}{f': {value}' if value else ''}", style="bold"))
    CONSOLE.print(Padding(Text(f"{reason[:1].upper()}{reason[1:]}. {remedy}"), (0, 0, 0, 4)))


def night(found: dict[str, Any], *, as_json: bool) -> None:
    """What a night did, and its board."""
    if as_json:
        _json(found)
        return
    if found["taken"]:
        CONSOLE.print(
            "Taken in: {read:,} rows, {added:,} new, {changed:,} changed, {quarantined:,} set aside.".format(
                **found["taken"]
            )
        )
    CONSOLE.print(
        "Evaluated {evaluated:,} clocks, {written:,} of them new or changed. ".format(**found["clocks"])
        + news(found["night_before"] or "", later=found["night_after"] or "", **found["turned"])
    )
    CONSOLE.print(_alerts(found["alerts"], found["sent"]))
    CONSOLE.print(
        f"Measured: {found['measured']['measurements']:,} figures. "
        "Data quality: {new:,} findings new, {still_there:,} known, {gone:,} gone.".format(**found["quality"])
    )
    board(found["board"])


def _alerts(raised: dict[str, Any], sent: dict[str, int]) -> str:
    """What the night had to say, and what became of it."""
    if raised["nothing_because"]:
        return f"Alerts: none are raised for this day. {raised['nothing_because']}"
    said = f"Alerts: {counted(raised['claimed'], 'rung')} reached"
    if raised["spoken"]:
        said += f", of which {counted(raised['spoken'], 'speaks', 'speak')} in {_messages(raised)}"
    said += f", {raised['shadow']:,} in shadow" if raised["shadow"] else ""
    if sent["sent"]:
        return f"{said}. {counted(sent['sent'], 'message')} went out just now: ehc messages."
    return f"{said}. Nothing went out just now: ehc messages shows what waits, and until when."


def _messages(raised: dict[str, Any]) -> str:
    """The messages that speak: those of this night, and those that waited already and say more now."""
    waited = f"{counted(raised['added_to'], 'message')} that waited already"
    if not raised["added_to"]:
        return counted(raised["messages"], "message")
    return f"{counted(raised['messages'], 'new message')} and {waited}" if raised["messages"] else waited


def board(found: dict[str, Any]) -> None:
    """The board: open cases by stage and band, then the duties that are overdue or due this week."""
    print_table(
        ("stage", "open", *BANDS),
        [
            (
                line["stage"].replace("_", " "),
                *_numbers(line["open_cases"]),
                *(_count(line["bands"][band], "bold red" if band == "overdue" else "") for band in BANDS),
            )
            for line in found["stages"]
        ],
        title=f"The board of {found['as_of']}: {counted(found['open_cases'], 'open case')}",
    )
    duties = [x for x in found["duties"] if x["overdue"] or x["due_this_week"]]
    if duties:
        print_table(
            ("duty", "overdue", "worst, days", "due this week"),
            [
                (
                    line["title"] + ("" if line["statutory"] else " (a target)"),
                    _count(line["overdue"], "bold red"),
                    *_numbers(line["worst_days"]),
                    _count(line["due_this_week"], "yellow"),
                )
                for line in duties
            ],
            title="Overdue, and due this week",
        )
    CONSOLE.print(f"\n{Overdue(**found['overdue']).words}")


def clocks(rows: Iterable[ClockRow], format: str) -> None:  # noqa: A002
    """Clocks in the format asked for; CSV has the columns of `models.queries.clocks.COLUMNS`."""
    if format == "csv":
        write_csv(sys.stdout, COLUMNS, rows)
        return
    if format == "json":
        _json([_typed(row) for row in rows])
        return
    listed = sorted(rows, key=lambda row: (row.state not in OPEN_STATES, row.due_on or "9999", row.case_ref))
    several = len({row.authority_code for row in listed}) > 1
    print_table(
        ("case", "duty", "due", "act by", "outcome"),
        [
            (
                f"{row.authority_code}/{row.case_ref}" if several else row.case_ref,
                _duty(row),
                row.due_on,
                row.act_by,
                Text(_outcome(row), style=STYLES.get(row.state, "")),
            )
            for row in listed[:MOST_ROWS]
        ],
    )
    if len(listed) > MOST_ROWS:
        CONSOLE.print(f"{MOST_ROWS} of {len(listed):,} clocks shown: --format csv has them all, --case shows one case.")


def _duty(row: ClockRow) -> str:
    return f"{row.duty}{f' ({row.record_key})' if row.record_key else ''}".replace("_", " ")


def _typed(row: ClockRow) -> dict[str, object]:
    """A clock with a program's types: unknown is null, days are a number."""
    found: dict[str, object] = {name: value or None for name, value in row._asdict().items()}
    return found | {"statutory": row.statutory == "1", "days": int(row.days) if row.days else None}


def _outcome(row: ClockRow) -> str:
    if not row.days:
        return "not begun" if not row.origin_on else "dates contradict"
    days = int(row.days)
    words = {"running": f"{days} left", "overdue": f"{-days} late"}
    return f"{row.state.replace('_', ' ')}, {words.get(row.state, f'{abs(days)} ' + ('late' if days < 0 else 'early'))}"


def explanations(
    scope: Scope, as_of: date, found: Sequence[Explanation], *, known_at: datetime | None = None, as_json: bool
) -> None:
    """Every clock of a case explained."""
    if as_json:
        _json(
            {
                "authority_code": scope.authority_code,
                "case_ref": scope.case_ref,
                "as_of": as_of,
                **({"known_at": known_at.isoformat()} if known_at else {}),
                "clocks": [asdict(x) for x in found],
            }
        )
        return
    known = f", from what was known at {known_at:%Y-%m-%d %H:%M %Z}" if known_at else ""
    words = f"Case {scope.case_ref} of authority {scope.authority_code}, as it stood on {as_of}{known}"
    CONSOLE.print(Text(words, style="bold"))
    for explanation in found:
        _explanation(explanation)
    if found:
        CONSOLE.print(f"\nRegister of law {found[0].register_version}.", style="dim")


def _explanation(x: Explanation) -> None:
    of = f" ({x.record_key.replace('_', ' ')})" if x.record_key else ""
    CONSOLE.print()
    CONSOLE.print(Text.assemble((f"{x.title}{of}", "bold"), (f"  {x.duty}", "dim")))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=9, style="dim", justify="right")
    grid.add_column()
    grid.add_row("outcome", Text(x.outcome, style=STYLES.get(x.state, "")))
    standing = "statutory" if x.statutory else x.standing.split(";")[0]
    grid.add_row("law", Text(f"{x.cite}; {standing}; owed by the {x.owner}"))
    if x.origin_on:
        where_from = f" ({x.origin_source})" if x.origin_source else ""
        grid.add_row("origin", Text(f"{x.origin_milestone.replace('_', ' ')} {x.origin_on}{where_from}"))
    grid.add_row("date", Text(x.arithmetic))
    for claim in x.exceptions_tried:
        cite = f" ({claim.cite})" if claim.cite else ""
        grid.add_row("claimed", Text(f"{claim.code}{cite}: {claim.verdict}"))
    if not x.exceptions_tried and x.exceptions_allowed:
        grid.add_row("claimed", Text(f"nothing; the law would allow {', '.join(x.exceptions_allowed)}", style="dim"))
    if x.note:
        grid.add_row("note", Text(x.note, style="dim"))
    grid.add_row("source", Text(f"{x.href} ({x.verified})", style="dim", overflow="fold"))
    CONSOLE.print(Padding(grid, (0, 0, 0, 2)))


def health(signs: Sequence[Sign], *, as_json: bool) -> None:
    """How the service is, in one line that begins with the worst."""
    if as_json:
        _json([asdict(sign) for sign in signs])
        return
    ordered = sorted(signs, key=lambda sign: -LEVELS.index(sign.level))
    level = ordered[0].level if ordered else "well"
    print(f"{level}: " + "; ".join(f"{sign.what}: {_graded(sign)}" for sign in ordered))


def _graded(sign: Sign) -> str:
    return sign.words if sign.level == "well" else f"{sign.words} ({sign.level})"


def findings(found: Sequence["Finding"], *, as_json: bool) -> None:
    """What the doctor found."""
    if as_json:
        _json([{**asdict(x), "level": x.level} for x in found])
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    for x in found:
        words = Text(f"{x.what}: {x.words}")
        if not x.is_well:
            words.append(f"\nremedy: {x.remedy}" if x.remedy else "")
        grid.add_row(Text(x.level, style=_LEVEL_STYLES[x.level]), words)
    CONSOLE.print(grid)


_LEVEL_STYLES = {"well": "green", "warning": "yellow", "ill": "bold red"}


def upgraded(before: str) -> None:
    """What an upgrade found."""
    words = {"empty": "The tables were made.", "older": "The tables were brought up to this release."}
    CONSOLE.print(words.get(before, "The tables were already of this release; nothing was done."))


def _numbers(*numbers: int) -> list[str]:
    return [f"{x:,}" for x in numbers]


def _count(number: int, style: str) -> Text:
    return Text(f"{number:,}", style=style if number else "dim")
