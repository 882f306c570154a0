"""Deleting one's account, and taking that back."""

from litestar import delete, post
from litestar.di import NamedDependency

from schemas.privacy import DeletionOut
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.events.errors import LastOwner
from server.privacy import actions
from server.requests import Now
from server.settings import Settings


@post(
    "/me/deletion",
    status_code=200,
    **operation("delete_my_account", "Delete my account", LastOwner, while_leaving=True),
)
async def delete_my_account(db: Db, me: Me, settings: NamedDependency[Settings], now: Now) -> DeletionOut:
    """Nobody sees me from now on, and everything else of mine rests: it answers 403 `account_leaving`. Talks that are
    ahead are cancelled. `cancel_account_deletion` takes it back until it is done; asking again answers the same.
    Whoever is the only owner of an event hands that over first.

    Others keep that they met a former attendee, where, and their own notes; exhibitors keep nothing of me; an organizer
    keeps what they imported until their event's data is purged. The answer says who had received what of me; it is
    mailed to me too."""
    return DeletionOut.model_validate(await actions.delete_account(db, me, settings=settings, now=now))


@delete(
    "/me/deletion",
    **operation("cancel_account_deletion", "Keep my account after all", while_leaving=True),
)
async def cancel_account_deletion(db: Db, me: Me, now: Now) -> None:
    """I am seen again as before. Talks that were cancelled stay cancelled."""
    await actions.cancel_deletion(db, me, now=now)


handlers = [delete_my_account, cancel_account_deletion]
