"""Facts that a person recorded here: they stand until the extract carries the same fact."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, key


class HeldFact(SQLModel, table=True):
    """One fact of one record as a person recorded it, and what the extract has said of it since.

    `reconciled_at` is set once the extract says the same. `contradicted_by` is what it says instead: the fact
    stands, and the contradiction is somebody's to settle. A newer fact for the same milestone replaces this one.
    """

    __tablename__ = "held_facts"
    __table_args__ = (Index("ix_held_facts_case", "authority_code", "case_ref"),)

    id: int = Field(sa_column=key())
    authority_code: str
    case_ref: str
    record: str
    record_key: str
    milestone: str
    value: str
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str
    reconciled_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    contradicted_by: str | None = None
    replaced_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
