"""What several commands take in the same form."""

from datetime import date

import typer


def day(text: str) -> date:
    """A date as it is typed; refused in words where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date. Write it as 2026-03-12.") from None
