"""What follows when people meet, as functions: a few statements for five hundred scans as for one.

Why it is safe while old code runs: new functions, which old code does not call; they write rows as it does.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

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
returns void language plpgsql as $$
begin
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
        scans_by_high = kept.scans_by_high + excluded.scans_by_high;
end $$
"""

# Both sides of connections from scans between people: at what time each stands (null: it does not, and only its signal
# counts), and what was tapped when. What they give follows. Who removed the other sees them again when a scan is later.
ADD_CONNECTIONS = """
create function add_connections(
    event uuid, scanners uuid[], others uuid[], times timestamptz[], taps text[], tap_times timestamptz[],
    first_card text[], contact text[], printed text[], now_at timestamptz
) returns void language plpgsql as $$
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
) returns void language plpgsql as $$
declare
    due record;
begin
    for due in
        with ways as (
            select distinct way.subject, way.recipient
            from unnest(people, others) as pair (a, b), lateral (values (a, b), (b, a)) as way (subject, recipient)
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

# Plain scans of one person at one event, in one go: counted against a limit, looked up, kept where nothing is known of
# them, and followed. It keeps what `verdicts.judge` would record, and leaves whatever is less than plain to it: somebody
# who is there, checked in where that is asked, reads within the hours a badge that stands, of another, for the first
# time, and has not undone it. Returns how much of the limit is taken, and with each scan kept whom it led to, unless one
# blocked the other. Above `most` nothing is kept.
RECORD_PLAIN = """
create function record_plain(
    limit_key bytea, limit_window timestamptz, cost bigint, most bigint,
    event uuid, scanner uuid, device uuid, received timestamptz, skew bigint, doubtful boolean, not_closed_since timestamptz,
    ids uuid[], numbers bigint[], codes text[], raw_times timestamptz[], times timestamptz[],
    first_card text[], contact text[], printed text[]
) returns table (taken bigint, scan_id uuid, person_id uuid) language plpgsql as $$
declare
    place uuid;
    opens timestamptz;
    closes timestamptz;
    targets uuid[];
    kept uuid[];
    met uuid[];
    met_at timestamptz[];
    others uuid[];
begin
    insert into limit_counters as counter (key, "window", count) values (limit_key, limit_window, cost)
    on conflict (key, "window") do update set count = counter.count + excluded.count
    returning count into taken;
    if taken > most then
        return next;
        return;
    end if;
    perform pg_advisory_xact_lock(hashtextextended(format('scans %s %s', event, scanner), 0));

    select attendances.id, doors_open_at, doors_close_at into place, opens, closes
    from events join attendances on attendances.event_id = event and attendances.person_id = scanner
    where events.id = event and events.cancelled_at is null and doors_close_at >= not_closed_since
      and (not check_in_required or checked_in_at is not null);
    select array_agg((
        select attendance_id from badges
        where event_id = event and badges.code = asked.code and revoked_at is null
    ) order by number) into targets
    from unnest(codes) with ordinality as asked (code, number);
    -- A claim may join a place into another: it is over before what follows is read, or waits.
    perform from attendances where event_id = event and id = any (targets || place) order by id for key share;

    with new as (
        insert into scans (
            event_id, scanner_id, id, scanner_attendance_id, target_attendance_id, device_id, sequence, code, purpose,
            captured_raw_at, captured_at, skew_ms, time_doubtful, received_at, changed_at, state, label, note, tags,
            annotated_raw_at
        )
        select event, scanner, scan.id, place, scan.target, device, number, code, 'meet',
            raw_at, at, skew, doubtful, received, received, 'recorded', '', '', '{}', raw_at
        from unnest(ids, numbers, codes, raw_times, times, targets) as scan (id, number, code, raw_at, at, target)
        where at between opens and closes and target <> place
          and (select status from attendances where event_id = event and attendances.id = place) = 'expected'
          and (select status from attendances where event_id = event and attendances.id = target) <> 'joined'
          and (select received_at from scan_undos
               where event_id = event and scanner_id = scanner and scan_undos.scan_id = scan.id) is null
        order by scan.id
        on conflict do nothing
        returning id, target_attendance_id, captured_at
    )
    select array_agg(id), array_agg(target_attendance_id), array_agg(captured_at) into kept, met, met_at from new;
    if kept is null then
        return next;
        return;
    end if;

    select array_agg((
        select attendances.person_id from attendances where event_id = event and attendances.id = place_met.id
    ) order by number) into others
    from unnest(met) with ordinality as place_met (id, number);
    perform add_encounters(event, array_fill(place, array[cardinality(met)]), met, met_at);
    perform add_connections(
        event, array_fill(scanner, array[cardinality(others)]), others, met_at, '{}', '{}',
        first_card, contact, printed, received
    );

    return query
        select taken, one.id, case when not exists (
            select from blocks
            where (blocker_id, blocked_id) in ((scanner, one.other), (one.other, scanner))
        ) then one.other end
        from unnest(kept, others) as one (id, other);
end $$
"""

# Every lookup follows a key, whatever statistics say: a plan made while tables were empty must do when they are full.
# Made once, since making it takes longer than doing it.
PLANS = ("plan_cache_mode = force_generic_plan", "enable_seqscan = off")
PLANNED = ("add_encounters", "add_connections", "release_cards", "record_plain")


def upgrade() -> None:
    for function in (NEW_ID, ADD_ENCOUNTERS, RELEASE_CARDS, ADD_CONNECTIONS, RECORD_PLAIN):
        op.execute(function)
    for name in PLANNED:
        for setting in PLANS:
            op.execute(f"alter function {name} set {setting}")
