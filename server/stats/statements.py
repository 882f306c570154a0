"""The statements by which an event is counted, each in one moment.

Only expected attendees count, on both sides of an encounter; whoever is gone since the doors closed still does.
"""

from sqlalchemy import text

# A condition on attendances of `:event_id`: whoever is expected, or was when the doors closed. Nobody's figures show by
# being cancelled, or leaving, between two looks at a closed event.
COUNTED = """(status = 'expected' or coalesce(
        case status when 'left' then left_at when 'cancelled' then cancelled_at end, '-infinity'
    ) >= (select doors_close_at from events where events.id = :event_id))"""

# Hours as the event's zone counts them, from the first `at` to the last: which one a time is in, `width_bucket` finds
# four times as fast as `date_trunc`. Not every zone keeps whole hours from UTC, or from one day to the next.
HOURS = """
    select array_agg(distinct date_trunc('hour', moment, {zone}) order by date_trunc('hour', moment, {zone})) as begins
    from ({times}) as times (first, last),
        generate_series(first, last + interval '15 minutes', interval '15 minutes') as moment
"""

_HOURS = HOURS.format(
    zone=":zone", times="select min(first_at), max(first_at) from encounters where event_id = :event_id"
)

# Every encounter has two ends; `each` says how many a person had with people of a type in an hour, from which all
# cuts follow. Grouping millions of ends is what takes long, so what they are grouped by is one number: of the person
# (from bit 36), of both types (10 bits each; 0 is a small type), of the hour (16 bits).
FACTS = f"""
with hours as materialized ({_HOURS}),
person as materialized (
    select id, cast(row_number() over (order by id) as bigint) as number, person_id, account_id is not null as claimed,
        lower(btrim(organisation)) as organisation,
        cast(coalesce(array_position(cast(:types as text[]), type), 0) as bigint) as kind
    from attendances where event_id = :event_id and {COUNTED}
), met as materialized (
    select low.number << 36 | (low.kind << 26) | (high.kind << 16) | e.hour as low,
        high.number << 36 | (high.kind << 26) | (low.kind << 16) | e.hour as high,
        scans_by_low, scans_by_high, low.kind <> high.kind as across_types,
        low.organisation <> '' and high.organisation <> '' and low.organisation <> high.organisation
            as across_organisations
    from (
        select *, width_bucket(first_at, (select begins from hours)) as hour
        from encounters where event_id = :event_id
    ) as e join person low on low.id = e.low_id join person high on high.id = e.high_id
), each as materialized (
    select place >> 36 as number, cast(place >> 26 & 1023 as int) as kind, cast(place >> 16 & 1023 as int) as other,
        (select begins from hours)[place & 65535] as hour, encounters, made, got
    from (
        select place, count(*) as encounters, bool_or(made) as made, bool_or(got) as got
        from (
            select low as place, scans_by_low > 0 as made, scans_by_high > 0 as got from met
            union all
            select high, scans_by_high > 0, scans_by_low > 0 from met
        ) as ends group by place
    ) as grouped
)"""

CUTS = """
    'attendees', (select count(*) from person),
    'groups', (select coalesce(json_agg(g), '[]') from (
        select (cast(:types as text[]))[kind] as group, count(*) as people, count(met.number) as met
        from person left join (select distinct number from each) as met using (number) group by kind) g),
    'hours', (select coalesce(json_agg(h order by h.hour), '[]') from (
        select hour, cast(sum(encounters) as bigint) / 2 as encounters, count(*) as people
        from (select hour, number, sum(encounters) as encounters from each group by 1, 2) as one group by 1) h),
    'sides', (select coalesce(json_agg(m), '[]') from (
        select (cast(:types as text[]))[kind] as group, (cast(:types as text[]))[other] as other_group,
            cast(sum(encounters) as bigint) as encounters, count(*) as people
        from (select kind, other, number, sum(encounters) as encounters from each group by 1, 2, 3) as one
        group by kind, other) m)"""

COUNT_CUTS = text(f"""{FACTS}
select json_build_object({CUTS},
    'ends', (select coalesce(json_agg(e), '[]') from (
        select kind, other, hour, cast(sum(encounters) as bigint) as encounters,
            bit_or(cast(1 as bigint) << cast(number % 63 as int)) as places
        from each group by 1, 2, 3) e)
)::text
""")

