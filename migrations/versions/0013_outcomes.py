"""What each side says became of a talk.

Why it is safe while old code runs: it knows nothing of the new table, and the index only makes reading faster.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"

# To the phones of who said it; the other's words tell nobody.
STAMP = """
create function stamp_outcomes() returns trigger language plpgsql as $$
begin
    if to_jsonb(old) is distinct from to_jsonb(new) then
        insert into changes (recipient_id, kind, object_id)
        values (coalesce(new.person_id, old.person_id), 'interview', coalesce(new.interview_id, old.interview_id))
        on conflict do nothing;
    end if;
    return null;
end $$
"""


def upgrade() -> None:
    op.create_table(
        "outcomes",
        sa.Column("interview_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("starts_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("since", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.Column("debrief", sa.Text(), nullable=False),
        sa.Column("updated_at", postgresql.TIMESTAMP(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome in ('held', 'they_missed_it', 'i_missed_it', 'moved_elsewhere', 'not_held')",
            name=op.f("ck_outcomes_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["interview_id"], ["interviews.id"], name=op.f("fk_outcomes_interview_id_interviews")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["persons.id"], name=op.f("fk_outcomes_person_id_persons")),
        sa.PrimaryKeyConstraint("interview_id", "person_id", name=op.f("pk_outcomes")),
    )
    op.create_index("ix_interviews_event", "interviews", ["event_id"])
    op.execute(STAMP)
    op.execute(
        "create trigger stamp after insert or update or delete on outcomes for each row"
        " execute function stamp_outcomes()"
    )
