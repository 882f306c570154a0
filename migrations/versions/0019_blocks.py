"""What people block and what a block stops.

Why it is safe while old code runs: the new column has a default; both functions keep their names and arguments, and old
code is to heed blocks as well.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

# Only the first of two blocks changes what the two see of each other, and only the last one taken back does: told of
# any other, a phone would know that there is one against it.
STAMP_BLOCKS = """
create or replace function stamp_blocks() returns trigger language plpgsql as $$
declare
    one uuid := coalesce(new.blocker_id, old.blocker_id);
    other uuid := coalesce(new.blocked_id, old.blocked_id);
begin
    if not exists (select from blocks where blocker_id = other and blocked_id = one) then
        insert into changes (recipient_id, kind, object_id)
        values (one, 'block', other), (other, 'block', one) on conflict do nothing;
    end if;
    return null;
end $$
"""

# As in 0012, and nothing between people one of whom blocked the other.
RELEASE_CARDS = """
create or replace function release_cards(
    people uuid[], others uuid[], event uuid, source text, first_card text[], contact text[], printed text[],
    now_at timestamptz
) returns void language plpgsql as $$
declare
    due record;
begin
    for due in
        with ways as (
            select distinct way.subject, way.recipient
            from unnest(people, others) as pair (a, b), lateral (values (a, b), (b, a)) as way (subject, recipient)
            where not exists (
                select from blocks
                where (blocker_id, blocked_id) in ((a, b), (b, a))
            )
        ), given as (
            select subject, recipient,
                exists (select from accounts where person_id = subject) as claimed,
                coalesce((select fields from cards where person_id = subject and kind = 'met'), first_card) as card,
                (select greatest(scanned_at, shared_at) from connections
                 where owner_id = subject and other_id = recipient) as gave_at,
                (select greatest(scanned_at, shared_at) from connections
                 where owner_id = recipient and other_id = subject) is not null as they_gave
            from ways
        ), offered as (
            select subject, recipient, gave_at, 'card' as purpose, case when claimed
                then array['name', 'pronouns'] || array(
                    select field from unnest(card) with ordinality as on_it (field, place)
                    where field <> all (contact) order by place)
                else printed end as fields
            from given
            union all
            select subject, recipient, gave_at, 'contact', array(
                select field from unnest(card) with ordinality as on_it (field, place)
                where field = any (contact) order by place)
            from given where claimed and gave_at is not null and they_gave
        ), held_against_the_ledger as (
            select offered.*,
                (select releases.fields from releases
                 where subject_id = subject and recipient_id = recipient and releases.purpose = offered.purpose
                   and withdrawn_at is null) as before,
                (select max(withdrawn_at) from releases
                 where subject_id = subject and recipient_id = recipient and releases.purpose = offered.purpose
                   and withdrawn_because is null) as taken_back_at
            from offered
        )
        select * from held_against_the_ledger
        where not fields <@ coalesce(before, '{}') and (taken_back_at is null or gave_at > taken_back_at)
        order by subject, recipient, purpose
    loop
        if due.before is not null then
            update releases set withdrawn_at = now_at, withdrawn_because = 'widened'
            where subject_id = due.subject and recipient_id = due.recipient and purpose = due.purpose
              and withdrawn_at is null;
        end if;
        insert into releases (id, subject_id, recipient_id, event_id, purpose, source, fields, released_at)
        values (
            new_id(), due.subject, due.recipient, event, due.purpose, release_cards.source,
            coalesce(due.before, '{}') || array(
                select field from unnest(due.fields) with ordinality as offered (field, place)
                where field <> all (coalesce(due.before, '{}')) order by place
            ),
            now_at
        )
        on conflict do nothing;
    end loop;
end $$
"""

PLANS = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off")


def upgrade() -> None:
    op.add_column("blocks", sa.Column("name", sa.Text(), server_default="", nullable=False))
    op.execute(STAMP_BLOCKS)
    op.execute(RELEASE_CARDS)
    for setting in PLANS:  # replacing a function drops its settings
        op.execute(f"alter function release_cards set {setting}")
