"""What a client can ask about claims."""

from dataclasses import fields
from uuid import UUID

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.claims import ClaimIn, ClaimOut
from server.accounts.access import Me
from server.claims import actions, errors
from server.contract import operation
from server.database import Db
from server.events.errors import EventNotFound
from server.limits import Limits, RateLimited
from server.requests import Now


@post(
    "/events/{event_id:str}/claim",
    status_code=200,
    **operation(
        "claim_attendance",
        "Make a place at an event mine",
        EventNotFound,
        errors.NothingToClaim,
        errors.TicketNeeded,
        errors.AlreadyClaimed,
        errors.TicketInvalid,
        errors.BadgeDoesNotClaim,
        RateLimited,
    ),
)
async def claim_attendance(
    event_id: FromPath[UUID],
    data: JSONBody[ClaimIn],
    db: Db,
    me: Me,
    limits: NamedDependency[Limits],
    now: Now,
) -> ClaimOut:
    """By a confirmed address, or by the ticket; a badge never claims. Claiming again answers my place as it is:
    consents are changed by `update_my_attendance`. Who met the unclaimed person has met me, and what I scanned
    before counts. The ticket of a second place joins it into the one I have: I am expected once, and both badges
    and both tickets are mine."""
    place = await actions.claim_attendance(
        db,
        me,
        event_id,
        ticket=data.ticket,
        consents=actions.Consents(
            **{field.name: getattr(data.consents, field.name) for field in fields(actions.Consents)}
        ),
        limits=limits,
        now=now,
    )
    return ClaimOut.model_validate(place)


routes = Router("/", tags=["events"], route_handlers=[claim_attendance])
