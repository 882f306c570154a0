"""Whether an event mails whoever was scanned and never claimed their place.

Why it is safe while old code runs: the new column has a default, which old code leaves as it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    op.add_column(
        "events", sa.Column("paper_badge_mail", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
