"""What can happen to suggestions: they are seen, put off, dismissed, acted on, and end."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.suggestions.errors import SnoozeOutOfRange, SuggestionDone, SuggestionNotFound
from server.suggestions.models import Suggestion
from server.suggestions.queries import Found, find_suggestion

LONGEST_SNOOZE = timedelta(days=90)


async def mark_seen(db: AsyncSession, suggestions: Sequence[Found], *, now: datetime) -> None:
    """From now on later runs leave these where they are."""
    unseen = [one.id for one in suggestions if one.seen_at is None]
    if not unseen:
        return
    await db.execute(MARK_SEEN, {"ids": unseen, "now": now})


# Locked in the order in which a run locks them.
MARK_SEEN = text("""
    update suggestions set seen_at = :now
    where id in (select id from suggestions where id = any(:ids) and seen_at is null order by id for update)
""")


async def snooze_suggestion(
    db: AsyncSession, me: SignedIn, suggestion_id: UUID, *, until: datetime, now: datetime
) -> Found:
    """Put one of mine off; another moment replaces the one before."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise SnoozeOutOfRange
    return await _set_aside(db, me, suggestion_id, state="snoozed", until=until, now=now)


async def dismiss_suggestion(db: AsyncSession, me: SignedIn, suggestion_id: UUID, *, now: datetime) -> Found:
    """This person is not suggested to me for this event again."""
    return await _set_aside(db, me, suggestion_id, state="dismissed", until=None, now=now)


async def _set_aside(
    db: AsyncSession, me: SignedIn, suggestion_id: UUID, *, state: str, until: datetime | None, now: datetime
) -> Found:
    mine = await db.scalar(
        select(Suggestion)
        .where(Suggestion.id == suggestion_id, Suggestion.person_id == me.person_id)
        .with_for_update()
    )
    found = None if mine is None else await find_suggestion(db, me, suggestion_id)
    if mine is None or found is None:
        raise SuggestionNotFound
    if mine.state in {"acted", "ended"}:
        raise SuggestionDone

    if (mine.state, mine.snoozed_until) != (state, until):
        mine.state, mine.snoozed_until, mine.updated_at = state, until, now
        mine.seen_at = mine.seen_at or now
    return found._replace(state=state, snoozed_until=until)


async def act_on_suggestions(db: AsyncSession, one: UUID, other: UUID, *, now: datetime) -> None:
    """For the features above: these two are at it, wherever either was suggested to the other. It is shown no more,
    takes nobody's capacity, and keeps its place in the list until what they do comes to nothing."""
    pairs = tuple_(Suggestion.person_id, Suggestion.other_id).in_([(one, other), (other, one)])
    waiting = select(Suggestion.id).where(pairs, Suggestion.state.in_(("open", "snoozed")))
    await move(db, (await db.scalars(waiting)).all(), ("open", "snoozed"), "acted", now=now)


async def move(
    db: AsyncSession, ids: Sequence[UUID], before: tuple[str, ...], state: str, *, now: datetime
) -> None:
    """From one of the states before to another; locked in the order in which a run locks them."""
    await db.execute(
        select(Suggestion.id).where(Suggestion.id.in_(ids)).order_by(Suggestion.id).with_for_update()
    )
    await db.execute(
        update(Suggestion)
        .where(Suggestion.id.in_(ids), Suggestion.state.in_(before))
        .values(state=state, snoozed_until=None, updated_at=now)
        .execution_options(synchronize_session=False)
    )
