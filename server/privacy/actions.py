"""What can happen to one's account: its owner asks for it to be deleted, and may take that back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.erased import digests_of
from server.accounts.models import Account, Person
from server.events.actions import lock_event
from server.events.models import TeamMember
from server.events.team import keep_an_owner
from server.interviews.ending import end_all_talks
from server.mail import post_mail
from server.privacy.models import Erasure
from server.privacy.receipts import Received, receipt_of
from server.privacy.rules import CANCEL_WITHIN
from server.settings import Settings


@dataclass(frozen=True, slots=True)
class Leaving:
    """Since when nobody sees me, from when on nothing of me is there, and who had received what."""

    asked_at: datetime
    erase_at: datetime
    receipt: list[Received]


async def delete_account(db: AsyncSession, me: SignedIn, *, settings: Settings, now: datetime) -> Leaving:
    """Hide me at once, everywhere, and have me erased later. Asked again, it stays as it is. Raises LastOwner."""
    await _lock_account(db, me)
    erasure = await db.get(Erasure, me.person_id)
    if erasure is not None and erasure.cancelled_at is None:
        return await _leaving(db, erasure)

    await _hand_over_first(db, me)
    await end_all_talks(db, me, now=now)
    await db.execute(update(Person).where(Person.id == me.person_id).values(leaving_at=now))
    asked = {
        "addresses": await digests_of(db, me.account_id, settings),
        "asked_at": now,
        "erase_at": now + CANCEL_WITHIN,
        "cancelled_at": None,
        "written_at": None,
    }
    await db.execute(
        insert(Erasure)
        .values(person_id=me.person_id, **asked)
        .on_conflict_do_update(index_elements=[Erasure.person_id], set_=asked)
    )
    await post_mail(db, "leaving_receipt", me.person_id, now=now, person_id=me.person_id)
    return await _leaving(db, await db.get_one(Erasure, me.person_id, populate_existing=True))


async def cancel_deletion(db: AsyncSession, me: SignedIn, *, now: datetime) -> None:
    """Be seen again as before; talks that were cancelled stay so. Whoever is not leaving stays."""
    await _lock_account(db, me)
    await db.execute(
        update(Erasure)
        .where(Erasure.person_id == me.person_id, Erasure.cancelled_at.is_(None))
        .values(cancelled_at=now, written_at=None)
    )
    await db.execute(
        update(Person)
        .where(Person.id == me.person_id, Person.leaving_at.is_not(None))
        .values(leaving_at=None)
    )


async def _lock_account(db: AsyncSession, me: SignedIn) -> None:
    """Nobody claims a place for it, adds an address to it, or erases it meanwhile."""
    await db.execute(select(Account.id).where(Account.id == me.account_id).with_for_update())


async def _hand_over_first(db: AsyncSession, me: SignedIn) -> None:
    """No event is left without an owner; two owners who leave at once come one after the other."""
    owned = await db.scalars(
        select(TeamMember)
        .where(TeamMember.account_id == me.account_id, TeamMember.role == "owner")
        .order_by(TeamMember.event_id, TeamMember.id)
    )
    for member in owned.all():
        await lock_event(db, member.event_id)
        await keep_an_owner(db, member)


async def _leaving(db: AsyncSession, erasure: Erasure) -> Leaving:
    return Leaving(erasure.asked_at, erasure.erase_at, await receipt_of(db, erasure.person_id))
