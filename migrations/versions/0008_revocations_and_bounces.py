"""Revocations that doors hear of, and letters that came back.

Why it is safe while old code runs: new columns may be left out, and triggers write the stamps, also for what old code
changes. The triggers do nothing to rows that keep their status, serial and revocation.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("attendances", sa.Column("bounced_email", sa.Text(), nullable=True))
    op.add_column("attendances", sa.Column("bounced_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_check_constraint("bounced", "attendances", "num_nulls(bounced_email, bounced_at) in (0, 2)")
    op.add_column("ticket_letters", sa.Column("sent_to", sa.Text(), nullable=True))
    op.add_column(
        "ticket_letters", sa.Column("bounced_at", postgresql.TIMESTAMP(timezone=True), nullable=True)
    )
    op.add_column("ticket_letters", sa.Column("bounced_with", sa.Text(), nullable=True))
    op.create_check_constraint("bounced", "ticket_letters", "num_nulls(bounced_at, bounced_with) in (0, 2)")

    for table in ("attendances", "badges"):
        op.add_column(table, sa.Column("revocation_xid", sa.BigInteger(), nullable=True))
        op.create_index(
            f"ix_{table}_revocation",
            table,
            ["event_id", "revocation_xid", "id"],
            postgresql_where=sa.text("revocation_xid is not null"),
        )
    stamp = "set revocation_xid = pg_current_xact_id()::text::bigint"
    op.execute(f"update attendances {stamp} where status <> 'expected' or ticket_serial > 1")
    op.execute(f"update badges {stamp} where revoked_at is not null")
    op.execute(
        """
        create function stamp_revocation() returns trigger language plpgsql as $$
        begin
            new.revocation_xid := pg_current_xact_id()::text::bigint;
            return new;
        end $$
        """
    )
    op.execute(
        """
        create trigger stamp_revocation before update of status, ticket_serial on attendances for each row
        when (old.status <> new.status or old.ticket_serial <> new.ticket_serial)
        execute function stamp_revocation()
        """
    )
    op.execute(
        """
        create trigger stamp_revocation before update of revoked_at on badges for each row
        when (old.revoked_at is distinct from new.revoked_at)
        execute function stamp_revocation()
        """
    )
