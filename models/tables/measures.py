"""What is measured: the KPI table as last refreshed, its frozen monthly snapshots, and findings on the data."""

from datetime import date, datetime

from sqlalchemy import Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.tables.columns import Key, instant, key


class MeasurementSeries(SQLModel, table=True):
    """What one night measured of one group by one measure; its measurements differ by their period only.

    `basis` is the date that puts a case in a period (requested, due, issued, decided, open). `dimension` is "all" and
    `group_name` "" for everybody together. The view `measurements` has a series with its periods and its figures.
    """

    __tablename__ = "measurement_series"
    __table_args__ = (UniqueConstraint("as_of", "authority_code", "measure", "basis", "dimension", "group_name"),)

    id: int = Field(sa_column=key())
    as_of: date
    authority_code: str
    measure: str
    basis: str
    dimension: str
    group_name: str


class MeasurementPeriod(SQLModel, table=True):
    """A period that one night measured: its kind (day, month, quarter, year, year_to_date, rolling_year), and its days.

    `period_from` is its first day and `period_to` its last, both inclusive.
    """

    __tablename__ = "measurement_periods"
    __table_args__ = (UniqueConstraint("as_of", "period", "period_from"),)

    id: int = Field(sa_column=key())
    as_of: date
    period: str
    period_from: date
    period_to: date


class MeasurementFigure(SQLModel, table=True):
    """One measurement: a numerator over a denominator, or a count where there is no denominator.

    There are ten thousands of them, all written anew every night: so each row is four numbers, whose series and period
    the same night has written before, and no foreign key looks them up once more.
    """

    __tablename__ = "measurement_figures"
    __table_args__ = ({"sqlite_with_rowid": False},)

    series_id: int = Field(sa_column=key())
    period_id: int = Field(sa_column=key())
    numerator: float
    denominator: float | None = None


class MeasureDefinition(SQLModel, table=True):
    """A measure as it was defined on the last night, for whoever reads the table and not the program.

    `why_not` is NULL for what is measured; of what is not, only `measure`, `title` and `why_not` say anything.
    """

    __tablename__ = "measure_definitions"

    measure: str = Field(primary_key=True)
    title: str
    meaning: str
    family: str
    record: str
    unit: str
    bases: str
    dimensions: str
    better: str
    dfe: str
    citation: str
    owner: str
    changed_on: date | None = None
    why_not: str | None = None
    version: str


class Snapshot(SQLModel, table=True):
    """A month's measurements, frozen; a restatement is a new version that says what changed and why."""

    __tablename__ = "snapshots"
    __table_args__ = (UniqueConstraint("month", "version"),)

    id: int = Field(sa_column=key())
    month: date
    version: int
    as_of: date
    frozen_at: datetime = Field(sa_column=instant())
    frozen_by: str
    reason: str
    changed: int
    digest: str


class SnapshotValue(SQLModel, table=True):
    """One measurement in a snapshot, as the view `measurements` has those of a night."""

    __tablename__ = "snapshot_values"

    snapshot_id: int = Field(sa_column=Column(Key, ForeignKey("snapshots.id"), primary_key=True, autoincrement=False))
    authority_code: str = Field(primary_key=True)
    measure: str = Field(primary_key=True)
    basis: str = Field(primary_key=True)
    period: str = Field(primary_key=True)
    period_from: date = Field(primary_key=True)
    period_to: date
    dimension: str = Field(primary_key=True)
    group_name: str = Field(primary_key=True)
    numerator: float
    denominator: float | None = None
    value: float | None = None


class Finding(SQLModel, table=True):
    """Something wrong with the data of one record, by rule: first seen, last seen, gone. Found again it is new.

    `record` and `record_key` are as in the chronology; `owner` is the role that can mend it.
    """

    __tablename__ = "findings"
    __table_args__ = (Index("ix_findings_case", "authority_code", "case_ref"),)

    id: int = Field(sa_column=key())
    rule: str
    authority_code: str
    case_ref: str
    record: str
    record_key: str
    owner: str
    words: str
    first_seen_on: date
    last_seen_on: date
    gone_on: date | None = None
