"""What can be known of a person's changes: is there anything new, and what is to be looked at again.

What each kind of stamp asks to look at. Those in the first column also say that something is there no longer; the
others only show what there is, so that what others do never tells of somebody whom a block or a choice of theirs hides.

    connection   suggestions about a person, and my connection with them; note, card, signal: only show it
    suggested    suggestions about a person; card, signal: only show them
    block        everything between me and a person; but for it, a block says nothing
    suggestion, interview, nudge, attendance: one of mine, by id; digest: the nudge about an event's suggestions
    directory    I came to an event, whose whole directory is new to me, or left it
    entry        a person in an event's directory; listed: only show them
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.direct import Direct, Statement
from server.generation import PARTS, generation_of
from server.sync.cursors import Cursor, Position, shortened


@dataclass(frozen=True, slots=True)
class Glance:
    """`snapshot` is what can be seen at this moment."""

    snapshot: str
    generation: str
    something_new: bool


@dataclass(frozen=True, slots=True)
class Item:
    """Something to look at: by kind and id, in an event's directory (`scope`) or of mine. `tells`: if it is not there
    for me today, say so."""

    kind: str
    scope: UUID
    id: UUID
    tells: bool

    @property
    def position(self) -> Position:
        return Position(self.kind, self.scope, self.id)


async def glance(direct: Direct, me: SignedIn, *, seen: str | None) -> Glance:
    """One statement, the only one where nothing is new: so its snapshot is exactly what it looked at."""
    snapshot, something_new, *parts = (
        await direct.read(GLANCE, me=me.person_id, account_id=me.account_id, seen=seen)
    )[0]
    return Glance(shortened(snapshot), generation_of(parts), something_new)


async def list_changed(db: AsyncSession, me: SignedIn, cursor: Cursor, *, limit: int) -> list[Item]:
    """What is in `upto` and not in `seen`, each once, after the cursor's position; one more than the limit when
    there are more."""
    facts = {"seen": cursor.seen, "upto": cursor.upto, **_page(me, cursor, limit)}
    return [Item(*row) for row in await db.execute(CHANGED, facts)]


async def list_everything(db: AsyncSession, me: SignedIn, cursor: Cursor, *, limit: int) -> list[Item]:
    """All there is for me today, in the same way."""
    return [Item(*row) for row in await db.execute(EVERYTHING, _page(me, cursor, limit))]


def _page(me: SignedIn, cursor: Cursor, limit: int) -> dict[str, Any]:
    return {
        "me": me.person_id,
        "account_id": me.account_id,
        "after_kind": cursor.after.kind,
        "after_scope": cursor.after.scope,
        "after_id": cursor.after.id,
        "limit": limit + 1,
    }


async def merged_into(db: AsyncSession, me: SignedIn, person_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Who claimed the places of these people, for those whose place was claimed; unless a block hides the claimer."""
    rows = await db.execute(MERGED, {"me": me.person_id, "ids": list(person_ids)})
    return dict(rows.all())


MINE = "select event_id from attendances where account_id = :account_id and status = 'expected'"
UNSEEN = f"""
    recipient_id = any(array_append(array({MINE}), cast(:me as uuid)))
    and xid >= pg_snapshot_xmin(cast(cast(:seen as text) as pg_snapshot))
    and not pg_visible_in_snapshot(xid, cast(cast(:seen as text) as pg_snapshot))
"""
LEAVING = "select id from persons where leaving_at is not null"
LISTED = (
    f"a.person_id not in ({LEAVING}) and "
    "a.listed and not a.paused and a.status = 'expected' and a.account_id is not null and a.person_id <> :me"
)
# Page by page even an item that shows nothing would tell of somebody, so whom a block hides is left out here.
NOT_BLOCKED = """not exists (
    select from blocks
    where (blocker_id = :me and blocked_id = other_id) or (blocker_id = other_id and blocked_id = :me))"""
# A block hides what was only asked for; what had been booked stays to be seen.
ASKED_ONLY = (
    "case when i.starts_at is null then case i.asker_id when :me then i.host_id else i.asker_id end end"
)

GLANCE = Statement(
    select(
        cast(func.pg_current_snapshot(), Text),
        text(f"exists (select from changes where {UNSEEN})").bindparams(
            bindparam("me", type_=Uuid), bindparam("account_id", type_=Uuid), bindparam("seen", type_=Text)
        ),
        *PARTS,
    )
)
MERGED = text(f"""
select id, other_id from (select id, merged_into as other_id from persons where id = any(:ids)) as people
where other_id is not null and {NOT_BLOCKED}
""")  # noqa: S608 - of constants

