"""What people choose about nudges, one reminder a day by key, and reminders put off.

Why it is safe while old code runs: two new tables, and columns that old code leaves alone. Its reminders are not
`rationed`, so the new key counts none of them.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
MOMENT = postgresql.TIMESTAMP(timezone=True)
CHECKS = {
    "ck_nudges_state": "state in ('open', 'done', 'dismissed', 'snoozed', 'over')",
    "ck_nudges_snoozed_until_when": "(state = 'snoozed') <= (snoozed_until is not null)",
}


def upgrade() -> None:
    op.create_table(
        "nudge_preferences",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("quiet_from", sa.Time(), nullable=False),
        sa.Column("quiet_until", sa.Time(), nullable=False),
        sa.Column("weekly", sa.Boolean(), nullable=False),
        sa.Column("details_in_push", sa.Boolean(), nullable=False),
        sa.Column("paused_until", MOMENT, nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("mails_stopped_at", MOMENT, nullable=True),
        sa.Column("kinds", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "quiet_from <> quiet_until", name=op.f("ck_nudge_preferences_some_hours_are_quiet")
        ),
        sa.CheckConstraint(
            "num_nonnulls(stopped_at, paused_until) < 2", name=op.f("ck_nudge_preferences_stopped_or_paused")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_nudge_preferences_person_id_persons")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_nudge_preferences")),
    )
    op.create_table(
        "nudge_stopped_people",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("other_id", sa.UUID(), nullable=False),
        sa.Column("stopped_at", MOMENT, nullable=False),
        sa.CheckConstraint("person_id <> other_id", name=op.f("ck_nudge_stopped_people_two_people")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["persons.id"], name=op.f("fk_nudge_stopped_people_person_id_persons")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["persons.id"], name=op.f("fk_nudge_stopped_people_other_id_persons")
        ),
        sa.PrimaryKeyConstraint("person_id", "other_id", name=op.f("pk_nudge_stopped_people")),
    )
    op.create_index(op.f("ix_nudge_stopped_people_other_id"), "nudge_stopped_people", ["other_id"])

    op.add_column("nudges", sa.Column("rationed", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("nudges", sa.Column("snoozed_until", MOMENT))
    op.create_index(
        "uq_nudges_one_a_day",
        "nudges",
        ["person_id", "local_date"],
        unique=True,
        postgresql_where=sa.text("rationed"),
    )
    op.execute("alter table nudges drop constraint ck_nudges_state")
    for name, check in CHECKS.items():
        op.execute(f"alter table nudges add constraint {name} check ({check}) not valid")
        op.execute(f"alter table nudges validate constraint {name}")
