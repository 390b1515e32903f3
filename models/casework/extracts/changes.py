"""What the chronology is to say of an extract: one change for each record that is new, changed, or gone."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import repeat
from json.encoder import encode_basestring_ascii as quoted

import numpy as np

from models.casework.chronology.journal import Change, Word, change_in_json
from models.casework.extracts.column import Column
from models.casework.extracts.taking import Difference, Sheet

Columns = Mapping[str, Column]


def changes(found: Difference) -> Iterator[Change]:
    """One change for each record of the difference, in the order of the rows."""
    if found.added.size:
        yield from _described(found.added, _additions(found.added.columns))
    if found.after.size:
        yield from _described(found.after, _alterations(found.before.columns, found.after.columns))
    if found.gone.size:
        yield from _described(found.gone, _alterations(found.gone.columns, {}))


def _described(sheet: Sheet, said: Iterator[str]) -> Iterator[Change]:
    plan = sheet.plan
    # What a new fact says happened is the latest of its dates; which of them is new is in the change itself.
    happened = _latest([sheet.columns[name] for name in plan.values if name in plan.dates], sheet.size)
    refs, keys = sheet.case_refs, _keys(sheet)
    if plan.sheet == "cases":
        refs, keys = sheet.columns["case_ref"], repeat("", sheet.size)
    return map(Change, sheet.authority_codes, refs, repeat(plan.record), keys, happened, said)


def _keys(sheet: Sheet) -> Iterator[str]:
    """What tells each record from the others of its owner, as the chronology has it."""
    return map(":".join, zip(*(sheet.columns[name].each(str) for name in sheet.plan.identity), strict=True))


def _latest(columns: Iterable[Column], size: int) -> Column:
    """The latest day of each row, None where no day is known."""
    columns = list(columns)
    days = sorted({word for column in columns for word in column.words if isinstance(word, str)})
    order = Column(np.zeros(0, dtype=np.int64), days)
    # A word that is no day has no place in their order, and comes before all of them.
    latest = np.full(size, -1)
    for column in columns:
        np.maximum(latest, column.as_in(order), out=latest)
    return Column(latest, [*days, None])


def _additions(columns: Columns) -> Iterator[str]:
    """Per new record, what is known of it as JSON: {"column": [null, value]}.

    Each different value of a column is written once and used again: a million records have few dates and codes.
    """
    fragments = [column.each(partial(_fragment, quoted(name))) for name, column in columns.items()]
    return ("{" + ", ".join(filter(None, row)) + "}" for row in zip(*fragments, strict=True))


def _fragment(heading: str, word: Word) -> str:
    return "" if word is None else f"{heading}: [null, {quoted(word) if isinstance(word, str) else word}]"


def _alterations(before: Columns, after: Columns) -> Iterator[str]:
    """Per record, the columns that differ as JSON; a record that is gone has nothing after."""
    nothing = dict.fromkeys(before)
    rows = zip(*after.values(), strict=True) if after else repeat(tuple(nothing.values()))
    for old, new in zip(zip(*before.values(), strict=True), rows, strict=False):
        yield change_in_json(dict(zip(before, old, strict=True)), dict(zip(nothing, new, strict=True)))
