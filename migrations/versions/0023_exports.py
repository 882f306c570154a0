"""Exports in cuts, with progress and with names.

Why it is safe while old code runs: columns that it leaves as they are by default, and checks that what it writes
fulfils. Only new code writes releases to organizers, and only once a file that names somebody was ordered: an old
replica that is still asked for such a ledger fails that one read, and one that makes such a file names nobody.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"


# What organizers get is no connection.
RELEASES = """
create or replace function stamp_releases() returns trigger language plpgsql as $$
begin
    if coalesce(new.exhibitor_id, old.exhibitor_id) is not null then
        insert into changes (recipient_id, kind, object_id)
        select person_id, 'nudge', id from nudges
        where person_id = new.subject_id and kind = 'given_at_stand' and subject = new.id::text
        on conflict do nothing;
        return null;
    end if;
    if coalesce(new.export_id, old.export_id) is not null then
        return null;
    end if;
    insert into changes (recipient_id, kind, object_id)
    values (coalesce(new.recipient_id, old.recipient_id), 'connection', coalesce(new.subject_id, old.subject_id))
    on conflict do nothing;
    return null;
end $$
"""


def upgrade() -> None:
    op.add_column("exports", sa.Column("cut", sa.Text(), server_default="everybody", nullable=False))
    op.add_column("exports", sa.Column("cut_type", sa.Text(), nullable=True))
    op.add_column("exports", sa.Column("people", sa.Text(), server_default="pseudonyms", nullable=False))
    op.add_column("exports", sa.Column("rows_expected", sa.BigInteger(), nullable=True))
    op.add_column("exports", sa.Column("left_out", sa.BigInteger(), nullable=True))
    op.add_column("exports", sa.Column("read_at", postgresql.TIMESTAMP(timezone=True), nullable=True))
    op.create_check_constraint(op.f("ck_exports_cut"), "exports", "cut in ('everybody', 'type')")
    op.create_check_constraint(
        op.f("ck_exports_cut_by_a_type"), "exports", "(cut = 'type') = (cut_type is not null)"
    )
    op.create_check_constraint(op.f("ck_exports_people"), "exports", "people in ('pseudonyms', 'names')")

    op.add_column("releases", sa.Column("export_id", sa.UUID(), nullable=True))
    op.create_index(
        "uq_releases_export",
        "releases",
        ["export_id", "subject_id"],
        unique=True,
        postgresql_where=sa.text("export_id is not null"),
    )
    op.drop_constraint(op.f("ck_releases_one_recipient"), "releases")
    op.create_check_constraint(
        op.f("ck_releases_one_recipient"),
        "releases",
        "num_nonnulls(recipient_id, exhibitor_id, export_id) = 1",
    )
    op.create_check_constraint(
        op.f("ck_releases_exports_are_of_events"),
        "releases",
        "(export_id is not null) = (purpose = 'export') and (export_id is null or event_id is not null)",
    )
    op.execute(RELEASES)
