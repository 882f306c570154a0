"""Photos: small pictures of a person, and the name of the photo in the profile.

Why it is safe while old code runs: it knows nothing of the new table, and leaves the new column null.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "pictures",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("webp", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_pictures_person_id_persons")),
        sa.PrimaryKeyConstraint("person_id", "size", name=op.f("pk_pictures")),
    )
    op.add_column("profiles", sa.Column("photo", sa.Text(), nullable=True))
