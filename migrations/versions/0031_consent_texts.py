"""Which version of the words each consent rests on; which version of a term is edited.

Why it is safe while old code runs: it writes a version with every change of a consent, and leaves the new columns as
they are. What it wrote stands: its one version was the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.alter_column("consent_changes", "text_version", existing_type=sa.INTEGER(), nullable=True)
    op.create_check_constraint(
        "given_after_words",
        "consent_changes",
        "text_version is not null or not given or consent = 'paused'",
    )
    op.add_column("lead_scans", sa.Column("text_version", sa.Integer(), nullable=True))
    op.add_column("releases", sa.Column("text_version", sa.Integer(), nullable=True))
    op.add_column("scans", sa.Column("text_version", sa.Integer(), nullable=True))
    op.add_column(
        "retentions", sa.Column("version", sa.Integer(), server_default=sa.text("2"), nullable=False)
    )
