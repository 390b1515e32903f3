"""Alerts keep the last safe day that they warn of, so that a message that waits says the same when it is written anew.

Revision ID: 0004
Revises: 0003
Create Date: 2026-11-22 18:45:00.000000
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the step, its last safe day and the panel of that day; of the alerts so far they are not known."""
    op.add_column("alerts", sa.Column("safe_step", sa.String(), nullable=True))
    op.add_column("alerts", sa.Column("safe_on", sa.Date(), nullable=True))
    op.add_column("alerts", sa.Column("safe_panel", sa.String(), nullable=True))
    # Each night asks who was ever written to, and what is there for the day: else it would read every message there is.
    op.create_index("ix_messages_day", "messages", ["day"])
    op.create_index("ix_messages_recipient", "messages", ["authority_code", "recipient", "attempts"])
