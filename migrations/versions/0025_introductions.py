"""Introductions, and when two people were introduced.

Why it is safe while old code runs: it knows nothing of the new tables, and leaves the new column null.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "introduction_requests",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("asker_id", sa.UUID(), nullable=False),
        sa.Column("seeks", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("blurb", sa.Text(), nullable=False),
        sa.Column("interview_id", sa.UUID(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("asked_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("closes_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("withdrawn_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "seeks in ('role', 'topic', 'organisation')", name=op.f("ck_introduction_requests_seeks")
        ),
        sa.CheckConstraint("asked_at < closes_at", name=op.f("ck_introduction_requests_closes_later")),
        sa.ForeignKeyConstraint(
            ["asker_id"], ["persons.id"], name=op.f("fk_introduction_requests_asker_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_introduction_requests_interview_id_interviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction_requests")),
    )
    op.create_index(
        "ix_introduction_requests_asker",
        "introduction_requests",
        ["asker_id", "asked_at", "id"],
        unique=False,
    )
    op.create_table(
        "introductions",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("request_id", sa.UUID(), nullable=False),
        sa.Column("asker_id", sa.UUID(), nullable=False),
        sa.Column("connector_id", sa.UUID(), nullable=False),
        sa.Column("target_id", sa.UUID(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("expires_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("offered_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.Column("introduced_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'introduced') = (introduced_at is not null)",
            name=op.f("ck_introductions_introduced_at_a_time"),
        ),
        sa.CheckConstraint(
            "state in ('asked', 'declined') or num_nulls(target_id, offered_at) = 0",
            name=op.f("ck_introductions_offered_has_a_target"),
        ),
        sa.CheckConstraint(
            "state in ('asked', 'offered', 'introduced', 'declined', 'refused')",
            name=op.f("ck_introductions_state"),
        ),
        sa.CheckConstraint("connector_id <> asker_id", name=op.f("ck_introductions_two_people")),
        sa.CheckConstraint(
            "target_id not in (asker_id, connector_id)", name=op.f("ck_introductions_a_third")
        ),
        sa.ForeignKeyConstraint(["asker_id"], ["persons.id"], name=op.f("fk_introductions_asker_id_persons")),
        sa.ForeignKeyConstraint(
            ["connector_id"], ["persons.id"], name=op.f("fk_introductions_connector_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["introduction_requests.id"],
            name=op.f("fk_introductions_request_id_introduction_requests"),
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["persons.id"], name=op.f("fk_introductions_target_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introductions")),
        sa.UniqueConstraint(
            "request_id", "connector_id", name=op.f("uq_introductions_request_id_connector_id")
        ),
    )
    op.create_index("ix_introductions_asker", "introductions", ["asker_id"], unique=False)
    op.create_index("ix_introductions_connector", "introductions", ["connector_id"], unique=False)
    op.create_index("ix_introductions_target", "introductions", ["target_id"], unique=False)
    op.add_column(
        "connections", sa.Column("introduced_at", postgresql.TIMESTAMP(timezone=True), nullable=True)
    )
