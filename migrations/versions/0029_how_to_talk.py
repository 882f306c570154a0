"""How people like to talk, that they pause, and a link for whoever has to wait.

Why it is safe while old code runs: the new columns have defaults, which old code leaves as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

MEDIUM = "in ('phone', 'video', 'in_person')"


def upgrade() -> None:
    op.add_column("goals", sa.Column("talks_paused", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("goals", sa.Column("talk_medium", sa.Text(), server_default="phone", nullable=False))
    op.add_column("goals", sa.Column("talk_resource", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(op.f("ck_goals_talk_medium"), "goals", f"talk_medium {MEDIUM}")
    op.add_column("interviews", sa.Column("medium", sa.Text(), server_default="phone", nullable=False))
    op.add_column("interviews", sa.Column("resource", sa.Text(), server_default="", nullable=False))
    op.create_check_constraint(op.f("ck_interviews_medium"), "interviews", f"medium {MEDIUM}")
