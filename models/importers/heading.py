"""The heading of a sheet or file: which columns are where, or why the file is not what it claims to be."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from models.errors import ExtractRefusedError
from models.importers.extract import shown

MOST_COLUMNS = 500


@dataclass(frozen=True)
class Wanted:
    """The columns to read, as the reader of a message should see them written; all others are left at the door."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True)
class Heading:
    """Where the wanted columns are: `places` from 0, by name in lower case; `width` counts all the columns.

    The `ignored` ones are as a person is shown them.
    """

    width: int
    places: dict[str, int]
    spelled: dict[str, str]
    ignored: list[str]


def plain(heading: str) -> str:
    """A heading as it is compared: without a byte order mark or surrounding spaces, in lower case."""
    return heading.strip("\ufeff \t\r\n\xa0").casefold()


def read_heading(file: str, cells: Sequence[str], wanted: Wanted) -> Heading:
    """The places of the wanted columns.

    Raises:
        ExtractRefusedError: a wanted column is missing, one is there twice, or there are more than 500.
    """
    if len(cells) > MOST_COLUMNS:
        raise ExtractRefusedError(
            f"{file} has too many columns",
            where=f"{file}, heading",
            why=f"{len(cells):,} columns; an extract has at most {MOST_COLUMNS}",
            remedy="Check that this is the right file, and export only the columns of the contract.",
        )
    spelled = {plain(cell): cell.strip("\ufeff \t\r\n\xa0") for cell in cells if plain(cell)}
    _refuse_repeats(file, [plain(cell) for cell in cells])
    missing = [name for name in wanted.required if plain(name) not in spelled]
    if missing:
        _refuse_missing(file, cells, missing, wanted, spelled)
    known = {plain(name) for name in (*wanted.required, *wanted.optional)}
    places = {plain(cell): place for place, cell in enumerate(cells) if plain(cell) in known}
    return Heading(
        width=len(cells),
        places=places,
        spelled={name: spelled[name] for name in places},
        ignored=[shown(cell) for name, cell in spelled.items() if name not in known],
    )


def near_misses(missing: Sequence[str], present: Sequence[str]) -> dict[str, str]:
    """For each missing name the one present that looks most like it, where one does."""
    by_plain = {plain(name): name for name in present}
    matches = {name: get_close_matches(plain(name), by_plain, n=1, cutoff=0.8) for name in missing}
    return {name: by_plain[match[0]] for name, match in matches.items() if match}


def _refuse_repeats(file: str, names: Sequence[str]) -> None:
    repeated = sorted(name for name, times in Counter(names).items() if name and times > 1)
    if repeated:
        raise ExtractRefusedError(
            f"{file} has the same column twice",
            where=f"{file}, heading",
            why=f"there is more than one column {', '.join(repeated)}: which of them holds the facts cannot be known",
            remedy="Remove or rename the repeated columns and export again.",
        )


def _refuse_missing(
    file: str, cells: Sequence[str], missing: Sequence[str], wanted: Wanted, spelled: dict[str, str]
) -> None:
    known = {plain(name) for name in (*wanted.required, *wanted.optional)}
    near = near_misses(missing, [cell for name, cell in spelled.items() if name not in known])
    hints = [f"'{present}' looks like {name}" for name, present in near.items()]
    only = cells[0] if len(cells) == 1 else ""
    separator = next((words for mark, words in _SEPARATORS.items() if mark in only), "")
    if separator:
        hints = [f"the columns seem to be separated by {separator}, not by commas"]
    correct = "Save it as CSV with commas." if separator else "Correct the heading, or name the right --source."
    raise ExtractRefusedError(
        f"{file} does not have the columns of this source",
        where=f"{file}, heading",
        why="; ".join([f"missing: {', '.join(missing)}", *hints]),
        remedy=correct,
    )


_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
