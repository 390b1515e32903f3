"""Tables for a person at the command line: without a frame, numbers to the right, and only long words are broken."""

import re
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

# What a source says is printed as it says it, brackets and all.
CONSOLE = Console(highlight=False, markup=False, emoji=False)

KEPT_WHOLE = 18
"""Characters of a cell that is not broken on a narrow screen: a day, a reference, a status."""

_NUMBER = re.compile(r"[-+]?\d[\d,]*(\.\d+)?%?|-|\?|")

Cell = str | Text


def print_table(headings: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "") -> None:
    """Print the rows under their headings, and above them an empty line and the title, if there is one."""
    if title:
        CONSOLE.print(Text(f"\n{title}", style="italic"))
    CONSOLE.print(table(headings, rows))


def table(headings: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Table:
    """The rows under their headings; a column of nothing but numbers stands to the right, as its heading does."""
    cells = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    found = Table(header_style="bold", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for place, heading in enumerate(headings):
        column = [line for row in cells for line in row[place].plain.split("\n")]
        is_number = any(column) and all(map(_NUMBER.fullmatch, column))
        longest = max(map(len, (heading, *column)))
        found.add_column(heading, justify="right" if is_number else "left", no_wrap=longest <= KEPT_WHOLE)
    for row in cells:
        found.add_row(*row)
    return found
