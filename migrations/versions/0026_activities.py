"""What people log of the time they spend.

Why it is safe while old code runs: it knows nothing of the new table.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("with_person_id", sa.UUID(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("logged_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind <> 'application' or with_person_id is null",
            name=op.f("ck_activities_applications_are_with_nobody"),
        ),
        sa.CheckConstraint(
            "kind in ('conversation', 'message', 'resource_sent', 'introduction_made', 'event', 'other', 'application')",
            name=op.f("ck_activities_kind"),
        ),
        sa.CheckConstraint("minutes between 1 and 1440", name=op.f("ck_activities_minutes")),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_activities_person_id_persons")),
        sa.ForeignKeyConstraint(
            ["with_person_id"], ["persons.id"], name=op.f("fk_activities_with_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("person_id", "id", name=op.f("pk_activities")),
    )
    op.create_index("ix_activities_recent", "activities", ["person_id", "at", "id"], unique=False)
    op.create_index("ix_activities_with", "activities", ["with_person_id"], unique=False)
