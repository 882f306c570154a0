"""What happens later: a change that others see reaches them, once it is committed.

By then whoever met the person before is found here, and whoever meets them from now on sees them as they are: so nobody
is missed, which within the changing transaction somebody could be. A row is taken and its stamps are written together.
"""

from datetime import datetime

from sqlalchemy import text

from server.database import Database

AT_ONCE = 100  # ripples in one transaction: short, also where each reaches thousands


async def spread_ripples(database: Database, *, now: datetime) -> None:  # noqa: ARG001 - as every round
    """Any number of workers may do this at once: each takes what no other holds."""
    taken = AT_ONCE
    while taken == AT_ONCE:
        async with database.transaction() as db:
            taken = (await db.execute(SPREAD, {"most": AT_ONCE})).scalar_one()


SPREAD = text("""
with taken as (
    delete from ripples
    where (xid, kind, object_id) in (
        select xid, kind, object_id from ripples order by xid limit :most for update skip locked
    )
    returning kind, object_id, event_id
),
stamped as (
    insert into changes (recipient_id, kind, object_id)
    select owner_id, 'card', other_id
    from taken join connections on other_id = object_id and last_met_at is not null and removed_at is null
    where kind = 'card'
    union
    select case asker_id when object_id then host_id else asker_id end, 'card', object_id
    from taken join interviews on asker_id = object_id or host_id = object_id where kind = 'card'
    union
    select a.event_id, 'listed', person_id
    from taken join attendances a on person_id = object_id and listed and not paused and status = 'expected'
    where kind = 'card'
    union
    select a.event_id, 'listed', person_id
    from taken join attendances a
      on a.event_id = taken.event_id and a.id = object_id and listed and not paused and status = 'expected'
    where kind = 'badge'
    union
    select person_id, 'suggested', other_id
    from taken join suggestions on other_id = object_id and state in ('open', 'snoozed') where kind = 'place'
    union
    select person_id, 'suggestion', id
    from taken join suggestions on person_id = object_id and state in ('open', 'snoozed')
    where kind in ('card', 'own', 'place')
    union
    select person_id, 'suggestion', id
    from taken join suggestions s on s.event_id = object_id and state in ('open', 'snoozed') where kind = 'event'
    union
    select person_id, 'nudge', id
    from taken join nudges on person_id = object_id and state = 'open' where taken.kind = 'own'
    union
    select person_id, 'nudge', id
    from taken join nudges n on n.kind = 'digest' and subject = object_id::text and state = 'open'
    where taken.kind = 'event'
    on conflict do nothing
)
select count(*) from taken
""")
