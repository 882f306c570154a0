"""How do things look today? Each as its own operation answers it; what is not there for me is removed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.queries import list_connections_with
from server.connections.views import View
from server.directory.queries import Listed, entries_of
from server.events.attending import list_my_attendances
from server.events.models import Attendance
from server.interviews.queries import interviews_by_id
from server.interviews.seen import Seen, as_seen
from server.nudges.queries import Reminder, nudges_by_id
from server.suggestions.queries import suggestions_by_id
from server.suggestions.reading import Shown, show
from server.sync.queries import Item, merged_into

Key = tuple[str, UUID, UUID]


@dataclass(frozen=True, slots=True)
class Removed:
    kind: str
    id: UUID
    event_id: UUID | None
    merged_into: UUID | None


@dataclass(slots=True)
class Objects:
    attendances: Sequence[Attendance] = ()
    connections: Sequence[View] = ()
    directory: Sequence[Listed] = ()
    interviews: Sequence[Seen] = ()
    nudges: Sequence[Reminder] = ()
    suggestions: Sequence[Shown] = ()
    removed: list[Removed] = field(default_factory=list)

    def keys(self, me: SignedIn) -> set[Key]:
        mine = me.person_id
        return {
            *(("attendance", mine, one.id) for one in self.attendances),
            *(("connection", mine, one.person_id) for one in self.connections),
            *(("directory_entry", one.event_id, one.person_id) for one in self.directory),
            *(("interview", mine, one.id) for one in self.interviews),
            *(("nudge", mine, one.nudge.id) for one in self.nudges),
            *(("suggestion", mine, one.id) for one in self.suggestions),
        }


async def look_at(db: AsyncSession, me: SignedIn, items: Sequence[Item], *, now: datetime) -> Objects:
    ids: defaultdict[str, list[UUID]] = defaultdict(list)
    for item in items:
        ids[item.kind].append(item.id)

    there = Objects()
    if wanted := ids["attendance"]:
        there.attendances = await list_my_attendances(db, me, wanted)
    if wanted := ids["connection"]:
        there.connections = await list_connections_with(db, me, wanted)
    if ids["directory_entry"]:
        people = [(item.scope, item.id) for item in items if item.kind == "directory_entry"]
        there.directory = await entries_of(db, me, people)
    if wanted := ids["interview"]:
        there.interviews = await as_seen(db, me.person_id, await interviews_by_id(db, me, wanted), now=now)
    if wanted := ids["nudge"]:
        there.nudges = await nudges_by_id(db, me, wanted, now=now)
    if wanted := ids["suggestion"]:
        there.suggestions = show(await suggestions_by_id(db, me, wanted))

    there.removed = await _removed(db, me, items, there)
    return there


async def _removed(db: AsyncSession, me: SignedIn, items: Sequence[Item], there: Objects) -> list[Removed]:
    keys = there.keys(me)
    gone = [item for item in items if item.tells and (item.kind, item.scope, item.id) not in keys]
    people = [item.id for item in gone if item.kind == "connection"]
    claimed = await merged_into(db, me, people) if people else {}
    return [
        Removed(
            kind=item.kind,
            id=item.id,
            event_id=item.scope if item.kind == "directory_entry" else None,
            merged_into=claimed.get(item.id),
        )
        for item in gone
    ]
