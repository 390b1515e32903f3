"""A night keeps why its extract was refused; open clocks, and what was recorded since a day, are looked up.

Revision ID: 0005
Revises: 0004
Create Date: 2026-11-22 22:40:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of refused extracts, and two indexes; that of clocks has a row for each open one."""
    op.create_table(
        "refused_extracts",
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("refused_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("as_of"),
    )
    # Five in six clocks have ended, and most of a night asks for the others.
    is_open = sa.text("ended_on IS NULL")
    op.create_index("ix_clocks_open", "clocks", ["duty", "record_id"], sqlite_where=is_open, postgresql_where=is_open)
    # Every night asks for what was recorded since the history of each kind of record came.
    op.create_index("ix_chronology_recorded", "chronology", ["authority_code", "record", "recorded_at"])
