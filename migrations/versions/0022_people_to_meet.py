"""Lists of people to meet at an event.

Why it is safe while old code runs: it knows nothing of the new tables.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "people_to_meet",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("other_id", sa.UUID(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("for_reader", sa.Text(), nullable=False),
        sa.Column("for_other", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seen_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("created_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('open', 'dismissed')", name=op.f("ck_people_to_meet_state")),
        sa.CheckConstraint("person_id <> other_id", name=op.f("ck_people_to_meet_two_people")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_people_to_meet_event_id_events")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["persons.id"], name=op.f("fk_people_to_meet_other_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_people_to_meet_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people_to_meet")),
        sa.UniqueConstraint(
            "event_id", "person_id", "other_id", name=op.f("uq_people_to_meet_event_id_person_id_other_id")
        ),
    )
    op.create_index("ix_people_to_meet_other", "people_to_meet", ["other_id"])
    op.create_index("ix_people_to_meet_person", "people_to_meet", ["person_id", "event_id", "rank"])
    op.create_table(
        "people_to_meet_runs",
        sa.Column("event_id", sa.UUID(), nullable=False),
        sa.Column("until", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("ran_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["events.id"], name=op.f("fk_people_to_meet_runs_event_id_events")
        ),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_people_to_meet_runs")),
    )
