"""Places in lists of suggestions that became free, how long a run took, and who said yes lately.

Why it is safe while old code runs: it never wrote the state that goes, and does not know the one that comes; the new column
has a default; the indexes only make reading faster.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column(
        "suggestion_runs", sa.Column("took_ms", sa.Integer(), server_default=sa.text("0"), nullable=False)
    )
    op.drop_constraint(op.f("ck_suggestions_state"), "suggestions")
    op.create_check_constraint(
        op.f("ck_suggestions_state"),
        "suggestions",
        "state in ('open', 'snoozed', 'dismissed', 'acted', 'ended')",
    )
    op.create_index(
        "ix_suggestions_freed",
        "suggestions",
        ["event_id", "updated_at"],
        postgresql_where=sa.text("state in ('dismissed', 'ended')"),
    )
    op.create_index(
        "ix_connections_yes",
        "connections",
        ["signalled_at"],
        postgresql_where=sa.text("signal = 'yes'"),
    )
