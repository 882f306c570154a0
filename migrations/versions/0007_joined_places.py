"""A second place of one account is joined into the first.

Why it is safe while old code runs: a column that old code does not know, and a status that it takes for not expected.
Only new code joins; a scan of a joined place's badge that old code takes meanwhile leads nowhere visible.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.add_column("attendances", sa.Column("joined_into_id", sa.UUID(), nullable=True))
    op.create_index(
        "ix_attendances_joined_into",
        "attendances",
        ["event_id", "joined_into_id"],
        unique=False,
        postgresql_where=sa.text("joined_into_id is not null"),
    )
    op.create_foreign_key(
        op.f("fk_attendances_event_id_joined_into_id_attendances"),
        "attendances",
        "attendances",
        ["event_id", "joined_into_id"],
        ["event_id", "id"],
    )
    op.drop_constraint(op.f("ck_attendances_status"), "attendances")
    op.create_check_constraint(
        op.f("ck_attendances_status"), "attendances", "status in ('expected', 'cancelled', 'left', 'joined')"
    )
    op.create_check_constraint(
        op.f("ck_attendances_joined_into_one"),
        "attendances",
        "(status = 'joined') = (joined_into_id is not null)",
    )
    op.create_check_constraint(
        op.f("ck_attendances_joined_is_nobodys"),
        "attendances",
        "joined_into_id is null or account_id is null",
    )
