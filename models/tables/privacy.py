"""What was done for people's rights over their data: purges, and answers to a request for access."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, SQLModel

from models.tables.columns import Key, instant, key


class PrivacyAct(SQLModel, table=True):
    """A purge or an answer to a subject access request: who, when, why, and how much; never about whom.

    `act` is `purge` or `subject_access`; `chronology` counts the entries deleted or shown.
    """

    __tablename__ = "privacy_acts"

    id: int = Field(sa_column=key())
    act: str
    acted_at: datetime = Field(sa_column=instant())
    acted_by: str
    reason: str
    cases: int
    chronology: int


class PurgedCase(SQLModel, table=True):
    """A case that was purged, as a digest of its authority and reference: an extract does not bring it back.

    `last_hash` is the end of its chain, so that a copy made before can still be shown to be what was held.
    """

    __tablename__ = "purged_cases"

    digest: str = Field(primary_key=True)
    privacy_act_id: int = Field(sa_column=Column(Key, ForeignKey("privacy_acts.id"), nullable=False))
    last_hash: str


class Purging(SQLModel, table=True):
    """A case that is being purged, within that transaction only: the one door through the chronology's triggers."""

    __tablename__ = "purging"

    authority_code: str = Field(primary_key=True)
    case_ref: str = Field(primary_key=True)


class RetiredId(SQLModel, table=True):
    """The highest primary key that was ever given out in a table whose rows were deleted: none is given out twice."""

    __tablename__ = "retired_ids"

    table_name: str = Field(primary_key=True)
    highest: int = Field(sa_column=Column(Key, nullable=False))
