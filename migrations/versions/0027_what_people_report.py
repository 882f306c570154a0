"""What people report of each other, and what was done about it.

Why it is safe while old code runs: new tables, which it does not know.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "person_reports",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("reporter_id", sa.UUID(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_as", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reported_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("settled_at", postgresql.TIMESTAMP(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(settled_at is not null) = (state in ('acted', 'dismissed'))",
            name=op.f("ck_person_reports_settled"),
        ),
        sa.CheckConstraint(
            "reason in ('harassment', 'spam', 'impersonation', 'unsafe', 'other')",
            name=op.f("ck_person_reports_reason"),
        ),
        sa.CheckConstraint(
            "state in ('open', 'looking', 'acted', 'dismissed')", name=op.f("ck_person_reports_state")
        ),
        sa.CheckConstraint("reporter_id <> subject_id", name=op.f("ck_person_reports_two_people")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_person_reports_event_id_events")),
        sa.ForeignKeyConstraint(
            ["reporter_id"], ["persons.id"], name=op.f("fk_person_reports_reporter_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["persons.id"], name=op.f("fk_person_reports_subject_id_persons")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_reports")),
    )
    op.create_index(
        "ix_person_reports_event", "person_reports", ["event_id", "reported_at", "id"], unique=False
    )
    op.create_index("ix_person_reports_reporter", "person_reports", ["reporter_id"], unique=False)
    op.create_index("ix_person_reports_subject", "person_reports", ["subject_id"], unique=False)
    op.create_table(
        "report_notes",
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("report_id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("written_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'looking', 'acted', 'dismissed')", name=op.f("ck_report_notes_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_report_notes_account_id_accounts")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["person_reports.id"],
            name=op.f("fk_report_notes_report_id_person_reports"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_notes")),
    )
    op.create_index("ix_report_notes_report", "report_notes", ["report_id", "id"], unique=False)
