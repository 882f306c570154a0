"""What a door without signal knows of places and badges, stamped so that it can be read on.

Why it is safe while old code runs: new columns may be left out, and triggers write the stamps, also for what old code
changes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

SHOWN = {
    "attendances": (
        "name",
        "type",
        "status",
        "joined_into_id",
        "ticket_serial",
        "external_code",
        "checked_in_at",
    ),
    "badges": ("revoked_at",),
}


def upgrade() -> None:
    op.execute(
        """
        create function stamp_door() returns trigger language plpgsql as $$
        begin
            new.door_xid := pg_current_xact_id()::text::bigint;
            return new;
        end $$
        """
    )
    for table, columns in SHOWN.items():
        op.add_column(table, sa.Column("door_xid", sa.BigInteger(), nullable=True))
        # Rows that are there count as changed now.
        op.execute(f"update {table} set door_xid = pg_current_xact_id()::text::bigint")  # noqa: S608 - a constant
        op.create_index(f"ix_{table}_door", table, ["event_id", "door_xid", "id"])
        changed = " or ".join(f"old.{column} is distinct from new.{column}" for column in columns)
        op.execute(
            f"""
            create trigger stamp_door_of_new before insert on {table} for each row execute function stamp_door()
            """
        )
        op.execute(
            f"""
            create trigger stamp_door before update of {", ".join(columns)} on {table} for each row
            when ({changed}) execute function stamp_door()
            """
        )