COUNT = text(f"""{FACTS}, total as (
    select count(*) as encounters, count(*) filter (where scans_by_low > 0 and scans_by_high > 0) as mutual,
        coalesce(sum(scans_by_low + scans_by_high), 0) as scans,
        count(*) filter (where across_types) as across_types,
        count(*) filter (where across_organisations) as across_organisations
    from met
), degree as materialized (
    select number, cast(sum(encounters) as int) as encounters, bool_or(made) as scanned, bool_or(got) as scanned_by
    from each group by number
), outcome as (
    select i.id,
        count(*) filter (where o.outcome = 'held') as claims,
        min(o.since) filter (where o.outcome = 'held') as claimed_since,
        min(o.since) filter (where o.outcome <> 'held') as denied_since
    from interviews i join outcomes o on o.interview_id = i.id and o.starts_at = i.starts_at
    where i.event_id = :event_id and i.state = 'scheduled' group by i.id
), talk as (
    select least(asker_id, host_id) as a, greatest(asker_id, host_id) as b,
        min(requested_at) as requested_at,
        min(answered_at) filter (where starts_at is not null) as accepted_at,
        min(starts_at) as starts_at,
        bool_or(starts_at is not null) as accepted,
        -- As `interviews/outcomes.py:was_held`; a test holds them together.
        bool_or(claims = 2 or (claims = 1 and
            coalesce(denied_since, cast(:now as timestamptz)) >= claimed_since + cast(:deny_within as interval))
        ) as held
    from interviews left join outcome using (id) where event_id = :event_id group by 1, 2
), hint as (
    select least(person_id, other_id) as a, greatest(person_id, other_id) as b, min(created_at) as suggested_at
    from suggestions where event_id = :event_id group by 1, 2
), pair as materialized (
    select one.number as one, other.number as other, e.first_at, suggested_at, requested_at, accepted_at, accepted,
        case when held then starts_at end as held_at, held
    from hint full join talk using (a, b)
    join person one on one.person_id = a join person other on other.person_id = b
    join encounters e on e.event_id = :event_id
        and e.low_id = least(one.id, other.id) and e.high_id = greatest(one.id, other.id)
), wait as (
    select step, percentile_cont(0.5) within group (order by extract(epoch from at - first_at) / 86400) as days,
        cast((select count(distinct someone) from unnest(array_agg(one) || array_agg(other)) as someone) as int)
            as people
    from pair, lateral (values
        ('suggested', suggested_at), ('requested', requested_at), ('accepted', accepted_at), ('held', held_at)
    ) as steps (step, at)
    where at is not null group by step
)
select json_build_object({CUTS},
    'claimed', (select count(*) from person where claimed),
    'met', (select count(*) from degree),
    'scanned', (select count(*) from degree where scanned),
    'scanned_by', (select count(*) from degree where scanned_by),
    'met_five_or_more', (select count(*) from degree where encounters >= 5),
    'median', (select percentile_cont(0.5) within group (order by coalesce(encounters, 0))
        from person left join degree using (number)),
    'encounters', (select encounters from total),
    'mutual', (select mutual from total),
    'scans', (select scans from total),
    'across_types', (select across_types from total),
    'across_organisations', (select across_organisations from total),
    'suggested', (select count(suggested_at) from pair),
    'requested', (select count(requested_at) from pair),
    'accepted', (select count(*) from pair where accepted),
    'held', (select count(*) from pair where held),
    'waits', (select coalesce(json_agg(w), '[]') from wait w),
    'people_by_encounters', (select coalesce(json_object_agg(encounters, people), '{{}}') from (
        select encounters, count(*) as people from degree group by encounters) d)
)::text
""")

PAIRS = text(f"""
with person as materialized (
    select id, cast(row_number() over (order by id) as int) as number
    from attendances where event_id = :event_id and {COUNTED}
)
select low.number, array_agg(high.number)
from encounters e join person low on low.id = e.low_id join person high on high.id = e.high_id
where e.event_id = :event_id group by low.number
""")
