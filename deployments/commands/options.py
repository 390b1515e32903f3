"""What several commands take in the same form."""

from datetime import UTC, date, datetime, time
from typing import Annotated

import typer


def day(text: str) -> date:
    """A date as it is typed; refused in words where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as 2026-03-12.") from None


def moment(text: str) -> datetime:
    """A moment as it is typed, aware: UTC if it names no zone; a day alone is the end of it in England."""
    from models.queries.instants import ENGLAND

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a moment. Write a day, or 2026-03-12T17:30+00:00.") from None
    if len(text) <= len("2026-03-12"):
        return datetime.combine(found, time.max, ENGLAND)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


Case = Annotated[str, typer.Argument(help="The case's reference, or AUTHORITY/REFERENCE.")]
Kind = Annotated[str, typer.Option("--advice", help="For advice: which kind, as health.")]
Body = Annotated[str, typer.Option("--body", help="For advice: who was asked, if several bodies were.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
KnownAt = Annotated[
    datetime | None,
    typer.Option(
        "--known-at",
        parser=moment,
        metavar="MOMENT",
        help="From what was known then: a day, or a moment as 2026-03-12T17:30 in UTC.",
    ),
]
