"""Deliveries of nudges and notices, and since when mail comes back from an address.

Why it is safe while old code runs: it knows nothing of the new table, nor of the new column, which may be null.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("nudge_id", sa.UUID(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("due_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("useful_until", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("leased_until", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("target", sa.UUID(), nullable=True),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.CheckConstraint("channel in ('push', 'email')", name=op.f("ck_deliveries_channel")),
        sa.CheckConstraint(
            "num_nulls(settled_at, outcome) in (0, 2)", name=op.f("ck_deliveries_settled_with_an_outcome")
        ),
        sa.CheckConstraint(
            "settled_at is null or leased_until is null", name=op.f("ck_deliveries_no_lease_once_settled")
        ),
        sa.ForeignKeyConstraint(["nudge_id"], ["nudges.id"], name=op.f("fk_deliveries_nudge_id_nudges")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("nudge_id", "channel", name=op.f("uq_deliveries_nudge_id_channel")),
    )
    op.create_index("ix_deliveries_settled_at", "deliveries", ["settled_at"])
    op.create_index(
        "ix_deliveries_unsettled", "deliveries", ["due_at"], postgresql_where=sa.text("settled_at is null")
    )
    op.add_column("account_emails", sa.Column("bounced_at", postgresql.TIMESTAMP(timezone=True)))
