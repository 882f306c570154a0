"""What can happen to a place that nobody claimed: somebody proves that it is theirs."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account, AccountEmail
from server.badges.tickets import Ticket
from server.claims.errors import AlreadyClaimed, NothingToClaim, TicketInvalid, TicketNeeded
from server.claims.joining import join
from server.claims.merging import merge_people
from server.claims.tickets import attendance_of_ticket
from server.events.actions import lock_event
from server.events.consent_texts import require_known
from server.events.consents import choose_consents
from server.events.models import Attendance
from server.limits import Limit, Limits
from server.people.actions import begin
from server.people.models import Profile
from server.scans.gathering import get_place
from server.scans.parked import judge_parked
from server.scans.queries import lock_scanner

CLAIMS = Limit("claims", most=60, per=timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Consents:
    """What somebody agrees to at one event, and the version of the words that they saw; None if they saw none."""

    listed: bool
    exhibitors_may_scan: bool
    named_in_exports: bool
    text_version: int | None


async def claim_attendance(
    db: AsyncSession,
    me: SignedIn,
    event_id: UUID,
    *,
    ticket: str | None,
    consents: Consents,
    limits: Limits,
    now: datetime,
) -> Attendance:
    """Make a place mine, by a proved address or by its ticket; claiming it again answers it as it is. The ticket of
    another place joins that one into mine.

    Everything that names its former person then names mine, and what I scanned before is judged. Raises
    ConsentTextUnknown for words that nobody can have shown.
    """
    require_known(consents.text_version)
    await limits.take(CLAIMS, str(me.person_id), now=now)
    await get_place(db, event_id)
    ticketed = None if ticket is None else await attendance_of_ticket(db, event_id, ticket)
    await _lock_account(db, me)
    await lock_scanner(db, event_id, me.person_id)

    mine_id = await _find_mine(db, me, event_id)
    if mine_id is not None:
        return await _claim_again(db, event_id, mine_id, ticketed, consents, now=now)
    if ticketed is not None:
        found = await _lock_place(db, event_id, ticketed.attendance_id)
        return await _claim(db, me, _claimable(found, ticketed), consents, now=now)
    return await _claim(db, me, await _lock_under_my_addresses(db, me, event_id), consents, now=now)


async def _lock_account(db: AsyncSession, me: SignedIn) -> None:
    """One claim at a time for each account, at all events: two merges would move the same connections."""
    await db.execute(select(Account.id).where(Account.id == me.account_id).with_for_update(key_share=True))


async def _find_mine(db: AsyncSession, me: SignedIn, event_id: UUID) -> UUID | None:
    """Which place is mine: only claims change that, and mine wait for each other."""
    return await db.scalar(
        select(Attendance.id).where(Attendance.event_id == event_id, Attendance.account_id == me.account_id)
    )


async def _claim_again(
    db: AsyncSession,
    event_id: UUID,
    mine_id: UUID,
    ticketed: Ticket | None,
    consents: Consents,
    *,
    now: datetime,
) -> Attendance:
    """Mine as it is, unless I had left or bring the ticket of a second place: that says that I am expected."""
    second = await _lock_second(db, event_id, mine_id, ticketed)
    mine = await _lock_place(db, event_id, mine_id, key_share=True)  # it stays whose it is: scans of it go on
    if mine is None:
        raise LookupError("a claimed place is never deleted")

    if mine.status == "left" or (mine.status == "cancelled" and second is not None):
        mine.status, mine.cancelled_at = "expected", None
        _agree(db, mine, consents, now=now)
    if second is not None:
        await join(db, mine, second, now=now)
    return mine


async def _lock_second(
    db: AsyncSession, event_id: UUID, mine_id: UUID, ticketed: Ticket | None
) -> Attendance | None:
    """The place to be joined into mine: the ticket's, unless it is mine or was joined before. It comes before mine, as
    whoever scans it holds it first; the event comes before both, as for everybody else who locks several places."""
    if ticketed is None or ticketed.attendance_id == mine_id:
        return None
    await lock_event(db, event_id)
    found = await _lock_place(db, event_id, ticketed.attendance_id)
    return None if found and found.joined_into_id == mine_id else _claimable(found, ticketed)


def _claimable(place: Attendance | None, ticket: Ticket) -> Attendance:
    if place is None or place.ticket_serial != ticket.serial:
        raise TicketInvalid
    if place.claimed_at is not None:
        raise AlreadyClaimed
    if place.status != "expected" or place.purged_at is not None:
        raise NothingToClaim
    return place


async def _claim(
    db: AsyncSession, me: SignedIn, place: Attendance, consents: Consents, *, now: datetime
) -> Attendance:
    former_id, place.person_id = place.person_id, me.person_id
    place.account_id, place.claimed_at = me.account_id, now
    _agree(db, place, consents, now=now)
    await db.flush()  # the rest follows from whose place it is

    await _begin_profile(db, me, place, now=now)
    await merge_people(db, former_id, me.person_id, event_id=place.event_id, now=now)
    await judge_parked(db, place.event_id, me.person_id, now=now)
    return place


async def _lock_place(
    db: AsyncSession, event_id: UUID, place_id: UUID, *, key_share: bool = False
) -> Attendance | None:
    return await db.scalar(
        select(Attendance)
        .where(Attendance.event_id == event_id, Attendance.id == place_id)
        .with_for_update(key_share=key_share)
    )


async def _lock_under_my_addresses(db: AsyncSession, me: SignedIn, event_id: UUID) -> Attendance:
    mine = select(AccountEmail.email).where(AccountEmail.account_id == me.account_id)
    found = (
        await db.scalars(
            select(Attendance)
            .where(
                Attendance.event_id == event_id,
                Attendance.email.in_(mine),
                Attendance.account_id.is_(None),
                Attendance.status == "expected",
            )
            .order_by(Attendance.id)
            .with_for_update(of=Attendance)
        )
    ).all()
    if not found:
        raise NothingToClaim
    if len(found) > 1:
        raise TicketNeeded
    return found[0]


def _agree(db: AsyncSession, place: Attendance, consents: Consents, *, now: datetime) -> None:
    choose_consents(db, place, asdict(consents), text_version=consents.text_version, now=now)
    place.version += 1
    place.updated_at = now


async def _begin_profile(db: AsyncSession, me: SignedIn, place: Attendance, *, now: datetime) -> None:
    """An untouched profile begins with what is printed; one that was edited is nobody else's business."""
    await begin(db, me.person_id, now=now)
    profile = (
        await db.scalars(select(Profile).where(Profile.person_id == me.person_id).with_for_update())
    ).one()
    if profile.version > 1:
        return
    for name in ("name", "pronouns", "organisation", "role"):
        if not getattr(profile, name):
            setattr(profile, name, getattr(place, name))
