"""What reading a source gives: frames of canonical text, and the rows that were left out with the reason."""

from dataclasses import dataclass, field
from datetime import datetime

import pandas as pd

LONGEST_VALUE = 40


@dataclass(frozen=True)
class Rejection:
    """One row that was left out: where it is, what is wrong with it, and what to do.

    `line` counts from 1 in the source file, the heading included; where a row runs over several lines it is
    the first of them. `column` is the heading as the source has it; empty where the row as a whole is wrong.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str
    remedy: str


@dataclass(frozen=True)
class Extract:
    """One extract, read and checked.

    Each frame of `sheets` has the columns of the contract in their order, all text ("" unknown, dates YYYY-MM-DD) as
    categories, some of which no row may have, and where each row stands: `file`, and `line`, an integer. Rows without a
    key of their own have a `number`. A sheet the source does not have is absent; one without rows is an empty frame.
    `ignored_columns` holds headings only, never their contents.
    `digest` is the SHA-256 of the bytes of the files in the order they were read. `is_dated` is true where the
    extract itself says when it was made (`extracted_at`), false where that is only when its newest file was changed.
    `authorities` are those of the accepted cases.
    """

    source: str
    sheets: dict[str, pd.DataFrame]
    rejections: list[Rejection]
    ignored_columns: dict[str, list[str]]
    digest: str
    extracted_at: datetime | None
    is_dated: bool
    authorities: tuple[str, ...]
    notes: list[str] = field(default_factory=list)


def shown(value: str) -> str:
    """The value as a person is shown it: invisible characters escaped, cut to 40 characters."""
    head = value[: LONGEST_VALUE + 1]
    visible = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in head)
    return visible if len(visible) <= LONGEST_VALUE else visible[: LONGEST_VALUE - 1] + "…"
