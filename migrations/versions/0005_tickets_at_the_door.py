"""Tickets at the door: entries and exits are scans, and what of a place decides at the door has its times.

Why it is safe while old code runs: new columns may be left out, and what old code writes (it knows meetings only)
meets the constraints. The index leaves out every meeting: it is built in one look at the table, during which scans wait.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column(
        "attendances", sa.Column("ticket_replaced_at", postgresql.TIMESTAMP(timezone=True), nullable=True)
    )
    op.add_column(
        "attendances", sa.Column("cancelled_at", postgresql.TIMESTAMP(timezone=True), nullable=True)
    )
    op.execute("update attendances set cancelled_at = updated_at where status = 'cancelled'")
    op.add_column("scans", sa.Column("is_ticket", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.drop_constraint("ck_scans_recorded_is_resolved", "scans")
    op.create_check_constraint(
        "recorded_is_resolved", "scans", "state <> 'recorded' or target_attendance_id is not null"
    )
    op.create_check_constraint(
        "people_meet",
        "scans",
        "case when purpose = 'meet' then state <> 'recorded' or scanner_attendance_id is not null"
        " else scanner_attendance_id is null end",
    )
    op.create_index(
        "ix_scans_door",
        "scans",
        ["event_id", "target_attendance_id", "captured_at"],
        postgresql_where=sa.text("purpose in ('entry', 'exit')"),
    )
