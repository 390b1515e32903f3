"""The columns that a definition may name: those of the frames, and no others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import pandas as pd
from sqlalchemy import create_engine

from models.measures.frames import KINDS, frames
from models.statute.register import load_register
from models.tables.all import METADATA


@dataclass(frozen=True)
class Column:
    """A column of a frame: its kind, and its words where it can hold no others."""

    kind: str
    words: tuple[str, ...] = ()


@cache
def vocabulary() -> Mapping[str, Mapping[str, Column]]:
    """The columns of every frame, as they are made from a database without a single record."""
    engine = create_engine("sqlite://")
    METADATA.create_all(engine)
    with engine.connect() as connection:
        empty = frames(connection, load_register(), date(2026, 1, 1))
    engine.dispose()
    return {kind: {str(name): _column(column) for name, column in empty.of(kind).items()} for kind in KINDS}


def _column(column: "pd.Series[Any]") -> Column:
    if isinstance(column.dtype, pd.CategoricalDtype):
        words = tuple(str(x) for x in column.cat.categories)
        # A column of free words knows none but the unknown one before it has seen any.
        return Column("word", words if words != ("",) else ())
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return Column("date")
    if pd.api.types.is_bool_dtype(column.dtype):
        return Column("flag")
    return Column("number" if pd.api.types.is_numeric_dtype(column.dtype) else "text")
