"""What shows in a lead, stamped so that an exhibitor's list can be read on.

Why it is safe while old code runs: new columns may be left out, and triggers write the stamps, also for what old code
changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

# (table, condition on new rows, condition on changed ones)
STAMPED = (
    ("leads", "true", "true"),
    ("releases", "new.exhibitor_id is not null", "new.exhibitor_id is not null"),
    ("cards", "new.kind = 'exhibitors'", "new.kind = 'exhibitors' and old.fields <> new.fields"),
    ("persons", "false", "old.leaving_at is distinct from new.leaving_at"),
)


def upgrade() -> None:
    op.execute(
        """
        create function stamp_lead() returns trigger language plpgsql as $$
        begin
            new.lead_xid := pg_current_xact_id()::text::bigint;
            return new;
        end $$
        """
    )
    for table, new, changed in STAMPED:
        op.add_column(table, sa.Column("lead_xid", sa.BigInteger(), nullable=True))
        op.execute(
            f"create trigger stamp_new_lead before insert on {table} for each row when ({new})"
            " execute function stamp_lead()"
        )
        op.execute(
            f"create trigger stamp_lead before update on {table} for each row when ({changed})"
            " execute function stamp_lead()"
        )
    # Those that are there count as changed now.
    op.execute("update leads set lead_xid = pg_current_xact_id()::text::bigint")
    op.create_index("ix_leads_changed", "leads", ["event_id", "exhibitor_id", "lead_xid", "id"])
    op.create_index(
        "ix_releases_changed_leads",
        "releases",
        ["event_id", "exhibitor_id", "lead_xid"],
        postgresql_where=sa.text("exhibitor_id is not null"),
    )
