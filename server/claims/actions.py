"""What can happen to a place that nobody claimed: somebody proves that it is theirs."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import Account, AccountEmail
from server.claims.errors import AlreadyAttending, AlreadyClaimed, NothingToClaim, TicketInvalid, TicketNeeded
from server.claims.merging import merge_people
from server.claims.tickets import attendance_of_ticket
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
    """What somebody agrees to at one event."""

    listed: bool
    exhibitors_may_scan: bool
    named_in_exports: bool


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
    """Make a place mine, by a proved address or by its ticket; claiming it again answers it as it is.

    Everything that names its former person then names mine, and what I scanned before is judged.
    """
    await limits.take(CLAIMS, str(me.person_id), now=now)
    await get_place(db, event_id)
    ticketed = None if ticket is None else await attendance_of_ticket(db, event_id, ticket)
    await _lock_account(db, me)
    await lock_scanner(db, event_id, me.person_id)

    mine = await _find_mine(db, me, event_id)
    if mine is not None:
        if ticketed is not None and ticketed.attendance_id != mine.id:
            raise AlreadyAttending
        if mine.status == "left":
            mine.status = "expected"
            _agree(db, mine, consents, now=now)
        return mine

    if ticketed is not None:
        found = await _lock_ticketed(db, event_id, ticketed.attendance_id, ticketed.serial)
    else:
        found = await _lock_under_my_addresses(db, me, event_id)
    former_id, found.person_id = found.person_id, me.person_id
    found.account_id, found.claimed_at = me.account_id, now
    _agree(db, found, consents, now=now)
    await db.flush()  # the rest follows from whose place it is

    await _begin_profile(db, me, found, now=now)
    await merge_people(db, former_id, me.person_id, now=now)
    await judge_parked(db, event_id, me.person_id, now=now)
    return found


async def _lock_account(db: AsyncSession, me: SignedIn) -> None:
    """One claim at a time for each account, at all events: two merges would move the same connections."""
    await db.execute(select(Account.id).where(Account.id == me.account_id).with_for_update(key_share=True))


async def _find_mine(db: AsyncSession, me: SignedIn, event_id: UUID) -> Attendance | None:
    return await db.scalar(
        select(Attendance)
        .where(Attendance.event_id == event_id, Attendance.account_id == me.account_id)
        .with_for_update()
    )


async def _lock_ticketed(db: AsyncSession, event_id: UUID, attendance_id: UUID, serial: int) -> Attendance:
    found = await db.scalar(
        select(Attendance)
        .where(Attendance.event_id == event_id, Attendance.id == attendance_id)
        .with_for_update()
    )
    if found is None or found.ticket_serial != serial:
        raise TicketInvalid
    if found.account_id is not None:
        raise AlreadyClaimed
    if found.status != "expected":
        raise NothingToClaim
    return found


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
    choose_consents(db, place, asdict(consents), now=now)
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
