"""What follows when people meet, as functions: a few statements for five hundred scans as for one.

Why it is safe while old code runs: new functions, which old code does not call; they write rows as it does.
"""

from alembic import op

revision = "0008"
down_revision = "0007"

# A function that changes gets another name: old code calls the old one until it is gone. Rows are locked in the order
# that everybody takes them: places, encounters by (low, high), connections by (owner, other), releases. Each statement
# of a function sees what others committed before it began, so what is read after a lock is what the lock protects.

# UUID version 7 (RFC 9562), as `server/ids.py` makes them: a random one whose first 48 bits are the time.
NEW_ID = """
create function new_id() returns uuid language sql volatile as $$
    select encode(
        set_bit(set_bit(overlay(
            uuid_send(gen_random_uuid())
            placing substring(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
            from 1 for 6
        ), 52, 1), 53, 1), 'hex')::uuid
$$
"""

# Encounters from scans: who scanned whom, and when. They are locked from then on.
ADD_ENCOUNTERS = """
create function add_encounters(event uuid, scanners uuid[], targets uuid[], times timestamptz[])
returns void language sql volatile as $$
    insert into encounters as kept (event_id, low_id, high_id, first_at, last_at, scans_by_low, scans_by_high)
    select event, least(scanner, target), greatest(scanner, target), min(at), max(at),
        count(*) filter (where scanner < target), count(*) filter (where scanner > target)
    from unnest(scanners, targets, times) as scan (scanner, target, at)
    group by 2, 3
    order by 2, 3
    on conflict (event_id, low_id, high_id) do update set
        first_at = least(kept.first_at, excluded.first_at),
        last_at = greatest(kept.last_at, excluded.last_at),
        scans_by_low = kept.scans_by_low + excluded.scans_by_low,
        scans_by_high = kept.scans_by_high + excluded.scans_by_high
$$
"""

# Both sides of connections from scans between people: at what time each stands (null: it does not, and only its signal
# counts), and what was tapped when. What they give follows. Who removed the other sees them again when a scan is later.
ADD_CONNECTIONS = """
create function add_connections(
    event uuid, scanners uuid[], others uuid[], times timestamptz[], taps text[], tap_times timestamptz[],
    first_card text[], contact text[], printed text[], now_at timestamptz
) returns void language plpgsql volatile as $$
begin
    insert into connections as kept (
        owner_id, other_id, first_event_id, first_met_at, last_met_at, scanned_at, signal, signalled_at,
        note, tags, private, version, updated_at
    )
    select owner, other, case when min(at) is not null then event end, min(at), max(at), max(at) filter (where scanned),
        coalesce((array_agg(tap order by tapped_at desc, tap desc) filter (where scanned and tap is not null))[1], 'none'),
        max(tapped_at) filter (where scanned), '', '{}', false, 1, now_at
    from unnest(scanners, others, times, taps, tap_times) as scan (a, b, at, tap, tapped_at),
        lateral (values (a, b, true), (b, a, false)) as side (owner, other, scanned)
    group by owner, other
    order by owner, other
    on conflict (owner_id, other_id) do update set
        first_event_id = case
            when kept.first_met_at is null
              or (excluded.first_met_at, excluded.first_event_id) < (kept.first_met_at, kept.first_event_id)
            then excluded.first_event_id else kept.first_event_id end,
        first_met_at = least(kept.first_met_at, excluded.first_met_at),
        last_met_at = greatest(kept.last_met_at, excluded.last_met_at),
        scanned_at = greatest(kept.scanned_at, excluded.scanned_at),
        signal = case
            when (excluded.signalled_at, excluded.signal) > (coalesce(kept.signalled_at, '-infinity'), kept.signal)
            then excluded.signal else kept.signal end,
        signalled_at = greatest(kept.signalled_at, excluded.signalled_at),
        removed_at = case when excluded.last_met_at > kept.removed_at then null else kept.removed_at end,
        updated_at = excluded.updated_at;

    perform release_cards(array_agg(a), array_agg(b), event, 'scan', first_card, contact, printed, now_at)
    from (
        select distinct scan.a, scan.b from unnest(scanners, others, times) as scan (a, b, at) where at is not null
    ) as met;
end $$
"""

