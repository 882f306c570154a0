"""The change feed: its two tables, and the triggers that write them.

Why it is safe while old code runs: two new tables, which old code does not know, and triggers that write them for it
too. A trigger takes no lock that the statement did not have; making one waits for writers of its table, no longer than
the lock timeout.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"


class Xid8(sa.types.UserDefinedType):
    cache_ok = True

    def get_col_spec(self, **_) -> str:
        return "xid8"


# Each function says what its row shows to whom, and compares that before and after: what nobody sees stamps nothing.
# A row that is not there (`old` of an insert, `new` of a delete) has nulls everywhere.

CONNECTIONS = """
create function stamp_connections() returns trigger language plpgsql as $$
declare
    was boolean := old.last_met_at is not null and old.removed_at is null;
    stands boolean := new.last_met_at is not null and new.removed_at is null;
begin
    if tg_op = 'DELETE' then
        if was then
            insert into changes (recipient_id, kind, object_id)
            values (old.owner_id, 'connection', old.other_id) on conflict do nothing;
        end if;
        return null;
    end if;

    if was or stands then
        if (was, old.first_event_id, old.first_met_at, old.last_met_at, old.signal,
            coalesce(old.scanned_at, old.shared_at) is null)
           is distinct from
           (stands, new.first_event_id, new.first_met_at, new.last_met_at, new.signal,
            coalesce(new.scanned_at, new.shared_at) is null)
        then
            insert into changes (recipient_id, kind, object_id)
            values (new.owner_id, 'connection', new.other_id) on conflict do nothing;
        elsif (old.note, old.tags, old.private, old.version)
              is distinct from (new.note, new.tags, new.private, new.version)
        then
            insert into changes (recipient_id, kind, object_id)
            values (new.owner_id, 'note', new.other_id) on conflict do nothing;
        end if;
    end if;

    -- What the other one sees of it. Both sides are made together, so an insert tells them by their own row.
    if tg_op = 'UPDATE' then
        if (coalesce(old.scanned_at, old.shared_at) is null) <> (coalesce(new.scanned_at, new.shared_at) is null)
        then
            insert into changes (recipient_id, kind, object_id)
            values (new.other_id, 'note', new.owner_id) on conflict do nothing;
        end if;
        if (old.signal = 'yes') <> (new.signal = 'yes') then
            insert into changes (recipient_id, kind, object_id)
            values (new.other_id, 'signal', new.owner_id) on conflict do nothing;
        end if;
        if (old.signal = 'never', old.removed_at is null) <> (new.signal = 'never', new.removed_at is null) then
            insert into changes (recipient_id, kind, object_id)
            values (new.other_id, 'suggested', new.owner_id) on conflict do nothing;
        end if;
    end if;
    return null;
end $$
"""

SCAN_NOTES = """
create function stamp_scan_notes() returns trigger language plpgsql as $$
begin
    insert into changes (recipient_id, kind, object_id)
    values (coalesce(new.owner_id, old.owner_id), 'note', coalesce(new.other_id, old.other_id))
    on conflict do nothing;
    return null;
end $$
"""

RELEASES = """
create function stamp_releases() returns trigger language plpgsql as $$
begin
    insert into changes (recipient_id, kind, object_id)
    values (coalesce(new.recipient_id, old.recipient_id), 'connection', coalesce(new.subject_id, old.subject_id))
    on conflict do nothing;
    return null;
end $$
"""

BLOCKS = """
create function stamp_blocks() returns trigger language plpgsql as $$
begin
    insert into changes (recipient_id, kind, object_id)
    values (coalesce(new.blocker_id, old.blocker_id), 'block', coalesce(new.blocked_id, old.blocked_id)),
           (coalesce(new.blocked_id, old.blocked_id), 'block', coalesce(new.blocker_id, old.blocker_id))
    on conflict do nothing;
    return null;
end $$
"""

ATTENDANCES = """
create function stamp_attendances() returns trigger language plpgsql as $$
declare
    hidden text[] := array['email', 'external_id', 'external_code', 'ticket_serial', 'ticket_replaced_at',
                           'revocation_xid', 'door_xid', 'created_as', 'updated_at'];
    event uuid := coalesce(new.event_id, old.event_id);
    person uuid := coalesce(new.person_id, old.person_id);
    was_there boolean := coalesce(old.account_id is not null and old.status = 'expected', false);
    is_there boolean := coalesce(new.account_id is not null and new.status = 'expected', false);
    was_listed boolean := was_there and old.listed and not old.paused;
    is_listed boolean := is_there and new.listed and not new.paused;
