"""Rows of an extract with the cases they belong to."""

from typing import Any

import numpy as np
import pandas as pd

from models.casework.extracts.column import Column
from models.casework.extracts.sheets import SheetPlan
from models.casework.extracts.taking import Cases, Sheet
from models.importers.extract import Rejection, shown
from models.statute.records import Rows

_NO_CASE = 0
"""No primary key: they begin with 1."""


def owned(plan: SheetPlan, frame: pd.DataFrame, cases: Cases) -> tuple[Sheet, list[Rejection]]:
    """The rows of a frame with their owners, and a rejection for each row whose case is not known."""
    columns = {name: _column(frame[name], is_sparse=name in plan.sparse) for name in plan.values}
    codes = _column(frame["authority_code"])
    if not plan.of_case:
        nothing = np.zeros(len(frame), dtype=np.int64)
        return Sheet(plan, columns, codes, Column(nothing, [""]), nothing), []
    refs = _column(frame["case_ref"])
    ids = _case_ids_of(codes, refs, cases)
    known = ids != _NO_CASE
    sheet = Sheet(plan, columns, codes, refs, ids)
    if known.all():
        return sheet, []
    orphans = frame[~known]
    rejections = [
        Rejection(
            file,
            int(line),
            "case_ref",
            shown(ref),
            f"a row of {plan.sheet}; its case is neither in the records nor among what can be read of the extract",
            "Correct the row of the case if that was set aside too; else send the case, or correct the reference.",
        )
        for file, line, ref in zip(orphans["file"], orphans["line"], orphans["case_ref"], strict=True)
    ]
    return sheet.take(np.flatnonzero(known)), rejections


def _column(column: "pd.Series[Any]", *, is_sparse: bool = False) -> Column:
    """The column with None for unknown, unless that is "" in the records too."""
    if column.dtype.kind == "i":
        return Column.of_numbers(column.to_numpy())
    words = column.astype("category").cat
    found = words.categories.tolist()
    return Column(words.codes.to_numpy(), found if is_sparse else [word or None for word in found])


def _case_ids_of(codes: Column, refs: Column, cases: Cases) -> Rows:
    """The primary key of the case of each row, `_NO_CASE` where there is none of that authority and reference."""
    count = max(1, len(refs.words))
    place, pairs = pd.factorize(codes.codes.astype(np.int64) * count + refs.codes)
    keys = [(codes.words[code], refs.words[ref]) for code, ref in zip(*np.divmod(pairs, count), strict=True)]
    found: Rows = np.array([cases.get(key, _NO_CASE) for key in keys], dtype=np.int64)[place]
    return found
