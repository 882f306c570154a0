"""Files of exports are kept as they are: compressing what is written once and read in pieces costs more than it saves.

Why it is safe while old code runs: it concerns new rows only, and how they are kept, which nobody sees.
"""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.execute("alter table export_chunks alter column data set storage external")