# What is due between the people of each pair, both ways; their connections are locked already. The card on any scan,
# contact fields once both have given, by scanning or sharing; of the unclaimed what is printed. Nothing is written where
# as much stands already. What the subject took back stays so until they give again: being scanned is not giving.
RELEASE_CARDS = """
create function release_cards(
    people uuid[], others uuid[], event uuid, source text, first_card text[], contact text[], printed text[],
    now_at timestamptz
) returns void language plpgsql volatile as $$
declare
    due record;
begin
    for due in
        with ways as (
            select distinct way.subject, way.recipient
            from unnest(people, others) as pair (a, b), lateral (values (a, b), (b, a)) as way (subject, recipient)
        ), given as (
            select ways.*, accounts.id is not null as claimed, coalesce(cards.fields, first_card) as card,
                greatest(mine.scanned_at, mine.shared_at) as gave_at,
                greatest(theirs.scanned_at, theirs.shared_at) is not null as they_gave
            from ways
            left join accounts on accounts.person_id = subject
            left join cards on cards.person_id = subject and cards.kind = 'met'
            left join connections mine on mine.owner_id = subject and mine.other_id = recipient
            left join connections theirs on theirs.owner_id = recipient and theirs.other_id = subject
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
        )
        select offered.*, standing.fields as before
        from offered
        left join releases standing on standing.subject_id = subject and standing.recipient_id = recipient
            and standing.purpose = offered.purpose and standing.withdrawn_at is null
        where not offered.fields <@ coalesce(standing.fields, '{}')
          and not exists (
            select from releases taken
            where taken.subject_id = subject and taken.recipient_id = recipient and taken.purpose = offered.purpose
              and taken.withdrawn_at >= coalesce(gave_at, '-infinity') and taken.withdrawn_because is null
          )
        order by subject, recipient, offered.purpose
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

# Scans of one person at one event that were judged to count: kept where nothing is known of them, and followed. What
# it was judged by may have changed meanwhile: whoever left or joined their place into another, and what was undone
# before it came, is not kept here. Returns what was kept, and whom it led to unless one blocked the other.
RECORD_MEETINGS = """
create function record_meetings(
    event uuid, scanner uuid, place uuid, device uuid, received timestamptz, skew bigint, doubtful boolean,
    ids uuid[], numbers bigint[], targets uuid[], codes text[], raw_times timestamptz[], times timestamptz[],
    first_card text[], contact text[], printed text[]
) returns table (scan_id uuid, person_id uuid) language plpgsql volatile as $$
declare
    kept uuid[];
    met uuid[];
    met_at timestamptz[];
    others uuid[];
begin
    perform pg_advisory_xact_lock(hashtextextended(format('scans %s %s', event, scanner), 0));
    perform from attendances where event_id = event and id = any (place || targets) order by id for key share;

    with new as (
        insert into scans (
            event_id, scanner_id, id, scanner_attendance_id, target_attendance_id, device_id, sequence, code, purpose,
            captured_raw_at, captured_at, skew_ms, time_doubtful, received_at, changed_at, state, label, note, tags,
            annotated_raw_at
        )
        select event, scanner, scan.id, mine.id, target.id, device, number, code, 'meet',
            raw_at, at, skew, doubtful, received, received, 'recorded', '', '', '{}', raw_at
        from unnest(ids, numbers, targets, codes, raw_times, times) as scan (id, number, target_id, code, raw_at, at)
        join attendances mine on mine.event_id = event and mine.id = place and mine.person_id = scanner
            and mine.status = 'expected'
        join attendances target on target.event_id = event and target.id = scan.target_id and target.status <> 'joined'
        where not exists (
            select from scan_undos where event_id = event and scanner_id = scanner and scan_undos.scan_id = scan.id
        )
        order by scan.id
        on conflict do nothing
        returning id, target_attendance_id, captured_at
    )
    select array_agg(id), array_agg(target_attendance_id), array_agg(captured_at) into kept, met, met_at from new;
    if kept is null then
        return;
    end if;

    select array_agg(target.person_id order by place_of.number) into others
    from unnest(met) with ordinality as place_of (id, number)
    join attendances target on target.event_id = event and target.id = place_of.id;
    perform add_encounters(event, array_fill(place, array[cardinality(met)]), met, met_at);
    perform add_connections(
        event, array_fill(scanner, array[cardinality(others)]), others, met_at, '{}', '{}',
        first_card, contact, printed, received
    );

    return query
        select one.id, case when not exists (
            select from blocks
            where (blocker_id, blocked_id) in ((scanner, one.other), (one.other, scanner))
        ) then one.other end
        from unnest(kept, others) as one (id, other);
end $$
"""


def upgrade() -> None:
    for function in (NEW_ID, ADD_ENCOUNTERS, RELEASE_CARDS, ADD_CONNECTIONS, RECORD_MEETINGS):
        op.execute(function)