CHANGED = text(f"""
with mine as materialized ({MINE}),
stamps as materialized (
    select distinct recipient_id, kind, object_id from changes
    where {UNSEEN} and pg_visible_in_snapshot(xid, cast(cast(:upto as text) as pg_snapshot))
      -- A yes is told to who said yes.
      and (kind <> 'signal' or exists (
          select from connections where owner_id = :me and other_id = object_id and signal = 'yes'))
),
found (kind, scope, id, other_id, tells, by_block) as (
    select 'attendance', recipient_id, object_id, null::uuid, true, false from stamps where kind = 'attendance'
    union all
    select 'connection', recipient_id, object_id, object_id, kind = 'connection', false
    from stamps where kind in ('connection', 'note', 'card', 'signal')
    union all
    select 'connection', recipient_id, object_id, object_id, true, true
    from stamps
    join connections on owner_id = :me and other_id = object_id and last_met_at is not null and removed_at is null
    where kind = 'block'
    union all
    select 'directory', recipient_id, object_id, null, object_id not in (select event_id from mine), false
    from stamps where kind = 'directory'
    union all
    select 'directory_entry', recipient_id, object_id, object_id, kind = 'entry', false
    from stamps where kind in ('entry', 'listed') and object_id <> :me
    union all
    select 'directory_entry', a.event_id, a.person_id, a.person_id, kind = 'block', kind = 'block'
    from stamps
    join mine on kind = 'block' or event_id = object_id
    join attendances a on a.event_id = mine.event_id and (kind = 'directory' or a.person_id = object_id) and {LISTED}
    where kind in ('block', 'directory')
    union all
    select 'interview', recipient_id, object_id, {ASKED_ONLY}, true, false
    from stamps left join interviews i on i.id = object_id where kind = 'interview'
    union all
    select 'interview', recipient_id, i.id, {ASKED_ONLY}, kind = 'block', kind = 'block'
    from stamps
    join interviews i on (i.asker_id = :me and i.host_id = object_id) or (i.host_id = :me and i.asker_id = object_id)
    where kind in ('block', 'card')
    union all
    select 'nudge', recipient_id, object_id, null, true, false from stamps where kind = 'nudge'
    union all
    select 'nudge', recipient_id, n.id, null, true, false
    from stamps
    join nudges n on n.person_id = :me and n.kind = 'digest' and n.subject = object_id::text and n.state = 'open'
    where stamps.kind = 'digest'
    union all
    select 'nudge', recipient_id, n.id, object_id, true, stamps.kind = 'block'
    from stamps
    join nudges n on n.person_id = :me and n.kind = 'both_want_to_talk' and n.subject = object_id::text
        and n.state = 'open'
    where stamps.kind in ('connection', 'card', 'signal', 'suggested', 'block')
    union all
    select 'suggestion', recipient_id, object_id, s.other_id, s.id is null or r.published_at is not null, false
    from stamps left join suggestions s on s.id = object_id left join suggestion_runs r on r.event_id = s.event_id
    where kind = 'suggestion'
    union all
    select 'suggestion', recipient_id, s.id, s.other_id, kind in ('connection', 'suggested', 'block'), kind = 'block'
    from stamps
    join suggestions s on s.person_id = :me and s.other_id = object_id and s.state in ('open', 'snoozed')
    join suggestion_runs r on r.event_id = s.event_id and r.published_at is not null
    where kind in ('connection', 'card', 'signal', 'suggested', 'block')
)
select kind, scope, id, bool_or(tells) from found
where (kind, scope, id) > (:after_kind, :after_scope, :after_id) and (by_block or {NOT_BLOCKED})
group by kind, scope, id order by kind, scope, id limit :limit
""")  # noqa: S608 - of constants

EVERYTHING = text(f"""
with found (kind, scope, id, other_id) as (
    select 'attendance', cast(:me as uuid), id, null::uuid from attendances where account_id = :account_id
    union all
    select 'connection', :me, other_id, other_id from connections
    where owner_id = :me and last_met_at is not null and removed_at is null
    union all
    select 'directory_entry', a.event_id, a.person_id, a.person_id
    from attendances a where a.event_id in ({MINE}) and {LISTED}
    union all
    select 'interview', :me, id, {ASKED_ONLY} from interviews i where asker_id = :me or host_id = :me
    union all
    select 'nudge', :me, id, null from nudges where person_id = :me and state = 'open'
    union all
    select 'suggestion', :me, id, other_id from suggestions where person_id = :me and state in ('open', 'snoozed')
)
select kind, scope, id, false from found
where (kind, scope, id) > (:after_kind, :after_scope, :after_id) and {NOT_BLOCKED}
order by kind, scope, id limit :limit
""")  # noqa: S608 - of constants
