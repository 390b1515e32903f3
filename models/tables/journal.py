"""What happened to the records: the chronology, the imports, and what they left out."""

from datetime import date, datetime

from sqlalchemy import Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, key


class ChronologyEntry(SQLModel, table=True):
    """One change of one record: append-only, each entry carrying the hash of the one before it for its case.

    `changes` is JSON, milestone to [before, after]; a record that went away has only nulls after. `case_ref`
    is empty for facts of the authority as a whole. `happened_on` is the latest date among the new values.
    A trigger refuses every update and deletion (decision 0005).
    """

    __tablename__ = "chronology"
    __table_args__ = (
        Index("ix_chronology_chain", "authority_code", "case_ref", "id"),
        Index("ix_chronology_recorded", "authority_code", "record", "recorded_at"),
    )

    id: int = Field(sa_column=key())
    authority_code: str
    case_ref: str
    record: str
    record_key: str
    happened_on: date | None = None
    recorded_at: datetime = Field(sa_column=instant())
    recorded_by: str
    source: str
    changes: str
    previous_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Import(SQLModel, table=True):
    """One accepted extract: what it was and what it changed."""

    __tablename__ = "imports"

    id: int = Field(sa_column=key())
    source: str
    authorities: str
    digest: str = Field(index=True)
    extracted_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    imported_at: datetime = Field(sa_column=instant())
    imported_by: str
    read: int
    added: int
    changed: int
    removed: int
    quarantined: int
    missing_open_cases: int


class Quarantined(SQLModel, table=True):
    """A row of an extract that could not be read: where, what, why, and what to do."""

    __tablename__ = "quarantine"

    id: int = Field(sa_column=key())
    import_id: int = Field(foreign_key="imports.id", index=True)
    file: str
    line: int
    column: str
    value: str
    reason: str
    remedy: str
