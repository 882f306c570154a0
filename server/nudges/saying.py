"""What does a nudge say when it leaves? In its reader's words, from what is stored at that moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event
from server.nudges.models import Nudge
from server.nudges.rules import KINDS
from server.people.queries import language_of
from server.texts import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What leaves. `title`, `reason` and `action` are all of it, for a mail; a push carries a name and an action
    (`push_title`, `push_body`), and no more unless its reader allowed that."""

    nudge_id: UUID
    person_id: UUID
    attendance_id: UUID | None
    kind: str
    operation: str
    language: str
    title: str
    reason: str
    action: str
    lines: tuple[str, ...] = ()
    push_title: str
    push_body: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not now, and what to say is asked again then."""

    at: datetime


async def words_to_send(
    db: AsyncSession,
    nudge_id: UUID,
    channel: str,  # noqa: ARG001
    *,
    now: datetime,
) -> Words | Later | None:
    """None when there is nothing to say any more: done, answered, stopped, or of no use."""
    nudge = await db.get(Nudge, nudge_id)
    if nudge is None or nudge.state != "open" or nudge.useful_until <= now:
        return None
    kind = KINDS[nudge.kind]
    language = await language_of(db, nudge.person_id)
    about = nudge.facts.get("event_id")
    event = None if about is None else await db.scalar(select(Event.name).where(Event.id == UUID(about)))
    names = {"event": event, "exhibitor": nudge.facts.get("exhibitor")}
    return Words(
        nudge_id=nudge.id,
        person_id=nudge.person_id,
        attendance_id=None,
        kind=nudge.kind,
        operation=kind.operation,
        language=language,
        title=say(kind.title.one, language=language, **names),
        reason=say(kind.reason.one, language=language, **names),
        action=say(kind.action.one, language=language, **names),
        push_title=event or "Hallway",
        push_body=say(kind.action.one, language=language, **names),
    )