begin
    if coalesce(new.account_id, old.account_id) is not null
       and to_jsonb(old) - hidden is distinct from to_jsonb(new) - hidden
    then
        insert into changes (recipient_id, kind, object_id)
        values (person, 'attendance', coalesce(new.id, old.id)) on conflict do nothing;
    end if;
    if was_there <> is_there then
        insert into changes (recipient_id, kind, object_id)
        values (person, 'directory', event) on conflict do nothing;
    end if;
    if (was_listed or is_listed)
       and (was_listed, old.name, old.type, old.person_id)
           is distinct from (is_listed, new.name, new.type, new.person_id)
    then
        insert into changes (recipient_id, kind, object_id)
        values (event, 'entry', person) on conflict do nothing;
    end if;
    if tg_op = 'UPDATE'
       and (old.person_id, old.name, old.pronouns, old.organisation, old.role)
           is distinct from (new.person_id, new.name, new.pronouns, new.organisation, new.role)
    then
        insert into ripples (kind, object_id) values ('card', person) on conflict do nothing;
    end if;
    if (was_there and not old.paused) is distinct from (is_there and not new.paused) then
        insert into ripples (kind, object_id) values ('place', person) on conflict do nothing;
    end if;
    return null;
end $$
"""

BADGES = """
create function ripple_badges() returns trigger language plpgsql as $$
begin
    insert into ripples (kind, object_id, event_id)
    values ('badge', coalesce(new.attendance_id, old.attendance_id), coalesce(new.event_id, old.event_id))
    on conflict do nothing;
    return null;
end $$
"""

# For tables of what a person shows; the arguments are columns that nobody else sees.
CARDS = """
create function ripple_cards() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(old) - tg_argv = to_jsonb(new) - tg_argv then
        return null;
    end if;
    insert into ripples (kind, object_id) values ('card', coalesce(new.person_id, old.person_id))
    on conflict do nothing;
    return null;
end $$
"""

# By what a person keeps to themselves, only their own suggestions and nudges read differently.
OWN = """
create function ripple_own() returns trigger language plpgsql as $$
begin
    insert into ripples (kind, object_id) values ('own', new.person_id) on conflict do nothing;
    return null;
end $$
"""

# Which address a card gives is that confirmed first: it changes when one goes, not when one comes.
EMAILS = """
create function ripple_account_emails() returns trigger language plpgsql as $$
begin
    insert into ripples (kind, object_id)
    select 'card', person_id from accounts where id in (old.account_id, new.account_id)
    on conflict do nothing;
    return null;
end $$
"""

EVENTS = """
create function ripple_events() returns trigger language plpgsql as $$
begin
    insert into ripples (kind, object_id) values ('event', new.id) on conflict do nothing;
    return null;
end $$
"""

RUNS = """
create function ripple_suggestion_runs() returns trigger language plpgsql as $$
begin
    if old.published_at is null and new.published_at is not null then
        insert into ripples (kind, object_id) values ('event', new.event_id) on conflict do nothing;
    end if;
    return null;
end $$
"""

SUGGESTIONS = """
create function stamp_suggestions() returns trigger language plpgsql as $$
declare
    hidden text[] := array['score', 'seen_at', 'updated_at'];
    person uuid := coalesce(new.person_id, old.person_id);
begin
    if (old.state in ('open', 'snoozed') or new.state in ('open', 'snoozed'))
       and to_jsonb(old) - hidden is distinct from to_jsonb(new) - hidden
    then
        insert into changes (recipient_id, kind, object_id)
        values (person, 'suggestion', coalesce(new.id, old.id)) on conflict do nothing;
    end if;
    -- A digest reminds of those that nobody has looked at.
    if coalesce(old.state = 'open' and old.seen_at is null, false)
       <> coalesce(new.state = 'open' and new.seen_at is null, false)
    then
        insert into changes (recipient_id, kind, object_id)
        values (person, 'digest', coalesce(new.event_id, old.event_id)) on conflict do nothing;
    end if;
    return null;
end $$
"""

INTERVIEWS = """
create function stamp_interviews() returns trigger language plpgsql as $$
declare
    hidden text[] := array['asker_did', 'host_did', 'content', 'sequence', 'updated_at'];
begin
    if to_jsonb(old) - hidden is distinct from to_jsonb(new) - hidden then
        insert into changes (recipient_id, kind, object_id)
        select party, 'interview', coalesce(new.id, old.id)
        from unnest(array[coalesce(new.asker_id, old.asker_id), coalesce(new.host_id, old.host_id)]) as party
        on conflict do nothing;
    end if;
    return null;
