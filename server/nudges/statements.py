"""The statements by which facts are gathered, each for everybody at once (`gathering.py`)."""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TIMESTAMP, UUID

NOT_BLOCKED = """not exists (
    select from blocks where (blocker_id = person_id and blocked_id = other_id)
                          or (blocker_id = other_id and blocked_id = person_id))"""

# Requests that wait, with three days or more behind them: a proposal gives ten days to whoever is to answer it.
WAITING = text(f"""
with found as (
    select case state when 'requested' then host_id else asker_id end as person_id, id as interview_id,
           case state when 'requested' then asker_id else host_id end as other_id,
           proposal, state = 'requested' as as_host, expires_at - interval '10 days' as asked_at, expires_at
    from interviews
    where state in ('requested', 'countered') and expires_at > :now and expires_at <= :now + interval '7 days'
)
select * from found where {NOT_BLOCKED}
""")  # noqa: S608 - of constants

# Talks that ended in the last week, once for each of their two people, with what that one said of it.
TALKS = text(f"""
with found as (
    select side.person_id, i.id as interview_id, side.other_id, side.person_id = i.asker_id as as_asker,
           i.ends_at, o.outcome
    from interviews i
    cross join lateral (values (i.asker_id, i.host_id), (i.host_id, i.asker_id)) as side (person_id, other_id)
    left join outcomes o
        on o.interview_id = i.id and o.person_id = side.person_id and o.starts_at = i.starts_at
    where i.state = 'scheduled' and i.ends_at <= :now and i.ends_at > :now - interval '8 days'
)
select * from found where {NOT_BLOCKED}
""")  # noqa: S608 - of constants

# Whom somebody said `yes` to, or with whom they held a talk, and when the two last had to do with each other: met,
# tapped, asked, answered, talked, logged an activity, or said in a nudge that they were in touch.
TIES = text(f"""
with talks as (
    select side.person_id, side.other_id,
           max(greatest(i.requested_at, i.answered_at,
                        case when i.state = 'scheduled' and i.ends_at <= :now
                                  and coalesce(o.outcome, 'held') = 'held' then i.ends_at end)) as contact_at,
           bool_or((i.state = 'scheduled' and i.ends_at > :now)
                   or (i.state in ('requested', 'countered') and i.expires_at > :now)) as upcoming,
           bool_or(i.state = 'scheduled' and coalesce(o.outcome = 'held', false)) as held
    from interviews i
    cross join lateral (values (i.asker_id, i.host_id), (i.host_id, i.asker_id)) as side (person_id, other_id)
    left join outcomes o
        on o.interview_id = i.id and o.person_id = side.person_id and o.starts_at = i.starts_at
    group by side.person_id, side.other_id
),
greetings as (
    select person_id, other_id, max(contact_at) as contact_at
    from (
        select person_id, cast(facts->>'person_id' as uuid) as other_id, acted_at as contact_at
        from nudges where kind = 'in_touch' and state = 'done'
        union all
        select person_id, with_person_id, at from activities where with_person_id is not null and at <= :now
    ) as said
    group by person_id, other_id
),
wanted as (
    select owner_id as person_id, other_id from connections where signal = 'yes'
    union
    select person_id, other_id from talks where held
),
found as (
    select person_id, wanted.other_id,
           greatest(c.last_met_at, c.signalled_at, talks.contact_at, greetings.contact_at) as contact_at,
           coalesce(talks.upcoming, false) as upcoming
    from wanted
    left join talks using (person_id, other_id)
    left join greetings using (person_id, other_id)
    join connections c on c.owner_id = person_id and c.other_id = wanted.other_id
    where c.last_met_at is not null and c.removed_at is null and c.signal <> 'never'
      and exists (select from accounts where accounts.person_id = wanted.other_id)
)
select * from found
where contact_at <= :now - interval '30 days' and contact_at > :now - interval '60 days' and {NOT_BLOCKED}
""")  # noqa: S608 - of constants

# Whoever set one of an event's suggestions aside, asked, or tapped on somebody it names.
ACTED = text("""
select distinct s.person_id, s.event_id
from suggestions s
left join connections c on c.owner_id = s.person_id and c.other_id = s.other_id
where s.event_id = any(:events)
  and (s.state in ('acted', 'snoozed', 'dismissed') or c.signalled_at > s.created_at)
""").bindparams(bindparam("events", type_=ARRAY(UUID())))

# Whom each attendee met for the first time on a day of an event, and of whom they have noted nothing.
DAYS = text(f"""
with days as (select * from unnest(:events, :begins, :ends) as day (event_id, begins, ends)),
met as (
    select a.person_id, days.event_id, c.other_id, c.first_met_at
    from days
    join attendances a on a.event_id = days.event_id and a.account_id is not null and a.status = 'expected'
    join connections c on c.owner_id = a.person_id and c.first_event_id = days.event_id
    where c.first_met_at >= days.begins and c.first_met_at < days.ends
      and c.removed_at is null and c.signal <> 'never' and c.note = ''
      and not exists (
          select from scan_notes n
          where n.owner_id = a.person_id and n.other_id = c.other_id and (n.note <> '' or n.label <> ''))
      and not exists (
          select from nudge_stopped_people s where s.person_id = a.person_id and s.other_id = c.other_id)
)
select person_id, event_id, count(*)::int as unnoted, min(first_met_at) as met_at,
       (array_agg(other_id order by first_met_at desc, other_id))[1] as other_id
from met where {NOT_BLOCKED}
group by person_id, event_id
""").bindparams(  # noqa: S608 - of constants
    bindparam("events", type_=ARRAY(UUID())),
    bindparam("begins", type_=ARRAY(TIMESTAMP(timezone=True))),
    bindparam("ends", type_=ARRAY(TIMESTAMP(timezone=True))),
)

# Whoever chose one message a week and has something open.
WEEKLY = text("""
select distinct person_id from nudge_preferences
join nudges using (person_id)
where nudge_preferences.weekly and nudges.rationed and nudges.state = 'open' and nudges.useful_until > :now
""")
