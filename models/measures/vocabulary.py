"""The columns that a definition may name: those that the frames declare, and no others."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from models.measures.columns import Column
from models.measures.frames import KINDS, Frames
from models.measures.sent import Others
from models.statute.register import load_register


@cache
def vocabulary() -> Mapping[str, Mapping[str, Column]]:
    """The columns of every frame; they are declared before anything is read, so none of them is made here."""
    declared = Frames(date.max, load_register(), {}, Others()).columns
    return {kind: declared[kind].declared for kind in KINDS}