end $$
"""

NUDGES = """
create function stamp_nudges() returns trigger language plpgsql as $$
begin
    if (old.state = 'open' or new.state = 'open') and to_jsonb(old) is distinct from to_jsonb(new) then
        insert into changes (recipient_id, kind, object_id)
        values (coalesce(new.person_id, old.person_id), 'nudge', coalesce(new.id, old.id)) on conflict do nothing;
    end if;
    return null;
end $$
"""

FUNCTIONS = (
    CONNECTIONS, SCAN_NOTES, RELEASES, BLOCKS, ATTENDANCES, BADGES, CARDS, OWN, EMAILS, EVENTS, RUNS, SUGGESTIONS,
    INTERVIEWS, NUDGES,
)  # fmt: skip

# (name, table, when, condition, function): row by row, since our hot statements write one row each, and a statement's
# transition tables cost more than the row (decision 0018).
ANY = "insert or update or delete"
CHANGED = "old.* is distinct from new.*"
PRIVATE_GOALS = (
    "'situation', 'target_roles', 'target_industries', 'target_skills', 'talks_per_week', 'talk_minutes'"
)
TRIGGERS = (
    ("stamp", "connections", "insert or delete", None, "stamp_connections()"),
    ("stamp_update", "connections", "update", CHANGED, "stamp_connections()"),
    ("stamp", "scan_notes", ANY, None, "stamp_scan_notes()"),
    ("stamp", "releases", ANY, None, "stamp_releases()"),
    ("stamp", "blocks", "insert or delete", None, "stamp_blocks()"),
    ("stamp_insert", "attendances", "insert", "new.account_id is not null", "stamp_attendances()"),
    ("stamp_update", "attendances", "update", CHANGED, "stamp_attendances()"),
    ("stamp_delete", "attendances", "delete", "old.account_id is not null", "stamp_attendances()"),
    ("ripple", "badges", "insert or delete", None, "ripple_badges()"),
    (
        "ripple_update",
        "badges",
        "update",
        "old.revoked_at is distinct from new.revoked_at",
        "ripple_badges()",
    ),
    ("ripple", "profiles", ANY, None, "ripple_cards('zone', 'languages', 'version', 'updated_at')"),
    ("ripple_own", "profiles", "update", "old.languages is distinct from new.languages", "ripple_own()"),
    ("ripple", "goals", ANY, None, f"ripple_cards({PRIVATE_GOALS}, 'version', 'updated_at')"),
    ("ripple_own", "goals", "update", CHANGED, "ripple_own()"),
    ("ripple", "cards", "insert or update", "new.kind = 'met'", "ripple_cards('version', 'updated_at')"),
    ("ripple_delete", "cards", "delete", "old.kind = 'met'", "ripple_cards()"),
    ("ripple", "accounts", "insert or delete", None, "ripple_cards()"),
    ("ripple", "account_emails", "update or delete", None, "ripple_account_emails()"),
    ("ripple", "events", "update", "old.name is distinct from new.name", "ripple_events()"),
    ("ripple", "suggestion_runs", "insert or update", None, "ripple_suggestion_runs()"),
    ("stamp", "suggestions", ANY, None, "stamp_suggestions()"),
    ("stamp", "interviews", ANY, None, "stamp_interviews()"),
    ("stamp", "nudges", ANY, None, "stamp_nudges()"),
)


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("recipient_id", sa.UUID(), nullable=False),
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.UUID(), nullable=False),
        sa.Column(
            "stamped_at", postgresql.TIMESTAMP(timezone=True), server_default=sa.func.now(), nullable=False
        ),
        sa.PrimaryKeyConstraint("recipient_id", "xid", "kind", "object_id", name=op.f("pk_changes")),
    )
    op.create_index("ix_changes_stamped_at", "changes", ["stamped_at"], postgresql_using="brin")
    op.create_table(
        "ripples",
        sa.Column("xid", Xid8(), server_default=sa.text("pg_current_xact_id()"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.UUID(), nullable=False),
        sa.Column("event_id", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("xid", "kind", "object_id", name=op.f("pk_ripples")),
    )
    for function in FUNCTIONS:
        op.execute(function)
    for name, table, moments, condition, function in TRIGGERS:
        when = f" when ({condition})" if condition else ""
        op.execute(
            f"create trigger {name} after {moments} on {table} for each row{when} execute function {function}"
        )
