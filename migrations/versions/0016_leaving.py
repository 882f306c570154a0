"""Who leaves, what an event keeps for how long, and what was purged.

Why it is safe while old code runs: new tables, which it does not know, and new columns that it leaves empty. The trigger
fires only where the new column changes.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"

KINDS = "kind in ('unclaimed', 'exports', 'scans', 'encounters', 'leads', 'attendees')"

# Whoever sees something of somebody who leaves, or comes back, looks again; directories, talks and suggestions too.
LEAVING = """
create function ripple_leaving() returns trigger language plpgsql as $$
begin
    insert into ripples (kind, object_id) values ('card', new.id), ('place', new.id) on conflict do nothing;
    insert into changes (recipient_id, kind, object_id)
    select event_id, 'entry', new.id from attendances where person_id = new.id and account_id is not null
    on conflict do nothing;
    return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "erased_addresses",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_erased_addresses")),
    )
    op.create_table(
        "erasures",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("addresses", postgresql.ARRAY(sa.LargeBinary()), nullable=False),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("erase_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("cancelled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("erased_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("written_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_erasures")),
    )
    op.create_table(
        "purges",
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("purged_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_purges_kind")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_purges_event_id_events")),
        sa.PrimaryKeyConstraint("event_id", "kind", name=op.f("pk_purges")),
    )
    op.create_table(
        "retentions",
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_retentions_kind")),
        sa.CheckConstraint("days > 30", name=op.f("ck_retentions_scans_may_still_come")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_retentions_event_id_events")),
        sa.PrimaryKeyConstraint("event_id", "kind", name=op.f("pk_retentions")),
    )
    op.add_column("attendances", sa.Column("purged_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.add_column("persons", sa.Column("leaving_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_index(
        "ix_persons_leaving", "persons", ["id"], postgresql_where=sa.text("leaving_at is not null")
    )
    op.execute(LEAVING)
    op.execute(
        "create trigger ripple_leaving after update on persons for each row"
        " when (old.leaving_at is distinct from new.leaving_at) execute function ripple_leaving()"
    )
