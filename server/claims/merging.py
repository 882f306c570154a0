"""An unclaimed person becomes the claimer: what others keep about the one is about the other from then on.

Encounters and scans name places, which stay; connections, notes, releases and blocks name people, and move.
Whoever scans the place meanwhile waits, since the claim holds the place's row.
"""

import uuid
from datetime import datetime

from sqlalchemy import TextClause, bindparam, select, text
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID
from sqlalchemy.ext.asyncio import AsyncSession

from server.connections.models import Connection
from server.connections.releases import release


async def merge_people(
    db: AsyncSession, former: uuid.UUID, person: uuid.UUID, *, event_id: uuid.UUID, now: datetime
) -> None:
    """Move everything from `former`, who is nobody's account, to `person`. What both have is joined: earliest first,
    latest last, notes of the other side one after the other. What would be about oneself goes. Whoever met `former` at
    the event has met `person`, who gives more than what is printed."""
    met = await db.scalars(
        select(Connection.other_id).where(
            Connection.owner_id == former, Connection.other_id != person, Connection.first_met_at.is_not(None)
        )
    )
    pairs = [(person, other) for other in met]
    facts = {"former": former, "person": person, "now": now}
    for statement in STATEMENTS:
        await db.execute(statement, {name: facts[name] for name in statement.compile().params})
    await release(db, pairs, event_id=event_id, source="scan", now=now)


TYPES = {"former": UUID(), "person": UUID(), "now": TIMESTAMP(timezone=True)}


def statement(sql: str) -> TextClause:
    used = [bindparam(name, type_=kind) for name, kind in TYPES.items() if f":{name}" in sql]
    return text(sql).bindparams(*used)


STATEMENTS = (
    # In the order that everybody takes connections.
    statement("""
        select 1 from connections where owner_id = :former or other_id = :former
        order by owner_id, other_id for update
    """),
    statement("""
        insert into connections as kept (
            owner_id, other_id, first_event_id, first_met_at, last_met_at, scanned_at, shared_at,
            note, tags, signal, signalled_at, private, removed_at, version, updated_at
        )
        select case owner_id when :former then :person else owner_id end as owner,
               case other_id when :former then :person else other_id end as other,
               first_event_id, first_met_at, last_met_at, scanned_at, shared_at,
               note, tags, signal, signalled_at, private, removed_at, version + 1, :now
        from connections
        where (owner_id = :former and other_id <> :person) or (other_id = :former and owner_id <> :person)
        order by owner, other
        on conflict (owner_id, other_id) do update set
            first_event_id = case
                when kept.first_met_at is null
                  or (excluded.first_met_at, excluded.first_event_id) < (kept.first_met_at, kept.first_event_id)
                then excluded.first_event_id else kept.first_event_id end,
            first_met_at = least(kept.first_met_at, excluded.first_met_at),
            last_met_at = greatest(kept.last_met_at, excluded.last_met_at),
            scanned_at = greatest(kept.scanned_at, excluded.scanned_at),
            shared_at = greatest(kept.shared_at, excluded.shared_at),
            note = case
                when excluded.note in ('', kept.note) then kept.note
                when kept.note = '' then excluded.note
                else kept.note || E'\\n\\n' || excluded.note end,
            tags = kept.tags || array(
                select tag from unnest(excluded.tags) with ordinality as added (tag, place)
                where tag <> all (kept.tags) order by place
            ),
            signal = case
                when excluded.signalled_at > coalesce(kept.signalled_at, '-infinity') then excluded.signal
                else kept.signal end,
            signalled_at = greatest(kept.signalled_at, excluded.signalled_at),
            private = kept.private or excluded.private,
            removed_at = case
                when kept.removed_at is null or excluded.removed_at is null then null
                else greatest(kept.removed_at, excluded.removed_at) end,
            version = kept.version + 1,
            updated_at = :now
    """),
    statement("delete from connections where owner_id = :former or other_id = :former"),
    statement("update scan_notes set other_id = :person where other_id = :former and owner_id <> :person"),
    statement("delete from scan_notes where other_id = :former"),
    statement("update activities set with_person_id = :person where with_person_id = :former"),
    statement("""
        delete from releases
        where (subject_id = :former and recipient_id = :person)
           or (subject_id = :person and recipient_id = :former)
    """),
    # Two standing rows for the same become one. What somebody gave to either they gave to this one person.
    statement("""
        update releases as kept
        set fields = kept.fields || array(select field from unnest(given.fields) field
                                          where field <> all (kept.fields))
        from releases given
        where given.recipient_id = :former and given.withdrawn_at is null
          and kept.recipient_id = :person and kept.withdrawn_at is null
          and kept.subject_id = given.subject_id and kept.purpose = given.purpose
    """),
    statement("""
        update releases as moved set withdrawn_at = :now, withdrawn_because = 'joined'
        from releases kept
        where moved.withdrawn_at is null and kept.withdrawn_at is null and kept.purpose = moved.purpose
          and ((moved.subject_id = :former and kept.subject_id = :person
                and (kept.recipient_id = moved.recipient_id or kept.exhibitor_id = moved.exhibitor_id))
            or (moved.recipient_id = :former and kept.recipient_id = :person
                and kept.subject_id = moved.subject_id))
    """),
    statement("update releases set subject_id = :person where subject_id = :former"),
    statement("update releases set recipient_id = :person where recipient_id = :former"),
    statement("""
        insert into blocks (blocker_id, blocked_id, name, created_at)
        select case blocker_id when :former then :person else blocker_id end,
               case blocked_id when :former then :person else blocked_id end, name, created_at
        from blocks
        where (blocker_id = :former and blocked_id <> :person)
           or (blocked_id = :former and blocker_id <> :person)
        order by 1, 2
        on conflict do nothing
    """),
    statement("delete from blocks where blocker_id = :former or blocked_id = :former"),
    statement("delete from person_reports where subject_id = :former and reporter_id = :person"),
    statement("update person_reports set subject_id = :person where subject_id = :former"),
    statement("update persons set merged_into = :person where id = :former"),
)
