"""What does a nudge say when it leaves? In its reader's words, from what is stored and chosen at that moment."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.nudges.chosen import choices_of, hours_of
from server.nudges.kinds import KINDS
from server.nudges.queries import find_to_send
from server.nudges.rules import leaves_at
from server.nudges.words import say_nudge
from server.people.queries import language_of


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
    db: AsyncSession, nudge_id: UUID, channel: str, *, now: datetime
) -> Words | Later | None:
    """None when there is nothing to say any more: done, answered, stopped, or of no use."""
    reminder = await find_to_send(db, nudge_id, now=now)
    if reminder is None:
        return None
    nudge = reminder.nudge
    choices = await choices_of(db, [nudge.person_id])
    hours = (await hours_of(db, [nudge.person_id], choices, now=now))[nudge.person_id]
    chosen = choices[nudge.person_id]

    at = leaves_at(nudge.kind, channel, chosen, hours, talk_at=reminder.talk_at, now=now)
    if at is None:
        return None
    if at > now:
        return Later(at)
    language = await language_of(db, nudge.person_id)
    said = say_nudge(reminder, language, hours.zone)
    return Words(
        nudge_id=nudge.id,
        person_id=nudge.person_id,
        attendance_id=nudge.facts.get("attendance_id") and UUID(nudge.facts["attendance_id"]),
        kind=nudge.kind,
        operation=KINDS[nudge.kind].operation,
        language=language,
        title=said.title,
        reason=said.reason,
        action=said.action,
        push_title=said.title if chosen.details_in_push else said.name or "Hallway",
        push_body=said.reason if chosen.details_in_push else said.action,
    )
