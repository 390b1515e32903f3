"""Measurements as rows of numbers: their words stand once for each series and period, and a view has them as before.

Revision ID: 0003
Revises: 0002
Create Date: 2026-11-22 13:02:41.507263
"""

import sqlalchemy as sa
from alembic import op

from models.migrations import views

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SERIES = "as_of, authority_code, measure, basis, dimension, group_name"
_PERIOD = "as_of, period, period_from, period_to"


def upgrade() -> None:
    """Take the table of measurements apart, with what is in it."""
    for view in ("kpi_snapshots", "kpi_latest", "kpi", "kpi_definitions"):
        op.execute(f"DROP VIEW IF EXISTS {view}")
    op.create_table(
        "measurement_series",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("authority_code", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("dimension", sa.String(), nullable=False),
        sa.Column("group_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("as_of", "authority_code", "measure", "basis", "dimension", "group_name"),
    )
    op.create_table(
        "measurement_periods",
        sa.Column("id", _KEY, autoincrement=False, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=False),
        sa.Column("period_to", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("as_of", "period", "period_from"),
    )
    op.create_table(
        "measurement_figures",
        sa.Column("series_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("period_id", _KEY, autoincrement=False, nullable=False),
        sa.Column("numerator", sa.Float(), nullable=False),
        sa.Column("denominator", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("series_id", "period_id"),
        sqlite_with_rowid=False,
    )
    for table, columns in (("measurement_series", _SERIES), ("measurement_periods", _PERIOD)):
        op.execute(
            f"INSERT INTO {table} (id, {columns}) SELECT ROW_NUMBER() OVER (ORDER BY {columns}), {columns} "
            f"FROM (SELECT DISTINCT {columns} FROM measurements) AS found"
        )
    op.execute(
        "INSERT INTO measurement_figures (series_id, period_id, numerator, denominator) "
        "SELECT s.id, p.id, m.numerator, m.denominator FROM measurements m "
        "JOIN measurement_series s ON s.as_of = m.as_of AND s.authority_code = m.authority_code "
        "AND s.measure = m.measure AND s.basis = m.basis AND s.dimension = m.dimension AND s.group_name = m.group_name "
        "JOIN measurement_periods p ON p.as_of = m.as_of AND p.period = m.period AND p.period_from = m.period_from"
    )
    op.drop_table("measurements")
    views.create_views(op.get_bind())
