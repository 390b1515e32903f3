"""What the nights did: what each evaluated, which clocks changed their state, and how the board stood."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.tables.columns import instant, key, of_case


class Night(SQLModel, table=True):
    """The evaluation of one duty for one day: how many records there were, and what became of each.

    `records` = `clocks` + `not_begun`: every record of the duty's kind that the duty applies to is accounted for.
    """

    __tablename__ = "nights"

    as_of: date = Field(primary_key=True)
    duty: str = Field(primary_key=True)
    evaluated_at: datetime = Field(sa_column=instant())
    register_version: str
    records: int
    clocks: int
    not_begun: int
    written: int
    removed: int


class RefusedExtract(SQLModel, table=True):
    """Why a night took in nothing: the extract that it found was refused.

    It makes the night's certificate red until the same night is run again and takes one in.
    """

    __tablename__ = "refused_extracts"

    as_of: date = Field(primary_key=True)
    refused_at: datetime = Field(sa_column=instant())
    why: str


class Transition(SQLModel, table=True):
    """A clock that turned, once for each due date: the source of breaches, warnings and recoveries.

    `change` is `breach` (overdue), `warning` (its last useful day has come) or `recovery` (overdue no more), and
    `as_of` the night that saw it first. What was so already on the very first night is no news (`is_news`).
    """

    __tablename__ = "transitions"
    __table_args__ = (Index("ix_transitions_as_of", "as_of"),)

    duty: str = Field(primary_key=True)
    record_id: int = Field(sa_column=key())
    due_on: date = Field(primary_key=True)
    change: str = Field(primary_key=True)
    as_of: date
    case_id: int = Field(sa_column=of_case())
    is_news: bool


class Standing(SQLModel, table=True):
    """How many open cases of a team stood in a stage and band on a day: what the trend is drawn from."""

    __tablename__ = "standings"

    as_of: date = Field(primary_key=True)
    authority_code: str = Field(primary_key=True)
    team: str = Field(primary_key=True)
    stage: str = Field(primary_key=True)
    band: str = Field(primary_key=True)
    cases: int
