"""Talks that ended lately are found by when they ended: nudges ask every minute.

Why it is safe while old code runs: an index changes no answer, and making it holds writes to one short table up for a
moment.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    op.create_index(
        "ix_interviews_ended",
        "interviews",
        ["ends_at"],
        postgresql_where=sa.text("state = 'scheduled'"),
    )
